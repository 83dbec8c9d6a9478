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

    /// Makes a device one that has been in use since before the world began: enrolled, and past OOBE.
    pub fn adopt_enrolled(&mut self, id: Id<Device>, managed: Id<sim_graph::ManagedDevice>, name: Sym) {
        self.is_managed_as(id, managed);
        let device = &mut self.devices[id];
        device.stage = Stage::Desktop;
        device.computer = name;
    }
}
