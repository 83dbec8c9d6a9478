//! Why something did not come about in the cloud: what whoever explains asks, answered by the rules that decide it and by the
//! records that led to the present state. Nothing here decides anything.

use crate::deployment_profile::Assignment;
use crate::membership_rule::DeviceProperty;
use crate::odj::OdjState;
use crate::tenant::Tenant;
use crate::{AutopilotDevice, EntraDevice, Group, HardwareHash, ImportStatus, ManagedDevice, kinds};
use sim_core::{Blame, Cx, Evidence, Id, Kind, RecordKey, SimTime, Sym};

impl Tenant {
    /// Whether a device is a member of a group; if it is not, with what the group's rule says of it.
    pub fn is_member(&self, group: Id<Group>, device: Id<EntraDevice>, cx: &Cx, evidence: &mut impl Evidence) -> bool {
        let member = self.is_device_in(group, device);
        if evidence.is_asked() {
            let name = cx.names.get(self.groups[group].name);
            evidence.note(|| format!("the device is {} group {name}", if member { "in" } else { "not in" }));
            if !member {
                self.why_no_member(group, device, cx, evidence);
            }
        }
        member
    }

    fn why_no_member(&self, group: Id<Group>, device: Id<EntraDevice>, cx: &Cx, evidence: &mut impl Evidence) {
        let (record, of) = (&self.groups[group], &self.entra_devices[device]);
        let Some(rule) = &record.rule else {
            evidence.blame(|| Blame::new("group", record.name, "the device is not among its assigned members"));
            return;
        };
        evidence.note(|| format!("the rule of group {} is {rule}", cx.names.get(record.name)));
        if self.rule_holds(group, device, cx, evidence) {
            evidence.note(|| "the rule holds, and has not been evaluated since it does".into());
            return evidence.because(of.last);
        }
        evidence.blame(|| Blame::new("group", record.name, format!("its rule does not hold: {rule}")));
        if rule.properties().contains(DeviceProperty::DevicePhysicalIds) {
            self.blame_tag(of, cx, evidence);
        }
    }

    /// The group tag of a device, which rules see as `[OrderId]`.
    fn blame_tag(&self, of: &EntraDevice, cx: &Cx, evidence: &mut impl Evidence) {
        let Some(identity) = of.identity.get().map(|i| &self.identities[i]) else {
            return evidence
                .note(|| "this Entra device belongs to no Autopilot registration, so it has no [ZTDID]".into());
        };
        if identity.group_tag != of.order_id {
            let tag = cx.names.get(identity.group_tag);
            evidence.note(|| format!("group tag `{tag}` has not reached the Entra device yet"));
            evidence.because(identity.last);
        }
        evidence.blame(|| {
            let says = match cx.names.get(identity.group_tag) {
                "" => "it has no group tag".to_owned(),
                tag => format!("its group tag is `{tag}`"),
            };
            Blame::new("device", of.who, says).or_made_by(&[&kinds::GROUP_TAG_SET])
        });
    }

    /// None of these profiles reaches a device.
    pub(crate) fn blame_unreached(
        &self,
        what: &'static str,
        profiles: &mut dyn Iterator<Item = (Sym, &Assignment)>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) {
        let mut none = true;
        for (name, assignment) in profiles {
            none = false;
            let groups = |ids: &[Id<Group>]| {
                ids.iter().map(|g| cx.names.get(self.groups[*g].name)).collect::<Vec<_>>().join(", ")
            };
            let says = match (&assignment.include[..], &assignment.exclude[..]) {
                ([], []) => "it is assigned to nobody".to_owned(),
                (_, []) => {
                    format!("it is assigned to {}, of which the device is no member", groups(&assignment.include))
                }
                (_, exclude) => format!("it excludes {}", groups(exclude)),
            };
            evidence.blame(|| Blame::new(what, name, says));
        }
        if none {
            evidence.note(|| format!("there is no {what}"));
            evidence.blame(|| Blame::new("tenant", self.name, format!("it has no {what}")));
        }
    }

    /// Why a machine has no living registration.
    pub fn why_not_registered(&self, hash: HardwareHash, evidence: &mut impl Evidence) {
        if !evidence.is_asked() {
            return;
        }
        let Some(hardware) = self.hardware_of(hash) else {
            return evidence.note(|| "its hardware hash has never been uploaded".into());
        };
        let mut uploads = self.imports.iter().filter(|(_, i)| i.hardware == hardware);
        let label = self.hardware[hardware].label;
        let Some((_, import)) = uploads.next_back() else {
            evidence.note(|| "its hardware hash has never been uploaded".into());
            return evidence.blame(|| Blame::new("device", label, "nobody has imported its hardware hash"));
        };
        match import.status {
            ImportStatus::Unknown => {
                evidence.note(|| "its hardware hash has been uploaded, and the import is still running".into());
                evidence.because(import.last);
            }
            ImportStatus::Error(error) => {
                evidence.note(|| format!("its import was refused with {} {}", error.code(), error.name()));
                made_by("device", label, "its import was refused", &[&kinds::IMPORT_REFUSED], evidence);
            }
            ImportStatus::Complete => {
                evidence.note(|| "it was registered, and has been deregistered since".into());
                made_by("device", label, "it was deregistered", &[&kinds::IDENTITY_DELETED], evidence);
            }
        }
    }

    /// Why the Autopilot service has no profile for a registered machine.
    pub fn why_no_profile(&self, id: Id<AutopilotDevice>, cx: &Cx, evidence: &mut impl Evidence) {
        if !evidence.is_asked() {
            return;
        }
        let identity = &self.identities[id];
        if let Some(profile) = identity.intended.get() {
            let name = cx.names.get(self.deployment_profiles[profile].name);
            evidence.note(|| {
                format!("deployment profile {name} is on its way: status {}", identity.assignment_status.graph())
            });
            return evidence.because(identity.last);
        }
        match self.anchor_of(id) {
            Some(anchor) => {
                if self.profile_for(anchor, cx, evidence).is_some() {
                    evidence.because(identity.last);
                }
            }
            None => self.why_anchor_gone(id, evidence),
        }
    }

    /// The Entra device of a registration is gone.
    pub(crate) fn why_anchor_gone(&self, id: Id<AutopilotDevice>, evidence: &mut impl Evidence) {
        let who = self.hardware[self.identities[id].hardware].label;
        let says = "the Entra device of its registration was deleted";
        made_by("device", who, says, &[&kinds::ENTRA_DEVICE_DELETED], evidence);
    }

    /// Why a device has got no blob for its offline domain join, as far as the cloud knows.
    pub fn why_no_odj_blob(&self, managed: Id<ManagedDevice>, cx: &Cx, evidence: &mut impl Evidence) {
        if !evidence.is_asked() {
            return;
        }
        let Some(request) = self.managed_devices[managed].odj.get() else {
            return match self.join_profile(managed, cx, evidence) {
                Ok(profile) => {
                    let name = cx.names.get(self.domain_join_profiles[profile].name);
                    evidence.note(|| {
                        format!("domain join profile {name} reaches the device, which has not checked in since")
                    });
                }
                Err(why) => {
                    evidence.note(|| format!("there is no offline domain join request: {}", why.text));
                }
            };
        };
        let request = &self.odj_requests[request];
        let connector = request.connector.get().map_or("no connector", |c| cx.names.get(self.connectors[c].name));
        evidence.note(|| match request.state {
            OdjState::Queued => "the offline domain join request waits for a connector".into(),
            OdjState::Taken => format!("connector {connector} works on the offline domain join request"),
            OdjState::Done(_) => format!("connector {connector} has answered the offline domain join request"),
            OdjState::Failed { error } => {
                format!("{connector} answered the offline domain join request; error {error}")
            }
        });
        evidence.because(request.last);
    }

    /// Why a managed device is not converted to Windows Autopilot.
    pub fn why_not_converted(&self, id: Id<ManagedDevice>, cx: &Cx, evidence: &mut impl Evidence) {
        let managed = &self.managed_devices[id];
        if !evidence.is_asked() {
            return;
        }
        if self.converting_profile(managed.entra_device, cx, evidence).is_none() {
            let mut profiles = self.deployment_profiles().map(|(_, p)| p).filter(|p| p.convert_all).peekable();
            if profiles.peek().is_none() {
                evidence.note(|| "no deployment profile converts all targeted devices".into());
                for (_, profile) in self.deployment_profiles() {
                    let says = "it does not convert all targeted devices";
                    made_by("deployment profile", profile.name, says, &[&kinds::CONVERT_SET], evidence);
                }
                return;
            }
            return self.blame_unreached(
                "deployment profile",
                &mut profiles.map(|p| (p.name, &p.assignment)),
                cx,
                evidence,
            );
        }
        if managed.ownership != crate::Ownership::Company {
            return evidence.blame(|| Blame::new("device", managed.who, "it is personally owned"));
        }
        evidence.note(|| {
            let state = if managed.conversion.is_set() { "its hash is taken" } else { "it has not checked in since" };
            format!("conversion waits since {}: {state}", managed.convert_since)
        });
        evidence.because(managed.last);
    }

    /// The record that led to the state of a registration.
    pub fn cause_of_identity(&self, id: Id<AutopilotDevice>) -> RecordKey {
        self.identities[id].last
    }

    /// The record that led to the state of a managed device.
    pub fn cause_of_managed(&self, id: Id<ManagedDevice>) -> RecordKey {
        self.managed_devices[id].last
    }

    /// Until when a membership that waits for evaluation does so; `NEVER` if none waits.
    pub fn evaluation_due(&self, device: Id<EntraDevice>) -> SimTime {
        self.entra_devices[device].evaluation.due()
    }
}

/// Something of the estate as the last record of these kinds made it.
fn made_by(what: &'static str, name: Sym, says: &str, kinds: &[&'static Kind], evidence: &mut impl Evidence) {
    evidence.blame(|| Blame::new(what, name, says).or_made_by(kinds));
}
