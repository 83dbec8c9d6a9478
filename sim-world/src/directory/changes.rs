//! Change records as an action.

use super::{domain_of, principal};
use sim_core::{Cx, Id, Sym};
use sim_ldap::ldif::Record;
use sim_ldap::{Controller, Forest, Refusal};
use std::sync::Arc;

/// Change records, and who carries them where.
#[derive(Debug, Clone)]
pub struct LdapRecords {
    /// The records, in order.
    pub records: Arc<[Record]>,
    /// The file they stand in, if they do not stand in the scenario.
    pub file: Option<String>,
    /// Who changes; by default the built-in administrator of the domain.
    pub who: Option<String>,
    /// At which controller; by default the first one of the domain that takes writes.
    pub dc: Option<Sym>,
    /// The result code that the last record must get.
    pub result: u32,
    /// The line of the step.
    pub line: u32,
}

/// What came of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Whether all of it was as expected.
    pub ok: bool,
    /// What was expected, in a line.
    pub expected: String,
    /// What the directory said.
    pub saw: String,
}

/// Carries records out, up to the first one that is refused.
pub(crate) fn carry_out(wanted: &LdapRecords, forest: &mut Forest, cx: &mut Cx) -> Outcome {
    let n = wanted.records.len();
    let records = if n == 1 { "the LDIF record".to_owned() } else { format!("the {n} LDIF records") };
    let expected = match wanted.result {
        0 => format!("{records} to succeed"),
        code => format!("the last LDIF record to be refused with {code}"),
    };
    let place = |record: &Record| match &wanted.file {
        Some(file) => format!("{file}:{}", record.line),
        None => format!("line {} of the LDIF", record.line),
    };
    for (i, record) in wanted.records.iter().enumerate() {
        let (code, said) = match one(wanted, record, forest, cx) {
            Ok(()) => (0, "success".to_owned()),
            Err(refused) => refused,
        };
        let last = i + 1 == n;
        if last || code != 0 {
            let ok = last && code == wanted.result;
            return Outcome { ok, expected, saw: format!("{}: {}: {code} {said}", place(record), record.dn) };
        }
    }
    Outcome { ok: wanted.result == 0, expected, saw: "no record".into() }
}

/// One record: the result code that a client would get, and the message.
fn one(wanted: &LdapRecords, record: &Record, forest: &mut Forest, cx: &mut Cx) -> Result<(), (u32, String)> {
    /// What the client itself says where nobody can be asked: LDAP_SERVER_DOWN.
    const DOWN: u32 = 81;
    const OTHER: u32 = 80;
    const INVALID_CREDENTIALS: u32 = 49;
    let other = |why: String| (OTHER, why);
    let dc: Id<Controller> = match wanted.dc {
        Some(name) => {
            let name = cx.names.get(name);
            forest.find_controller_named(name, cx).ok_or_else(|| other(format!("there is no controller {name}")))?
        }
        None => {
            let domain = domain_of(forest, &record.dn).or_else(|| forest.domains().next().map(|(id, _)| id));
            let dc = domain.and_then(|domain| forest.writable(domain));
            dc.ok_or_else(|| other("no controller takes writes".into()))?
        }
    };
    if !forest.is_up(forest.controller(dc), cx) {
        return Err((DOWN, format!("{} does not answer", cx.names.get(forest.controller(dc).name))));
    }
    let administrator = || forest.administrator(forest.controller(dc).domain, cx).unwrap_or_default();
    let name = wanted.who.clone().unwrap_or_else(administrator);
    let who = principal(forest, Some(dc), &name, cx).map_err(|why| (INVALID_CREDENTIALS, why))?;
    let mut record = record.clone();
    forest.encode_descriptors(&record.dn, &mut record.change, cx).map_err(said)?;
    let change = record.change(dc, who).map_err(|code| (code, "a critical control is not known".to_owned()))?;
    forest.carry_out(&change, cx).map(drop).map_err(said)
}

/// The result code and the message of a refusal, in a line.
fn said(refusal: Refusal) -> (u32, String) {
    let said = refusal.message.trim_end().replace("\n\t", " ");
    let said = match &refusal.referral {
        Some(url) => format!("{said}; ask {url}"),
        None => said,
    };
    (refusal.code as u32, said)
}
