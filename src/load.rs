//! Loads scenario files.

use crate::files;
use sim_world::scenario::document::{Diagnostic, Severity};
use sim_world::scenario::{self, Scenario};
use std::fs;
use std::path::{Path, PathBuf};

/// A scenario file that was read, with what was found in it.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The scenario, unless it has errors.
    pub scenario: Option<Scenario>,
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// How many errors and warnings there are.
    pub(crate) fn tally(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        (errors, self.diagnostics.len() - errors)
    }
}

/// Loads a file. The error says why it cannot even be read.
pub(crate) fn load(path: &Path) -> Result<Loaded, String> {
    let unreadable = |why: &dyn std::fmt::Display| format!("cannot read {}: {why}", path.display());
    let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        unreadable(&format!("line {line} is not UTF-8 text"))
    })?;
    let loaded = scenario::load(&text, &|named| files::read_beside(path, named));
    Ok(Loaded { path: path.to_owned(), text, scenario: loaded.scenario, diagnostics: loaded.diagnostics })
}

/// The scenario that `new` writes, for those who bring none.
pub(crate) fn built_in() -> Loaded {
    let text = scenario::template();
    let loaded = scenario::load(text, &|named| Err(format!("{named}: there are no files here")));
    Loaded {
        path: "built-in.yaml".into(),
        text: text.to_owned(),
        scenario: loaded.scenario,
        diagnostics: loaded.diagnostics,
    }
}
