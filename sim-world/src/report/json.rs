//! A run as JSON.

use super::text::title;
use super::{hash_digits, timeline};
use crate::run::Outcome;
use serde_json::{Map, Value, json};
use sim_core::SimTime;
use std::time::Duration;

/// A run as one JSON object. `wall`, in seconds, is its only member that differs from run to run.
///
/// Times are RFC 3339, the simulated span is ISO 8601, the hash is 16 hexadecimal digits.
pub fn json(outcome: &Outcome, path: &str, wall: Duration) -> Value {
    json!({
        "scenario": title(outcome, path),
        "seed": outcome.seed,
        "hash": hash_digits(outcome.world.hash()),
        "events": outcome.world.events(),
        "simulated": outcome.world.now().since(outcome.start).iso8601(),
        "expectations": outcome.verdicts.iter().map(|v| json!({
            "text": v.text,
            "line": v.line,
            "ok": v.ok,
            "at": v.at.map(instant),
            "saw": v.saw,
        })).collect::<Vec<_>>(),
        "timeline": timeline(outcome).into_iter().map(|entry| {
            let mut members = Map::new();
            members.insert("at".into(), instant(entry.at));
            members.insert("who".into(), entry.who.into());
            members.insert("what".into(), entry.what.into());
            for (name, value) in [("code", entry.code), ("cause", entry.cause)] {
                if let Some(value) = value {
                    members.insert(name.into(), value.into());
                }
            }
            Value::Object(members)
        }).collect::<Vec<_>>(),
        "wall": wall.as_micros() as f64 / 1e6,
    })
}

fn instant(at: SimTime) -> Value {
    at.to_string().into()
}
