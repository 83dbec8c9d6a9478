//! Explanations: golden answers to the questions that a support engineer asks, and a root cause for every device of the library that
//! stands at an error page.

#![allow(clippy::disallowed_methods)] // tests read files

#[path = "../common/mod.rs"]
mod common;

use sim_core::SimTime;
use sim_device::Stage;
use sim_world::explain::{self, Explanation, Question};
use sim_world::scenario::PlanOptions;
use std::path::Path;

/// What is asked: the scenario, of what, when (since time zero), why not what.
const QUESTIONS: &[(&str, &str, &str, &str)] = &[
    ("quickstart.yaml", "TBFPTKE", "", ""),
    ("quickstart.yaml", "5CG6552W2X", "", ""),
    ("quickstart.yaml", "TBFPTKE", "1h20m", ""),
    ("quickstart.yaml", "PFEG0D9P", "1h40m", ""),
    ("quickstart.yaml", "PFEG0D9P", "", ""),
    ("quickstart.yaml", "request:TBFPTKE", "", ""),
    ("quickstart.yaml", "import:PFEG0D9P", "", ""),
    ("quickstart.yaml", "SRV-ODJ01", "", ""),
    ("quickstart.yaml", "ada@contoso.com", "", ""),
    ("quickstart.yaml", "Autopilot devices", "", ""),
    ("quickstart.yaml", "CN=LAP-NGU1F8N2I5Z,CN=Computers,DC=corp,DC=contoso,DC=com", "", ""),
    ("quickstart.yaml", "TBFPTKE", "", "hybrid joined"),
    ("quickstart.yaml", "PFEG0D9P", "5m", "in group Autopilot devices"),
    ("groups/tag-change.yaml", "laptop-1", "", "group:Berlin"),
    ("groups/tag-change.yaml", "laptop-1", "1h3m", "group:Munich"),
    ("connector/dead-for-30-days.yaml", "laptop-1", "", ""),
    ("connector/dead-for-30-days.yaml", "laptop-1", "1h20m", "SRV-ODJ01"),
    ("profiles/pipeline.yaml", "unregistered", "", "profile"),
    ("profiles/pipeline.yaml", "hasty", "16m", ""),
    ("domain-join/ou-forms.yaml", "device:relative", "", ""),
    ("domain-join/ou-forms.yaml", "device:missing", "", ""),
    ("conversion/convert-all.yaml", "personal", "", "converted"),
];

fn ask(file: &str, question: &Question, at: &str) -> (Explanation, String) {
    let path = Path::new("scenarios").join(file);
    let text = std::fs::read_to_string(&path).expect("a readable file");
    let scenario = common::load(&text, path.parent().unwrap_or(Path::new(".")));
    let options = PlanOptions::default();
    let stop: Option<SimTime> = (!at.is_empty()).then(|| scenario.plan(&options).start + at.parse().expect("a span"));
    let outcome = explain::rerun(&scenario, &options, stop, question, &mut |_| {});
    let outcome = outcome.unwrap_or_else(|why| panic!("{file} {question:?}: {why}"));
    let answer = explain::explain(&outcome.world, question, outcome.start).expect("it was found before");
    let source = |line: u32| scenario.source_line(line).map(str::to_owned);
    let shown = explain::text(&answer, file, &source);
    let json = explain::json(&answer, file, &source);
    assert_eq!(json["root_causes"].as_array().map(Vec::len), Some(answer.roots.len()));
    (answer, shown)
}

#[test]
fn questions_have_golden_answers() {
    for (file, of, at, why_not) in QUESTIONS {
        let question = Question { of: (*of).into(), why_not: (!why_not.is_empty()).then(|| (*why_not).into()) };
        let (answer, text) = ask(file, &question, at);
        assert_eq!(answer.missing, 0, "{file} {question:?}: every chain closes");
        let asked =
            [*of, *at, *why_not].into_iter().filter(|t| !t.is_empty()).map(|t| t.replace([' ', ':', ',', '='], "-"));
        let name =
            format!("{}__{}", file.replace('/', "__").replace(".yaml", ""), asked.collect::<Vec<_>>().join("__"));
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../golden/explain");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description("tenantsim explain, as a person reads it");
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

/// Whatever fails in the library has a cause that stands in its file.
#[test]
fn every_error_page_leads_to_lines_of_the_file() {
    for path in common::files() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let scenario = common::load(&text, path.parent().unwrap_or(Path::new(".")));
        let plan = scenario.plan(&PlanOptions { notes: true, ..PlanOptions::default() });
        let outcome = plan.run(Default::default(), &mut |_| {});
        for (_, device) in outcome.world.field().devices() {
            if !matches!(device.stage, Stage::Failed(_)) {
                continue;
            }
            let of = format!("device:{}", outcome.world.cx().names.get(device.name));
            let question = Question { of, why_not: None };
            let answer = explain::explain(&outcome.world, &question, outcome.start);
            let answer = answer.unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            assert!(!answer.chain.is_empty() && answer.missing == 0, "{}: {answer:#?}", path.display());
            assert!(answer.roots.iter().any(|root| root.line.is_some()), "{}: {answer:#?}", path.display());
        }
    }
}

#[test]
fn a_fleet_is_explained_with_what_is_kept() {
    let text = "scenario: a fleet\n\
        tenant:\n  users: [{ upn: ada@contoso.com }]\n\
        \x20 groups: [{ name: All, rule: '(device.devicePhysicalIDs -any _ -contains \"[ZTDId]\")' }]\n\
        \x20 deployment_profiles: [{ name: Hybrid, assign: [All] }]\n\
        \x20 domain_join_profiles: [{ name: Corp, domain: corp.contoso.com, prefix: LAP-, assign: [All] }]\n\
        connectors: [{ name: SRV-ODJ01 }]\n\
        devices: [{ name: pc-, count: 2100 }]\n\
        steps:\n  - { at: 0s, do: { import: { devices: all } } }\n  - { at: 1h, do: { power_on: { devices: all, apart: 1s } } }\n";
    let scenario = common::load(text, Path::new("."));
    let question = Question { of: "pc-1999".into(), why_not: None };
    let outcome =
        explain::rerun(&scenario, &PlanOptions::default(), None, &question, &mut |_| {}).expect("it is there");
    let kept = outcome.world.cx().trace.kept().len() as u64;
    assert!(kept * 2 < outcome.world.cx().trace.count(), "a part is kept: {kept}");
    let few = explain::explain(&outcome.world, &question, outcome.start).expect("it is there");
    let all =
        scenario.plan(&PlanOptions { notes: true, ..PlanOptions::default() }).run(Default::default(), &mut |_| {});
    let all = explain::explain(&all.world, &question, outcome.start).expect("it is there");
    assert_eq!(few.missing, 0);
    assert!(few.roots.iter().any(|root| root.what == "connector SRV-ODJ01"), "{few:#?}");
    let shown = |answer: &Explanation| explain::text(answer, "fleet.yaml", &|_| None);
    assert_eq!(shown(&few), shown(&all), "and it is as good as all");
}
