//! A run as a block of text.

use super::fold::{Line, lines};
use super::{broken_off, hash_digits, one_line, span};
use crate::run::Outcome;
use sim_core::SimTime;
use std::fmt::Write as _;

/// How a block of text looks.
#[derive(Debug, Clone, Copy, Default)]
pub struct TextOptions {
    /// With the colours of a terminal. Without them nothing is lost.
    pub colour: bool,
    /// Without the timeline.
    pub brief: bool,
    /// With the file's path above it: there are several.
    pub several: bool,
}

/// More lines than this are not read; the middle is left out.
const LONGEST: usize = 400;
const FIRST: usize = 150;
const LAST: usize = 100;
const FAILURES: usize = 100;

/// Names longer than this, mostly of several machines, stand out of their column.
const WIDEST_NAME: usize = 24;
const WIDEST_EXPECTATION: usize = 100;

/// A block of text: a header, the timeline, what became of the expectations, and the hash.
pub fn text(outcome: &Outcome, path: &str, options: &TextOptions) -> String {
    let paint = Paint(options.colour);
    let mut out = String::new();
    if options.several {
        let _ = writeln!(out, "{}", paint.dim(&one_line(path)));
    }
    let devices = outcome.world.field().devices().len();
    let _ = writeln!(
        out,
        "{}  seed {}  {devices} {}  {} simulated",
        paint.bold(&title(outcome, path)),
        outcome.seed,
        if devices == 1 { "device" } else { "devices" },
        span(outcome.world.now().since(outcome.start)),
    );
    if !options.brief {
        timeline(&lines(&outcome.world), outcome.start, paint, &mut out);
    }
    expectations(outcome, path, paint, &mut out);
    for (line, why) in &outcome.refusals {
        let _ = writeln!(out, "{} {}  {}", paint.bad("refused"), one_line(why), paint.dim(&place(path, *line)));
    }
    for (name, value) in &outcome.overrides {
        let _ = writeln!(out, "knob {name} = {}", one_line(value));
    }
    if let Some(why) = broken_off(outcome) {
        let _ = writeln!(out, "{} {}", paint.bad("did not settle:"), one_line(why));
    }
    let _ = writeln!(out, "hash {}", hash_digits(outcome.world.hash()));
    out
}

/// What a run is called: its title, else its file.
pub(super) fn title(outcome: &Outcome, path: &str) -> String {
    let title = one_line(&outcome.title);
    if title.trim().is_empty() { one_line(path).into_owned() } else { title.into_owned() }
}

fn place(path: &str, line: u32) -> String {
    if line == 0 { one_line(path).into_owned() } else { format!("{}:{line}", one_line(path)) }
}

fn timeline(lines: &[Line], start: SimTime, paint: Paint, out: &mut String) {
    let clock_width = lines.iter().map(|l| l.at.clock_since(start).len()).max().unwrap_or(0);
    let name_width = lines.iter().map(|l| width(&l.who)).filter(|n| *n <= WIDEST_NAME).max().unwrap_or(0);
    let (shown, left_out) = shorten(lines);
    let mut day = date(start);
    for part in shown {
        let line = match part {
            Part::Line(line) => line,
            Part::LeftOut(n) => {
                let _ = writeln!(out, "{}", paint.dim(&format!("  … {n} lines")));
                continue;
            }
        };
        let today = date(line.at);
        if today != day {
            let clock = line.at.clock_since(start);
            let since = clock.split_once(' ').map_or("0d", |(days, _)| days);
            let _ = writeln!(out, "{}", paint.dim(&format!("  -- {since}, {today} --")));
            day = today;
        }
        let mark = if line.failed { paint.bad("!") } else { " ".into() };
        let clock = format!("{:>clock_width$}", line.at.clock_since(start));
        let who = format!("{}{}", line.who, " ".repeat(name_width.saturating_sub(width(&line.who))));
        let what = if line.failed { paint.bad(&line.what) } else { line.what.clone() };
        let row = format!("{mark} {}  {}  {what}", paint.dim(&clock), paint.name(&who));
        let _ = writeln!(out, "{}", row.trim_end());
    }
    if left_out > 0 {
        let how =
            format!("  {left_out} of {} lines are not shown; `--format json` and `--trace FILE` give all", lines.len());
        let _ = writeln!(out, "{}", paint.dim(&how));
    }
}

/// A part of a timeline of which not everything is shown.
enum Part<'a> {
    Line(&'a Line),
    LeftOut(usize),
}

/// Of a timeline that is too long: its first and last lines, and from the middle the first failures. And how many are left out.
fn shorten(lines: &[Line]) -> (Vec<Part<'_>>, usize) {
    if lines.len() <= LONGEST {
        return (lines.iter().map(Part::Line).collect(), 0);
    }
    let mut parts = Vec::new();
    let (mut gap, mut all, mut failures) = (0, 0, 0);
    for (n, line) in lines.iter().enumerate() {
        let edge = n < FIRST || n >= lines.len() - LAST;
        let failure = !edge && line.failed && failures < FAILURES;
        failures += usize::from(failure);
        if edge || failure {
            if gap > 0 {
                parts.push(Part::LeftOut(std::mem::take(&mut gap)));
            }
            parts.push(Part::Line(line));
        } else {
            gap += 1;
            all += 1;
        }
    }
    (parts, all)
}

fn expectations(outcome: &Outcome, path: &str, paint: Paint, out: &mut String) {
    let texts = outcome.verdicts.iter().map(|v| width(&one_line(&v.text)));
    let widest = texts.filter(|n| *n <= WIDEST_EXPECTATION).max().unwrap_or(0);
    for verdict in &outcome.verdicts {
        let what = one_line(&verdict.text);
        let gap = " ".repeat(widest.saturating_sub(width(&what)));
        let _ = if verdict.ok {
            writeln!(out, "expected {what}{gap}    {}", paint.good("ok"))
        } else {
            let saw = one_line(&verdict.saw);
            let saw = if saw.is_empty() { "nothing".into() } else { saw };
            let failed = paint.bad(&format!("FAILED: saw {saw}"));
            writeln!(out, "expected {what}{gap}    {failed}  {}", paint.dim(&place(path, verdict.line)))
        };
    }
}

/// `2022-11-17`.
fn date(at: SimTime) -> String {
    at.to_string().chars().take_while(|c| *c != 'T').collect()
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The colours of a terminal, or none.
#[derive(Debug, Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, codes: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\u{1b}[{codes}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    fn name(self, text: &str) -> String {
        self.with("36", text)
    }
    fn good(self, text: &str) -> String {
        self.with("32", text)
    }
    fn bad(self, text: &str) -> String {
        self.with("1;31", text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(seconds: i64, failed: bool) -> Line {
        let at = SimTime::from_unix_millis(seconds * 1000);
        Line { at, who: format!("LAP-{}", seconds % 3), what: "did something".into(), failed }
    }

    fn told(lines: &[Line]) -> String {
        let mut out = String::new();
        timeline(lines, SimTime::from_unix_millis(0), Paint(false), &mut out);
        out
    }

    #[test]
    fn days_are_marked_and_failures_too() {
        let text = told(&[line(28_800, false), line(86_400 + 30, true)]);
        assert_eq!(
            text,
            "     08:00:00  LAP-0  did something\n  -- 1d, 1970-01-02 --\n! 1d 00:00:30  LAP-0  did something\n"
        );
    }

    #[test]
    fn of_a_long_timeline_the_ends_and_the_failures_are_shown() {
        let lines: Vec<Line> = (0..1000).map(|n| line(n, n == 500)).collect();
        let text = told(&lines);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), FIRST + 1 + 1 + 1 + LAST + 1);
        assert_eq!(rows[FIRST], "  … 350 lines");
        assert!(rows[FIRST + 1].starts_with("! 00:08:20"));
        assert!(rows[rows.len() - 1].starts_with("  749 of 1000 lines are not shown"), "{text}");
        let short: Vec<Line> = (0..LONGEST as i64).map(|n| line(n, false)).collect();
        assert_eq!(told(&short).lines().count(), LONGEST);
    }

    #[test]
    fn colour_adds_nothing_but_colour() {
        let mut coloured = String::new();
        let lines = [line(1, false), line(2, true)];
        timeline(&lines, SimTime::from_unix_millis(0), Paint(true), &mut coloured);
        for codes in ["\u{1b}[0m", "\u{1b}[1;31m", "\u{1b}[2m", "\u{1b}[36m"] {
            assert!(coloured.contains(codes));
            coloured = coloured.replace(codes, "");
        }
        assert_eq!(coloured, told(&lines));
    }
}
