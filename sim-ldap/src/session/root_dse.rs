//! The root DSE: what the directory says of itself, and what this protocol adds (MS-ADTS 3.1.1.3.2).

use super::controls::SUPPORTED;
use crate::view::View;

const CAPABILITIES: &[&str] = &[
    "1.2.840.113556.1.4.800",
    "1.2.840.113556.1.4.1670",
    "1.2.840.113556.1.4.1791",
    "1.2.840.113556.1.4.1935",
    "1.2.840.113556.1.4.2080",
    "1.2.840.113556.1.4.2237",
];

/// Of read-only controllers alone (MS-ADTS 3.1.1.3.4.3).
const PARTIAL_SECRETS: &str = "1.2.840.113556.1.4.1920";

const POLICIES: &[&str] = &[
    "MaxPoolThreads",
    "MaxPercentDirSyncRequests",
    "MaxDatagramRecv",
    "MaxReceiveBuffer",
    "InitRecvTimeout",
    "MaxConnections",
    "MaxConnIdleTime",
    "MaxPageSize",
    "MaxBatchReturnMessages",
    "MaxQueryDuration",
    "MaxDirSyncDuration",
    "MaxTempTableSize",
    "MaxResultSetSize",
    "MinResultSets",
    "MaxResultSetsPerConn",
    "MaxNotificationPerConn",
    "MaxValRange",
];

pub(super) const START_TLS: &str = "1.3.6.1.4.1.1466.20037";
pub(super) const TTL_REFRESH: &str = "1.3.6.1.4.1.1466.101.119.1";
pub(super) const FAST_BIND: &str = "1.2.840.113556.1.4.1781";
pub(super) const WHO_AM_I: &str = "1.3.6.1.4.1.4203.1.11.3";

impl View<'_> {
    /// The attributes that somebody asks for; all but those of the last group without a list.
    pub(super) fn root_dse_for(&self, wanted: &[String]) -> Vec<(&'static str, Vec<String>)> {
        let list = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let mut all = self.root_dse();
        all.extend([
            ("supportedControl", list(SUPPORTED)),
            ("supportedLDAPVersion", list(&["3", "2"])),
            ("supportedLDAPPolicies", list(POLICIES)),
            ("supportedSASLMechanisms", list(&["GSS-SPNEGO", "EXTERNAL"])),
            ("supportedCapabilities", list(CAPABILITIES)),
        ]);
        if self.controller().is_some_and(|dc| self.forest.controller(dc).read_only) {
            all.iter_mut()
                .filter(|(n, _)| *n == "supportedCapabilities")
                .for_each(|(_, v)| v.push(PARTIAL_SECRETS.into()));
        }
        let everything = wanted.is_empty() || wanted.iter().any(|w| w == "*");
        let named = |n: &str| wanted.iter().any(|w| w.eq_ignore_ascii_case(n));
        all.retain(|(n, _)| everything || named(n));
        // Only on request.
        let extensions = ("supportedExtension", list(&[START_TLS, TTL_REFRESH, FAST_BIND, WHO_AM_I]));
        let objects = ("objectClass", list(&["top"]));
        all.extend([extensions, objects].into_iter().filter(|(n, _)| named(n)));
        all
    }
}
