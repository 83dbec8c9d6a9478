//! Files with mistakes in them: every mistake is reported in one pass, at its place, with a way out.

#![allow(clippy::disallowed_methods)] // tests read files

use sim_world::scenario::{self, document::line_col};
use std::fmt::Write as _;
use std::path::Path;

fn told(path: &Path) -> datatest_stable::Result<()> {
    let text = std::fs::read_to_string(path)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let read = |name: &str| std::fs::read(folder.join(name)).map_err(|_| "there is no such file".to_owned());
    let loaded = scenario::load(&text, &read);
    assert!(loaded.scenario.is_none(), "a file of mistakes does not load");
    let mut out = String::new();
    for d in &loaded.diagnostics {
        let (line, column) = line_col(&text, d.span.start);
        let _ = writeln!(
            out,
            "{line}:{column} {:?} {}\n    {}\n    at `{}`: {}",
            d.severity,
            d.code,
            d.message,
            d.span.of(&text).lines().next().unwrap_or(""),
            d.label
        );
        if let Some(help) = &d.help {
            let _ = writeln!(out, "    help: {help}");
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("mistakes/told");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    settings.bind(|| insta::assert_snapshot!(name, out));
    Ok(())
}

datatest_stable::harness! {
    { test = told, root = "tests/mistakes", pattern = r"^.*\.yaml$" },
}
