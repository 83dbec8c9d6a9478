//! The pages of `show`: a device as the person in front of it and the support engineer behind it see it, a connector server with
//! its log, and any other object as a short list of properties.

mod device;
pub(crate) mod directory;
mod dsregcmd;
pub(crate) mod find;
mod frame;
mod machines;
mod objects;
mod server;

pub use machines::{device, server_log};

use crate::world::World;
use find::Thing;
use sim_core::SimTime;
use sim_device::OdjPackage;
use std::fmt;

/// The page of what goes by that name: a name, serial number, computer name, user principal name, distinguished name or GUID,
/// without regard to case. Where one name means several things, `kind:name` picks one.
///
/// `start` is the scenario's time zero, from which clock times count their days.
pub fn show(world: &World, of: &str, start: SimTime) -> Result<String, ShowError> {
    let now = world.now();
    let page = match find::find(world, of)? {
        Thing::Device(id) => device::page(world, id, start),
        Thing::Server(id) => server::page(world, id, start),
        Thing::Entry(id) => directory::page(world, id),
        thing => objects::page(world, thing),
    };
    let page: String = page.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect();
    let (title, rest) = page.split_once('\n').unwrap_or((&page, ""));
    Ok(format!("{title}, at {} ({now})\n{rest}", now.clock_since(start)))
}

/// The directory entry of that name with all that is below it, as LDIF: what [`crate::scenario`] can load again.
pub fn ldif(world: &World, of: &str) -> Result<String, ShowError> {
    let entry = find::find_among(world, of, |thing| if let Thing::Entry(id) = thing { Some(id) } else { None })?;
    Ok(directory::ldif(world, entry))
}

/// The offline domain join blob of a device or of a request; none if no connector has made one.
///
/// # Errors
///
/// Nothing, or too much, goes by that name.
pub fn odj_package(world: &World, of: &str) -> Result<Option<OdjPackage>, ShowError> {
    let tenant = world.tenant();
    let pick = |thing| match thing {
        Thing::Request(id) => Some(Some(id)),
        Thing::Device(id) => {
            let managed = world.field().device(id).managed.get();
            Some(managed.and_then(|m| tenant.managed_device(m).odj.get()))
        }
        _ => None,
    };
    let thing = find::find(world, of)?;
    let request = pick(thing).ok_or_else(|| ShowError::Meaningless {
        of: of.into(),
        why: "has no offline domain join blob: devices have, and requests such as `request:NAME`".into(),
    })?;
    let blob = request.and_then(|r| tenant.odj_request(r).blob());
    Ok(blob.and_then(|blob| OdjPackage::of(&blob, world.forest(), world.cx())))
}

/// Nothing, or too much, goes by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShowError {
    /// Nothing does.
    Unknown {
        /// The name.
        of: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// Several things do.
    Ambiguous {
        /// The name.
        of: String,
        /// They.
        candidates: Vec<Candidate>,
    },
    /// What is asked of something has no meaning.
    Meaningless {
        /// The thing.
        of: String,
        /// Why it has none, as what follows its name.
        why: String,
    },
}

impl fmt::Display for ShowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { of, suggestion } => {
                write!(f, "nothing goes by the name `{of}`")?;
                suggestion.iter().try_for_each(|name| write!(f, "; did you mean `{name}`?"))
            }
            Self::Meaningless { of, why } => write!(f, "`{of}` {why}"),
            Self::Ambiguous { of, candidates } => {
                write!(f, "`{of}` may be any of {}", candidates.len())?;
                candidates.iter().try_for_each(|c| write!(f, "\n  {c}"))
            }
        }
    }
}

impl std::error::Error for ShowError {}

/// One of several things that go by a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// What kind of thing.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What to ask for to get this one.
    pub of: String,
}

impl fmt::Display for Candidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: --of '{}'", self.kind, self.name, self.of)
    }
}

/// A list of properties, aligned. Empty values are left out.
#[derive(Debug, Default)]
struct Properties(Vec<(&'static str, String)>);

impl Properties {
    fn add(&mut self, name: &'static str, value: impl fmt::Display) -> &mut Self {
        let value = value.to_string();
        if !value.is_empty() {
            self.0.push((name, value));
        }
        self
    }
}

impl fmt::Display for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        self.0.iter().try_for_each(|(name, value)| writeln!(f, "{name:width$}  {value}"))
    }
}

/// An instant, or nothing for never.
fn instant(at: SimTime) -> String {
    if at == SimTime::NEVER { String::new() } else { at.to_string() }
}

/// Whether two names are one, without regard to case.
fn same(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}
