//! Renaming and moving objects (MS-ADTS 3.1.1.5.4).

use super::{At, RenameRequest};
use crate::dn::Dn;
use crate::entry::{CONFLICT, Entry, FIXED};
use crate::error::{Refusal, ResultCode, win32};
use crate::kinds;
use crate::principal::Principal;
use crate::schema::{AttrId, attr};
use crate::sd::check::Ask;
use crate::sd::{inherit, right};
use crate::shape::Pattern;
use crate::text;
use sim_core::rows::MaybeId;
use sim_core::{Arg, Cx, Id, Names};

impl At<'_> {
    /// Renames or moves an object. GUID, SID and account name stay.
    pub fn rename(&mut self, who: &Principal, request: &RenameRequest, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.try_rename(who, request, cx).map_err(|refusal| {
            let (name, place) = Self::split_name(&request.dn);
            self.refuse(who, &name, &place, refusal, cx)
        })
    }

    fn try_rename(&mut self, who: &Principal, request: &RenameRequest, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.writable(who, &request.dn, cx)?;
        let id = self.target(&request.dn, cx)?;
        let new: Dn = request.new_rdn.parse().map_err(|_| Refusal::bad_name(&request.new_rdn))?;
        let [rdn] = &new.rdns[..] else { return Err(Refusal::bad_name(&request.new_rdn)) };
        let entry = &self.forest.store.rows[id];
        let rdn_attr = entry.class.get().rdn;
        let fixed = || Refusal::unwilling(win32::ILLEGAL_MOD_OPERATION, 0x031A_0AE9, &kinds::WHY_FIXED);
        let Some(old_parent) = entry.parent().filter(|_| !entry.is_deleted() && !entry.is(FIXED)) else {
            return Err(fixed());
        };
        if !request.delete_old_rdn {
            return Err(Refusal::unwilling(win32::UNWILLING, 0x0315_0BBC, &kinds::WHY_SCHEMA));
        }
        if AttrId::find(&rdn.kind) != Some(rdn_attr) {
            let w = win32::RDN_DOESNT_MATCH_SCHEMA;
            return Err(Refusal::naming(w, 0x0305_0F82, &request.new_rdn, &kinds::WHY_SCHEMA));
        }
        if rdn.value.chars().count() > 64 || rdn.value.contains('\n') {
            let (code, w) = (ResultCode::ConstraintViolation, win32::RANGE_CONSTRAINT);
            return Err(Refusal::attribute(code, w, 0x0319_1083, rdn_attr, &kinds::WHY_SCHEMA));
        }
        let parent = match &request.new_superior {
            Some(dn) => self.view(cx).find_text(dn)?,
            None => old_parent,
        };
        let (class, moves) = (entry.class, parent != old_parent);
        let same_nc = self.forest.store.rows[parent].nc == self.forest.store.rows[id].nc;
        if !same_nc || self.view(cx).is_within(parent, id) {
            return Err(Refusal::unwilling(win32::UNWILLING, 0x031A_0AE9, &kinds::WHY_FIXED));
        }
        if moves && !class.may_be_under(self.forest.store.rows[parent].class) {
            let best = self.view(cx).dn(parent);
            return Err(Refusal::naming(win32::ILLEGAL_SUPERIOR, 0x0305_0E88, &best, &kinds::WHY_SCHEMA));
        }
        let write = Ask::attribute(right::WRITE, attr::NAME);
        let write_rdn = Ask::attribute(right::WRITE, rdn_attr);
        let mut granted = self.forest.may(who, id, write) && self.forest.may(who, id, write_rdn);
        if moves {
            granted = granted
                && self.may_delete(who, id)
                && self.forest.may(who, parent, Ask::about(right::CREATE_CHILD, class.get().guid));
        }
        if !granted {
            return Err(Refusal::access(win32::INSUFF_ACCESS_RIGHTS, 0x0315_0E49, &kinds::WHY_NO_WRITE_RIGHT));
        }
        let taken = self.view(cx).child_named(parent, rdn_attr.name(), &rdn.value);
        if taken.is_some_and(|other| other != id) {
            let (code, why) = (ResultCode::EntryAlreadyExists, &kinds::WHY_NAME_TAKEN);
            return Err(Refusal::update(code, win32::OBJ_STRING_NAME_EXISTS, 0x031A_11C4, 0, why));
        }
        let (from, value) = (self.forest.store.rows[id].rdn, rdn.value.clone());
        self.move_to(id, old_parent, parent, &value, cx);
        if !who.is_system() {
            let container = self.container_sym(id, cx);
            let name = self.forest.store.rows[id].rdn;
            cx.tell(&kinds::ENTRY_MOVED, who.name, &[Arg::Name(from), Arg::Name(name), Arg::Name(container)]);
        }
        Ok(id)
    }

    fn move_to(&mut self, id: Id<Entry>, from: Id<Entry>, to: Id<Entry>, rdn: &str, cx: &mut Cx) {
        let mut change = self.forest.begin(id);
        change.note(attr::NAME);
        let same_name = text::same(cx.names.get(self.forest.store.rows[id].rdn), rdn);
        if !same_name {
            for attr in self.rename_values(id, &mut cx.names) {
                change.note(attr);
            }
        }
        let sym = cx.names.intern(rdn);
        let store = &mut self.forest.store;
        store.unindex_name(id, &cx.names);
        let entry = &mut store.rows[id];
        entry.flags &= !CONFLICT;
        entry.rdn = sym;
        entry.parent = MaybeId::from(to);
        store.index_name(id, &cx.names);
        if from != to {
            store.disown(from);
            store.adopt(to, id);
        }
        if !store.rows[id].children().is_empty() || crate::store::is_container_class(store.rows[id].class) {
            store.next_epoch();
        }
        if from != to {
            let above = store.sds.get(store.rows[to].sd);
            let own = store.sds.get(store.rows[id].sd);
            if let Some(sd) = inherit::reinherit(own, Some(above), store.rows[id].class.get().guid) {
                self.set_descriptor(id, &mut change, sd, cx);
            }
        }
        self.forest.finish(change, self.dc, cx);
        self.signal(id, true, cx);
    }

    /// Before the name changes: values that follow from it become the object's own.
    pub(crate) fn rename_values(&mut self, id: Id<Entry>, names: &mut Names) -> Vec<AttrId> {
        let store = &mut self.forest.store;
        let shape = store.rows[id].shape;
        let mut follow: Vec<AttrId> = store
            .shapes
            .get(shape)
            .iter()
            .filter_map(|(a, p)| matches!(p, Pattern::Template(_)).then_some(*a))
            .collect();
        follow.dedup();
        for attr in &follow {
            let values = store.kept(&store.rows[id], *attr, names);
            store.put_own(id, *attr, values);
        }
        follow
    }
}
