//! The end of one life of a device and the beginning of the next.

use crate::device::Device;
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::Stage;
use sim_core::rows::MaybeId;
use sim_core::{Id, SimTime, Sym};

impl Field {
    /// Takes a device back to OOBE. What it left in the cloud and in the directory stays there.
    pub fn reset(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let device = &mut self.devices[id];
        device.lives += 1;
        device.stage = Stage::Off;
        device.computer = Sym::EMPTY;
        device.domain = Sym::EMPTY;
        device.twin = MaybeId::NONE;
        device.refused = None;
        device.certificate_written = false;
        device.technician = false;
        device.provisioned = false;
        device.in_domain_since = SimTime::NEVER;
        for timer in [&mut device.timer, &mut device.check_in, &mut device.join_task] {
            around.cx.schedule.clear(timer);
        }
        self.esp_runs.remove(&id);
        let device = &mut self.devices[id];
        let managed = std::mem::take(&mut device.managed);
        device.last = around.cx.tell(&kinds::RESET, device.name, &[]);
        self.forgets_computer(id);
        if let Some(managed) = managed.get() {
            around.tenant.device_was_reset(managed, around.cx);
        }
        self.version += 1;
    }

    /// A technician presses the Windows key five times on the next start, or does not.
    pub fn set_technician(&mut self, id: Id<Device>, technician: bool) {
        self.devices[id].technician = technician;
    }

    /// The technician reseals a device at the green page: it is switched off, for its user. `false` if it shows another page.
    pub fn reseal(&mut self, id: Id<Device>, around: &mut Around<'_>) -> bool {
        let device = &mut self.devices[id];
        if device.stage != Stage::Provisioned {
            return false;
        }
        device.technician = false;
        device.provisioned = true;
        device.stage = Stage::Off;
        device.last = around.cx.tell(&kinds::RESEALED, device.name, &[]);
        self.version += 1;
        true
    }

    pub(super) fn show_provisioned(&mut self, id: Id<Device>, before: Stage, around: &mut Around<'_>) {
        let now = around.cx.now();
        if matches!(before, Stage::DeviceSetup { .. }) {
            around.cx.tell(&kinds::DEVICE_PHASE_DONE, self.devices[id].name, &[]);
        }
        self.page_left(id, now);
        around.cx.tell(&kinds::PROVISIONED, self.devices[id].name, &[]);
    }

    /// Makes a device one that has been in use since before the world began: enrolled, and past OOBE.
    pub fn adopt_enrolled(&mut self, id: Id<Device>, managed: Id<sim_graph::ManagedDevice>, name: Sym) {
        self.is_managed_as(id, managed);
        let device = &mut self.devices[id];
        device.stage = Stage::Desktop;
        device.computer = name;
    }
}
