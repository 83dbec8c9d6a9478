//! The scenario language: from the text of a file to a world that is ready to run.
//!
//! `document` turns text into typed sections with positions; `model` lists the keys, `forest` those of the directory; `resolve` checks names and the rules of the
//! domain; `build` makes the world. All mistakes of a file are reported in one pass.

mod build;
mod csv;
pub mod document;
mod forest;
mod graph;
pub(crate) mod model;
mod resolve;
mod sign_in;
pub(crate) mod words;

pub(crate) use build::{DECLARED, SET_UP};
pub use build::{PlanOptions, tables as knob_tables};
pub use csv::{FleetRow, read as read_fleet};
pub(crate) use forest::build::search;
pub use model::FailureNotes;

use document::{Diagnostic, Diagnostics};
use model::File;
use sim_ldap::ldif::Record;
use std::collections::BTreeMap;

/// A scenario without mistakes.
#[derive(Debug)]
pub struct Scenario {
    file: File,
    /// The text, for the lines of what is declared.
    text: String,
    fleets: BTreeMap<String, Vec<FleetRow>>,
    ldifs: BTreeMap<String, Vec<Record>>,
    /// Certificates of applications in DER, by the path of their file.
    certificates: BTreeMap<String, Vec<Vec<u8>>>,
}

/// What came of loading a file.
#[derive(Debug)]
pub struct Loaded {
    /// The scenario, if there was no error.
    pub scenario: Option<Scenario>,
    /// Errors and warnings, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

/// Loads a scenario. `read` gives the content of a file that the scenario names, by its path relative to the scenario file.
pub fn load(text: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, String>) -> Loaded {
    let (file, mut diagnostics): (Option<File>, Diagnostics) = document::load(text);
    let mut scenario = None;
    if let Some(file) = file {
        let partial = diagnostics.is_partial() && misses_declarations(text, &diagnostics);
        let mut files = resolve::Files::new(read, text);
        resolve::check(&file, partial, &mut files, &mut diagnostics);
        if !diagnostics.has_errors() {
            let resolve::Files { fleets, ldifs, certificates, .. } = files;
            scenario = Some(Scenario { file, text: text.to_owned(), fleets, ldifs, certificates });
        }
    }
    Loaded { scenario, diagnostics: diagnostics.finish() }
}

/// Whether a mistake stands among what a file declares, so that a name that means nothing may be of an entry that was left out.
fn misses_declarations(text: &str, diagnostics: &Diagnostics) -> bool {
    const DECLARING: [&str; 6] = ["tenant", "forest", "places", "connectors", "entra_connect", "devices"];
    let root = document::parse(text, &mut Diagnostics::new());
    root.is_none_or(|root| {
        DECLARING.iter().filter_map(|key| root.get(key)).any(|node| diagnostics.has_errors_within(node.span))
    })
}

impl Scenario {
    /// Its title.
    pub fn title(&self) -> &str {
        &self.file.scenario
    }

    /// The failure that it reproduces, in the words of its author.
    pub fn failure(&self) -> Option<&FailureNotes> {
        self.file.failure.as_ref()
    }

    /// The password of a domain's built-in administrator, by the domain's DNS name.
    pub fn administrator_password(&self, dns: &str) -> &str {
        forest::build::administrator_password(&self.file, dns)
    }

    /// A line of the file, from 1.
    pub fn source_line(&self, line: u32) -> Option<&str> {
        self.text.lines().nth((line as usize).checked_sub(1)?)
    }

    fn line(&self, span: document::Span) -> u32 {
        document::line_col(&self.text, span.start).0 as u32
    }
}

/// The JSON Schema of scenario files, for editors.
pub fn schema() -> serde_json::Value {
    document::json_schema::<File>("tenantsim scenario")
}

/// The reference of all keys, in Markdown, with headings from that level on.
pub fn reference(heading_level: usize) -> String {
    document::markdown(&schema(), heading_level)
}

/// A small commented scenario to begin with.
pub fn template() -> &'static str {
    include_str!("template.yaml")
}
