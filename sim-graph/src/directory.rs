//! What all objects of the directory have in common: nested membership, and a while in the bin after their deletion.

use crate::tenant::Tenant;
use crate::{EntraDevice, Group, User, kinds};
use sim_core::{Cx, Guid, Id, SimTime};
use std::collections::BTreeSet;

/// An object of the directory that can be a member of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectoryObject {
    /// A device.
    Device(Id<EntraDevice>),
    /// A group.
    Group(Id<Group>),
    /// A user.
    User(Id<User>),
}

/// A deleted object that can be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeletedItem {
    /// What it was.
    pub object: DirectoryObject,
    /// `deletedDateTime`.
    pub at: SimTime,
}

impl Tenant {
    /// The living object with that id.
    pub fn directory_object(&self, id: Guid) -> Option<DirectoryObject> {
        let device = || self.entra_devices().find(|(_, d)| d.id == id).map(|(row, _)| DirectoryObject::Device(row));
        let group = || self.group_by_id(id).map(DirectoryObject::Group);
        self.user_by_id(id).map(DirectoryObject::User).or_else(group).or_else(device)
    }

    /// `id` of an object, deleted or not.
    pub fn object_id(&self, object: DirectoryObject) -> Guid {
        match object {
            DirectoryObject::Device(id) => self.entra_devices[id].id,
            DirectoryObject::Group(id) => self.groups[id].id,
            DirectoryObject::User(id) => self.users[id].id,
        }
    }

    /// Whether an object is a member of a group by itself.
    pub fn is_direct_member(&self, group: Id<Group>, object: DirectoryObject) -> bool {
        let group = &self.groups[group];
        match object {
            DirectoryObject::Device(id) => group.devices.contains(id),
            DirectoryObject::Group(id) => group.groups.contains(&id),
            DirectoryObject::User(id) => group.users.contains(&id),
        }
    }

    /// Whether a device is in a group, by itself or through groups within it.
    pub fn is_device_in(&self, group: Id<Group>, device: Id<EntraDevice>) -> bool {
        let record = &self.groups[group];
        record.devices.contains(device)
            || (!record.groups.is_empty()
                && self.within(group).iter().any(|g| self.groups[*g].devices.contains(device)))
    }

    /// Whether a user is in a group, by itself or through groups within it.
    pub fn is_user_in(&self, group: Id<Group>, user: Id<User>) -> bool {
        self.groups[group].users.contains(&user)
            || (!self.groups[group].groups.is_empty()
                && self.within(group).iter().any(|g| self.groups[*g].users.contains(&user)))
    }

    /// A group, and all groups within it.
    pub fn within(&self, group: Id<Group>) -> BTreeSet<Id<Group>> {
        let (mut all, mut open) = (BTreeSet::from([group]), vec![group]);
        while let Some(next) = open.pop() {
            let groups = self.groups[next].groups.iter().copied().filter(|inner| !self.groups[*inner].deleted);
            open.extend(groups.filter(|inner| all.insert(*inner)));
        }
        all
    }

    /// The groups that an object is a member of, oldest first.
    pub fn groups_of(&self, object: DirectoryObject) -> impl Iterator<Item = Id<Group>> + '_ {
        self.groups().filter(move |(id, _)| self.is_direct_member(*id, object)).map(|(id, _)| id)
    }

    /// The groups that an object is in, by itself or through other groups.
    pub fn all_groups_of(&self, object: DirectoryObject) -> BTreeSet<Id<Group>> {
        let mut all: BTreeSet<Id<Group>> = self.groups_of(object).collect();
        let mut open: Vec<Id<Group>> = all.iter().copied().collect();
        while let Some(next) = open.pop() {
            let outer = self.groups_of(DirectoryObject::Group(next));
            open.extend(outer.filter(|group| all.insert(*group)));
        }
        all
    }

    /// Puts a deleted object into the bin.
    pub(crate) fn remember_deleted(&mut self, object: DirectoryObject, now: SimTime) {
        let id = self.object_id(object);
        self.deleted_items.insert(id, DeletedItem { object, at: now });
        let mut text = String::new();
        crate::graph::time_text(&mut text, now);
        self.kept.set(id, [("deletedDateTime", text.into())]);
    }

    /// What is in the bin now. What has been there for long is gone.
    pub fn deleted_items(&self, now: SimTime) -> impl Iterator<Item = (Guid, DeletedItem)> + '_ {
        let kept = self.knobs.deleted_items;
        self.deleted_items.iter().filter(move |(_, item)| item.at + kept > now).map(|(id, item)| (*id, *item))
    }

    /// Takes an object out of the bin for good.
    pub(crate) fn purge(&mut self, id: Guid) {
        self.deleted_items.remove(&id);
        self.kept.forget(id);
        self.version += 1;
    }

    /// Restores a deleted object. Its memberships are gone; rules find it again.
    pub(crate) fn restore(&mut self, id: Guid, cx: &mut Cx) -> Option<DirectoryObject> {
        let item = self.deleted_items.remove(&id)?;
        self.kept.set(id, [("deletedDateTime", serde_json::Value::Null)]);
        self.version += 1;
        match item.object {
            DirectoryObject::Device(row) => {
                let device = &mut self.entra_devices[row];
                device.deleted = false;
                let (who, device_id) = (device.who, device.device_id);
                let rows = &self.entra_devices;
                self.entra_by_device_id.insert(device_id.hash64(), row, |r| rows[r].device_id.hash64());
                cx.tell(&kinds::OBJECT_RESTORED, who, &[device_id.into()]);
                self.touch_device(row);
                self.device_changed(row, cx);
                self.retarget(row, cx);
            }
            DirectoryObject::User(row) => {
                let user = &mut self.users[row];
                user.deleted = false;
                cx.tell(&kinds::OBJECT_RESTORED, user.upn, &[id.into()]);
                self.touch_user(row);
            }
            DirectoryObject::Group(row) => {
                let group = &mut self.groups[row];
                group.deleted = false;
                cx.tell(&kinds::OBJECT_RESTORED, group.name, &[id.into()]);
                self.touch_group(row);
                self.retarget_all(cx);
            }
        }
        Some(item.object)
    }
}
