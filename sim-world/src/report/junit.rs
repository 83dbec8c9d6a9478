//! Runs as JUnit XML: a suite for each file, a case for each expectation.

use super::text::title;
use super::{broken_off, hash_digits};
use crate::run::Outcome;
use std::fmt::Write as _;

/// The suite of one file.
#[derive(Debug, Clone)]
pub struct Suite {
    xml: String,
    tests: usize,
    failures: usize,
    errors: usize,
}

/// Runs as one document, in order.
pub fn junit(runs: &[(&str, &Outcome)]) -> String {
    let suites: Vec<Suite> = runs.iter().map(|(path, outcome)| junit_suite(outcome, path)).collect();
    junit_document(&suites)
}

/// The suite of a run. It keeps nothing of the world.
pub fn junit_suite(outcome: &Outcome, path: &str) -> Suite {
    let failures = outcome.verdicts.iter().filter(|v| !v.ok).count();
    let broken_off = broken_off(outcome);
    let (tests, errors) =
        (outcome.verdicts.len() + usize::from(broken_off.is_some()), usize::from(broken_off.is_some()));
    let mut properties = vec![
        ("scenario", title(outcome, path)),
        ("seed", outcome.seed.to_string()),
        ("hash", hash_digits(outcome.world.hash())),
        ("simulated", outcome.world.now().since(outcome.start).iso8601()),
    ];
    properties.extend(outcome.overrides.iter().map(|(name, value)| ("knob", format!("{name} = {value}"))));
    let path = escape(path);
    let mut xml = String::new();
    let _ = writeln!(
        xml,
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">"
    );
    xml.push_str("    <properties>\n");
    for (name, value) in &properties {
        let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", escape(value));
    }
    xml.push_str("    </properties>\n");
    for verdict in &outcome.verdicts {
        let name = escape(&verdict.text);
        let _ =
            write!(xml, "    <testcase classname=\"{path}\" name=\"{name}\" file=\"{path}\" line=\"{}\"", verdict.line);
        if verdict.ok {
            xml.push_str("/>\n");
        } else {
            let saw = escape(&verdict.saw);
            let at = verdict.at.map(|at| format!(" at {at}")).unwrap_or_default();
            let _ = writeln!(
                xml,
                ">\n      <failure message=\"saw {saw}\">expected {name}, saw {saw}{at}</failure>\n    </testcase>"
            );
        }
    }
    if let Some(why) = broken_off {
        let why = escape(why);
        let _ = writeln!(xml, "    <testcase classname=\"{path}\" name=\"settles\" file=\"{path}\">");
        let _ = writeln!(xml, "      <error message=\"{why}\">did not settle: {why}</error>\n    </testcase>");
    }
    if !outcome.refusals.is_empty() {
        xml.push_str("    <system-out>");
        for (line, why) in &outcome.refusals {
            let _ = writeln!(xml, "refused, line {line}: {}", escape(why));
        }
        xml.push_str("</system-out>\n");
    }
    xml.push_str("  </testsuite>\n");
    Suite { xml, tests, failures, errors }
}

/// The document of suites, in order.
pub fn junit_document(suites: &[Suite]) -> String {
    let sum = |of: fn(&Suite) -> usize| suites.iter().map(of).sum::<usize>();
    let (tests, failures, errors) = (sum(|s| s.tests), sum(|s| s.failures), sum(|s| s.errors));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        writeln!(out, "<testsuites name=\"tenantsim\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">");
    suites.iter().for_each(|suite| out.push_str(&suite.xml));
    out.push_str("</testsuites>\n");
    out
}

/// Text for an attribute or an element. What XML 1.0 has no character for is replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", c as u32);
            }
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_reserves_is_escaped() {
        assert_eq!(escape("a<b>&\"'\n\u{1b}ü"), "a&lt;b&gt;&amp;&quot;&apos;&#10;\u{fffd}ü");
    }

    #[test]
    fn a_document_adds_up_its_suites() {
        let suite = |failures| Suite { xml: "  <testsuite/>\n".into(), tests: 2, failures, errors: 0 };
        let text = junit_document(&[suite(1), suite(0)]);
        assert!(text.contains("<testsuites name=\"tenantsim\" tests=\"4\" failures=\"1\" errors=\"0\">"), "{text}");
    }
}
