//! Groups: assigned and dynamic, and the evaluation of membership rules.

use crate::changes::{Member, Tracked};
use crate::membership_rule::{DeviceProperty, MembershipRule, PropertyValue, RuleDevice};
use crate::tenant::{IDS, Tenant};
use crate::{EntraDevice, Ownership, User, actor, kinds};
use sim_core::{Cx, Evidence, Guid, Id, Key, RecordKey, SimTime, Sym, Timer, Unasked};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A set of rows: a bit each.
#[derive(Debug, Clone)]
pub struct RowSet<T> {
    bits: Vec<u64>,
    count: usize,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T> Default for RowSet<T> {
    fn default() -> Self {
        Self { bits: Vec::new(), count: 0, of: std::marker::PhantomData }
    }
}

impl<T> RowSet<T> {
    /// Whether the row is in it.
    pub fn contains(&self, id: Id<T>) -> bool {
        self.bits.get(id.row() as usize / 64).is_some_and(|w| w >> (id.row() % 64) & 1 == 1)
    }
    /// Puts a row in; false if it was.
    pub fn insert(&mut self, id: Id<T>) -> bool {
        let word = id.row() as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let new = !self.contains(id);
        self.bits[word] |= 1 << (id.row() % 64);
        self.count += new as usize;
        new
    }
    /// Takes a row out; false if it was not in.
    pub fn remove(&mut self, id: Id<T>) -> bool {
        let was = self.contains(id);
        if was {
            self.bits[id.row() as usize / 64] &= !(1 << (id.row() % 64));
            self.count -= 1;
        }
        was
    }
    /// How many rows are in it.
    pub fn len(&self) -> usize {
        self.count
    }
    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
    /// The rows, in order of arrival.
    pub fn iter(&self) -> impl Iterator<Item = Id<T>> + '_ {
        self.bits
            .iter()
            .enumerate()
            .flat_map(|(w, bits)| (0..64).filter(move |b| bits >> b & 1 == 1).map(move |b| Id::new(w as u32 * 64 + b)))
    }
}

/// A security group.
#[derive(Debug, Clone)]
pub struct Group {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// `membershipRule`, for a dynamic group.
    pub rule: Option<Arc<MembershipRule>>,
    /// Member devices.
    pub devices: RowSet<EntraDevice>,
    /// Member users.
    pub users: BTreeSet<Id<User>>,
    /// Member groups.
    pub groups: BTreeSet<Id<Group>>,
    /// Users who own it.
    pub owners: BTreeSet<Id<User>>,
    /// `createdDateTime`.
    pub created: SimTime,
    /// `membershipRuleProcessingState` is `Paused`.
    pub paused: bool,
    /// Whether it is a Microsoft 365 group.
    pub unified: bool,
    /// When its rule was last evaluated; [`SimTime::NEVER`] for not yet.
    pub evaluated: SimTime,
    /// Whether it is gone.
    pub deleted: bool,
    evaluation: Timer,
    last: RecordKey,
}

/// A device as membership rules see it.
struct AsRuleDevice<'a> {
    tenant: &'a Tenant,
    device: Id<EntraDevice>,
    cx: &'a Cx,
}

/// The application id of Microsoft Intune, as devices under its management carry it.
pub(crate) const INTUNE_APP: &str = "0000000a-0000-0000-c000-000000000000";

impl RuleDevice for AsRuleDevice<'_> {
    fn property(&self, property: DeviceProperty) -> PropertyValue<'_> {
        let d = &self.tenant.entra_devices[self.device];
        let name = |sym: Sym| match self.cx.names.get(sym) {
            "" => PropertyValue::Null,
            text => PropertyValue::Text(Cow::Borrowed(text)),
        };
        let word = |w: &'static str| PropertyValue::Text(Cow::Borrowed(w));
        let hardware = || d.identity.get().map(|i| &self.tenant.hardware[self.tenant.identities[i].hardware]);
        match property {
            DeviceProperty::AccountEnabled => PropertyValue::Bool(d.enabled),
            DeviceProperty::DeviceId => PropertyValue::Text(Cow::Owned(d.device_id.to_string())),
            DeviceProperty::ObjectId => PropertyValue::Text(Cow::Owned(d.id.to_string())),
            DeviceProperty::DisplayName => name(d.display_name),
            DeviceProperty::DeviceOsType => word("Windows"),
            DeviceProperty::DeviceOsVersion => name(d.os_version),
            DeviceProperty::DeviceTrustType => word(d.trust_type.rule()),
            DeviceProperty::EnrollmentProfileName => name(d.enrollment_profile),
            DeviceProperty::DeviceOwnership => match d.ownership {
                Ownership::Unknown => PropertyValue::Null,
                Ownership::Company => word("Company"),
                Ownership::Personal => word("Personal"),
            },
            DeviceProperty::DeviceManagementAppId if d.managed.get().is_some() => word(INTUNE_APP),
            DeviceProperty::ManagementType if d.managed.get().is_some() => word("MDM"),
            DeviceProperty::ProfileType if d.registered != sim_core::SimTime::NEVER => word("RegisteredDevice"),
            DeviceProperty::DeviceManufacturer => hardware().map_or(PropertyValue::Null, |h| name(h.manufacturer)),
            DeviceProperty::DeviceModel => hardware().map_or(PropertyValue::Null, |h| name(h.model)),
            DeviceProperty::ExtensionAttribute(nth) => {
                let kept = self.tenant.kept.of(d.id, "extensionAttributes");
                let value = kept.and_then(|kept| kept.get(format!("extensionAttribute{nth}")));
                value.and_then(serde_json::Value::as_str).map_or(PropertyValue::Null, |v| PropertyValue::Text(v.into()))
            }
            DeviceProperty::DeviceCategory => {
                let kept = self.tenant.kept.of(d.id, "deviceCategory").and_then(serde_json::Value::as_str);
                kept.map_or(PropertyValue::Null, |v| PropertyValue::Text(v.into()))
            }
            _ => PropertyValue::Null,
        }
    }

    fn each_item(&self, property: DeviceProperty, visit: &mut dyn FnMut(&str) -> ControlFlow<()>) {
        if property == DeviceProperty::DevicePhysicalIds {
            self.tenant.each_physical_id(self.device, self.cx, visit);
        }
    }

    fn member_of(&self, group_object_id: &str) -> bool {
        let Ok(id) = group_object_id.parse::<Guid>() else { return false };
        self.tenant.groups.iter().any(|(_, g)| g.id == id && !g.deleted && g.devices.contains(self.device))
    }
}

impl Group {
    /// Whether an evaluation of the whole rule is on its way.
    pub fn is_evaluating(&self) -> bool {
        self.evaluation.is_set()
    }
}

impl Tenant {
    /// Adds a group; with a rule it is dynamic and is evaluated for all devices after a while.
    pub fn add_group(&mut self, name: &str, rule: Option<MembershipRule>, cx: &mut Cx) -> Id<Group> {
        let nth = self.groups.iter().filter(|(_, g)| cx.names.get(g.name) == name).count() as u64;
        let dynamic = rule.is_some();
        let group = Group {
            id: cx.chance.guid(IDS, Key::of("group", name), nth),
            name: cx.name(name),
            rule: rule.map(Arc::new),
            devices: RowSet::default(),
            users: BTreeSet::new(),
            groups: BTreeSet::new(),
            owners: BTreeSet::new(),
            created: cx.now(),
            paused: false,
            unified: false,
            evaluated: SimTime::NEVER,
            deleted: false,
            evaluation: Timer::default(),
            last: cx.cause(),
        };
        let id = self.groups.push(group);
        self.touch_group(id);
        self.made(Tracked::Groups, id.row(), cx.now());
        if dynamic {
            self.rule_changed(id, cx);
        }
        id
    }

    /// Adds a group that a client describes.
    pub(crate) fn new_group(
        &mut self,
        name: &str,
        rule: Option<MembershipRule>,
        paused: bool,
        unified: bool,
        cx: &mut Cx,
    ) -> Id<Group> {
        let dynamic = rule.is_some();
        let id = self.add_group(name, None, cx);
        let group = &mut self.groups[id];
        (group.paused, group.unified, group.rule) = (paused, unified, rule.map(Arc::new));
        let (guid, name) = (group.id, group.name);
        cx.tell(&kinds::GROUP_CREATED, name, &[guid.into()]);
        if dynamic {
            self.rule_changed(id, cx);
        }
        id
    }

    /// Gives a group another name.
    pub(crate) fn rename_group(&mut self, id: Id<Group>, name: &str, cx: &mut Cx) {
        self.groups[id].name = cx.name(name);
        self.touch_group(id);
    }

    /// Makes a user an owner of a group, or takes that away.
    pub(crate) fn set_owner(&mut self, id: Id<Group>, user: Id<User>, owner: bool) {
        let owners = &mut self.groups[id].owners;
        let _ = if owner { owners.insert(user) } else { owners.remove(&user) };
        self.touch_group(id);
    }

    /// What a rule says of a device, whether a group has it or not.
    pub fn rule_matches(
        &self,
        rule: &MembershipRule,
        device: Id<EntraDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> bool {
        rule.matches(&AsRuleDevice { tenant: self, device, cx }, evidence)
    }

    /// Gives a dynamic group another rule.
    pub fn set_rule(&mut self, id: Id<Group>, rule: MembershipRule, cx: &mut Cx) {
        self.groups[id].rule = Some(Arc::new(rule));
        self.touch_group(id);
        self.rule_changed(id, cx);
    }

    /// Makes a group dynamic, or gives a dynamic one another rule; without a rule it becomes an assigned one. Rules that are
    /// paused wait.
    pub(crate) fn change_rule(&mut self, id: Id<Group>, rule: Option<MembershipRule>, cx: &mut Cx) {
        let group = &mut self.groups[id];
        let dynamic = rule.is_some();
        group.rule = rule.map(Arc::new);
        cx.tell(&kinds::RULE_SET, group.name, &[]);
        self.touch_group(id);
        if dynamic {
            self.rule_changed(id, cx);
        }
    }

    /// Pauses the processing of a rule, or lets it go on.
    pub(crate) fn set_paused(&mut self, id: Id<Group>, paused: bool, cx: &mut Cx) {
        let was = std::mem::replace(&mut self.groups[id].paused, paused);
        if was && !paused {
            self.rule_changed(id, cx);
        }
        self.touch_group(id);
    }

    /// Puts an object into an assigned group, or takes it out.
    pub(crate) fn set_member(&mut self, group: Id<Group>, object: crate::DirectoryObject, member: bool, cx: &mut Cx) {
        use crate::DirectoryObject::{Device, Group, User};
        match object {
            Device(id) => self.set_group_device(group, id, member, cx),
            User(id) => {
                let users = &mut self.groups[group].users;
                let changed = if member { users.insert(id) } else { users.remove(&id) };
                if changed {
                    let kind = if member { &kinds::JOINED_GROUP } else { &kinds::LEFT_GROUP };
                    cx.tell(kind, self.users[id].upn, &[self.groups[group].name.into()]);
                    self.touch_member(group, Member::User(id));
                }
            }
            Group(id) => {
                let groups = &mut self.groups[group].groups;
                let changed = if member { groups.insert(id) } else { groups.remove(&id) };
                if changed {
                    let kind = if member { &kinds::JOINED_GROUP } else { &kinds::LEFT_GROUP };
                    cx.tell(kind, self.groups[id].name, &[self.groups[group].name.into()]);
                    self.touch_group(group);
                    self.retarget_all(cx);
                }
            }
        }
    }

    /// Deletes a group. What is assigned to it reaches nobody through it any more; the assignments stay. Groups of Microsoft
    /// 365 go to the bin.
    pub fn delete_group(&mut self, id: Id<Group>, cx: &mut Cx) {
        let group = &mut self.groups[id];
        if std::mem::replace(&mut group.deleted, true) {
            return;
        }
        cx.schedule.clear(&mut group.evaluation);
        cx.tell(&kinds::GROUP_DELETED, group.name, &[group.id.into()]);
        let (guid, unified) = (group.id, group.unified);
        group.devices = RowSet::default();
        group.users.clear();
        group.groups.clear();
        self.touch_group(id);
        for other in self.groups.ids() {
            self.groups[other].groups.remove(&id);
        }
        if unified {
            self.remember_deleted(crate::DirectoryObject::Group(id), cx.now());
        } else {
            self.kept.forget(guid);
        }
        self.retarget_all(cx);
    }

    fn rule_changed(&mut self, id: Id<Group>, cx: &mut Cx) {
        if self.entra_devices.is_empty() || self.groups[id].paused {
            return;
        }
        let at = cx.now() + self.delay(self.knobs.group_evaluation, self.groups[id].id, 0, cx);
        let group = &mut self.groups[id];
        group.last = cx.cause();
        cx.set(&mut group.evaluation, actor::group_rule(id), 0, at);
    }

    /// A group by name.
    pub fn group(&self, name: &str, cx: &Cx) -> Option<Id<Group>> {
        self.groups().find(|(_, g)| cx.names.get(g.name) == name).map(|(id, _)| id)
    }

    /// A living group by `id`.
    pub fn group_by_id(&self, id: Guid) -> Option<Id<Group>> {
        self.groups().find(|(_, g)| g.id == id).map(|(row, _)| row)
    }

    /// A group's record.
    pub fn group_record(&self, id: Id<Group>) -> &Group {
        &self.groups[id]
    }

    /// All living groups, oldest first.
    pub fn groups(&self) -> impl Iterator<Item = (Id<Group>, &Group)> {
        self.groups.iter().filter(|(_, g)| !g.deleted)
    }

    /// Puts a user into an assigned group.
    pub fn add_user_to_group(&mut self, group: Id<Group>, user: Id<User>) {
        if self.groups[group].users.insert(user) {
            self.touch_member(group, Member::User(user));
        }
    }

    /// Puts a device into an assigned group, or takes it out.
    pub fn set_group_device(&mut self, group: Id<Group>, device: Id<EntraDevice>, member: bool, cx: &mut Cx) {
        self.change_membership(group, device, member, cx);
        self.retarget(device, cx);
    }

    pub(crate) fn has_rules(&self) -> bool {
        self.groups.iter().any(|(_, g)| g.rule.is_some() && !g.deleted)
    }

    /// Whether a group's rule holds for a device, with what the rule looked at. A group without a rule holds for its members.
    pub fn rule_holds(&self, group: Id<Group>, device: Id<EntraDevice>, cx: &Cx, evidence: &mut impl Evidence) -> bool {
        match &self.groups[group].rule {
            Some(rule) => rule.matches(&AsRuleDevice { tenant: self, device, cx }, evidence),
            None => self.groups[group].devices.contains(device),
        }
    }

    /// The `physicalIds` of a device, one after the other.
    pub(crate) fn each_physical_id(
        &self,
        id: Id<EntraDevice>,
        cx: &Cx,
        visit: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) {
        let device = &self.entra_devices[id];
        let mut text = String::with_capacity(64);
        let mut give = |tag: &str, value: &str| {
            text.clear();
            text.extend(["[", tag, "]:", value]);
            visit(&text)
        };
        if let Some(identity) = device.identity.get() {
            let id = self.identities[identity].id.text();
            if give("ZTDID", std::str::from_utf8(&id).unwrap_or_default()).is_break() {
                return;
            }
        }
        for (tag, value) in [("OrderId", device.order_id), ("PurchaseOrderId", device.purchase_order_id)] {
            if !value.is_empty() && give(tag, cx.names.get(value)).is_break() {
                return;
            }
        }
    }

    pub(crate) fn membership_due(&mut self, id: Id<EntraDevice>, cx: &mut Cx) -> bool {
        let device = &mut self.entra_devices[id];
        if !cx.schedule.ring(&mut device.evaluation) {
            return false;
        }
        let cause = device.last;
        let mut changed = false;
        for group in self.groups.ids() {
            changed |= self.evaluate(group, id, cause, cx);
        }
        if changed {
            self.retarget(id, cx);
        }
        true
    }

    pub(crate) fn group_rule_due(&mut self, id: Id<Group>, cx: &mut Cx) -> bool {
        let group = &mut self.groups[id];
        if !cx.schedule.ring(&mut group.evaluation) {
            return false;
        }
        let cause = group.last;
        group.evaluated = cx.now();
        // In the order of names, as every list of simultaneous things.
        let mut devices: Vec<Id<EntraDevice>> = self.entra_devices().map(|(id, _)| id).collect();
        devices.sort_by_cached_key(|d| {
            let device = &self.entra_devices[*d];
            (cx.names.get(device.who).to_owned(), device.device_id)
        });
        for device in devices {
            if self.evaluate(id, device, cause, cx) {
                self.retarget(device, cx);
            }
        }
        true
    }

    /// Evaluates one rule for one device and makes the membership follow; whether that changed it.
    fn evaluate(&mut self, group: Id<Group>, device: Id<EntraDevice>, cause: RecordKey, cx: &mut Cx) -> bool {
        let record = &self.groups[group];
        if record.rule.is_none() || record.deleted || record.paused || self.entra_devices[device].deleted {
            return false;
        }
        let member = self.rule_holds(group, device, cx, &mut Unasked);
        if member == self.groups[group].devices.contains(device) {
            return false;
        }
        cx.because(cause);
        let mut seen = cx.seen();
        if seen.is_asked() {
            self.rule_holds(group, device, cx, &mut seen);
            cx.decided_on(seen);
        }
        self.change_membership(group, device, member, cx)
    }

    fn change_membership(&mut self, group: Id<Group>, device: Id<EntraDevice>, member: bool, cx: &mut Cx) -> bool {
        let record = &mut self.groups[group];
        let changed = if member { record.devices.insert(device) } else { record.devices.remove(device) };
        if changed {
            self.touch_member(group, Member::Device(device));
            let kind = if member { &kinds::JOINED_GROUP } else { &kinds::LEFT_GROUP };
            cx.tell(kind, self.entra_devices[device].who, &[self.groups[group].name.into()]);
        }
        changed
    }
}
