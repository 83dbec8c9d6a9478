//! The trace as JSON Lines: each record that was kept, with typed arguments.

use crate::run::Outcome;
use serde_json::{Value, json};
use sim_core::{Arg, Level, Names, Record};
use std::fmt::Write as _;

/// All records that were kept, one JSON object a line. `file` is given where several files' records come together.
pub fn trace_lines(outcome: &Outcome, file: Option<&str>) -> String {
    let cx = outcome.world.cx();
    let mut out = String::new();
    for record in cx.trace.kept() {
        let _ = writeln!(out, "{}", line(record, &cx.names, file));
    }
    out
}

/// A record of the trace as an object.
pub fn trace_record(record: &Record, names: &Names) -> Value {
    line(record, names, None)
}

fn line(record: &Record, names: &Names, file: Option<&str>) -> Value {
    let mut members = serde_json::Map::new();
    let mut member = |name: &str, value: Value| members.insert(name.into(), value);
    if let Some(file) = file {
        member("file", file.into());
    }
    member("at", record.at.to_string().into());
    member("key", record.key.to_string().into());
    member("level", level(record.kind.level).into());
    member("kind", record.kind.name.into());
    member("who", names.get(record.who).into());
    member("what", record.text(names).into());
    let given = record.args.iter().rposition(|a| *a != Arg::None).map_or(0, |last| last + 1);
    member("args", record.args[..given].iter().map(|a| argument(*a, names)).collect());
    if let Some(why) = record.why {
        // The reason's text takes the record's arguments.
        let told = Record { kind: why, ..*record };
        member("why", json!({ "kind": why.name, "text": told.text(names) }));
    }
    if !record.cause.is_none() {
        member("cause", record.cause.to_string().into());
    }
    Value::Object(members)
}

/// The word for how much a record matters.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Root => "root",
        Level::Detail => "detail",
        Level::Told => "told",
        Level::Failed => "failed",
    }
}

/// An argument under the name of its type.
fn argument(arg: Arg, names: &Names) -> Value {
    match arg {
        Arg::None => Value::Null,
        Arg::Int(n) => json!({ "int": n }),
        Arg::Code(code) => json!({ "code": format!("0x{code:08X}") }),
        Arg::Time(at) => json!({ "time": at.to_string() }),
        Arg::Span(span) => json!({ "span": span.iso8601() }),
        Arg::Guid(guid) => json!({ "guid": guid.to_string() }),
        Arg::Name(name) => json!({ "name": names.get(name) }),
        Arg::Word(word) => json!({ "word": word }),
        Arg::Line(line) => json!({ "line": line }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::{Kind, RecordKey, SimTime};

    static REFUSED: Kind = Kind::new("refused", Level::Failed, "refused with {0}: {why}");
    static WHY: Kind = Kind::new("why_quota", Level::Detail, "the quota of {1} is used up");

    #[test]
    fn a_record_is_a_line() {
        let mut names = Names::default();
        let (who, by) = (names.intern("LAP-01"), names.intern("SRV"));
        let at = SimTime::from_unix_millis(1_668_672_000_000);
        let key = RecordKey::new(at, 1, 0xab << 16, 0);
        let cause = RecordKey::new(at, 0, 0xcd << 16, 0);
        let args = [Arg::Code(0x8007_0774), by.into(), Arg::None, Arg::None];
        let record = Record { key, at, actor: 0xab, round: 1, kind: &REFUSED, who, args, why: Some(&WHY), cause };
        let line = line(&record, &names, None).to_string();
        let want = format!(
            "{{\"at\":\"2022-11-17T08:00:00Z\",\"key\":\"{key}\",\"level\":\"failed\",\"kind\":\"refused\",\
             \"who\":\"LAP-01\",\"what\":\"refused with 0x80070774: the quota of SRV is used up\",\
             \"args\":[{{\"code\":\"0x80070774\"}},{{\"name\":\"SRV\"}}],\
             \"why\":{{\"kind\":\"why_quota\",\"text\":\"the quota of SRV is used up\"}},\"cause\":\"{cause}\"}}"
        );
        assert_eq!(line, want);
    }
}
