//! A small forest to test with, and the data of the seed directory.
#![allow(dead_code, clippy::expect_used)]

use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, Id, SimDuration};
use sim_ldap::*;

pub const BASE: &str = "DC=corp,DC=contoso,DC=com";
pub const SEED: &str = include_str!("../../../scenarios/reference/seed.ldif");

pub struct World {
    pub forest: Forest,
    pub cx: Cx,
}

pub fn cx(seed: u64) -> Cx {
    let start = "2022-11-17T08:00:00Z".parse().expect("a time");
    Cx::new(start, seed, Keep::All, QueueKind::Heap)
}

/// One domain with one controller, empty.
pub fn empty() -> World {
    with(&ForestSpec {
        domains: vec![DomainSpec { dns: "corp.contoso.com".into(), ..Default::default() }],
        ..Default::default()
    })
}

pub fn with(spec: &ForestSpec) -> World {
    let mut cx = cx(1);
    let forest = Forest::new(spec, ForestKnobs::default(), &mut cx).expect("a forest");
    World { forest, cx }
}

/// The seed directory, with its one delegation.
pub fn seeded() -> World {
    let mut w = empty();
    w.load(SEED);
    w.delegate("OU=Autopilot", r"CORP\SRV-ODJ01$");
    w
}

impl World {
    pub fn load(&mut self, ldif: &str) {
        self.forest.load_ldif(ldif, &mut self.cx).expect("the content loads");
    }
    pub fn delegate(&mut self, ou: &str, to: &str) {
        let trustee = self.who(to);
        let ou = format!("{ou},{BASE}");
        self.forest.delegate_computer_control(&ou, &trustee, &mut self.cx).expect("delegated");
    }
    /// `ADMIN`, `SYSTEM`, `ANON`, or a name to sign in with.
    pub fn who(&self, name: &str) -> Principal {
        match name {
            "SYSTEM" => self.forest.system(),
            "ANON" => Principal::anonymous(),
            "ADMIN" => self.who(r"CORP\Administrator"),
            name => self.forest.all(&self.cx).principal(name).unwrap_or_else(|| panic!("nobody is called {name}")),
        }
    }
    pub fn at(&mut self, dc: u32) -> At<'_> {
        self.forest.at(Id::new(dc))
    }
    pub fn view(&self) -> View<'_> {
        self.forest.view(Id::new(0), &self.cx)
    }
    pub fn pass(&mut self, span: SimDuration) {
        let now = self.cx.now() + span;
        self.cx.schedule.move_to(now);
    }
    pub fn find(&self, rest: &str) -> Id<Entry> {
        self.view().find_text(&full(rest)).unwrap_or_else(|e| panic!("{rest}: {e}"))
    }
    pub fn has(&self, rest: &str) -> bool {
        self.view().find_text(&full(rest)).is_ok()
    }
    /// `add` of an object with `name: value` lines; the answer as `code message`.
    pub fn add(&mut self, who: &str, rest: &str, lines: &str) -> String {
        let who = self.who(who);
        let request = AddRequest { dn: full(rest), attributes: attributes(lines), secure: true };
        let result = self.forest.at(Id::new(0)).add(&who, &request, &mut self.cx);
        answer(result.map(|_| ()))
    }
    /// `modify` by lines `add|delete|replace name: value`.
    pub fn modify(&mut self, who: &str, rest: &str, lines: &str) -> String {
        let who = self.who(who);
        let parts = lines.lines().map(str::trim).filter(|l| !l.is_empty()).map(|line| {
            let (op, line) = line.split_once(' ').expect("an operation");
            let op = match op {
                "add" => ModOp::Add,
                "delete" => ModOp::Delete,
                _ => ModOp::Replace,
            };
            let (name, value) = line.split_once(':').expect("a value");
            let values = value.split('|').map(str::trim).filter(|v| !v.is_empty()).map(wire).collect();
            Modification { op, attr: name.to_owned(), values }
        });
        let request = ModifyRequest::new(&full(rest), parts.collect());
        let result = self.forest.at(Id::new(0)).modify(&who, &request, &mut self.cx);
        answer(result.map(|_| ()))
    }
    pub fn delete(&mut self, who: &str, rest: &str) -> String {
        let who = self.who(who);
        answer(self.forest.at(Id::new(0)).delete(&who, &full(rest), &mut self.cx).map(|_| ()))
    }
    pub fn rename(&mut self, who: &str, rest: &str, new: &str, superior: Option<&str>) -> String {
        let who = self.who(who);
        let request = RenameRequest {
            dn: full(rest),
            new_rdn: new.into(),
            delete_old_rdn: true,
            new_superior: superior.map(full),
        };
        answer(self.forest.at(Id::new(0)).rename(&who, &request, &mut self.cx).map(|_| ()))
    }
    /// First parts of the names found, sorted.
    pub fn search(&self, who: &str, base: &str, scope: Scope, filter: &str) -> Vec<String> {
        let filter: Filter = filter.parse().expect(filter);
        let base = if base.starts_with('<') { base.to_owned() } else { full(base) };
        let request = SearchRequest::new(&base, scope, &filter, &["1.1"]);
        let result = self.view().search(&self.who(who), &request).unwrap_or_else(|e| panic!("{filter}: {e}"));
        let mut names: Vec<_> = result.entries.iter().filter_map(|e| e.id).map(|id| self.view().name(id)).collect();
        names.sort();
        names
    }
    /// The values of an attribute, as text.
    pub fn values(&self, rest: &str, attr: &str) -> Vec<String> {
        let entry = self.view().read(&self.who("SYSTEM"), &full(rest), &[attr]).expect(rest);
        entry.values(attr).iter().map(|v| String::from_utf8_lossy(v).into_owned()).collect()
    }
    /// Codes of provisioning that many computers, in turn.
    pub fn provision(&mut self, who: &str, ou: Option<&str>, name: &str) -> u32 {
        let who = self.who(who);
        let ou = ou.map(|o| {
            if o.is_empty() || o.contains("DC=") || o.contains('"') || o == "OU=Mine" { o.into() } else { full(o) }
        });
        let mut at = self.forest.at(Id::new(0));
        let options = ProvisionOptions::default();
        let made = at.provision_computer(&who, "corp.contoso.com", ou.as_deref(), name, options, &mut self.cx);
        made.map_or_else(|e| e.code, |_| 0)
    }
    pub fn timeline(&self) -> String {
        let records = self.cx.trace.kept().iter();
        records.map(|r| format!("{} {}\n", self.cx.names.get(r.who), r.text(&self.cx.names))).collect()
    }
}

pub fn full(rest: &str) -> String {
    match rest {
        "" => BASE.to_owned(),
        rest if rest.contains("DC=") || !rest.contains('=') => rest.to_owned(),
        rest => format!("{rest},{BASE}"),
    }
}

pub fn wire(text: &str) -> Vec<u8> {
    match text.strip_prefix("pwd=") {
        Some(password) => format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        None => text.as_bytes().to_vec(),
    }
}

pub fn attributes(lines: &str) -> Vec<(String, Vec<Vec<u8>>)> {
    let mut all: Vec<(String, Vec<Vec<u8>>)> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once(':').expect("a value");
        match all.iter_mut().find(|(n, _)| n == name) {
            Some((_, values)) => values.push(wire(value.trim())),
            None => all.push((name.to_owned(), vec![wire(value.trim())])),
        }
    }
    all
}

pub fn answer(result: Result<(), Refusal>) -> String {
    match result {
        Ok(()) => "0".into(),
        Err(r) => format!("{} {:08X}", r.code as u8, r.win32),
    }
}
