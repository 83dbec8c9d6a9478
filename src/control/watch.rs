//! What can be watched: the trace, devices, connector servers.

use super::{Answer, ControlError, now, ok};
use crate::listen::http::Shared;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use serde_json::{Value, json};
use sim_world::World;
use sim_world::report;

/// So many records at once, unless the request says otherwise.
const PAGE: u64 = 1_000;

/// The most records at once.
const MAX_PAGE: u64 = 10_000;

/// `GET trace?since=SEQ&limit=`: records from a number on, in processing order, and the number to go on from.
///
/// A world that lives long forgets old records. Whoever asks for them is told how many are missed.
pub(super) async fn trace(State(shared): State<Shared>, request: Request) -> Answer {
    let (mut since, mut limit) = (0, PAGE);
    for pair in request.uri().query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let number = || {
            value.parse::<u64>().map_err(|_| {
                let value: String = value.chars().take(40).collect();
                ControlError::bad(format!("`{name}` is a number from 0 on, not `{value}`"))
            })
        };
        match name {
            "since" => since = number()?,
            "limit" => limit = number()?.min(MAX_PAGE),
            _ => {
                let name: String = name.chars().take(80).collect();
                return Err(ControlError::bad(format!("`{name}` means nothing here: there are `since` and `limit`")));
            }
        }
    }
    ok(&shared.world.read(|world| page(world, since, limit)))
}

fn page(world: &World, since: u64, limit: u64) -> Value {
    let cx = world.cx();
    let (first, kept) = (cx.trace.first_kept(), cx.trace.kept());
    // Beyond the end there is nothing yet: after a reset, numbers begin again.
    let begin = since.clamp(first, first + kept.len() as u64);
    let shown = kept.iter().skip((begin - first) as usize).take(limit as usize);
    let records: Vec<Value> = shown
        .zip(begin..)
        .map(|(record, seq)| {
            let mut value = json!({ "seq": seq });
            if let (Value::Object(all), Value::Object(members)) = (&mut value, report::trace_record(record, &cx.names))
            {
                all.extend(members);
            }
            value
        })
        .collect();
    let next = begin + records.len() as u64;
    let mut value = json!({ "records": records, "next": next });
    if since < first {
        value["missed"] = (first - since).into();
    }
    value
}

/// `GET devices/{name}`.
pub(super) async fn device(State(shared): State<Shared>, name: Name) -> Answer {
    let name = name_of(name)?;
    let found = shared.world.read(|world| report::device(world, &name).map(|value| at(world, value)))?;
    ok(&found)
}

/// `GET servers/{name}/log`.
pub(super) async fn server_log(State(shared): State<Shared>, name: Name) -> Answer {
    let name = name_of(name)?;
    let found = shared.world.read(|world| report::server_log(world, &name).map(|value| at(world, value)))?;
    ok(&found)
}

/// What stands for `{name}` in a path.
pub(super) type Name = Result<Path<String>, PathRejection>;

pub(super) fn name_of(name: Name) -> Result<String, ControlError> {
    name.map(|Path(name)| name).map_err(|_| ControlError::bad("the name in the path is no text in UTF-8"))
}

fn at(world: &World, mut value: Value) -> Value {
    value["now"] = now(world);
    value
}

/// Steps that were refused, with their line in the scenario file.
pub(super) fn refusals(all: &[(u32, String)]) -> Value {
    all.iter().map(|(line, message)| json!({ "line": line, "message": message })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::trace::Keep;
    use sim_world::run::Bounds;
    use sim_world::scenario::{PlanOptions, load, template};

    #[test]
    fn a_gap_is_told_and_numbers_stay() {
        let scenario = load(template(), &|path| Err(path.into())).scenario.expect("no mistakes");
        let run = |keep| {
            let options = PlanOptions { keep, ..PlanOptions::default() };
            scenario.plan(&options).run(Bounds::default(), &mut |_| {}).world
        };
        let (all, last) = (run(Keep::All), run(Keep::Last(10)));
        assert_eq!(all.hash(), last.hash());
        let (whole, rest) = (page(&all, 0, 10_000), page(&last, 3, 10_000));
        let first = last.cx().trace.first_kept();
        assert!(whole.get("missed").is_none() && first > 3);
        assert_eq!((&rest["missed"], &rest["next"]), (&json!(first - 3), &whole["next"]));
        let records = rest["records"].as_array().expect("records");
        assert_eq!(records[0]["seq"], first);
        assert_eq!(records[..], whole["records"].as_array().expect("records")[first as usize..]);
        assert!(page(&last, first, 1).get("missed").is_none());
    }
}
