//! Documents that are made from the code are up to date. `UPDATE_DOCS=1 cargo test --test documents` makes them anew.

#![allow(clippy::disallowed_methods)] // tests read and write files

mod common;

use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, SimTime};
use sim_graph::graph::{self, Coverage};
use sim_graph::{Tenant, TenantKnobs};
use sim_world::scenario;
use std::collections::BTreeMap;
use std::fmt::Write as _;

fn up_to_date(path: &str, want: &str) {
    if std::env::var("UPDATE_DOCS").is_ok() {
        std::fs::write(path, want).expect("a writable file");
        return;
    }
    let got = std::fs::read_to_string(path).unwrap_or_default();
    assert!(got == want, "{path} is out of date; run `UPDATE_DOCS=1 cargo test --test documents`");
}

#[test]
fn fidelity_lists_every_knob() {
    let mut out = String::from(
        "# Fidelity: every number that stands for the real service\n\n\
         Made from the knob tables in the code. A scenario may override any of them under `knobs:`, and the report lists what it\n\
         overrides. *Documented* means that the vendor says so, *observed* that public tools, logs or write-ups show it, *assumed* that\n\
         nobody says and the default is our choice.\n",
    );
    for (title, rows) in scenario::knob_tables() {
        let _ = write!(
            out,
            "\n## {title}\n\n| knob | default | unit | basis | meaning | source |\n| --- | --- | --- | --- | --- | --- |\n"
        );
        for row in rows {
            let doc = row.doc.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(
                out,
                "| `{}` | `{}` | {} | {} | {doc} | {} |",
                row.name, row.default, row.unit, row.basis, row.source
            );
        }
    }
    up_to_date("docs/fidelity.md", &out);
}

#[test]
fn the_schema_and_the_reference_follow_the_code() {
    let mut schema = scenario::document::to_string_pretty(&scenario::schema());
    if !schema.ends_with('\n') {
        schema.push('\n');
    }
    up_to_date("docs/scenario.schema.json", &schema);
    let reference = format!(
        "# Scenario reference\n\nMade from the code. Times are spans from time zero (`48h`, `PT48H`) or RFC 3339 instants. For completion and checks in an \
         editor, point it at `scenario.schema.json`.\n\n{}",
        scenario::reference(2)
    );
    up_to_date("docs/scenario-reference.md", &reference);
}

/// The operations that the description of Graph has, and how each is answered.
#[test]
fn graph_coverage_lists_every_operation() {
    let mut cx = Cx::new(SimTime::from_unix_millis(0), 1, Keep::Nothing, QueueKind::Heap);
    let tenant = Tenant::new("Contoso", TenantKnobs::default(), &mut cx);
    let source = graph::Source { tenant: &tenant, cx: &cx, sid_of: &|_, _| None };
    let (mut table, mut counts) = (String::new(), BTreeMap::<Coverage, usize>::new());
    for line in include_str!("data/graph-operations.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let path = words.next().expect("a path");
        for word in words {
            let (versions, methods) = word.split_once(':').expect("versions and methods");
            for name in methods.split(',') {
                let method = graph::Method::of(name).expect("a method of Graph");
                let versions = if versions == "both" { &["v1.0", "beta"][..] } else { &[versions][..] };
                for version in versions {
                    let id = "00000000-0000-0000-0000-000000000001";
                    let me = path.strip_prefix("/me").filter(|rest| rest.is_empty() || rest.starts_with('/'));
                    let path = me.map_or_else(|| path.to_owned(), |rest| format!("/users/{id}{rest}"));
                    let coverage = graph::coverage(&source, method, &format!("/{version}{}", path.replace("{id}", id)));
                    *counts.entry(coverage).or_default() += 1;
                    let word = match coverage {
                        Coverage::Works => "works",
                        Coverage::Refused => "answered as unsupported",
                        Coverage::Unknown => "not known",
                    };
                    let _ = writeln!(
                        table,
                        "| {name} | `{line}` | {version} | {word} |",
                        line = line.split(' ').next().unwrap_or("")
                    );
                }
            }
        }
    }
    let count = |coverage| counts.get(&coverage).copied().unwrap_or(0);
    let out = format!(
        "# Operations of Microsoft Graph\n\nMade from the routes in the code and the official OpenAPI descriptions of 2026: every operation in \
         scope, and how it is answered. *Works* means that it does what the service does; *answered as unsupported* that the description \
         has it and the service refuses it, which is what happens here, too.\n\nWorks: {}. Answered as unsupported: {}. Not known: {}.\n\n\
         | method | path | version | answer |\n| --- | --- | --- | --- |\n{table}",
        count(Coverage::Works),
        count(Coverage::Refused),
        count(Coverage::Unknown)
    );
    up_to_date("docs/graph-coverage.md", &out);
}

#[test]
fn coverage_names_scenarios_that_exist() {
    let text = std::fs::read_to_string("docs/coverage.md").expect("docs/coverage.md");
    let mut rows = 0;
    for line in text.lines().filter(|l| l.starts_with("| S")) {
        rows += 1;
        for path in line.split('`').skip(1).step_by(2).filter(|p| p.ends_with(".yaml")) {
            assert!(
                std::path::Path::new("scenarios").join(path).exists(),
                "docs/coverage.md names {path}, which is not there"
            );
        }
    }
    assert_eq!(rows, 44, "a row for each statement");
}

#[test]
fn the_readme_shows_what_the_quickstart_prints() {
    let readme = std::fs::read_to_string("README.md").expect("README.md");
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an excerpt");
    let path = std::path::Path::new("scenarios/quickstart.yaml");
    let printed = common::text(&common::run(path, &common::Options::default()), path);
    let folded = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let printed: Vec<String> = printed.lines().map(folded).collect();
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(printed.contains(&folded(line)), "README.md shows a line that is not printed any more: {line}");
    }
}
