//! Operations at a controller. Everything that changes a forest comes through here, with a principal, and is checked once.

mod add;
mod delete;
mod modify;
mod rename;

use crate::dn::{Dn, Target};
use crate::entry::Entry;
use crate::error::{Refusal, ResultCode, win32};
use crate::forest::{Controller, Forest};
use crate::kinds;
use crate::principal::Principal;
use crate::schema::{AttrId, Store as Where, Syntax, attr, class};
use crate::value::Value;
use crate::view::View;
use sim_core::{Arg, Cx, Id, Sym};
use std::fmt;

pub use add::Creation;
pub(crate) use add::{NewEntry, Password, account_defaults};

/// A controller of a forest, to operate at.
#[derive(Debug)]
pub struct At<'a> {
    pub(crate) forest: &'a mut Forest,
    pub(crate) dc: Id<Controller>,
}

/// Names and octets of an add.
#[derive(Clone, Default)]
pub struct AddRequest {
    /// The name of the new object.
    pub dn: String,
    /// Its attributes.
    pub attributes: Vec<(String, Vec<Vec<u8>>)>,
    /// Whether the connection is encrypted, so that passwords may be set.
    pub secure: bool,
}

impl AddRequest {
    /// An add with textual values.
    pub fn new(dn: &str, attributes: &[(&str, &[&str])]) -> Self {
        let octets = |v: &[&str]| v.iter().map(|t| t.as_bytes().to_vec()).collect();
        let attributes = attributes.iter().map(|(n, v)| ((*n).to_owned(), octets(v))).collect();
        Self { dn: dn.to_owned(), attributes, secure: true }
    }
}

impl fmt::Debug for AddRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<_> = self.attributes.iter().map(|(name, values)| Shown(name, values)).collect();
        f.debug_struct("AddRequest").field("dn", &self.dn).field("attributes", &shown).finish_non_exhaustive()
    }
}

/// An attribute with its values, but for passwords.
struct Shown<'a>(&'a str, &'a [Vec<u8>]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_secret = AttrId::find(self.0.split(';').next().unwrap_or(self.0))
            .is_none_or(|attr| attr.get().store == Where::Secret);
        match is_secret {
            true => write!(f, "{}: ({})", self.0, self.1.len()),
            false => {
                write!(f, "{}: {:?}", self.0, self.1.iter().map(|v| v.escape_ascii().to_string()).collect::<Vec<_>>())
            }
        }
    }
}

/// What a modification does with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModOp {
    /// Adds them.
    Add,
    /// Takes them away; without values, all.
    Delete,
    /// Puts them in place of all.
    Replace,
}

/// One part of a modify.
#[derive(Clone)]
pub struct Modification {
    /// What to do.
    pub op: ModOp,
    /// The attribute.
    pub attr: String,
    /// The values.
    pub values: Vec<Vec<u8>>,
}

impl fmt::Debug for Modification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.op, Shown(&self.attr, &self.values))
    }
}

impl Modification {
    /// A part with textual values.
    pub fn new(op: ModOp, attr: &str, values: &[&str]) -> Self {
        Self { op, attr: attr.to_owned(), values: values.iter().map(|v| v.as_bytes().to_vec()).collect() }
    }
}

/// A modify.
#[derive(Debug, Clone, Default)]
pub struct ModifyRequest {
    /// The object.
    pub dn: String,
    /// The parts, in order; all of them hold or none.
    pub modifications: Vec<Modification>,
    /// Whether the connection is encrypted.
    pub secure: bool,
    /// Whether adding what is there and deleting what is not is no error (the permissive-modify control).
    pub permissive: bool,
    /// Which parts of a descriptor are written (the SD-flags control); all by default.
    pub sd_flags: Option<u32>,
}

impl ModifyRequest {
    /// A modify without controls.
    pub fn new(dn: &str, modifications: Vec<Modification>) -> Self {
        Self { dn: dn.to_owned(), modifications, secure: true, permissive: false, sd_flags: None }
    }
}

/// A rename or move.
#[derive(Debug, Clone)]
pub struct RenameRequest {
    /// The object.
    pub dn: String,
    /// Its new first part: `CN=NEW`.
    pub new_rdn: String,
    /// Has to be true.
    pub delete_old_rdn: bool,
    /// The new container, if it moves.
    pub new_superior: Option<String>,
}

impl At<'_> {
    /// What this controller sees now.
    pub fn view<'v>(&'v self, cx: &'v Cx) -> View<'v> {
        self.forest.view(self.dc, cx)
    }

    /// The controller.
    pub fn controller(&self) -> Id<Controller> {
        self.dc
    }

    /// A read-only controller sends writers elsewhere; nobody writes without having signed in.
    pub(crate) fn writable(&self, who: &Principal, dn: &str, cx: &Cx) -> Result<(), Refusal> {
        if who.is_anonymous() {
            return Err(Refusal::bind_first());
        }
        let dc = &self.forest.controllers[self.dc];
        if dc.read_only && !who.is_system() {
            let writer = self.forest.writer_for(self.dc, cx).map(|dc| cx.names.get(self.forest.controllers[dc].dns));
            let host = writer.unwrap_or(&self.forest.domains[dc.domain].dns).to_lowercase();
            return Err(Refusal::referral(&host, dn).because(&kinds::WHY_READ_ONLY));
        }
        Ok(())
    }

    /// The object that a request is about; tombstones too.
    pub(crate) fn target(&self, dn: &str, cx: &Cx) -> Result<Id<Entry>, Refusal> {
        self.view(cx).find_text(dn)
    }

    /// Values of a request by their syntax, names of objects resolved.
    pub(crate) fn parse_values(&self, attr: AttrId, octets: &[Vec<u8>], cx: &Cx) -> Result<Vec<Value>, Refusal> {
        let a = attr.get();
        let syntax = || Refusal::conversion(ResultCode::InvalidAttributeSyntax);
        let mut values: Vec<Value> = Vec::with_capacity(octets.len());
        for octets in octets {
            let mut value = Value::parse(attr, octets).ok_or_else(syntax)?;
            if a.store == Where::Link
                && let Value::Text(text) = &value
            {
                let target: Target = text.parse().map_err(|_| syntax())?;
                let id = self.view(cx).find(&target).map_err(|_| {
                    let code = ResultCode::ConstraintViolation;
                    Refusal::attribute(
                        code,
                        win32::NAME_REFERENCE_INVALID,
                        0x0315_2392,
                        attr,
                        &kinds::WHY_NO_SUCH_OBJECT,
                    )
                })?;
                value = Value::Entry(id);
            }
            values.push(value);
        }
        self.check_values(attr, &values)?;
        Ok(values)
    }

    /// Limits of the schema on values.
    pub(crate) fn check_values(&self, attr: AttrId, values: &[Value]) -> Result<(), Refusal> {
        let a = attr.get();
        let refuse = |code, w| Refusal::attribute(code, w, 0x0319_1083, attr, &kinds::WHY_SCHEMA);
        if a.single && values.len() > 1 {
            return Err(refuse(ResultCode::ConstraintViolation, win32::SINGLE_VALUE_CONSTRAINT));
        }
        if a.range_upper > 0 && values.iter().any(|v| v.measure() > u64::from(a.range_upper)) {
            return Err(refuse(ResultCode::ConstraintViolation, win32::RANGE_CONSTRAINT));
        }
        let twice = |(i, v): (usize, &Value)| values[..i].iter().any(|w| w.same(v));
        // Few values are compared one with another; a list of a thousand members comes from tools that know what they do.
        if values.len() > 1 && values.len() <= 64 && values.iter().enumerate().any(twice) {
            return Err(refuse(ResultCode::AttributeOrValueExists, win32::ATT_VAL_ALREADY_EXISTS));
        }
        Ok(())
    }

    /// Whether an attribute may be given by a request at all.
    pub(crate) fn settable(&self, who: &Principal, attr: AttrId) -> Result<(), Refusal> {
        let a = attr.get();
        let made = a.store == Where::Constructed || a.back_of.is_some();
        if made || a.system_only && !who.is_system() {
            return Err(Refusal::unwilling(win32::ATTRIBUTE_OWNED_BY_SAM, 0x031A_1030, &kinds::WHY_SYSTEM_OWNED));
        }
        Ok(())
    }

    /// Tells of a refused write, and hands the refusal on.
    pub(crate) fn refuse(
        &mut self,
        who: &Principal,
        name: &str,
        place: &str,
        refusal: Refusal,
        cx: &mut Cx,
    ) -> Refusal {
        if !who.is_anonymous() {
            let (name, place) = (cx.name(name), cx.name(place));
            let args = [Arg::Name(name), Arg::Name(place), Arg::Code(refusal.win32)];
            cx.tell_why(&kinds::WRITE_REFUSED, who.name, &args, refusal.why);
        }
        refusal
    }

    /// First part and container of a name, for traces.
    pub(crate) fn split_name(dn: &str) -> (String, String) {
        match dn.parse::<Dn>() {
            Ok(dn) if !dn.is_root() => {
                (dn.rdns[0].value.clone(), dn.parent().map(|p| p.to_string()).unwrap_or_default())
            }
            _ => (dn.chars().take(100).collect(), String::new()),
        }
    }

    /// The container of an object as one name.
    pub(crate) fn container_sym(&mut self, id: Id<Entry>, cx: &mut Cx) -> Sym {
        match self.forest.store.place(&self.forest.store.rows[id]) {
            Some(parent) => self.forest.store.dn_sym(parent, &mut cx.names),
            None => Sym::EMPTY,
        }
    }

    /// Says that something which synchronization cares for has changed.
    pub(crate) fn signal(&self, id: Id<Entry>, was_synced: bool, cx: &mut Cx) {
        let entry = &self.forest.store.rows[id];
        let is_computer = entry.class.is_a(class::COMPUTER);
        let has_certificate = entry.certificate != 0 || entry.own(attr::USER_CERTIFICATE).is_some();
        // By a service connection point, devices find their tenant.
        let of_interest = entry.class.is_account() || entry.class == class::SERVICE_CONNECTION_POINT;
        let matters = if is_computer { has_certificate || was_synced } else { of_interest };
        if matters {
            let domain = self.forest.store.context(entry).domain;
            cx.signal(kinds::DIRECTORY_CHANGED, domain.row());
        }
    }
}

/// Whether values of an attribute are names of objects.
pub(crate) fn is_reference(attr: AttrId) -> bool {
    attr.get().syntax == Syntax::Dn
}
