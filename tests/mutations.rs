//! Nothing panics on any file: mutated scenario files either load or say what is wrong, and what loads runs to a bounded end.

#![allow(clippy::disallowed_methods)] // tests read files

mod common;

use proptest::prelude::*;
use sim_core::SimDuration;
use sim_world::run::Bounds;
use sim_world::scenario::{self, PlanOptions};
use std::path::Path;

/// What happens to a text: a place in thousandths of it, and what is done there.
#[derive(Debug, Clone)]
enum Mutation {
    DropLine(usize),
    SwapLines(usize, usize),
    Delete(usize, usize),
    Insert(usize, String),
    Replace(usize, String),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = || 0usize..1000;
    let words = prop_oneof![
        Just("all".to_owned()),
        Just("-1h".to_owned()),
        Just("99999d".to_owned()),
        Just("null".to_owned()),
        Just("[]".to_owned()),
        Just("{}".to_owned()),
        Just("0x80070774".to_owned()),
        Just("\"".to_owned()),
        Just("é".to_owned()),
        Just("&a *a".to_owned()),
        Just("OU=,DC=".to_owned()),
        "[ -~]{0,12}",
    ];
    prop_oneof![
        place().prop_map(Mutation::DropLine),
        (place(), place()).prop_map(|(a, b)| Mutation::SwapLines(a, b)),
        (place(), 1usize..20).prop_map(|(a, n)| Mutation::Delete(a, n)),
        (place(), words.clone()).prop_map(|(a, w)| Mutation::Insert(a, w)),
        (place(), words).prop_map(|(a, w)| Mutation::Replace(a, w)),
    ]
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = |n: usize, len: usize| n * len / 1000;
    let mut chars: Vec<char> = text.chars().collect();
    match mutation {
        Mutation::DropLine(n) if !lines.is_empty() => {
            lines.remove(at(*n, lines.len()));
            return lines.join("\n");
        }
        Mutation::SwapLines(a, b) if !lines.is_empty() => {
            let (a, b) = (at(*a, lines.len()), at(*b, lines.len()));
            lines.swap(a, b);
            return lines.join("\n");
        }
        Mutation::Delete(a, n) => {
            let a = at(*a, chars.len());
            let end = (a + n).min(chars.len());
            chars.drain(a..end);
        }
        Mutation::Insert(a, word) => {
            let a = at(*a, chars.len());
            chars.splice(a..a, word.chars());
        }
        Mutation::Replace(a, word) => {
            // The word at that place, as far as letters and digits go.
            let a = at(*a, chars.len());
            let end = chars[a..].iter().position(|c| !c.is_alphanumeric()).map_or(chars.len(), |n| a + n);
            chars.splice(a..end, word.chars());
        }
        _ => {}
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_file_panics(which in 0usize..1000, mutations in prop::collection::vec(mutation(), 1..4)) {
        let files = common::files();
        let path = &files[which % files.len()];
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut text = std::fs::read_to_string(path).expect("a readable file");
        for m in &mutations {
            text = mutate(&text, m);
        }
        let read = |path: &str| std::fs::read(folder.join(path)).map_err(|e| e.to_string());
        let loaded = scenario::load(&text, &read);
        prop_assert!(loaded.scenario.is_some() || !loaded.diagnostics.is_empty());
        for d in &loaded.diagnostics {
            prop_assert!(d.span.end <= text.len() && text.is_char_boundary(d.span.start) && text.is_char_boundary(d.span.end));
        }
        if let Some(scenario) = loaded.scenario {
            let bounds = Bounds { simulated: SimDuration::from_days(60), events: 200_000, ..Bounds::default() };
            scenario.plan(&PlanOptions::default()).run(bounds, &mut |_| {});
        }
    }
}
