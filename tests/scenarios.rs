//! Every file under `scenarios/` is a test: its expectations hold, and its timeline is the golden one.

#![allow(clippy::disallowed_methods)] // tests read files

mod common;

use std::path::Path;

fn holds(path: &Path) -> datatest_stable::Result<()> {
    let outcome = common::run(path, &common::Options::default());
    let text = common::text(&outcome, path);
    let wrong: Vec<_> = outcome
        .verdicts
        .iter()
        .filter(|v| !v.ok)
        .map(|v| format!("line {}: {}: saw {}", v.line, v.text, v.saw))
        .collect();
    assert!(wrong.is_empty(), "{}\n\n{text}", wrong.join("\n"));
    assert!(outcome.refusals.is_empty(), "steps were refused: {:?}", outcome.refusals);
    let name = path.strip_prefix("scenarios").unwrap_or(path).with_extension("");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_description("tenantsim run, as a person reads it");
    settings.bind(|| insta::assert_snapshot!(name.to_string_lossy().replace(['/', '\\'], "__"), text));
    Ok(())
}

datatest_stable::harness! {
    { test = holds, root = "scenarios", pattern = r"^.*\.yaml$" },
}
