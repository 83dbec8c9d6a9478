//! Why things are as they are, and why something did not come about: the chain of records from what can be seen back to the lines
//! of the scenario, with what each decision on the way saw.
//!
//! Nothing here knows a failure. The chain is the trace's; reasons and inputs are those that the rules gave when they decided, or
//! give when they are asked now. What stands against something ([`Blame`](sim_core::Blame)) is led back to where it was declared
//! or done: those are the root causes.

mod chain;
mod json;
mod rerun;
mod subject;
mod text;
mod why_not;

pub use json::json;
pub use rerun::rerun;
pub use text::text;

use crate::report::ShowError;
use crate::world::World;
use chain::Chains;
use sim_core::{Level, SimTime};

/// What is asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Of what: a name, serial number, computer name, user principal name, distinguished name or GUID; `kind:name` picks one of
    /// several.
    pub of: String,
    /// What did not come about: a name (a group, a profile, a connector), or a word such as `desktop` or `enrolled`.
    pub why_not: Option<String>,
}

/// The answer.
#[derive(Debug, Clone, Default)]
pub struct Explanation {
    /// What people call it.
    pub name: String,
    /// What kind of thing it is.
    pub kind: &'static str,
    /// When it is looked at.
    pub at: SimTime,
    /// The scenario's time zero, from which clock times count their days.
    pub start: SimTime,
    /// What can be seen of it.
    pub state: Vec<String>,
    /// What led to that, the latest first.
    pub chain: Vec<Link>,
    /// What was asked about the present, and what the rules answered.
    pub findings: Vec<Finding>,
    /// What it comes from: what stands against what was wanted, with its place in the file.
    pub roots: Vec<Root>,
    /// What set it going.
    pub set_going: Vec<Root>,
    /// How many records of the chain are not kept any more.
    pub missing: usize,
}

/// One record of a chain.
#[derive(Debug, Clone)]
pub struct Link {
    /// When.
    pub at: SimTime,
    /// Who, by the name a person would use.
    pub who: String,
    /// What happened.
    pub what: String,
    /// The stable name of what kind of thing happened.
    pub kind: &'static str,
    /// How much it matters.
    pub level: Level,
    /// The stable name of the reason that its rule gave.
    pub why: Option<&'static str>,
    /// How often the like of it happened in this chain, and when first: attempts are one link.
    pub times: u32,
    /// When the first of them happened.
    pub since: SimTime,
    /// What its decision saw.
    pub saw: Vec<String>,
    /// What else it follows from, each as a chain that ends where it meets one that is shown already.
    pub because: Vec<Vec<Link>>,
}

/// The answer of the rules to a question about the present.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What is so, or is not so.
    pub says: String,
    /// What the rules saw.
    pub saw: Vec<String>,
    /// The records that it follows from.
    pub because: Vec<Vec<Link>>,
}

/// Where a chain ends: a line of the scenario, or what nothing in it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The line of the file, from 1; none for what the file does not say.
    pub line: Option<u32>,
    /// When, for what was done rather than declared.
    pub at: Option<SimTime>,
    /// What: `connector SRV-ODJ01`, `power_on`.
    pub what: String,
    /// What of it stands against what was wanted.
    pub says: Vec<String>,
}

/// Explains something in a world whose trace keeps notes. `start` is the scenario's time zero.
///
/// # Errors
///
/// Nothing, or too much, goes by a name; or the question has no meaning.
pub fn explain(world: &World, question: &Question, start: SimTime) -> Result<Explanation, ShowError> {
    let mut chains = Chains::new(world);
    let mut answer = match &question.why_not {
        Some(text) => why_not::answer(world, &question.of, text, &mut chains)?,
        None => subject::answer(world, &question.of, start, &mut chains)?,
    };
    answer.at = world.now();
    answer.start = start;
    chains.finish(&mut answer);
    Ok(answer)
}
