//! Remote actions.

use super::Builder;
use crate::command::{Action, Journey};
use crate::scenario::model::{self, RemoteActionKind};
use sim_graph::RemoteAction;

impl Builder<'_> {
    pub(super) fn remote_action(&self, asked: &model::RemoteAction) -> Action {
        let (keep_enrollment, keep_user_data) = (asked.keep_enrollment, asked.keep_user_data);
        let action = match asked.action {
            RemoteActionKind::Sync => RemoteAction::Sync,
            RemoteActionKind::Restart => RemoteAction::Reboot,
            RemoteActionKind::Retire => RemoteAction::Retire,
            RemoteActionKind::Wipe => RemoteAction::Wipe { keep_enrollment, keep_user_data },
            RemoteActionKind::FreshStart => RemoteAction::CleanWindows { keep_user_data },
            RemoteActionKind::AutopilotReset => RemoteAction::AutopilotReset,
        };
        Action::Journey(Journey::Remote { devices: self.ids(&asked.devices), action })
    }
}
