//! What ends one life of a device and begins the next.

use crate::scenario::document::{OneOrMany, Spanned, section, words};

words! {
    /// What an administrator asks of enrolled devices.
    pub enum RemoteActionKind {
        /// Check in now (`syncDevice`).
        sync => Sync,
        /// Restart (`rebootNow`).
        restart => Restart,
        /// Leave management; the user's data and the joins stay (`retire`).
        retire => Retire,
        /// Back to out-of-box experience (`wipe`).
        wipe => Wipe,
        /// Fresh start: Windows anew (`cleanWindowsDevice`).
        fresh_start => FreshStart,
        /// Windows Autopilot Reset, which hybrid joined devices do not support (`automaticRedeployment`).
        autopilot_reset => AutopilotReset,
    }
}

section! {
    /// A remote action. Devices find it when they check in, which a push makes them do where they have internet.
    pub struct RemoteAction {
        /// On which devices: `all`, names, or patterns with `*`.
        devices: OneOrMany<Spanned<String>>,
        /// What.
        action: RemoteActionKind,
        /// Wipe, but keep the enrolment and the joins.
        keep_enrollment: bool = false,
        /// Keep the user's files.
        keep_user_data: bool = false,
    }
}
