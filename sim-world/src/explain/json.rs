//! An explanation as JSON, with the same content as its text.

use super::{Explanation, Finding, Link, Root};
use serde_json::{Map, Value, json as value};

/// One object. `source` gives a line of the scenario file, and `path` its name.
pub fn json(answer: &Explanation, path: &str, source: &dyn Fn(u32) -> Option<String>) -> Value {
    let root = |root: &Root| root_value(root, path, source);
    value!({
        "name": answer.name,
        "kind": answer.kind,
        "at": answer.at.to_string(),
        "state": answer.state,
        "chain": answer.chain.iter().map(link).collect::<Vec<_>>(),
        "findings": answer.findings.iter().map(finding).collect::<Vec<_>>(),
        "root_causes": answer.roots.iter().map(root).collect::<Vec<_>>(),
        "set_going_by": answer.set_going.iter().map(root).collect::<Vec<_>>(),
        "missing_records": answer.missing,
    })
}

fn link(link: &Link) -> Value {
    let mut members = Map::new();
    members.insert("at".into(), link.at.to_string().into());
    members.insert("who".into(), link.who.as_str().into());
    members.insert("what".into(), link.what.as_str().into());
    members.insert("kind".into(), link.kind.into());
    members.insert("level".into(), crate::report::level(link.level).into());
    if let Some(why) = link.why {
        members.insert("why".into(), why.into());
    }
    if link.times > 1 {
        members.insert("times".into(), link.times.into());
        members.insert("since".into(), link.since.to_string().into());
    }
    if !link.saw.is_empty() {
        members.insert("saw".into(), link.saw.clone().into());
    }
    if !link.because.is_empty() {
        members.insert("because".into(), chains(&link.because));
    }
    Value::Object(members)
}

fn finding(finding: &Finding) -> Value {
    value!({ "says": finding.says, "saw": finding.saw, "because": chains(&finding.because) })
}

fn chains(all: &[Vec<Link>]) -> Value {
    all.iter().map(|chain| chain.iter().map(link).collect::<Value>()).collect()
}

fn root_value(root: &Root, path: &str, source: &dyn Fn(u32) -> Option<String>) -> Value {
    let mut members = Map::new();
    if let Some(line) = root.line {
        members.insert("file".into(), path.into());
        members.insert("line".into(), line.into());
        if let Some(text) = source(line) {
            members.insert("source".into(), text.trim().into());
        }
    }
    members.insert("what".into(), root.what.as_str().into());
    if let Some(at) = root.at {
        members.insert("at".into(), at.to_string().into());
    }
    members.insert("says".into(), root.says.clone().into());
    Value::Object(members)
}
