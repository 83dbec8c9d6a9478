//! An explanation as a person reads it.

use super::{Explanation, Finding, Link, Root};
use crate::report::one_line;
use sim_core::{Level, SimTime};
use std::fmt::Write as _;

/// Names longer than this stand out of their column.
const WIDEST_NAME: usize = 24;

/// The text. `source` gives a line of the scenario file, and `path` its name.
pub fn text(answer: &Explanation, path: &str, source: &dyn Fn(u32) -> Option<String>) -> String {
    let mut page = Page { out: String::new(), start: answer.start, width: name_width(answer) };
    let clock = answer.at.clock_since(answer.start);
    page.line(0, &format!("{}, {}, at {clock} ({})", one_line(&answer.name), answer.kind, answer.at));
    for state in &answer.state {
        page.line(0, &one_line(state));
    }
    if !answer.chain.is_empty() {
        page.heading("how it came about, the latest first");
        page.chain(&answer.chain, 1);
    }
    for finding in &answer.findings {
        page.finding(finding);
    }
    if answer.missing > 0 {
        let records = if answer.missing == 1 { "1 record" } else { &format!("{} records", answer.missing) };
        page.heading(&format!("{records} of these chains are not kept any more"));
    }
    if !answer.roots.is_empty() {
        page.heading(if answer.roots.len() == 1 { "root cause" } else { "root causes" });
        answer.roots.iter().for_each(|root| page.root(root, path, source));
    }
    if !answer.set_going.is_empty() {
        page.heading("set going by");
        answer.set_going.iter().for_each(|root| page.root(root, path, source));
    }
    page.out
}

fn name_width(answer: &Explanation) -> usize {
    fn widest(links: &[Link]) -> usize {
        let own = links.iter().map(|l| l.who.chars().count()).filter(|n| *n <= WIDEST_NAME).max().unwrap_or(0);
        links.iter().flat_map(|l| &l.because).map(|chain| widest(chain)).max().unwrap_or(0).max(own)
    }
    let findings = answer.findings.iter().flat_map(|f| &f.because).map(|chain| widest(chain)).max().unwrap_or(0);
    widest(&answer.chain).max(findings)
}

struct Page {
    out: String,
    start: SimTime,
    width: usize,
}

impl Page {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    fn heading(&mut self, text: &str) {
        self.line(0, "");
        self.line(0, text);
    }

    fn chain(&mut self, links: &[Link], depth: usize) {
        for link in links {
            self.link(link, depth);
        }
    }

    fn link(&mut self, link: &Link, depth: usize) {
        let mark = if link.level == Level::Failed { "!" } else { " " };
        let clock = link.at.clock_since(self.start);
        let times = if link.times > 1 {
            format!(" ({} times since {})", link.times, link.since.clock_since(self.start))
        } else {
            String::new()
        };
        let pad = " ".repeat(self.width.saturating_sub(link.who.chars().count()));
        self.line(depth, &format!("{mark} {clock}  {}{pad}  {}{times}", link.who, link.what));
        for saw in &link.saw {
            self.line(depth + 2, &format!("· {saw}"));
        }
        for chain in &link.because {
            self.because(chain, depth + 2);
        }
    }

    fn because(&mut self, chain: &[Link], depth: usize) {
        self.line(depth, "because");
        self.chain(chain, depth + 1);
    }

    fn finding(&mut self, finding: &Finding) {
        self.heading(&one_line(&finding.says));
        for saw in &finding.saw {
            self.line(1, &format!("· {saw}"));
        }
        for chain in &finding.because {
            self.because(chain, 1);
        }
    }

    fn root(&mut self, root: &Root, path: &str, source: &dyn Fn(u32) -> Option<String>) {
        let place = match root.line {
            Some(line) => format!("{}:{line}", one_line(path)),
            None => "not in the file".to_owned(),
        };
        let at = root.at.map(|at| format!(" at {}", at.clock_since(self.start))).unwrap_or_default();
        self.line(1, &format!("{place}  {}{at}", root.what));
        if let Some(text) = root.line.and_then(source) {
            self.line(3, &one_line(text.trim()));
        }
        for says in &root.says {
            self.line(2, &format!("→ {says}"));
        }
    }
}
