//! What a scenario's author arranges: delegation, the service connection point, redirection, passwords.

use crate::at::{At, ModOp, Modification, ModifyRequest, NewEntry};
use crate::dn::Dn;
use crate::entry::Entry;
use crate::error::Refusal;
use crate::filetime::Stamp;
use crate::forest::{Domain, Forest, well_known};
use crate::kinds;
use crate::principal::Principal;
use crate::schema::{attr, class};
use crate::sd::{SecurityDescriptor, computer_delegation};
use crate::secret::NtHash;
use crate::store::ContextKind;
use crate::value::Value;
use sim_core::{Arg, Cx, Guid, Id};

/// The name of the service connection point of device registration.
const SCP: &str = "62a0ff2e-97b9-4513-943f-0d221bd30080";

impl Forest {
    /// Operations as whoever sets the world up, at the first controller that takes writes and holds the place of a name.
    fn set_up(&mut self, near: Id<Entry>) -> At<'_> {
        let domain = self.store.context(&self.store.rows[near]).domain;
        let dc = self.writable(domain).unwrap_or(Id::new(0));
        self.at(dc)
    }

    /// Delegates the control of computers below a container, as the wizard does: create and delete there, full control of
    /// computers anywhere below. Both entries come first, as they are explicit.
    pub fn delegate_computer_control(&mut self, ou: &str, trustee: &Principal, cx: &mut Cx) -> Result<(), Refusal> {
        let id = self.all(cx).find_text(ou)?;
        let mut sd: SecurityDescriptor = self.store.sds.get(self.store.rows[id].sd).clone();
        let dacl = sd.dacl.get_or_insert_default();
        let new = computer_delegation(trustee.sid);
        if new.iter().all(|ace| dacl.contains(ace)) {
            return Ok(());
        }
        dacl.splice(0..0, new);
        sd.canonicalize();
        self.write_descriptor(id, sd, cx);
        let (container, who) = (self.store.dn_sym(id, &mut cx.names), self.system);
        cx.tell(&kinds::CONTROL_DELEGATED, who, &[Arg::Name(container), Arg::Name(trustee.name)]);
        Ok(())
    }

    /// Takes everything that names a trustee away from a container's own entries.
    pub fn revoke_control(&mut self, ou: &str, trustee: &Principal, cx: &mut Cx) -> Result<(), Refusal> {
        let id = self.all(cx).find_text(ou)?;
        let mut sd: SecurityDescriptor = self.store.sds.get(self.store.rows[id].sd).clone();
        if let Some(dacl) = &mut sd.dacl {
            dacl.retain(|ace| ace.sid != trustee.sid || ace.is_inherited());
        }
        self.write_descriptor(id, sd, cx);
        Ok(())
    }

    /// The descriptor of an object.
    pub fn descriptor(&self, id: Id<Entry>) -> &SecurityDescriptor {
        self.store.sds.get(self.store.rows[id].sd)
    }

    /// Writes the descriptor of an object and what its children inherit from it.
    pub fn write_descriptor(&mut self, id: Id<Entry>, sd: SecurityDescriptor, cx: &mut Cx) {
        let mut at = self.set_up(id);
        let dc = at.dc;
        let mut change = at.forest.begin(id);
        at.set_descriptor(id, &mut change, sd, cx);
        self.finish(change, dc, cx);
    }

    /// Creates or changes the service connection point by which devices find their tenant.
    pub fn create_scp(&mut self, tenant_domain: &str, tenant: Guid, cx: &mut Cx) -> Result<Id<Entry>, Refusal> {
        let config = self.configuration_dn();
        let services = config.child("CN", "Services");
        let parent = services.child("CN", "Device Registration Configuration");
        let keywords = vec![format!("azureADName:{tenant_domain}").into(), format!("azureADId:{tenant}").into()];
        let services = self.all(cx).resolve(&services)?;
        let system = self.system();
        let parent = match self.all(cx).resolve(&parent) {
            Ok(id) => id,
            Err(_) => {
                let new = NewEntry::new(services, class::CONTAINER, "Device Registration Configuration", Vec::new());
                self.set_up(services).create(&system, new, cx)?.entry
            }
        };
        if let Some(id) = self.all(cx).child_named(parent, "CN", SCP) {
            let mut change = self.begin(id);
            change.note(attr::KEYWORDS);
            self.store.put(id, attr::KEYWORDS, keywords, &mut cx.names);
            let dc = self.set_up(id).dc;
            self.finish(change, dc, cx);
            self.set_up(id).signal(id, false, cx);
            return Ok(id);
        }
        let new = NewEntry::new(parent, class::SERVICE_CONNECTION_POINT, SCP, vec![(attr::KEYWORDS, keywords)]);
        let id = self.set_up(parent).create(&system, new, cx)?.entry;
        self.set_up(id).signal(id, false, cx);
        Ok(id)
    }

    /// The service connection point of device registration, as a controller sees it.
    pub fn find_scp(&self, dc: Id<crate::Controller>, cx: &Cx) -> Option<Id<Entry>> {
        let dn = self.configuration_dn().child("CN", "Services").child("CN", "Device Registration Configuration");
        self.view(dc, cx).resolve(&dn.child("CN", SCP)).ok()
    }

    /// What the service connection point says, as a controller sees it; see [`Forest::read_scp_at`].
    pub fn read_scp(&self, dc: Id<crate::Controller>, cx: &Cx) -> Option<(String, Guid)> {
        self.read_scp_at(dc, self.find_scp(dc, cx)?, cx)
    }

    /// The keywords of a service connection point as a controller sees it: tenant domain and tenant id. `None` if it is gone, or
    /// does not name a tenant.
    pub fn read_scp_at(&self, dc: Id<crate::Controller>, scp: Id<Entry>, cx: &Cx) -> Option<(String, Guid)> {
        let view = self.view(dc, cx);
        if !view.is_alive(scp) {
            return None;
        }
        let keywords = view.values(scp, attr::KEYWORDS);
        let find = |prefix: &str| {
            let mut texts = keywords.iter().filter_map(Value::as_text);
            texts.find_map(|t| {
                let (kind, value) = t.split_once(':')?;
                kind.eq_ignore_ascii_case(prefix).then(|| value.to_owned())
            })
        };
        Some((find("azureADName")?, find("azureADId")?.parse().ok()?))
    }

    /// The name of the configuration.
    pub fn configuration_dn(&self) -> Dn {
        let config = self.store.contexts.iter().find(|c| c.kind == ContextKind::Configuration);
        config.map(|c| c.dn.clone()).unwrap_or_default()
    }

    /// The name of a domain's built-in administrator.
    pub fn administrator(&self, domain: Id<Domain>, cx: &Cx) -> Option<String> {
        let view = self.all(cx);
        view.by_sid(&self.domains[domain].sid.child(500)).map(|id| view.dn(id))
    }

    /// Gives a domain's built-in administrator its password, as the installation does. Nothing is told of it.
    pub fn set_administrator_password(&mut self, domain: Id<Domain>, password: &str) {
        if let Some(id) = self.store.by_sid(&self.domains[domain].sid.child(500)) {
            self.store.rows[id].extra.get_or_insert_default().nt_hash = Some(NtHash::of(password));
        }
    }

    /// Gives an account a password, whatever the policy says: for whoever sets the world up. Whether there is such an account.
    pub fn set_account_password(&mut self, account: &str, password: &str, cx: &mut Cx) -> bool {
        let Some(id) = self.all(cx).find_account(account).or_else(|| self.all(cx).find_text(account).ok()) else {
            return false;
        };
        if !self.store.rows[id].class.is_account() {
            return false;
        }
        let now = Stamp::of(cx.now());
        let row = &mut self.store.rows[id];
        row.extra.get_or_insert_default().nt_hash = Some(NtHash::of(password));
        row.secret = row.secret.max(1);
        if row.password_set == Stamp::NONE {
            row.password_set = now;
        }
        true
    }

    /// The container in which computers are created by default.
    pub fn computers_container(&self, domain: Id<Domain>) -> Option<Id<Entry>> {
        self.well_known(domain, well_known::COMPUTERS)
    }

    /// Redirects the container for new computers, as `redircmp` does.
    pub fn redirect_computers(&mut self, domain: Id<Domain>, ou: &str, cx: &mut Cx) -> Result<(), Refusal> {
        let nc = usize::from(self.domains[domain].nc);
        let head = self.store.contexts[nc].text.clone();
        let line = format!("B:32:{}:{ou}", well_known::digits(well_known::COMPUTERS));
        let part = Modification::new(ModOp::Add, "wellKnownObjects", &[&line]);
        let system = self.system();
        let dc = self.writable(domain).unwrap_or(Id::new(0));
        self.at(dc).modify(&system, &ModifyRequest::new(&head, vec![part]), cx)?;
        Ok(())
    }
}

/// What has changed at a controller.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The objects, tombstones included, the oldest change first.
    pub entries: Vec<Id<Entry>>,
    /// From where to ask the next time.
    pub next: u64,
}

impl crate::View<'_> {
    /// The objects of a domain that were changed after a USN, as this controller knows. What is still on its way comes with a
    /// later call; an object may come twice.
    pub fn changes_since(&self, usn: u64, domain: Option<Id<Domain>>) -> Changes {
        let store = &self.forest.store;
        let from = u32::try_from(usn).unwrap_or(u32::MAX);
        let nc = domain.map(|d| self.forest.domains[d].nc);
        let rows = store.changed_after(from).filter(|id| nc.is_none_or(|nc| store.rows[*id].nc == nc));
        let entries = rows.filter(|id| self.row(*id).is_some()).collect();
        Changes { entries, next: self.high_water() }
    }

    /// The USN up to which everything has reached this controller.
    pub fn high_water(&self) -> u64 {
        let unseen = self.forest.pending.first_unseen(|w| self.has_seen(w));
        u64::from(unseen.map_or(self.forest.store.usn, |n| n - 1))
    }
}
