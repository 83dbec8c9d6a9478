//! Deleting objects, and bringing them back (MS-ADTS 3.1.1.5.5, 3.1.1.5.3.7).

use super::{At, ModOp, Modification};
use crate::dn::Dn;
use crate::entry::{DELETED, Entry, FIXED};
use crate::error::{Refusal, ResultCode, win32};
use crate::kinds;
use crate::principal::Principal;
use crate::schema::{AttrId, Store as Where, attr};
use crate::sd::check::Ask;
use crate::sd::right;
use crate::value::Value;
use sim_core::rows::MaybeId;
use sim_core::{Arg, Cx, Id};

impl At<'_> {
    /// Deletes an object. It becomes a tombstone among the deleted objects of its naming context.
    pub fn delete(&mut self, who: &Principal, dn: &str, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.remove(who, dn, false, cx)
    }

    /// Deletes an object with everything below it (the tree-delete control).
    pub fn delete_tree(&mut self, who: &Principal, dn: &str, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.remove(who, dn, true, cx)
    }

    fn remove(&mut self, who: &Principal, dn: &str, tree: bool, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.try_remove(who, dn, tree, cx).map_err(|refusal| {
            let (name, place) = Self::split_name(dn);
            self.refuse(who, &name, &place, refusal, cx)
        })
    }

    fn try_remove(&mut self, who: &Principal, dn: &str, tree: bool, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        self.writable(who, dn, cx)?;
        let id = self.target(dn, cx)?;
        let entry = &self.forest.store.rows[id];
        if entry.is_deleted() {
            let best = self.view(cx).dn(id);
            return Err(Refusal::no_such_object(best));
        }
        let is_head = self.forest.store.is_head(id, entry);
        let critical = self.forest.store.kept(entry, attr::IS_CRITICAL, &cx.names).first() == Some(&Value::Flag(true));
        if is_head || entry.is(FIXED) || critical && !who.is_system() {
            return Err(Refusal::unwilling(win32::ILLEGAL_MOD_OPERATION, 0x031A_0AE9, &kinds::WHY_FIXED));
        }
        let children = self.view(cx).has_children(id);
        if children && !tree {
            let (code, why) = (ResultCode::NotAllowedOnNonLeaf, &kinds::WHY_NOT_EMPTY);
            return Err(Refusal::update(code, win32::CANT_ON_NON_LEAF, 0x031A_0FCE, 0, why));
        }
        let by_tree = tree && self.forest.may(who, id, Ask::whole(right::DELETE_TREE));
        if !by_tree && (children || !self.may_delete(who, id)) {
            return Err(Refusal::access(win32::ACCESS_DENIED, 0x0315_21D0, &kinds::WHY_NO_DELETE_RIGHT));
        }
        let mut all = vec![id];
        let mut at = 0;
        while let Some(next) = all.get(at).copied() {
            all.extend(self.view(cx).children(next));
            at += 1;
        }
        if all.iter().any(|id| self.forest.store.rows[*id].is(FIXED)) {
            return Err(Refusal::unwilling(win32::ILLEGAL_MOD_OPERATION, 0x031A_0AE9, &kinds::WHY_FIXED));
        }
        for id in all.into_iter().rev() {
            let container = self.container_sym(id, cx);
            let name = self.forest.store.rows[id].rdn;
            self.bury(id, cx);
            if !who.is_system() {
                cx.tell(&kinds::ENTRY_DELETED, who.name, &[Arg::Name(name), Arg::Name(container)]);
            }
        }
        Ok(id)
    }

    /// By a right on the object, or by one on its container.
    pub(crate) fn may_delete(&mut self, who: &Principal, id: Id<Entry>) -> bool {
        if self.forest.may(who, id, Ask::whole(right::DELETE)) {
            return true;
        }
        let entry = &self.forest.store.rows[id];
        let class = entry.class.get().guid;
        entry.parent().is_some_and(|p| self.forest.may(who, p, Ask::about(right::DELETE_CHILD, class)))
    }

    fn bury(&mut self, id: Id<Entry>, cx: &mut Cx) {
        let was_synced = {
            let entry = &self.forest.store.rows[id];
            entry.certificate != 0 || entry.own(attr::USER_CERTIFICATE).is_some()
        };
        let mut change = self.forest.begin(id);
        change.note_whole();
        self.forest.count_creator(id, -1);
        for (attr, other, forward) in self.forest.store.all_links(id) {
            if forward {
                self.forest.store.link(id, attr, other, false);
                change.note_link(attr, other, false);
            } else {
                self.forest.store.link(other, attr, id, false);
            }
        }
        self.forest.store.unindex_name(id, &cx.names);
        // What a tombstone does not keep goes.
        let store = &mut self.forest.store;
        let entry = &store.rows[id];
        let mut gone: Vec<AttrId> = store.shapes.get(entry.shape).iter().map(|(a, _)| *a).collect();
        gone.extend(entry.extra.iter().flat_map(|e| e.overrides.iter()).map(|(a, _)| *a));
        gone.sort_unstable();
        gone.dedup();
        for attr in gone {
            let a = attr.get();
            if a.kept || a.store == Where::Field && attr != attr::USER_CERTIFICATE {
                continue;
            }
            store.put(id, attr, Vec::new(), &mut cx.names);
        }
        let (nc, parent) = (usize::from(store.rows[id].nc), store.rows[id].parent());
        let entry = &mut store.rows[id];
        entry.flags |= DELETED;
        entry.certificate = 0;
        if let Some(extra) = &mut entry.extra {
            extra.nt_hash = None;
            if extra.overrides.is_empty() && extra.children.is_empty() {
                entry.extra = None;
            }
        }
        if let Some(parent) = parent {
            store.disown(parent);
        }
        store.contexts[nc].tombstones.push(id.row());
        self.forest.finish(change, self.dc, cx);
        // The certificate is gone by now, and so is the reason to keep the device.
        self.signal(id, was_synced, cx);
    }

    /// Brings a tombstone back: one modify that deletes `isDeleted` and replaces `distinguishedName`.
    pub(crate) fn reanimate(
        &mut self,
        who: &Principal,
        id: Id<Entry>,
        modifications: &[Modification],
        cx: &mut Cx,
    ) -> Result<Id<Entry>, Refusal> {
        let part = |name: &str, op| modifications.iter().find(|m| m.attr.eq_ignore_ascii_case(name) && m.op == op);
        let unwilling = || Refusal::unwilling(win32::ILLEGAL_MOD_OPERATION, 0x031A_1030, &kinds::WHY_FIXED);
        let dn = part("distinguishedName", ModOp::Replace).filter(|_| part("isDeleted", ModOp::Delete).is_some());
        let text = dn.and_then(|m| std::str::from_utf8(m.values.first()?).ok()).ok_or_else(unwilling)?;
        let dn: Dn = text.parse().map_err(|_| Refusal::bad_name(text))?;
        let parent = dn.parent().ok_or_else(|| Refusal::bad_name(text))?;
        let parent = self.view(cx).resolve(&parent)?;
        let entry = &self.forest.store.rows[id];
        let class = entry.class.get();
        if self.view(cx).child(parent, &dn.rdns[0]).is_some() {
            let why = &kinds::WHY_NAME_TAKEN;
            let (code, w) = (ResultCode::EntryAlreadyExists, win32::OBJ_STRING_NAME_EXISTS);
            return Err(Refusal::update(code, w, 0x031A_11C4, 0, why));
        }
        let domain = self.view(cx).domain_of(id);
        if let Some(sam) = self.view(cx).text(id, attr::SAM_ACCOUNT_NAME) {
            self.view(cx).check_account_free(domain, &sam, Some(id))?;
        }
        // Everybody but administrators lacks the right to reanimate (MS-ADTS 3.1.1.5.3.7.1).
        if !self.view(cx).is_admin(who, domain)
            || !self.forest.may(who, parent, Ask::about(right::CREATE_CHILD, class.guid))
        {
            return Err(Refusal::access(win32::ACCESS_DENIED, 0x0315_21D0, &kinds::WHY_NO_WRITE_RIGHT));
        }
        let mut change = self.forest.begin(id);
        change.note_whole();
        let rdn = cx.names.intern(&dn.rdns[0].value);
        self.rename_values(id, &mut cx.names);
        let store = &mut self.forest.store;
        let nc = usize::from(store.rows[id].nc);
        store.contexts[nc].tombstones.retain(|r| *r != id.row());
        let entry = &mut store.rows[id];
        entry.flags &= !DELETED;
        entry.rdn = rdn;
        entry.parent = MaybeId::from(parent);
        store.adopt(parent, id);
        store.index_name(id, &cx.names);
        self.forest.count_creator(id, 1);
        self.forest.finish(change, self.dc, cx);
        self.signal(id, true, cx);
        Ok(id)
    }
}
