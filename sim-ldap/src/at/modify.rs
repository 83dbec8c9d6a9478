//! Changing attributes (MS-ADTS 3.1.1.5.3). A modify is checked as a whole before anything of it is done.

use super::{At, ModOp, Modification, ModifyRequest, is_reference};
use crate::constructed::uac;
use crate::entry::{Entry, MUST_CHANGE};
use crate::error::{Refusal, ResultCode, win32};
use crate::filetime::Stamp;
use crate::forest::well_known;
use crate::kinds;
use crate::principal::Principal;
use crate::replication::Change;
use crate::rights::extended;
use crate::schema::{AttrId, ClassId, Store as Where, attr, class};
use crate::sd::check::Ask;
use crate::sd::{SdId, SecurityDescriptor, binary, control, inherit, right};
use crate::secret::NtHash;
use crate::sid::Sid;
use crate::value::Value;
use crate::view::View;
use sim_core::{Arg, Cx, Guid, Id};
use std::collections::BTreeMap;

/// What a modify will do, once all of it has been checked.
#[derive(Debug, Default)]
struct Plan {
    values: BTreeMap<AttrId, Vec<Value>>,
    links: Vec<(AttrId, Id<Entry>, bool)>,
    descriptor: Option<SecurityDescriptor>,
    password: Option<String>,
    must_change: Option<bool>,
    well_known: Option<(Guid, Id<Entry>)>,
    /// Attributes written by a validated write, to be checked at the end.
    validated: Vec<AttrId>,
}

/// The attributes that are changed, as far as they fit a line.
fn changed(parts: &[Modification]) -> String {
    const MOST: usize = 3;
    let mut names: Vec<&str> =
        parts.iter().filter_map(|p| AttrId::find(p.attr.split(';').next()?)).map(AttrId::name).collect();
    names.sort_unstable();
    names.dedup();
    match names.len().checked_sub(MOST).filter(|more| *more > 0) {
        Some(more) => format!("{} and {more} more attributes", names[..MOST].join(", ")),
        None => names.join(", "),
    }
}
/// Who has SeRestorePrivilege on controllers: Administrators, Server Operators, Backup Operators (the Default Domain Controllers
/// Policy).
const RESTORE_PRIVILEGE: [u32; 3] = [544, 549, 551];

impl At<'_> {
    /// Changes attributes of an object.
    pub fn modify(&mut self, who: &Principal, request: &ModifyRequest, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.try_modify(who, request, cx).map_err(|refusal| {
            let (name, place) = Self::split_name(&request.dn);
            self.refuse(who, &name, &place, refusal, cx)
        })
    }

    fn try_modify(&mut self, who: &Principal, request: &ModifyRequest, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.writable(who, &request.dn, cx)?;
        let id = self.target(&request.dn, cx)?;
        if self.forest.store.rows[id].is_deleted() {
            return self.reanimate(who, id, &request.modifications, cx);
        }
        let mut plan = Plan::default();
        let mut old_password = None;
        for part in &request.modifications {
            self.plan(who, id, request, part, &mut plan, &mut old_password, cx)?;
        }
        self.check_plan(who, id, &mut plan, cx)?;
        self.apply(id, plan, cx);
        if !who.is_system() {
            let container = self.container_sym(id, cx);
            let name = self.forest.store.rows[id].rdn;
            let changed = cx.name(&changed(&request.modifications));
            cx.tell(&kinds::ENTRY_MODIFIED, who.name, &[Arg::Name(name), Arg::Name(container), Arg::Name(changed)]);
        }
        Ok(id)
    }

    /// One part of a modify.
    #[allow(clippy::too_many_arguments)]
    fn plan(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        request: &ModifyRequest,
        part: &Modification,
        plan: &mut Plan,
        old_password: &mut Option<String>,
        cx: &Cx,
    ) -> Result<(), Refusal> {
        let name = part.attr.split(';').next().unwrap_or(&part.attr);
        let attr = AttrId::find(name).ok_or_else(|| Refusal::conversion(ResultCode::NoSuchAttribute))?;
        let entry_class = self.forest.store.rows[id].class;
        let refuse = |code, w| Refusal::attribute(code, w, 0x0315_1D04, attr, &kinds::WHY_SCHEMA);
        match attr {
            attr::NAME => return Err(on_rdn()),
            _ if attr == entry_class.get().rdn => return Err(on_rdn()),
            attr::OBJECT_CLASS => {
                let why = &kinds::WHY_SCHEMA;
                let code = ResultCode::ObjectClassModsProhibited;
                return Err(Refusal::update(code, win32::CANT_MOD_OBJ_CLASS, 0x0315_0F3C, 0, why));
            }
            attr::NT_SECURITY_DESCRIPTOR => return self.plan_descriptor(who, id, request, part, plan),
            attr::UNICODE_PWD | attr::USER_PASSWORD => {
                return self.plan_password(who, id, request, part, attr, plan, old_password, cx);
            }
            attr::WELL_KNOWN_OBJECTS | attr::OTHER_WELL_KNOWN_OBJECTS => {
                return self.plan_well_known(who, id, part, attr, plan, cx);
            }
            attr::INSTANCE_TYPE | attr::DISTINGUISHED_NAME | attr::OBJECT_CATEGORY | attr::CN | attr::DC => {
                return Err(Refusal::unwilling(win32::ILLEGAL_MOD_OPERATION, 0x031A_1030, &kinds::WHY_SYSTEM_OWNED));
            }
            _ => {}
        }
        self.settable(who, attr)?;
        if !entry_class.may_have(attr) {
            let (code, why) = (ResultCode::ObjectClassViolation, &kinds::WHY_SCHEMA);
            let data = i64::from(attr.get().attid);
            return Err(Refusal::update(code, win32::ATT_NOT_DEF_FOR_CLASS, 0x0315_23E6, data, why));
        }
        // Names of what was deleted may still be taken out of a list.
        let values = match self.parse_values(attr, &part.values, cx) {
            Err(r) if part.op == ModOp::Delete && is_reference(attr) && request.permissive => {
                let _ = r;
                return Ok(());
            }
            values => values?,
        };
        self.may_write(who, id, attr, &values, plan)?;
        if attr == attr::PWD_LAST_SET {
            return match (part.op, &values[..]) {
                (_, [Value::Int(0)]) => {
                    plan.must_change = Some(true);
                    Ok(())
                }
                (_, [Value::Int(-1)]) => {
                    plan.must_change = Some(false);
                    Ok(())
                }
                _ if who.is_system() => Ok(()),
                _ => Err(refuse(ResultCode::ConstraintViolation, win32::RANGE_CONSTRAINT)),
            };
        }
        if attr.get().store == Where::Link {
            return self.plan_links(id, request, part.op, attr, &values, plan, cx);
        }
        let mut now = match plan.values.remove(&attr) {
            Some(values) => values,
            None => self.view(cx).values(id, attr),
        };
        match part.op {
            ModOp::Add => {
                if values.is_empty() {
                    return Err(Refusal::conversion(ResultCode::InvalidAttributeSyntax));
                }
                for value in values {
                    if now.iter().any(|v| v.same(&value)) {
                        if !request.permissive {
                            return Err(refuse(ResultCode::AttributeOrValueExists, win32::ATT_VAL_ALREADY_EXISTS));
                        }
                        continue;
                    }
                    now.push(value);
                }
            }
            ModOp::Delete if values.is_empty() => {
                if now.is_empty() && !request.permissive {
                    return Err(refuse(ResultCode::NoSuchAttribute, win32::CANT_REM_MISSING_ATT_VAL));
                }
                now.clear();
            }
            ModOp::Delete => {
                for value in values {
                    match now.iter().position(|v| v.same(&value)) {
                        Some(at) => {
                            now.remove(at);
                        }
                        None if request.permissive => {}
                        None => {
                            return Err(refuse(ResultCode::NoSuchAttribute, win32::CANT_REM_MISSING_ATT_VAL));
                        }
                    }
                }
            }
            ModOp::Replace => now = values,
        }
        self.check_values(attr, &now)?;
        plan.values.insert(attr, now);
        Ok(())
    }

    /// Whether somebody may write an attribute: by right, or by a validated write.
    fn may_write(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        attr: AttrId,
        values: &[Value],
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        if self.forest.may(who, id, Ask::attribute(right::WRITE, attr)) {
            return Ok(());
        }
        let validated = match attr {
            attr::DNS_HOST_NAME_ATTR | attr::ADDITIONAL_DNS => Some(extended::DNS_HOST_NAME),
            attr::SERVICE_PRINCIPAL_NAME => Some(extended::SERVICE_NAME),
            attr::MEMBER if values.iter().all(|v| matches!((v, who.entry), (Value::Entry(v), Some(e)) if *v == e)) => {
                Some(extended::SELF_MEMBERSHIP)
            }
            _ => None,
        };
        if let Some(guid) = validated
            && self.forest.may(who, id, Ask::about(right::SELF, guid))
        {
            plan.validated.push(attr);
            return Ok(());
        }
        Err(Refusal::access(win32::INSUFF_ACCESS_RIGHTS, 0x0315_0E49, &kinds::WHY_NO_WRITE_RIGHT))
    }

    #[allow(clippy::too_many_arguments)]
    fn plan_links(
        &self,
        id: Id<Entry>,
        request: &ModifyRequest,
        op: ModOp,
        attr: AttrId,
        values: &[Value],
        plan: &mut Plan,
        cx: &Cx,
    ) -> Result<(), Refusal> {
        let view = self.view(cx);
        let now = view.links(id, attr);
        // Parts of one request see each other.
        let has = |plan: &Plan, to: Id<Entry>| {
            let last = plan.links.iter().rev().find(|(a, t, _)| *a == attr && *t == to);
            last.map_or_else(|| now.binary_search(&to).is_ok(), |(.., add)| *add)
        };
        let all = |plan: &Plan| -> Vec<Id<Entry>> {
            let added = plan.links.iter().filter(|(a, ..)| *a == attr).map(|(_, t, _)| *t);
            let mut all: Vec<_> = now.iter().copied().chain(added).filter(|t| has(plan, *t)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        if op == ModOp::Replace || op == ModOp::Delete && values.is_empty() {
            for to in all(plan) {
                plan.links.push((attr, to, false));
            }
        }
        for value in values {
            let Value::Entry(to) = value else { continue };
            let is = has(plan, *to);
            match op {
                ModOp::Delete if is => plan.links.push((attr, *to, false)),
                ModOp::Delete if request.permissive => {}
                ModOp::Delete if attr == attr::MEMBER => {
                    let (w, why) = (win32::MEMBER_NOT_IN_GROUP, &kinds::WHY_NO_SUCH_OBJECT);
                    return Err(Refusal::unwilling(w, 0x031A_1254, why));
                }
                ModOp::Delete => {
                    let (code, w) = (ResultCode::NoSuchAttribute, win32::CANT_REM_MISSING_ATT_VAL);
                    return Err(Refusal::attribute(code, w, 0x0315_1D04, attr, &kinds::WHY_SCHEMA));
                }
                _ if !is => plan.links.push((attr, *to, true)),
                _ if request.permissive => {}
                _ if attr == attr::MEMBER => {
                    let (code, why) = (ResultCode::EntryAlreadyExists, &kinds::WHY_NAME_TAKEN);
                    return Err(Refusal::update(code, win32::MEMBER_IN_GROUP, 0x031A_1254, 0, why));
                }
                _ => {
                    let (code, w) = (ResultCode::AttributeOrValueExists, win32::ATT_VAL_ALREADY_EXISTS);
                    return Err(Refusal::attribute(code, w, 0x0315_1D04, attr, &kinds::WHY_SCHEMA));
                }
            }
        }
        if attr.get().single && all(plan).len() > 1 {
            let (code, w) = (ResultCode::ConstraintViolation, win32::SINGLE_VALUE_CONSTRAINT);
            return Err(Refusal::attribute(code, w, 0x0315_1D04, attr, &kinds::WHY_SCHEMA));
        }
        Ok(())
    }

    /// A descriptor: its DACL by the right to write it, its owner by the right to take ownership.
    fn plan_descriptor(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        request: &ModifyRequest,
        part: &Modification,
        plan: &mut Plan,
    ) -> Result<(), Refusal> {
        let syntax = || Refusal::conversion(ResultCode::InvalidAttributeSyntax);
        let octets = part.values.first().filter(|_| part.op != ModOp::Delete).ok_or_else(syntax)?;
        let given = binary::decode(octets).ok_or_else(syntax)?;
        let parts = request.sd_flags.unwrap_or(binary::ALL_PARTS);
        let store = &self.forest.store;
        let mut sd = store.sds.get(store.rows[id].sd).clone();
        let denied = || Refusal::access(win32::ACCESS_DENIED, 0x0315_21D0, &kinds::WHY_NO_WRITE_RIGHT);
        if parts & 1 != 0 && given.owner.is_some() && given.owner != sd.owner {
            // Whoever may take ownership takes it for themselves; who may restore files, for anybody (MS-ADTS 6.1.3.2).
            let restores = who.is_system() || RESTORE_PRIVILEGE.iter().any(|rid| who.has(&Sid::BUILTIN.child(*rid)));
            let takes = given.owner.is_some_and(|o| who.has(&o));
            if !restores && (!takes || !self.forest.may(who, id, Ask::whole(right::WRITE_OWNER))) {
                return Err(denied());
            }
            sd.owner = given.owner;
        }
        if parts & 2 != 0 && given.group.is_some() {
            sd.group = given.group;
        }
        if parts & 4 != 0 && given.dacl.is_some() {
            if !self.forest.may(who, id, Ask::whole(right::WRITE_DAC)) {
                return Err(denied());
            }
            let dacl_bits = control::DACL_PROTECTED | control::DACL_AUTO_INHERITED | control::DACL_AUTO_INHERIT_REQ;
            sd.control = sd.control & !dacl_bits | given.control & dacl_bits;
            sd.dacl = given.dacl;
            sd.canonicalize();
        }
        // An access control list counts its octets in sixteen bits.
        if binary::encode(&sd, binary::ALL_PARTS).len() > 0xFFFF {
            return Err(syntax());
        }
        plan.descriptor = Some(sd);
        Ok(())
    }

    /// A password: a reset replaces it, a change takes the old one away and adds the new one.
    #[allow(clippy::too_many_arguments)]
    fn plan_password(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        request: &ModifyRequest,
        part: &Modification,
        attr: AttrId,
        plan: &mut Plan,
        old: &mut Option<String>,
        cx: &Cx,
    ) -> Result<(), Refusal> {
        let unwilling = |w| Refusal::unwilling(w, 0x031A_126C, &kinds::WHY_PASSWORD);
        let entry = &self.forest.store.rows[id];
        if !request.secure || !entry.class.may_have(attr::UNICODE_PWD) {
            return Err(unwilling(win32::GEN_FAILURE));
        }
        if attr == attr::USER_PASSWORD {
            return Ok(());
        }
        let text = part.values.first().and_then(|o| View::password_text(o));
        let text = text.ok_or_else(|| unwilling(win32::GEN_FAILURE))?;
        let constraint = |w| {
            Refusal::attribute(ResultCode::ConstraintViolation, w, 0x0319_1083, attr::UNICODE_PWD, &kinds::WHY_PASSWORD)
        };
        let no_right = || Refusal::access(win32::ACCESS_DENIED, 0x0315_21D0, &kinds::WHY_NO_WRITE_RIGHT);
        match part.op {
            ModOp::Delete => {
                if !self.forest.check_password(entry, &text) {
                    return Err(constraint(win32::INVALID_PASSWORD));
                }
                *old = Some(text);
                Ok(())
            }
            op => {
                let change = op == ModOp::Add;
                if change && old.is_none() {
                    return Err(unwilling(win32::UNWILLING));
                }
                let right = if change { extended::CHANGE_PASSWORD } else { extended::RESET_PASSWORD };
                if !self.forest.may(who, id, Ask::about(right::CONTROL, right)) {
                    return Err(no_right());
                }
                let row = &self.forest.store.rows[id];
                if !who.is_system() && !self.view(cx).keeps_policy(row, &text) {
                    let (w, dsid) = (win32::PASSWORD_RESTRICTION, 0x031A_12D2);
                    return Err(if change { constraint(w) } else { Refusal::unwilling(w, dsid, &kinds::WHY_PASSWORD) });
                }
                plan.password = Some(text);
                Ok(())
            }
        }
    }

    /// Redirection of a well-known container: the old value is taken away, the new one added.
    fn plan_well_known(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        part: &Modification,
        attr: AttrId,
        plan: &mut Plan,
        cx: &Cx,
    ) -> Result<(), Refusal> {
        self.may_write(who, id, attr, &[], plan)?;
        let unwilling = || Refusal::unwilling(win32::UNWILLING, 0x031A_1181, &kinds::WHY_BAD_OU);
        let line = part.values.first().and_then(|v| std::str::from_utf8(v).ok()).ok_or_else(unwilling)?;
        let mut fields = line.splitn(4, ':');
        let (Some("B"), Some("32"), Some(guid), Some(dn)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(Refusal::conversion(ResultCode::InvalidAttributeSyntax));
        };
        let guid = well_known::parse(guid).filter(|g| [well_known::COMPUTERS, well_known::USERS].contains(g));
        let guid = guid.ok_or_else(unwilling)?;
        if part.op == ModOp::Delete {
            return Ok(());
        }
        let target = self.view(cx).find_text(dn)?;
        let is_ou = self.forest.store.rows[target].class == class::ORGANIZATIONAL_UNIT;
        let is_default = self.forest.store.rows[target].is(crate::entry::FIXED);
        if !is_ou && !is_default {
            return Err(unwilling());
        }
        plan.well_known = Some((guid, target));
        Ok(())
    }

    /// Rules over what the object would be.
    fn check_plan(&self, who: &Principal, id: Id<Entry>, plan: &mut Plan, cx: &Cx) -> Result<(), Refusal> {
        let view = self.view(cx);
        let entry = &self.forest.store.rows[id];
        let domain = view.domain_of(id);
        let text = |plan: &Plan, attr: AttrId| match plan.values.get(&attr) {
            Some(values) => values.first().and_then(Value::as_text).map(str::to_owned),
            None => view.text(id, attr),
        };
        for attr in entry.class.chain().flat_map(|c| c.get().must) {
            if plan.values.get(attr).is_some_and(Vec::is_empty) {
                let (code, why) = (ResultCode::ObjectClassViolation, &kinds::WHY_SCHEMA);
                let data = i64::from(attr.get().attid);
                return Err(Refusal::update(code, win32::MISSING_REQUIRED_ATT, 0x0315_2BF0, data, why));
            }
        }
        if !entry.class.is_account() {
            return Ok(());
        }
        let sam = text(plan, attr::SAM_ACCOUNT_NAME).unwrap_or_default();
        if plan.values.contains_key(&attr::SAM_ACCOUNT_NAME) {
            view.check_account_name(entry.class, &sam)?;
            view.check_account_free(domain, &sam, Some(id))?;
        }
        for attr in [attr::SERVICE_PRINCIPAL_NAME, attr::USER_PRINCIPAL_NAME] {
            if let Some(values) = plan.values.get(&attr) {
                view.check_principal_names(attr, values, Some(id))?;
            }
        }
        let bits = match plan.values.get(&attr::USER_ACCOUNT_CONTROL) {
            Some(values) => values.first().and_then(Value::as_int).unwrap_or(uac::NORMAL),
            None => self.forest.store.int(entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0),
        };
        let changed = [attr::USER_ACCOUNT_CONTROL, attr::SAM_ACCOUNT_NAME];
        if !who.is_system() && changed.iter().any(|a| plan.values.contains_key(a)) && entry.class != class::GROUP {
            view.check_account_control(who, domain, bits, &sam, entry.class)?;
        }
        let was = self.forest.store.int(entry, attr::USER_ACCOUNT_CONTROL).unwrap_or(0);
        let open = uac::DISABLED | uac::PASSWORD_NOT_REQUIRED;
        let enabled = bits & uac::NORMAL != 0 && bits & open == 0 && was & open != 0;
        let has_password = entry.secret > 0 || plan.password.is_some();
        if enabled && !has_password && !who.is_system() && !view.keeps_policy(entry, "") {
            let w = win32::PASSWORD_RESTRICTION;
            return Err(Refusal::unwilling(w, 0x031A_12D2, &kinds::WHY_PASSWORD));
        }
        if plan.values.contains_key(&attr::USER_ACCOUNT_CONTROL) || plan.values.contains_key(&attr::GROUP_TYPE) {
            let group = match plan.values.get(&attr::GROUP_TYPE) {
                Some(values) => values.first().and_then(Value::as_int).unwrap_or(0),
                None => self.forest.store.int(entry, attr::GROUP_TYPE).unwrap_or(0),
            };
            let kind = crate::Forest::account_type(entry.class, bits, group);
            plan.values.insert(attr::SAM_ACCOUNT_TYPE, vec![Value::Int(kind)]);
        }
        if let Some(rid) = plan.values.get(&attr::PRIMARY_GROUP_ID).and_then(|v| v.first()?.as_int()) {
            let sid = u32::try_from(rid).ok().map(|r| self.forest.domains[domain].sid.child(r));
            if sid.is_none_or(|s| view.by_sid(&s).is_none()) {
                return Err(Refusal::unwilling(win32::UNWILLING, 0x031A_11B9, &kinds::WHY_NO_SUCH_OBJECT));
            }
        }
        let host = text(plan, attr::DNS_HOST_NAME_ATTR);
        for attr in std::mem::take(&mut plan.validated) {
            if let Some(values) = plan.values.get(&attr) {
                view.check_validated(attr, values, &sam, host.as_deref(), domain)?;
            }
        }
        Ok(())
    }

    /// Does it.
    fn apply(&mut self, id: Id<Entry>, plan: Plan, cx: &mut Cx) {
        let mut change = self.forest.begin(id);
        let had_certificate = {
            let entry = &self.forest.store.rows[id];
            entry.certificate != 0 || entry.own(attr::USER_CERTIFICATE).is_some()
        };
        for (attr, to, add) in plan.links {
            if self.forest.store.link(id, attr, to, add) {
                change.note_link(attr, to, add);
            }
        }
        for (attr, values) in plan.values {
            change.note(attr);
            if attr == attr::USER_CERTIFICATE {
                self.put_certificates(id, values);
            } else {
                self.forest.store.put(id, attr, values, &mut cx.names);
            }
        }
        if let Some(text) = plan.password {
            self.set_password(id, &mut change, Some(&text), cx);
        }
        if let Some(must) = plan.must_change {
            change.note(attr::PWD_LAST_SET);
            let entry = &mut self.forest.store.rows[id];
            entry.flags = entry.flags & !MUST_CHANGE | if must { MUST_CHANGE } else { 0 };
            if !must {
                entry.password_set = Stamp::of(cx.now());
            }
        }
        if let Some((guid, target)) = plan.well_known {
            let domain = self.forest.store.context(&self.forest.store.rows[id]).domain;
            if let Some(slot) = self.forest.domains[domain].well_known.iter_mut().find(|(g, _)| *g == guid) {
                slot.1 = target;
            }
        }
        if let Some(sd) = plan.descriptor {
            self.set_descriptor(id, &mut change, sd, cx);
        }
        self.forest.finish(change, self.dc, cx);
        self.signal(id, had_certificate, cx);
    }

    /// The certificate that is made from a key stays so while it is among the values.
    fn put_certificates(&mut self, id: Id<Entry>, mut values: Vec<Value>) {
        let store = &mut self.forest.store;
        let (guid, chance) = (store.guid(&store.rows[id]), store.chance);
        let entry = &mut store.rows[id];
        if let Some(key) = entry.certificate() {
            let made = Value::Bytes(crate::certificate::der(chance, key, guid, entry.created()).into());
            let before = values.len();
            values.retain(|v| *v != made);
            if values.len() == before {
                entry.certificate = 0;
            }
        }
        entry.set_own(attr::USER_CERTIFICATE, (!values.is_empty()).then_some(values));
    }

    /// Sets a password: a chosen one, or one that is made here.
    pub(crate) fn set_password(&mut self, id: Id<Entry>, change: &mut Change, text: Option<&str>, cx: &Cx) {
        change.note(attr::UNICODE_PWD);
        let hash = text.map(NtHash::of);
        let entry = &mut self.forest.store.rows[id];
        entry.secret = entry.secret.checked_add(1).unwrap_or(1);
        entry.password_set = Stamp::of(cx.now());
        entry.flags &= !MUST_CHANGE;
        if hash.is_some() || entry.extra.is_some() {
            entry.extra.get_or_insert_default().nt_hash = hash;
        }
    }

    /// Sets a descriptor, and what the objects below inherit from it.
    pub(crate) fn set_descriptor(&mut self, id: Id<Entry>, change: &mut Change, sd: SecurityDescriptor, _cx: &Cx) {
        change.note(attr::NT_SECURITY_DESCRIPTOR);
        let sd = self.forest.store.sds.intern(sd);
        self.forest.store.rows[id].sd = sd;
        self.propagate(id);
    }

    /// Hands inherited entries down. Replication does the same on every controller by itself, so it is not logged.
    fn propagate(&mut self, top: Id<Entry>) {
        let mut known: BTreeMap<(SdId, SdId, ClassId), Option<SdId>> = BTreeMap::new();
        let mut open = vec![top];
        while let Some(parent) = open.pop() {
            let parent_sd = self.forest.store.rows[parent].sd;
            let children: Vec<_> = self.forest.store.children(parent).collect();
            for child in children {
                let entry = &self.forest.store.rows[child];
                let key = (entry.sd, parent_sd, entry.class);
                let store = &mut self.forest.store;
                let new = *known.entry(key).or_insert_with(|| {
                    let (own, above) = (store.sds.get(key.0), store.sds.get(key.1));
                    inherit::reinherit(own, Some(above), key.2.get().guid).map(|sd| store.sds.intern(sd))
                });
                if let Some(sd) = new {
                    self.forest.store.rows[child].sd = sd;
                    open.push(child);
                }
            }
        }
    }
}

fn on_rdn() -> Refusal {
    Refusal::update(ResultCode::NotAllowedOnRdn, win32::CANT_ON_RDN, 0x0315_0D04, 0, &kinds::WHY_SCHEMA)
}
