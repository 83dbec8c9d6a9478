//! One helper: a text is read as a small language with every kind of part, and its mistakes are printed.

#![allow(dead_code)] // what is read is looked at as a whole, not field by field

mod properties;
mod reading;
mod schemas;
mod suggestions;
mod syntax;
mod trees;

use super::{
    Diagnostics, Entries, OneOrMany, ReadScalar, Severity, Spanned, choice, line_col, load, parse, section, words,
};

words! {
    /// How a device joins.
    pub enum Join {
        /// To Active Directory and Entra.
        hybrid => Hybrid,
        /// To Entra only.
        "entra-only" => Entra,
    }
}

/// Minutes, written as `5m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes(pub u32);

impl ReadScalar for Minutes {
    const EXPECTED: &'static str = "a time such as `5m`";
    const NAME: Option<&'static str> = Some("Minutes");

    fn parse(text: &str) -> Result<Self, String> {
        let digits = text.strip_suffix('m').ok_or("the unit is missing")?;
        digits.parse().map(Minutes).map_err(|_| String::new())
    }

    fn schema() -> serde_json::Value {
        serde_json::json!({ "title": "a time such as `5m`", "type": "string", "pattern": "^[0-9]+m$" })
    }

    fn print(&self) -> Option<serde_json::Value> {
        Some(format!("{}m", self.0).into())
    }
}

section! {
    /// A small language.
    pub struct Document {
        /// What it is about. More of it.
        scenario: Spanned<String>,
        /// Start of all chance.
        seed: u64 = 1,
        /// Servers.
        connectors: Vec<Connector> = Vec::new(),
        /// What happens, in order.
        steps: Vec<Step> = Vec::new(),
        /// What must hold.
        expect: Vec<Expectation> = Vec::new(),
        /// Free settings.
        knobs: Entries<Minutes> = Entries::default(),
    }
}

section! {
    /// A server.
    pub struct Connector {
        /// Name of the server.
        name: Spanned<String>,
        /// OUs it has rights on.
        delegated: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Computers it may create | at most.
        quota: u8 = 10,
        /// Whether it runs.
        ///
        /// One that does not run fetches no requests.
        running: bool = true,
        /// Where it stands.
        place: Option<Spanned<String>>,
        /// Its joins.
        #[key = "type"]
        join: Join = Join::Hybrid,
    }
}

section! {
    /// Something that happens.
    pub struct Step {
        /// When.
        at: Minutes,
        /// What.
        r#do: Spanned<Action>,
    }
}

section! {
    /// Something that must hold.
    pub struct Expectation {
        /// When.
        #[embed]
        when: Option<When>,
        /// What is looked at.
        #[embed]
        check: Spanned<Check>,
    }
}

choice! {
    /// What happens.
    pub enum Action {
        /// Imports devices.
        import => Import(Import),
        /// Turns devices on.
        "power-on" => PowerOn(Spanned<String>),
        /// Fetches what is new.
        sync => Sync(Sync),
    }
}

choice! {
    /// When something must hold.
    pub enum When {
        /// At that time.
        at => At(Minutes),
        /// At some time until then.
        by => By(Minutes),
    }
}

choice! {
    /// What is looked at.
    pub enum Check {
        /// A Graph request.
        graph => Graph(Graph),
        /// What a log says.
        log => Log(Spanned<String>),
    }
}

section! {
    /// Devices to import.
    pub struct Import {
        /// Which.
        devices: Spanned<String>,
    }
}

section! {
    /// No settings.
    pub struct Sync {}
}

section! {
    /// A request.
    pub struct Graph {
        /// Its path.
        get: Spanned<String>,
        /// How many objects it gives.
        count: Option<u32>,
        /// What is sent.
        body: Option<serde_json::Value>,
    }
}

/// The mistakes of a document, one a line: `code line:column "text" message | label | help`.
fn printed(text: &str, diagnostics: Diagnostics) -> String {
    let mut out = String::new();
    for mistake in diagnostics.finish() {
        let (line, column) = line_col(text, mistake.span.start);
        let code = mistake.code.trim_start_matches("scenario::");
        let warning = if mistake.severity == Severity::Warning { "warning " } else { "" };
        out += &format!("{warning}{code} {line}:{column} {:?} {}", mistake.span.of(text), mistake.message);
        out += &format!(" | {} | {}\n", mistake.label, mistake.help.as_deref().unwrap_or("-"));
    }
    out
}

/// The mistakes of a [`Document`].
fn mistakes(text: &str) -> String {
    let (_, diagnostics) = load::<Document>(text);
    printed(text, diagnostics)
}

/// The value of a document without mistakes.
fn read<T: super::Read>(text: &str) -> T {
    let (value, diagnostics) = load::<T>(text);
    assert_eq!(printed(text, diagnostics), "");
    value.expect("there was no mistake")
}

/// The tree of a text, one node a line with its place, or its mistakes.
fn tree(text: &str) -> String {
    let mut diagnostics = Diagnostics::new();
    let root = parse(text, &mut diagnostics);
    let mut out = printed(text, diagnostics);
    if let Some(root) = root {
        trees::print(&mut out, text, "", &root);
    }
    out
}
