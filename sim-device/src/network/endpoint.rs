//! The services that a rollout talks to, with their hosts.

/// A service of the cloud, as far as networks tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// Windows Autopilot: the deployment profile.
    Autopilot,
    /// Sign-in with a work account.
    SignIn,
    /// Device registration.
    Registration,
    /// MDM enrolment and terms of use.
    Enrollment,
    /// MDM check-ins, the management extension and the connector.
    Management,
    /// TPM attestation.
    Attestation,
    /// Content of apps.
    Content,
    /// Time.
    Time,
}

impl Service {
    /// What it is, for explanations.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Autopilot => "Windows Autopilot",
            Self::SignIn => "sign-in to Entra ID",
            Self::Registration => "device registration",
            Self::Enrollment => "MDM enrolment",
            Self::Management => "Intune",
            Self::Attestation => "TPM attestation",
            Self::Content => "the content of apps",
            Self::Time => "the time service",
        }
    }
}

/// A host that a service needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// The service.
    pub service: Service,
    /// The host; `*.` stands for all below.
    pub host: &'static str,
    /// Whether it pins its certificates, so that broken-open TLS does not pass.
    pub pinned: bool,
}

const fn host(service: Service, host: &'static str) -> Endpoint {
    Endpoint { service, host, pinned: false }
}

const fn pinned(service: Service, host: &'static str) -> Endpoint {
    Endpoint { service, host, pinned: true }
}

/// All of them.
///
/// Source: Autopilot networking requirements and Intune network endpoints (memdocs, 2022 and 2025); which of them take no TLS
/// inspection from the same pages.
pub const ENDPOINTS: &[Endpoint] = &[
    pinned(Service::Autopilot, "ztd.dds.microsoft.com"),
    pinned(Service::Autopilot, "cs.dds.microsoft.com"),
    host(Service::Autopilot, "login.live.com"),
    host(Service::SignIn, "login.microsoftonline.com"),
    host(Service::SignIn, "login.live.com"),
    host(Service::SignIn, "aadcdn.msauth.net"),
    pinned(Service::Registration, "enterpriseregistration.windows.net"),
    pinned(Service::Registration, "device.login.microsoftonline.com"),
    pinned(Service::Enrollment, "enrollment.manage.microsoft.com"),
    pinned(Service::Enrollment, "portal.manage.microsoft.com"),
    pinned(Service::Management, "manage.microsoft.com"),
    pinned(Service::Management, "r.manage.microsoft.com"),
    host(Service::Attestation, "ekop.intel.com"),
    host(Service::Attestation, "ekcert.spserv.microsoft.com"),
    host(Service::Attestation, "ftpm.amd.com"),
    host(Service::Attestation, "microsoftaik.azure.net"),
    host(Service::Content, "dl.delivery.mp.microsoft.com"),
    host(Service::Content, "swda01-mscdn.manage.microsoft.com"),
    host(Service::Time, "time.windows.com"),
];

impl Service {
    /// Its hosts.
    pub fn endpoints(self) -> impl Iterator<Item = &'static Endpoint> {
        ENDPOINTS.iter().filter(move |e| e.service == self)
    }
}

impl Endpoint {
    /// Whether a filter, a host or `*.` and a domain, is about this host.
    pub fn is_filtered_by(&self, filter: &str) -> bool {
        let host = self.host.as_bytes();
        let ends_with = |tail: &str| {
            let tail = tail.as_bytes();
            host.len() >= tail.len() && host[host.len() - tail.len()..].eq_ignore_ascii_case(tail)
        };
        match filter.strip_prefix('*') {
            Some(tail) => ends_with(tail),
            None => self.host.eq_ignore_ascii_case(filter),
        }
    }
}
