//! Entities without behaviour: what clients make and read back, and what the service only notes. Their values are kept
//! beside them by id, as those of other entities are.

use crate::graph::EntityType;
use crate::tenant::{IDS, Tenant};
use crate::{Assignment, kinds};
use serde_json::Value;
use sim_core::{Cx, Guid, Id, Key};
use std::collections::BTreeMap;

/// An entity that has no record of its own kind.
#[derive(Debug, Clone)]
pub struct BagEntity {
    /// `id`.
    pub id: Guid,
    /// Its type.
    pub ty: &'static EntityType,
    /// The path of its set.
    pub set: &'static str,
    /// The entity that it belongs to; [`Guid::NIL`] for none.
    pub parent: Guid,
    /// Whom it is for, if it can be assigned.
    pub assignment: Assignment,
    /// Whether it is gone.
    pub deleted: bool,
}

/// The entities, by set and by what they belong to.
#[derive(Debug, Clone, Default)]
pub(crate) struct BagIndex(BTreeMap<(&'static str, Guid), Vec<Id<BagEntity>>>);

impl Tenant {
    /// Adds an entity of a set.
    pub(crate) fn bag_add(
        &mut self,
        set: &'static str,
        ty: &'static EntityType,
        parent: Guid,
        values: Vec<(&'static str, Value)>,
        cx: &Cx,
    ) -> Id<BagEntity> {
        let nth = self.bag.len() as u64;
        let id = cx.chance.guid(IDS, Key::of("entity", set), nth);
        let row = self.bag.push(BagEntity { id, ty, set, parent, assignment: Assignment::default(), deleted: false });
        self.bag_index.0.entry((set, parent)).or_default().push(row);
        self.kept.set(id, values);
        self.version += 1;
        row
    }

    /// The living entities of a set that belong to an entity, or to none.
    pub(crate) fn bag_rows(
        &self,
        set: &str,
        parent: Guid,
    ) -> impl Iterator<Item = (Id<BagEntity>, &BagEntity)> + use<'_> {
        let key = self.bag_index.0.keys().find(|(known, of)| *known == set && *of == parent);
        let rows = key.and_then(|key| self.bag_index.0.get(key)).map_or(&[][..], Vec::as_slice);
        rows.iter().map(|id| (*id, &self.bag[*id])).filter(|(_, entity)| !entity.deleted)
    }

    /// The entity of a set with that id.
    pub(crate) fn bag_find(&self, set: &str, id: Guid) -> Option<Id<BagEntity>> {
        self.bag_rows(set, Guid::NIL).find(|(_, entity)| entity.id == id).map(|(row, _)| row)
    }

    /// A value of an entity.
    pub(crate) fn bag_value(&self, id: Id<BagEntity>, name: &str) -> Option<&Value> {
        self.kept.of(self.bag[id].id, name)
    }

    /// Deletes an entity, and what belongs to it.
    pub(crate) fn bag_delete(&mut self, id: Id<BagEntity>) {
        let entity = &mut self.bag[id];
        entity.deleted = true;
        let guid = entity.id;
        self.kept.forget(guid);
        let below: Vec<Id<BagEntity>> =
            self.bag.iter().filter(|(_, e)| e.parent == guid && !e.deleted).map(|(id, _)| id).collect();
        below.into_iter().for_each(|id| self.bag_delete(id));
        self.version += 1;
    }

    /// Tells that a client made, changed or deleted an entity.
    pub(crate) fn tell_bag(&self, id: Id<BagEntity>, what: &'static str, cx: &mut Cx) {
        let entity = &self.bag[id];
        let (name, guid) = (cx.name(entity.ty.short_name()), entity.id);
        cx.tell(&kinds::ENTITY_CHANGED, name, &[guid.into(), what.into()]);
    }
}
