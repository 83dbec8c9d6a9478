//! Configuration that reaches devices through MDM: domain join profiles and enrollment status pages.

use crate::deployment_profile::Assignment;
use crate::tenant::{IDS, Tenant};
use crate::{EntraDevice, User, kinds};
use sim_core::rows::MaybeId;
use sim_core::{Cx, Evidence, Guid, Id, Key, SimDuration, SimTime, Sym, Unasked};

/// A `windowsDomainJoinConfiguration`.
#[derive(Debug, Clone)]
pub struct DomainJoinProfile {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// `activeDirectoryDomainName`.
    pub domain: Sym,
    /// `organizationalUnit`, as typed; empty for none.
    pub ou: Sym,
    /// `computerNameStaticPrefix`, as typed.
    pub prefix: Sym,
    /// `computerNameSuffixRandomCharCount`.
    pub suffix_chars: u8,
    /// `createdDateTime`.
    pub created: SimTime,
    /// Whom it is for.
    pub assignment: Assignment,
    /// Whether it is gone.
    pub deleted: bool,
}

/// A `windows10EnrollmentCompletionPageConfiguration`.
#[derive(Debug, Clone)]
pub struct EspProfile {
    /// `id`.
    pub id: Guid,
    /// `displayName`.
    pub name: Sym,
    /// `priority`: the lowest number wins. The default page has none and comes last.
    pub priority: u32,
    /// `showInstallationProgress`.
    pub show_progress: bool,
    /// `installProgressTimeoutInMinutes`, as a span.
    pub timeout: SimDuration,
    /// `allowDeviceUseOnInstallFailure`.
    pub continue_on_failure: bool,
    /// Whether the account phase is shown (it can be skipped by a `SkipUserStatusPage` setting).
    pub user_phase: bool,
    /// The apps that block the page; all required ones if none are named.
    pub blocking: Option<Vec<Id<crate::App>>>,
    /// The opposite of `blockDeviceSetupRetryByUser`: whether users may try again.
    pub retry_on_failure: bool,
    /// `allowDeviceResetOnInstallFailure`.
    pub reset_on_failure: bool,
    /// `allowLogCollectionOnInstallFailure`.
    pub logs_on_failure: bool,
    /// Users it is for, by group.
    pub assignment: Assignment,
    /// Whether it is gone.
    pub deleted: bool,
}

/// What the enrollment status page of one enrolment looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EspSettings {
    /// Whether there is a page at all.
    pub show_progress: bool,
    /// The configured limit.
    pub timeout: SimDuration,
    /// Whether the user may go on after a failure.
    pub continue_on_failure: bool,
    /// Whether the user may try again after a failure.
    pub retry_on_failure: bool,
    /// Whether the user may reset the device after a failure.
    pub reset_on_failure: bool,
    /// Whether the user may collect logs after a failure.
    pub logs_on_failure: bool,
    /// Whether the account phase is shown.
    pub user_phase: bool,
    /// The page itself; none for the default one.
    pub profile: MaybeId<EspProfile>,
}

impl EspSettings {
    /// The default page: no progress is shown, 60 minutes.
    ///
    /// Source: enrollment status page settings (memdocs, 2022).
    pub const DEFAULT: Self = Self {
        show_progress: false,
        timeout: SimDuration::from_mins(60),
        continue_on_failure: false,
        retry_on_failure: true,
        reset_on_failure: false,
        logs_on_failure: false,
        user_phase: true,
        profile: MaybeId::NONE,
    };
}

/// What one asks for when creating a domain join profile.
#[derive(Debug, Clone)]
pub struct NewDomainJoinProfile {
    /// `displayName`.
    pub name: String,
    /// `activeDirectoryDomainName`.
    pub domain: String,
    /// `organizationalUnit`; empty for none.
    pub ou: String,
    /// `computerNameStaticPrefix`.
    pub prefix: String,
    /// `computerNameSuffixRandomCharCount`; by default what is left of 15 characters.
    pub suffix_chars: Option<u8>,
    /// Whom it is for.
    pub assignment: Assignment,
}

/// What is changed of a domain join profile.
#[derive(Debug, Clone, Default)]
pub(crate) struct DomainJoinChange {
    pub name: Option<String>,
    pub domain: Option<String>,
    pub ou: Option<String>,
    pub prefix: Option<String>,
    pub suffix_chars: Option<u8>,
    /// What no field of the record has a place for.
    pub kept: Vec<(&'static str, serde_json::Value)>,
}

/// What is changed of an enrollment status page.
#[derive(Debug, Clone, Default)]
pub(crate) struct EspChange {
    pub name: Option<String>,
    pub show_progress: Option<bool>,
    pub timeout: Option<SimDuration>,
    pub continue_on_failure: Option<bool>,
    pub retry_on_failure: Option<bool>,
    pub reset_on_failure: Option<bool>,
    pub logs_on_failure: Option<bool>,
    /// The apps that block the page, or none for all.
    pub blocking: Option<Option<Vec<Id<crate::App>>>>,
    /// What no field of the record has a place for.
    pub kept: Vec<(&'static str, serde_json::Value)>,
}

impl Tenant {
    /// Adds a domain join profile, with its values as typed: that they are wrong shows when a connector tries to use them.
    pub fn add_domain_join_profile(&mut self, new: NewDomainJoinProfile, cx: &mut Cx) -> Id<DomainJoinProfile> {
        let nth = self.domain_join_profiles.iter().filter(|(_, p)| cx.names.get(p.name) == new.name).count() as u64;
        let room = 15usize.saturating_sub(new.prefix.chars().count()) as u8;
        let profile = DomainJoinProfile {
            id: cx.chance.guid(IDS, Key::of("domain join profile", &new.name), nth),
            name: cx.name(&new.name),
            domain: cx.name(&new.domain),
            ou: cx.name(&new.ou),
            prefix: cx.name(&new.prefix),
            suffix_chars: new.suffix_chars.unwrap_or(room),
            created: cx.now(),
            assignment: new.assignment,
            deleted: false,
        };
        let id = self.domain_join_profiles.push(profile);
        self.retarget_all(cx);
        id
    }

    /// A domain join profile by name.
    pub fn domain_join_profile(&self, name: &str, cx: &Cx) -> Option<Id<DomainJoinProfile>> {
        self.domain_join_profiles().find(|(_, p)| cx.names.get(p.name) == name).map(|(id, _)| id)
    }

    /// A domain join profile's record.
    pub fn domain_join_profile_record(&self, id: Id<DomainJoinProfile>) -> &DomainJoinProfile {
        &self.domain_join_profiles[id]
    }

    /// All living domain join profiles, oldest first.
    pub fn domain_join_profiles(&self) -> impl Iterator<Item = (Id<DomainJoinProfile>, &DomainJoinProfile)> {
        self.domain_join_profiles.iter().filter(|(_, p)| !p.deleted)
    }

    /// Changes what is given of a domain join profile. Computers that have joined keep what they have.
    pub(crate) fn change_domain_join_profile(
        &mut self,
        id: Id<DomainJoinProfile>,
        change: DomainJoinChange,
        cx: &mut Cx,
    ) {
        let profile = &mut self.domain_join_profiles[id];
        for (text, place) in [
            (change.name, &mut profile.name),
            (change.domain, &mut profile.domain),
            (change.ou, &mut profile.ou),
            (change.prefix, &mut profile.prefix),
        ] {
            if let Some(text) = text {
                *place = cx.name(&text);
            }
        }
        profile.suffix_chars = change.suffix_chars.unwrap_or(profile.suffix_chars);
        let (guid, name) = (profile.id, profile.name);
        let version = self.kept.of(guid, "version").and_then(serde_json::Value::as_i64).unwrap_or(1) + 1;
        let mut now = String::new();
        crate::graph::time_text(&mut now, cx.now());
        self.kept.set(guid, change.kept);
        self.kept.set(guid, [("version", version.into()), ("lastModifiedDateTime", now.into())]);
        cx.tell(&kinds::DOMAIN_JOIN_PROFILE_EDITED, name, &[]);
        self.retarget_all(cx);
    }

    /// Deletes a domain join profile.
    pub fn delete_domain_join_profile(&mut self, id: Id<DomainJoinProfile>, cx: &mut Cx) {
        let profile = &mut self.domain_join_profiles[id];
        profile.deleted = true;
        self.kept.forget(profile.id);
        cx.tell(&kinds::DOMAIN_JOIN_PROFILE_DELETED, profile.name, &[]);
        self.retarget_all(cx);
    }

    /// Gives a domain join profile another OU.
    pub fn set_domain_join_ou(&mut self, id: Id<DomainJoinProfile>, ou: &str, cx: &mut Cx) {
        let profile = &mut self.domain_join_profiles[id];
        profile.ou = cx.name(ou);
        let (name, shown) = (profile.name, if ou.is_empty() { "default container".into() } else { profile.ou.into() });
        cx.tell(&kinds::JOIN_PROFILE_EDITED, name, &[shown]);
        self.retarget_all(cx);
    }

    /// Changes whom a domain join profile is for.
    pub fn assign_domain_join_profile(&mut self, id: Id<DomainJoinProfile>, assignment: Assignment, cx: &mut Cx) {
        self.domain_join_profiles[id].assignment = assignment;
        self.retarget_all(cx);
    }

    /// The domain join profile that reaches a device. Of several the oldest wins: what the service does is not documented.
    pub fn domain_join_profile_for(
        &self,
        device: Id<EntraDevice>,
        cx: &Cx,
        evidence: &mut impl Evidence,
    ) -> Option<Id<DomainJoinProfile>> {
        let mut found = None;
        for (id, profile) in self.domain_join_profiles() {
            let reach = profile.assignment.reaches(self, device, cx, &mut Unasked);
            evidence.note(|| {
                let how = if reach.is_some() { "reaches the device" } else { "is assigned to no group of the device" };
                format!("domain join profile {} {how}", cx.names.get(profile.name))
            });
            found = found.or(reach.map(|_| id));
        }
        if found.is_none() && evidence.is_asked() {
            for (_, profile) in self.domain_join_profiles() {
                profile.assignment.reaches(self, device, cx, evidence);
            }
            let mut profiles = self.domain_join_profiles().map(|(_, p)| (p.name, &p.assignment));
            self.blame_unreached("domain join profile", &mut profiles, cx, evidence);
        }
        found
    }

    /// Adds an enrollment status page.
    pub fn add_esp_profile(
        &mut self,
        name: &str,
        settings: EspSettings,
        assignment: Assignment,
        cx: &mut Cx,
    ) -> Id<EspProfile> {
        let nth = self.esp_profiles.iter().filter(|(_, p)| cx.names.get(p.name) == name).count() as u64;
        let priority = self.esp_profiles().count() as u32 + 1;
        self.version += 1;
        self.esp_profiles.push(EspProfile {
            id: cx.chance.guid(IDS, Key::of("esp profile", name), nth),
            name: cx.name(name),
            priority,
            show_progress: settings.show_progress,
            timeout: settings.timeout,
            continue_on_failure: settings.continue_on_failure,
            blocking: None,
            retry_on_failure: settings.retry_on_failure,
            reset_on_failure: settings.reset_on_failure,
            logs_on_failure: settings.logs_on_failure,
            user_phase: settings.user_phase,
            assignment,
            deleted: false,
        })
    }

    /// Changes what is given of an enrollment status page.
    pub(crate) fn change_esp_profile(&mut self, id: Id<EspProfile>, change: EspChange, cx: &mut Cx) {
        let page = &mut self.esp_profiles[id];
        if let Some(name) = change.name {
            page.name = cx.name(&name);
        }
        page.show_progress = change.show_progress.unwrap_or(page.show_progress);
        page.timeout = change.timeout.unwrap_or(page.timeout);
        page.continue_on_failure = change.continue_on_failure.unwrap_or(page.continue_on_failure);
        page.retry_on_failure = change.retry_on_failure.unwrap_or(page.retry_on_failure);
        page.reset_on_failure = change.reset_on_failure.unwrap_or(page.reset_on_failure);
        page.logs_on_failure = change.logs_on_failure.unwrap_or(page.logs_on_failure);
        page.blocking = change.blocking.unwrap_or_else(|| page.blocking.take());
        let (guid, name) = (page.id, page.name);
        self.kept.set(guid, change.kept);
        cx.tell(&kinds::STATUS_PAGE_EDITED, name, &[]);
        self.version += 1;
    }

    /// Deletes an enrollment status page. Those behind it move up.
    pub(crate) fn delete_esp_profile(&mut self, id: Id<EspProfile>, cx: &mut Cx) {
        let page = &mut self.esp_profiles[id];
        page.deleted = true;
        self.kept.forget(page.id);
        cx.tell(&kinds::STATUS_PAGE_DELETED, page.name, &[]);
        self.order_esp_profiles(None);
    }

    /// Gives a page a place in the order; the others move.
    pub(crate) fn set_esp_priority(&mut self, id: Id<EspProfile>, priority: u32, cx: &mut Cx) {
        self.order_esp_profiles(Some((id, priority)));
        cx.tell(&kinds::STATUS_PAGE_ORDERED, self.esp_profiles[id].name, &[priority.into()]);
    }

    fn order_esp_profiles(&mut self, moved: Option<(Id<EspProfile>, u32)>) {
        let mut order: Vec<Id<EspProfile>> = self.esp_profiles().map(|(id, _)| id).collect();
        order.sort_by_key(|id| self.esp_profiles[*id].priority);
        if let Some((id, priority)) = moved {
            order.retain(|known| *known != id);
            order.insert((priority as usize - 1).min(order.len()), id);
        }
        for (place, id) in (1..).zip(order) {
            self.esp_profiles[id].priority = place;
        }
        self.version += 1;
    }

    /// All living enrollment status pages beside the default one.
    pub fn esp_profiles(&self) -> impl Iterator<Item = (Id<EspProfile>, &EspProfile)> {
        self.esp_profiles.iter().filter(|(_, p)| !p.deleted)
    }

    /// The page of an enrolment: by priority the first that targets the device, else the first that targets the user, else the
    /// default one.
    ///
    /// Source: enrollment status page (memdocs, 2022).
    pub fn esp_for(&self, device: Id<EntraDevice>, user: Option<Id<User>>, cx: &Cx) -> EspSettings {
        let mut pages: Vec<(Id<EspProfile>, &EspProfile)> = self.esp_profiles().collect();
        pages.sort_by_key(|(_, p)| p.priority);
        let for_user =
            |(_, p): &&(Id<EspProfile>, &EspProfile)| user.is_some_and(|u| self.holds_user(&p.assignment, u));
        let for_device = pages.iter().find(|(_, p)| p.assignment.reaches(self, device, cx, &mut Unasked).is_some());
        let found = for_device.or_else(|| pages.iter().find(for_user));
        found.map_or(EspSettings::DEFAULT, |(id, p)| EspSettings {
            show_progress: p.show_progress,
            timeout: p.timeout,
            continue_on_failure: p.continue_on_failure,
            retry_on_failure: p.retry_on_failure,
            reset_on_failure: p.reset_on_failure,
            logs_on_failure: p.logs_on_failure,
            user_phase: p.user_phase,
            profile: (*id).into(),
        })
    }
}

impl Tenant {
    /// An enrollment status page by name.
    pub fn esp_profile(&self, name: &str, cx: &Cx) -> Option<Id<EspProfile>> {
        self.esp_profiles().find(|(_, p)| cx.names.get(p.name) == name).map(|(id, _)| id)
    }

    /// An enrollment status page's record.
    pub fn esp_profile_record(&self, id: Id<EspProfile>) -> &EspProfile {
        &self.esp_profiles[id]
    }

    /// Whether an assignment holds a user, by itself or through groups.
    pub(crate) fn holds_user(&self, assignment: &Assignment, user: Id<User>) -> bool {
        let holds = |groups: &[Id<crate::Group>]| groups.iter().any(|g| self.is_user_in(*g, user));
        !holds(&assignment.exclude) && (assignment.all_users || holds(&assignment.include))
    }

    /// Names the apps that block an enrollment status page; `None` for all required ones.
    pub fn set_blocking_apps(&mut self, id: Id<EspProfile>, apps: Option<Vec<Id<crate::App>>>) {
        self.esp_profiles[id].blocking = apps;
        self.version += 1;
    }

    /// Gives an enrollment status page other settings. Devices that have begun keep those they began with.
    pub fn set_esp(&mut self, id: Id<EspProfile>, timeout: SimDuration, user_phase: bool) {
        let page = &mut self.esp_profiles[id];
        (page.timeout, page.user_phase) = (timeout, user_phase);
        self.version += 1;
    }

    /// Changes whom an enrollment status page is for.
    pub fn assign_esp_profile(&mut self, id: Id<EspProfile>, assignment: Assignment) {
        self.esp_profiles[id].assignment = assignment;
        self.version += 1;
    }

    /// Gives a domain join profile another domain or prefix; empty leaves it as it is.
    pub fn set_domain_join(&mut self, id: Id<DomainJoinProfile>, domain: &str, prefix: &str, cx: &mut Cx) {
        let profile = &mut self.domain_join_profiles[id];
        if !domain.is_empty() {
            profile.domain = cx.name(domain);
        }
        if !prefix.is_empty() {
            profile.prefix = cx.name(prefix);
            profile.suffix_chars = 15usize.saturating_sub(prefix.chars().count()) as u8;
        }
        self.retarget_all(cx);
    }
}
