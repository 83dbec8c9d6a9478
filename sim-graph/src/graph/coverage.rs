//! How an operation of Graph is answered, for the document that says so of all of them.

use super::entity::Source;
use super::error::GraphError;
use super::route::Method;
use super::write::{Request, prepare};
use super::{Ids, Principal, ROOT, Strictness, read};
use sim_core::Guid;

/// How an operation is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// It works.
    Works,
    /// As the service answers what it does not have.
    Refused,
    /// Nothing here knows of it.
    Unknown,
}

/// How an operation is answered: a method, and a target whose keys nobody has.
pub fn coverage(source: &Source<'_>, method: Method, target: &str) -> Coverage {
    if target.ends_with("/$batch") {
        return Coverage::Works;
    }
    let strictness = Strictness::Wire { eventual: true };
    let error = match method {
        Method::Get => read(source, target, strictness).err(),
        _ => {
            let request = Request {
                method,
                target: target.to_owned(),
                root: ROOT.to_owned(),
                content_type: "application/json".to_owned(),
                body: b"{}".to_vec(),
                principal: Principal { user: Some(Guid::NIL), ..Principal::ANYBODY },
                ids: Ids::default(),
            };
            prepare(source, &request).err()
        }
    };
    match error {
        Some(GraphError::NoSegment { .. }) => Coverage::Unknown,
        Some(GraphError::Refused(refusal)) if refusal.is_of_route() => Coverage::Refused,
        _ => Coverage::Works,
    }
}
