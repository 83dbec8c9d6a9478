//! The deployment profile and the branded sign-in page.

use crate::device::{Device, FIRST_HYBRID_BUILD};
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::{Failure, Input};
use sim_core::Id;
use sim_graph::{JoinType, ProfileAnswer};

impl Field {
    pub(super) fn look_up_profile(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Input {
        let now = around.cx.now();
        let answer = around.tenant.download_profile(self.devices[id].hash, around.cx);
        let device = &mut self.devices[id];
        device.write(
            Channel::Autopilot,
            164,
            EventData::Text("internet is available to try the download"),
            &self.knobs,
            now,
        );
        match answer {
            ProfileAnswer::Profile { profile, .. } => {
                let profile = around.tenant.deployment_profile_record(profile);
                device.hybrid = profile.join == JoinType::Hybrid;
                device.skip_connectivity_check = profile.skip_connectivity_check;
                let data = EventData::Name("downloaded the profile", profile.name);
                device.write(Channel::Autopilot, 161, data, &self.knobs, now);
                device.write(
                    Channel::Autopilot,
                    153,
                    EventData::Text("the state of the profile went from unknown to available"),
                    &self.knobs,
                    now,
                );
                around.cx.tell(&kinds::PROFILE_READ, device.name, &[profile.name.into()]);
                Input::Profile
            }
            ProfileAnswer::NotRegistered => {
                let data =
                    EventData::Text("ZtdDeviceIsNotRegistered: the device is not registered with Windows Autopilot");
                device.write(Channel::Autopilot, 807, data, &self.knobs, now);
                around.cx.tell_why(&kinds::CONSUMER_OOBE, device.name, &[], &kinds::WHY_NOT_REGISTERED);
                Input::NoProfile
            }
            ProfileAnswer::NoProfile => {
                device.write(Channel::Autopilot, 100, EventData::Text("the policy is not found"), &self.knobs, now);
                let data = EventData::Text("no profile is assigned to the device and there is no default");
                device.write(Channel::Autopilot, 815, data, &self.knobs, now);
                around.cx.tell_why(&kinds::CONSUMER_OOBE, device.name, &[], &kinds::WHY_NO_PROFILE);
                Input::NoProfile
            }
        }
    }

    pub(super) fn sign_in(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let device = &self.devices[id];
        let Some(user) = device.user.get() else {
            let name = device.name;
            self.tell_waiting(id, around);
            around.cx.tell_why(&kinds::NOBODY_SIGNS_IN, name, &[], &kinds::WHY_NO_USER);
            return None;
        };
        if device.hybrid && device.os_build < FIRST_HYBRID_BUILD {
            return Some(Input::Refused(Failure::OldBuild));
        }
        around.cx.tell(&kinds::SIGNED_IN, device.name, &[around.tenant.user_record(user).upn.into()]);
        Some(Input::SignedIn)
    }
}
