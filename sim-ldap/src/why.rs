//! What the directory's rules saw, in words that an administrator uses. Nothing here decides anything.

use crate::entry::Entry;
use crate::kinds;
use crate::principal::Principal;
use crate::schema::attr;
use crate::sd::check::Ask;
use crate::sid::Sid;
use crate::view::View;
use sim_core::{Blame, Evidence, Id, Sym};

impl View<'_> {
    /// An account or group as people write it: `CORP\SRV-ODJ01$`; else its SID.
    pub fn account_text(&self, sid: &Sid) -> String {
        let account = || {
            let id = self.by_sid(sid)?;
            let name = self.text(id, attr::SAM_ACCOUNT_NAME)?;
            Some(format!("{}\\{name}", self.forest.domains[self.domain_of(id)].netbios))
        };
        account().unwrap_or_else(|| sid.to_string())
    }

    /// As [`View::verdict`], for its evidence: accounts go by their names, and what entries say about other things is left out.
    pub(crate) fn why_verdict(&self, who: &Principal, id: Id<Entry>, ask: Ask, evidence: &mut impl Evidence) {
        evidence.note(|| format!("asks as {} to create a computer in {}", self.account_text(&who.sid), self.dn(id)));
        self.verdict(who, id, ask, &mut WithNames { view: self, to: evidence });
    }

    /// Nothing gives an account the right to create computers in a container.
    pub(crate) fn blame_rights(&self, who: &Principal, container: Id<Entry>, evidence: &mut impl Evidence) {
        evidence.blame(|| {
            let says = format!(
                "its account {} is not delegated the right to create computers in {}",
                self.account_text(&who.sid),
                self.dn(container)
            );
            Blame::new("account", who.name, says)
        });
    }

    /// An account of that name is there already.
    pub(crate) fn why_taken(&self, existing: Id<Entry>, evidence: &mut impl Evidence) {
        if !evidence.is_asked() {
            return;
        }
        let owner = self.row(existing).and_then(|entry| self.forest.store.sds.get(entry.sd).owner);
        evidence.note(|| {
            let owner = owner.map_or_else(|| "nobody".to_owned(), |sid| self.account_text(&sid));
            format!("{} is there already, owned by {owner}", self.dn(existing))
        });
        let name = self.row(existing).map_or(Sym::EMPTY, |entry| entry.rdn());
        evidence.blame(|| {
            let made = [&kinds::COMPUTER_CREATED, &kinds::COMPUTER_REUSED, &kinds::ENTRY_ADDED, &kinds::ENTRY_MOVED];
            Blame::new("computer", name, format!("{} has the name", self.dn(existing))).or_made_by(&made)
        });
    }
}

/// Hands evidence on with names in the place of SIDs.
struct WithNames<'a, 'v, E> {
    view: &'a View<'v>,
    to: &'a mut E,
}

impl<E: Evidence> Evidence for WithNames<'_, '_, E> {
    fn is_asked(&self) -> bool {
        self.to.is_asked()
    }
    fn note(&mut self, line: impl FnOnce() -> String) {
        if !self.to.is_asked() {
            return;
        }
        let line = line();
        if line.ends_with("is about something else") {
            return;
        }
        let word =
            |word: &str| word.parse::<Sid>().map_or_else(|_| word.to_owned(), |sid| self.view.account_text(&sid));
        let named = line.split(' ').map(word).collect::<Vec<_>>().join(" ");
        self.to.note(|| named);
    }
}
