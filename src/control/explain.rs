//! `GET explain?of=NAME&why_not=TEXT`: why something is as it is now, or why something did not come about.
//!
//! It answers from the records that a served world keeps. Chains that begin before them say how many are missing.

use super::{Answer, ControlError, ok};
use crate::listen::http::Shared;
use axum::extract::{Request, State};
use sim_graph::odata::percent::{Place, decode};
use sim_world::explain::{Question, explain as answer, json};

pub(super) async fn explain(State(shared): State<Shared>, request: Request) -> Answer {
    let mut question = Question::default();
    for pair in request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(value, Place::Query).into_owned();
        match name {
            "of" => question.of = value,
            "why_not" => question.why_not = Some(value),
            _ => {
                let name: String = name.chars().take(80).collect();
                return Err(ControlError::bad(format!("`{name}` means nothing here: there are `of` and `why_not`")));
            }
        }
    }
    if question.of.trim().is_empty() {
        return Err(ControlError::bad("`of` names what is to be explained, as in `explain?of=PFEG0D9P`"));
    }
    let start = shared.world.start();
    let explanation = shared.world.read(|world| answer(world, &question, start))?;
    let scenario = shared.world.scenario();
    let source = |line: u32| scenario.source_line(line).map(str::to_owned);
    ok(&json(&explanation, shared.world.title(), &source))
}
