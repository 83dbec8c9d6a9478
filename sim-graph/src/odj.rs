//! Offline domain join requests: made for a device at a check-in, taken by a connector, answered with a blob.

use crate::tenant::{IDS, Tenant};
use crate::{DomainJoinProfile, ManagedDevice, OdjConnector, actor, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Arg, Blame, Cx, Evidence, Guid, Id, Key, Kind, RecordKey, Sym};

/// What a device gets to join its domain with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OdjBlob {
    /// The computer's name.
    pub computer_name: Sym,
    /// The DNS name of its domain.
    pub domain: Sym,
    /// What the machine signs in with: a number that stands for a password.
    pub secret: u64,
    /// The controller that made the account.
    pub controller: Sym,
    /// The relative identifier of the account.
    pub rid: u32,
}

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OdjState {
    /// In the queue.
    Queued,
    /// A connector works on it.
    Taken,
    /// Answered.
    Done(OdjBlob),
    /// Given up, with the connector's last error.
    Failed {
        /// The Win32 error.
        error: u32,
    },
}

/// What a domain join profile asks for, as it was when the request was made. Requests share these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinSettings {
    /// The domain to join.
    pub domain: Sym,
    /// The organizational unit as typed in the profile; empty for none.
    pub ou: Sym,
    /// The computer name's prefix as typed.
    pub prefix: Sym,
    /// How many random characters follow it.
    pub suffix_chars: u8,
    /// The profile's name.
    pub profile: Sym,
}

/// A request for an offline domain join blob.
#[derive(Debug, Clone)]
pub struct OdjRequest {
    /// The request's id, as the connector's log shows it.
    pub id: Guid,
    /// Whose.
    pub managed: Id<ManagedDevice>,
    /// What is asked for.
    pub settings: Id<JoinSettings>,
    /// Where it stands.
    pub state: OdjState,
    /// Who works or worked on it.
    pub connector: MaybeId<OdjConnector>,
    pub(crate) last: RecordKey,
}

impl OdjRequest {
    /// The answer, once there is one.
    pub fn blob(&self) -> Option<OdjBlob> {
        match self.state {
            OdjState::Done(blob) => Some(blob),
            _ => None,
        }
    }

    /// The record that led to it, for whoever goes on with it.
    pub fn cause(&self) -> RecordKey {
        self.last
    }
}

impl Tenant {
    /// Makes the request for a device if a domain join profile reaches it now; whether it did.
    pub(crate) fn request_odj(&mut self, managed: Id<ManagedDevice>, cx: &mut Cx) -> bool {
        let record = &self.managed_devices[managed];
        let who = record.who;
        let mut seen = cx.seen();
        let found = self.join_profile(managed, cx, &mut seen);
        cx.decided_on(seen);
        let profile = match found {
            Ok(profile) => &self.domain_join_profiles[profile],
            Err(why) => {
                cx.tell_why(&kinds::ODJ_NOT_REQUESTED, who, &[], why);
                return false;
            }
        };
        let (domain, ou, prefix) = (profile.domain, profile.ou, profile.prefix);
        let wanted = JoinSettings { domain, ou, prefix, suffix_chars: profile.suffix_chars, profile: profile.name };
        let known = self.join_settings.iter().find(|(_, s)| **s == wanted).map(|(id, _)| id);
        let settings = known.unwrap_or_else(|| self.join_settings.push(wanted));
        let [key, more] = record.id.halves();
        let shown: Arg = if ou.is_empty() { "default container".into() } else { ou.into() };
        cx.tell(&kinds::ODJ_REQUESTED, who, &[domain.into(), shown, prefix.into()]);
        let id = self.odj_requests.push(OdjRequest {
            id: cx.chance.guid(IDS, Key(key).part(more), 5),
            managed,
            settings,
            state: OdjState::Queued,
            connector: MaybeId::NONE,
            last: cx.cause(),
        });
        self.managed_devices[managed].odj = id.into();
        self.odj_queue.push_back(id);
        self.version += 1;
        cx.signal(actor::ODJ_QUEUED, id.row());
        true
    }

    /// The profile by which an offline domain join would be requested for a device, else why none is.
    pub fn join_profile(
        &self,
        managed: Id<ManagedDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Result<Id<DomainJoinProfile>, &'static Kind> {
        let record = &self.managed_devices[managed];
        // Source: the enrolment errors article: assigning a user to a hybrid join device makes OOBE do an Entra join.
        let assigned = record.identity.get().map_or(Sym::EMPTY, |i| self.identities[i].assigned_user);
        if !assigned.is_empty() {
            evidence.blame(|| {
                Blame::new("device", record.who, format!("{} is pre-assigned to it", cx.names.get(assigned)))
            });
            return Err(&kinds::WHY_PREASSIGNED);
        }
        self.domain_join_profile_for(record.entra_device, cx, evidence).ok_or(&kinds::WHY_NO_DOMAIN_JOIN_PROFILE)
    }

    /// All requests, oldest first.
    pub fn odj_requests(&self) -> impl ExactSizeIterator<Item = (Id<OdjRequest>, &OdjRequest)> {
        self.odj_requests.iter()
    }

    /// A request's record.
    pub fn odj_request(&self, id: Id<OdjRequest>) -> &OdjRequest {
        &self.odj_requests[id]
    }

    /// What a request asks for.
    pub fn join_settings(&self, id: Id<OdjRequest>) -> JoinSettings {
        self.join_settings[self.odj_requests[id].settings]
    }

    /// Whom a person would call the device behind a request.
    pub fn odj_device(&self, id: Id<OdjRequest>) -> Sym {
        self.managed_devices[self.odj_requests[id].managed].who
    }

    /// The requests that wait for a connector, oldest first.
    pub fn odj_queue(&self) -> impl Iterator<Item = Id<OdjRequest>> + '_ {
        self.odj_queue.iter().copied()
    }

    /// A connector polls: the oldest request in the queue that it serves, if any. Connectors of old serve every domain, newer
    /// ones those in `serves`.
    pub fn take_odj(
        &mut self,
        connector: Id<OdjConnector>,
        serves: Option<&[Sym]>,
        cx: &mut Cx,
    ) -> Option<Id<OdjRequest>> {
        let serves =
            |id: &Id<OdjRequest>| serves.is_none_or(|domains| domains.contains(&self.join_settings(*id).domain));
        let place = self.odj_queue.iter().position(serves)?;
        let id = self.odj_queue.remove(place)?;
        let who = self.odj_device(id);
        let request = &mut self.odj_requests[id];
        request.state = OdjState::Taken;
        request.connector = connector.into();
        cx.because(request.last);
        request.last = cx.tell(&kinds::ODJ_TAKEN, self.connectors[connector].name, &[who.into()]);
        self.version += 1;
        Some(id)
    }

    /// A connector answers a request.
    pub fn complete_odj(&mut self, id: Id<OdjRequest>, answer: Result<OdjBlob, u32>, cx: &mut Cx) {
        let who = self.odj_device(id);
        let request = &mut self.odj_requests[id];
        let connector = request.connector.get().map_or(Sym::EMPTY, |c| self.connectors[c].name);
        match answer {
            Ok(blob) => {
                request.state = OdjState::Done(blob);
                request.last = cx.tell(&kinds::ODJ_BLOB_STORED, connector, &[who.into()]);
                cx.signal(actor::MDM_WORK, request.managed.row());
            }
            Err(error) => {
                request.state = OdjState::Failed { error };
                request.last = cx.tell(&kinds::ODJ_GIVEN_UP, connector, &[who.into(), error.into()]);
            }
        }
        self.version += 1;
    }

    /// The connector that worked on a request went down with it: it goes back to the head of the queue.
    pub fn return_odj(&mut self, id: Id<OdjRequest>, cx: &mut Cx) {
        let request = &mut self.odj_requests[id];
        if request.state == OdjState::Taken {
            request.state = OdjState::Queued;
            request.connector = MaybeId::NONE;
            self.odj_queue.push_front(id);
            self.version += 1;
            cx.signal(actor::ODJ_QUEUED, id.row());
        }
    }

    /// The device behind a request does not wait for it any more.
    pub fn abandon_odj(&mut self, managed: Id<ManagedDevice>) {
        if let Some(id) = self.managed_devices[managed].odj.get()
            && self.odj_requests[id].state == OdjState::Queued
        {
            self.odj_queue.retain(|queued| *queued != id);
            self.odj_requests[id].state = OdjState::Failed { error: 1460 };
            self.version += 1;
        }
    }
}
