//! `/_sim/clock`: what time it is, how time passes, and letting it pass.

use super::members::Members;
use super::{Answer, ControlError, object, ok};
use crate::host::{Goal, Mode, Status};
use crate::listen::http::Shared;
use axum::extract::{Request, State};
use serde_json::{Value, json};
use sim_core::{SimDuration, SimTime};

/// `GET clock`.
pub(super) async fn show(State(shared): State<Shared>) -> Answer {
    ok(&status_json(&shared.world.status()))
}

/// `PUT clock`: `{"mode": "paused"}`, `{"mode": "scaled", "factor": 60}`, `{"mode": "per_request", "step": "PT30S"}`.
pub(super) async fn set(State(shared): State<Shared>, request: Request) -> Answer {
    let mode = mode(object(&shared, request).await?)?;
    shared.world.set_mode(mode).await;
    ok(&status_json(&shared.world.status()))
}

/// `POST clock/advance`: `{"by": "PT48H"}`, `{"to": "2022-11-19T08:00:00Z"}`, `{"until": "settled"}` or `{"until": "next"}`.
pub(super) async fn advance(State(shared): State<Shared>, request: Request) -> Answer {
    let start = shared.world.status().start;
    let goal = goal(object(&shared, request).await?, start)?;
    let done = shared.world.advance(goal).await?;
    let mut value = json!({
        "now": done.now.to_string(),
        "events": done.events,
        "settled": done.settled,
        "next": instant(done.next),
    });
    if !done.refusals.is_empty() {
        value["refusals"] = super::watch::refusals(&done.refusals);
    }
    ok(&value)
}

pub(super) fn status_json(status: &Status) -> Value {
    let mut value = match status.mode {
        Mode::Paused => json!({ "mode": "paused" }),
        Mode::Scaled { factor } => json!({ "mode": "scaled", "factor": factor }),
        Mode::PerRequest { step } => json!({ "mode": "per_request", "step": step.iso8601() }),
    };
    value["now"] = status.now.to_string().into();
    value["start"] = status.start.to_string().into();
    value["settled"] = status.settled.into();
    value["next"] = instant(status.next);
    value["pending"] = status.pending.into();
    value
}

fn instant(at: Option<SimTime>) -> Value {
    at.map_or(Value::Null, |at| at.to_string().into())
}

fn mode(mut members: Members) -> Result<Mode, ControlError> {
    let name = members.text("mode")?.ok_or_else(|| ControlError::bad("`mode` is missing"))?;
    let mode = match name.as_str() {
        "paused" => Mode::Paused,
        "scaled" => {
            let factor = members.number("factor")?.ok_or_else(|| ControlError::bad("`factor` is missing"))?;
            Mode::scaled(factor).map_err(|why| ControlError::bad(format!("`factor`: {why}")))?
        }
        "per_request" => {
            let step = members.text("step")?.ok_or_else(|| ControlError::bad("`step` is missing"))?;
            Mode::per_request(&step).map_err(|why| ControlError::bad(format!("`step`: {why}")))?
        }
        other => {
            let other: String = other.chars().take(40).collect();
            let message = format!("`mode` is `paused`, `scaled` or `per_request`, not `{other}`");
            return Err(ControlError::bad(message));
        }
    };
    members.none_left()?;
    Ok(mode)
}

/// Reads how far time is to pass. `to` is an instant, or a span since the start as in scenario files.
fn goal(mut members: Members, start: SimTime) -> Result<Goal, ControlError> {
    let (by, to, until) = (members.text("by")?, members.text("to")?, members.text("until")?);
    members.none_left()?;
    match (by, to, until) {
        (Some(by), None, None) => {
            let span: SimDuration = by.parse().map_err(|why| ControlError::bad(format!("`by`: {why}")))?;
            if span.is_negative() {
                return Err(ControlError::bad(format!("`by`: time only goes forward, and {by} is negative")));
            }
            Ok(Goal::By(span))
        }
        (None, Some(to), None) => match to.parse::<SimDuration>() {
            Ok(span) => Ok(Goal::To(start + span)),
            Err(_) => Ok(Goal::To(to.parse().map_err(|why| ControlError::bad(format!("`to`: {why}")))?)),
        },
        (None, None, Some(until)) => match until.as_str() {
            "settled" => Ok(Goal::Settled),
            "next" => Ok(Goal::Next),
            _ => Err(ControlError::bad("`until` is `settled` or `next`")),
        },
        _ => Err(ControlError::bad("one of `by`, `to` and `until` says how far, and only one")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T>(text: &str, read: fn(Members) -> Result<T, ControlError>) -> Result<T, String> {
        let Ok(Value::Object(members)) = serde_json::from_str(text) else { panic!("{text} is an object") };
        read(Members::new(members)).map_err(|error| error.message)
    }

    fn goal(members: Members) -> Result<Goal, ControlError> {
        super::goal(members, SimTime::from_unix_millis(0))
    }

    #[test]
    fn goals_are_read_and_mistakes_named() {
        assert_eq!(read(r#"{"by":"PT48H"}"#, goal), Ok(Goal::By(SimDuration::from_hours(48))));
        assert_eq!(read(r#"{"by":"48h"}"#, goal), Ok(Goal::By(SimDuration::from_hours(48))));
        assert_eq!(read(r#"{"to":"1h"}"#, goal), Ok(Goal::To(SimTime::from_unix_millis(3_600_000))));
        assert_eq!(read(r#"{"until":"settled","to":null}"#, goal), Ok(Goal::Settled));
        for (text, field) in [
            (r#"{}"#, "`by`"),
            (r#"{"by":"1h","until":"next"}"#, "only one"),
            (r#"{"by":5}"#, "`by` is a text, not 5"),
            (r#"{"by":"-1h"}"#, "`by`: time only goes forward"),
            (r#"{"by":"soon"}"#, "`by`: "),
            (r#"{"to":"tomorrow"}"#, "`to`: "),
            (r#"{"to":"9999999-01-01T00:00:00Z"}"#, "`to`: "),
            (r#"{"until":"tomorrow"}"#, "`until` is"),
            (r#"{"untill":"next"}"#, "`untill` means nothing"),
        ] {
            let why = read(text, goal).expect_err(text);
            assert!(why.contains(field), "{text}: {why}");
        }
    }

    #[test]
    fn modes_are_read_and_mistakes_named() {
        assert_eq!(read(r#"{"mode":"paused"}"#, mode), Ok(Mode::Paused));
        assert_eq!(read(r#"{"mode":"scaled","factor":60}"#, mode), Ok(Mode::Scaled { factor: 60.0 }));
        let step = SimDuration::from_secs(30);
        assert_eq!(read(r#"{"mode":"per_request","step":"30s"}"#, mode), Ok(Mode::PerRequest { step }));
        for (text, field) in [
            (r#"{}"#, "`mode` is missing"),
            (r#"{"mode":"fast"}"#, "`mode` is"),
            (r#"{"mode":"scaled"}"#, "`factor` is missing"),
            (r#"{"mode":"scaled","factor":0}"#, "`factor`: "),
            (r#"{"mode":"scaled","factor":1e300}"#, "`factor`: "),
            (r#"{"mode":"scaled","factor":"60"}"#, "`factor` is a number"),
            (r#"{"mode":"per_request","step":"-1s"}"#, "`step`: "),
            (r#"{"mode":"paused","factor":1}"#, "`factor` means nothing"),
        ] {
            let why = read(text, mode).expect_err(text);
            assert!(why.contains(field), "{text}: {why}");
        }
    }
}
