//! The enrollment status page at work: what it waits for arrives or is installed, item by item, until all is done, something fails
//! or time is up.

use super::STAGE;
use crate::device::Device;
use crate::esp::{Button, EspItem, EspPhase, EspRun, ItemState, Work};
use crate::event_log::{Channel, EventData};
use crate::field::{Around, Field};
use crate::kinds;
use crate::stage::{Failure, Input, Stage};
use sim_core::{Arg, Blame, Evidence, Id, Kind, SimDuration, SimTime, Sym, Unasked};
use sim_graph::{App, AppContext, ConfigurationKind, InstallResult, NOT_DETECTED, Tracked, hresult};

/// An installation is under way already (`ERROR_INSTALL_ALREADY_RUNNING`).
const ALREADY_RUNNING: u32 = 1618;
/// The installer did not end within the time that the management extension gives it. That this is the code is observed.
const INSTALL_TIMED_OUT: u32 = 0x87d3_00c9;
/// Web application events of the pages of OOBE, in the log of the shell.
const WEB_APP_EVENT: u32 = 62407;
/// What the page itself logs when it fails. Its number is assumed; published traces give only the text.
const PAGE_FAILED: u32 = 4;
/// A policy address asked for a restart.
const REBOOT_URI: u32 = 2800;

/// Events of the management client for line-of-business apps: download started and done, installation started, done and failed.
const MSI_DOWNLOADING: u32 = 1905;
const MSI_DOWNLOADED: u32 = 1906;
const MSI_INSTALLING: u32 = 1920;
const MSI_INSTALLED: u32 = 1922;
const MSI_FAILED: u32 = 1924;

impl Field {
    /// The enrollment status page of a device, while it has one.
    pub fn esp_run(&self, id: Id<Device>) -> Option<&EspRun> {
        self.esp_runs.get(&id)
    }

    /// A phase begins: what it tracks is known to the service, and soon to the page.
    pub(super) fn begin_phase(&mut self, id: Id<Device>, phase: EspPhase, around: &mut Around<'_>) {
        let now = around.cx.now();
        let device = &self.devices[id];
        let page = self.esp_pages[device.esp];
        let tracked = device.managed.get().map_or_else(Vec::new, |managed| {
            let entra = around.tenant.managed_device(managed).entra_device;
            let user = device.user.get();
            match phase {
                EspPhase::DevicePreparation => vec![Tracked::Agent],
                EspPhase::DeviceSetup => {
                    around.tenant.tracked(&page, AppContext::Device, entra, user, around.cx, &mut Unasked)
                }
                EspPhase::AccountSetup => {
                    around.tenant.tracked(&page, AppContext::User, entra, user, around.cx, &mut Unasked)
                }
            }
        });
        // Source: the agent is not told of apps for a user without a licence; the page goes on identifying (ESP troubleshooting).
        let licensed = device.user.get().is_none_or(|u| around.tenant.user_record(u).intune_licensed);
        let identified = if licensed { now + self.knobs.esp_identify } else { SimTime::NEVER };
        let mut items = Vec::with_capacity(tracked.len() + 1);
        if phase != EspPhase::DevicePreparation {
            let takes = match phase {
                EspPhase::AccountSetup => self.knobs.esp_user_phase,
                _ => self.knobs.esp_device_phase,
            };
            let takes = device.delay(takes, 23 + phase as u64, &self.knobs, around.cx);
            items.push(self.item(None, now + takes, around));
        }
        items.extend(tracked.into_iter().map(|what| self.item(Some(what), now, around)));
        let name = self.devices[id].name;
        let args = [Arg::Word(phase.name()), Arg::Int(items.len() as i64)];
        around.cx.tell(&kinds::ESP_PHASE, name, &args);
        let content_from = self.content_from(id, around);
        let run = EspRun { phase, began: now, items, restart: false, identified, content_from };
        self.esp_runs.insert(id, run);
        self.next_look(id, around);
    }

    /// The account phase waits until the device is registered: that is its one item so far.
    pub(super) fn await_registration(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let Stage::AccountSetup { until, .. } = self.devices[id].stage else { return };
        let identity = EspItem {
            what: None,
            name: around.cx.name("registration of the device"),
            state: ItemState::InProgress,
            work: Work::Arriving,
            attempts: 0,
            due: SimTime::NEVER,
        };
        let phase = EspPhase::AccountSetup;
        let run =
            EspRun { phase, began: now, items: vec![identity], restart: false, identified: now, content_from: now };
        self.esp_runs.insert(id, run);
        self.set_timer(id, STAGE, until, around.cx);
    }

    fn item(&self, what: Option<Tracked>, at: SimTime, around: &mut Around<'_>) -> EspItem {
        let arrives =
            |name, due| EspItem { what, name, state: ItemState::InProgress, work: Work::Arriving, attempts: 0, due };
        match what {
            None => arrives(around.cx.name("security policies"), at),
            Some(Tracked::Agent) => {
                arrives(around.cx.name("Intune management extension"), at + self.knobs.esp_preparation)
            }
            Some(Tracked::Configuration(id)) => {
                let profile = around.tenant.configuration_profile_record(id);
                arrives(profile.name, if profile.arrives { at + profile.takes } else { SimTime::NEVER })
            }
            Some(Tracked::App(id)) => EspItem {
                what,
                name: around.tenant.app_record(id).name,
                state: ItemState::NotInstalled,
                work: Work::None,
                attempts: 0,
                due: SimTime::NEVER,
            },
        }
    }

    /// From when on a device can download packages.
    fn content_from(&self, id: Id<Device>, around: &Around<'_>) -> SimTime {
        self.places[self.devices[id].place].internet_from(around.cx)
    }

    /// Sets the timer of the page: the next thing to happen, or the end of its patience.
    fn next_look(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let Some(run) = self.esp_runs.get(&id) else { return };
        let mut next = run.items.iter().map(|i| i.due).min().unwrap_or(SimTime::NEVER);
        if run.items.iter().any(|i| i.work == Work::None && i.state == ItemState::NotInstalled) {
            for at in [run.identified, run.content_from] {
                next = if at > now { next.min(at) } else { next };
            }
        }
        let until = self.patience(id);
        self.set_timer(id, STAGE, next.min(until).max(now), around.cx);
    }

    /// When the page gives up on what it waits for now.
    fn patience(&self, id: Id<Device>) -> SimTime {
        let run = &self.esp_runs[&id];
        match self.devices[id].stage {
            Stage::DevicePreparation { until } => until.min(run.began + self.knobs.esp_agent_limit),
            Stage::DeviceSetup { until } | Stage::AccountSetup { until, .. } => until,
            _ => SimTime::NEVER,
        }
    }

    /// The timer of the page rang.
    pub(super) fn phase_due(&mut self, id: Id<Device>, around: &mut Around<'_>) -> Option<Input> {
        let now = around.cx.now();
        let Some(mut run) = self.esp_runs.remove(&id) else { return Some(Input::TimerRang) };
        run.content_from = self.content_from(id, around);
        let (name, build) = (self.devices[id].name, self.devices[id].os_build);
        let mut turn = Turn { field: self, id, name, build, now, around };
        // A download of no length is done at once, and the next item begins.
        while turn.finish(&mut run) | turn.begin(&mut run) {}
        let failed = run.items.iter().find_map(|i| match i.state {
            ItemState::Error(code) => Some(code),
            _ => None,
        });
        let (done, restart) = (run.open().next().is_none(), run.restart);
        self.esp_runs.insert(id, run);
        if let Some(code) = failed {
            return Some(Input::Refused(Failure::AppFailed(code)));
        }
        if done {
            return Some(Input::PhaseDone { restart });
        }
        if now < self.patience(id) {
            self.next_look(id, around);
            return None;
        }
        let open: Vec<(Sym, ItemState)> = self.esp_runs[&id].open().map(|i| (i.name, i.state)).collect();
        for (item, state) in open {
            around.cx.tell(&kinds::ESP_OPEN, name, &[item.into(), Arg::Word(state.name())]);
        }
        Some(Input::Refused(Failure::EspTimedOut))
    }

    /// What the page and the shell log when it ends at an error.
    pub(super) fn page_failed(&mut self, id: Id<Device>, failure: Failure, at: SimTime) {
        let phase = self.esp_runs.get(&id).map(|run| run.phase);
        let text = match (failure, phase) {
            (Failure::AppFailed(_), _) => "UnifiedEnrollment_ProvisioningProgressPage_ApplicationsFailed",
            (_, Some(EspPhase::AccountSetup)) => "UnifiedEnrollment_ProvisioningProgressPage_UserConfigurationTimeOut",
            _ => "UnifiedEnrollment_ProvisioningProgressPage_DeviceConfigurationTimeOut",
        };
        let (device, knobs) = (&mut self.devices[id], &self.knobs);
        device.write(Channel::Provisioning, PAGE_FAILED, EventData::Text(text), knobs, at);
        let text = EventData::Text("CommercialOOBE_ESPProgress_Failure");
        device.write(Channel::Shell, WEB_APP_EVENT, text, knobs, at);
    }

    /// The page is left.
    pub(super) fn page_left(&mut self, id: Id<Device>, at: SimTime) {
        if self.esp_runs.remove(&id).is_some() {
            let text = EventData::Text("CommercialOOBE_ESPProgress_Page_Exiting");
            self.devices[id].write(Channel::Shell, WEB_APP_EVENT, text, &self.knobs, at);
        }
    }

    /// The phase is tried again: what failed, or was not finished, begins anew.
    pub(super) fn retry_phase(&mut self, id: Id<Device>, around: &mut Around<'_>) {
        let now = around.cx.now();
        let Some(mut run) = self.esp_runs.remove(&id) else { return };
        if run.items.iter().all(|i| i.what.is_none() && i.due == SimTime::NEVER) {
            // All that it waited for was registration, which has come: now the phase can begin.
            return self.begin_phase(id, run.phase, around);
        }
        for item in &mut run.items {
            if item.state != ItemState::Completed {
                *item = self.item(item.what, now, around);
            }
        }
        let licensed = self.devices[id].user.get().is_none_or(|u| around.tenant.user_record(u).intune_licensed);
        run.began = now;
        run.identified = if licensed { now + self.knobs.esp_identify } else { SimTime::NEVER };
        run.content_from = self.content_from(id, around);
        self.esp_runs.insert(id, run);
        self.next_look(id, around);
    }

    /// Somebody presses a button of an error page. The answer says why not, where the page has no such button.
    pub fn press(&mut self, id: Id<Device>, button: Button, around: &mut Around<'_>) -> Result<(), String> {
        let device = &self.devices[id];
        let Stage::Failed(failure) = device.stage else {
            return Err(format!("there is no error page, it is at: {}", device.stage.name()));
        };
        let page = &self.esp_pages[device.esp];
        let phase = self.esp_runs.get(&id).map(|run| run.phase).filter(|_| failure.is_of_status_page());
        let there = match (button, phase) {
            (Button::TryAgain, Some(_)) => page.retry_on_failure,
            (Button::ContinueAnyway, Some(_)) => page.continue_on_failure,
            (Button::Reset, Some(_)) => page.reset_on_failure,
            (Button::CollectLogs, Some(_)) => page.logs_on_failure,
            (Button::TryAgain, None) => matches!(failure, Failure::Enrolment(_)),
            (_, None) => false,
        };
        if !there {
            return Err(format!("the page has no button \u{201c}{}\u{201d}", button.name()));
        }
        around.cx.tell(&kinds::PRESSED, device.name, &[Arg::Word(button.name())]);
        self.devices[id].last = around.cx.cause();
        match button {
            Button::Reset => self.reset_and_start(id, around),
            Button::CollectLogs => {}
            _ => self.transition(id, Input::Pressed(button, phase), around),
        }
        self.devices[id].last = around.cx.cause();
        self.version += 1;
        Ok(())
    }
}

/// One look at a page.
struct Turn<'t, 'a> {
    field: &'t mut Field,
    id: Id<Device>,
    name: Sym,
    build: u32,
    now: SimTime,
    around: &'t mut Around<'a>,
}

impl Turn<'_, '_> {
    /// Ends what is due; whether anything was.
    fn finish(&mut self, run: &mut EspRun) -> bool {
        let mut any = false;
        for at in 0..run.items.len() {
            let item = run.items[at];
            if item.due > self.now {
                continue;
            }
            any = true;
            match (item.what, item.work) {
                (Some(Tracked::App(app)), Work::Fetching) => self.install(run, at, app),
                (Some(Tracked::App(app)), Work::Installing) => self.installed(run, at, app),
                (Some(Tracked::App(app)), _) => self.failed(run, at, app, INSTALL_TIMED_OUT, &kinds::WHY_HANGS),
                _ => self.arrived(run, at),
            }
        }
        any
    }

    fn arrived(&mut self, run: &mut EspRun, at: usize) {
        let item = run.items[at];
        if let Some(Tracked::Configuration(id)) = item.what {
            let profile = self.around.tenant.configuration_profile_record(id);
            let (reboot, kind) = (profile.reboot, profile.kind);
            let word = match kind {
                ConfigurationKind::Security => "security policy",
                ConfigurationKind::Certificate => "certificate",
                ConfigurationKind::Network => "network profile",
            };
            self.around.cx.tell(&kinds::CONFIGURED, self.name, &[Arg::Word(word), item.name.into()]);
            if reboot {
                run.restart = true;
                let data = EventData::Name("a policy asks for a restart", item.name);
                self.log(Channel::DeviceManagement, REBOOT_URI, data);
            }
        }
        done(&mut run.items[at]);
    }

    /// The package is there: the installer starts, unless another one is at work.
    fn install(&mut self, run: &mut EspRun, at: usize, id: Id<App>) {
        let app = self.around.tenant.app_record(id);
        let (install, needs_user, by_extension) = (app.install, app.needs_user, app.kind.by_extension());
        let collides = self.field.knobs.msi_and_win32_collide
            && run.items.iter().any(|i| match (i.work, i.what) {
                (Work::Installing | Work::Hanging, Some(Tracked::App(other))) => {
                    other != id && self.around.tenant.app_record(other).kind.by_extension() != by_extension
                }
                _ => false,
            });
        if run.items[at].attempts == 0 && !by_extension {
            self.log(
                Channel::DeviceManagement,
                MSI_DOWNLOADED,
                EventData::Name("download finished", run.items[at].name),
            );
        }
        if collides {
            return self.again(run, at, id);
        }
        let hangs = needs_user && run.phase != EspPhase::AccountSetup;
        let takes = if hangs { self.field.knobs.app_install_limit } else { install };
        let item = &mut run.items[at];
        item.work = if hangs { Work::Hanging } else { Work::Installing };
        item.due = self.now + takes;
        let data = EventData::Name("installation started", item.name);
        self.log_app(by_extension, MSI_INSTALLING, data);
    }

    fn installed(&mut self, run: &mut EspRun, at: usize, id: Id<App>) {
        let app = self.around.tenant.app_record(id);
        let (result, returns, by_extension, detected) =
            (app.result(), app.returns, app.kind.by_extension(), app.detected);
        match result {
            InstallResult::Retry => return self.again(run, at, id),
            InstallResult::Failed(code) => {
                let why = if detected { &kinds::WHY_RETURNED } else { &kinds::WHY_NOT_DETECTED };
                let why =
                    if matches!(returns, 0 | 1707 | 3010 | 1641) || detected { why } else { &kinds::WHY_RETURNED };
                return self.failed(run, at, id, code, why);
            }
            InstallResult::SoftReboot => run.restart = true,
            InstallResult::HardReboot => {
                // Whatever else is at work goes on after the restart.
                let restart = self.field.knobs.restart;
                self.around.cx.tell(&kinds::APP_RESTARTS, self.name, &[run.items[at].name.into()]);
                for item in run.items.iter_mut().filter(|i| i.due != SimTime::NEVER) {
                    item.due += restart;
                }
            }
            InstallResult::Done => {}
        }
        let item = &mut run.items[at];
        done(item);
        let data = EventData::Name("installation finished", item.name);
        self.around.cx.tell(&kinds::APP_INSTALLED, self.name, &[item.name.into()]);
        self.log_app(by_extension, MSI_INSTALLED, data);
    }

    /// Another installation is under way: it is tried again a few times.
    fn again(&mut self, run: &mut EspRun, at: usize, id: Id<App>) {
        let (retries, wait) = (self.field.knobs.app_retries, self.field.knobs.app_retry_wait);
        let item = &mut run.items[at];
        if u32::from(item.attempts) >= retries {
            return self.failed(run, at, id, hresult(ALREADY_RUNNING), &kinds::WHY_BUSY);
        }
        item.attempts += 1;
        item.work = Work::Fetching;
        item.due = self.now + wait;
        let args = [item.name.into(), Arg::Int(i64::from(item.attempts))];
        self.around.cx.tell(&kinds::APP_WAITS, self.name, &args);
    }

    fn failed(&mut self, run: &mut EspRun, at: usize, id: Id<App>, code: u32, why: &'static Kind) {
        let item = &mut run.items[at];
        item.state = ItemState::Error(code);
        (item.work, item.due) = (Work::None, SimTime::NEVER);
        let (app, name) = (self.around.tenant.app_record(id), item.name);
        let (returns, by_extension) = (app.returns, app.kind.by_extension());
        let mut seen = self.around.cx.seen();
        seen.blame(|| {
            let says = match code {
                NOT_DETECTED => "its detection rule does not find what its installer installed".to_owned(),
                _ => format!("its installation ends with 0x{code:08X}"),
            };
            Blame::new("app", name, says)
        });
        self.around.cx.decided_on(seen);
        self.around.cx.tell_why(&kinds::APP_FAILED, self.name, &[name.into(), Arg::Code(code), returns.into()], why);
        self.log_app(by_extension, MSI_FAILED, EventData::NameCode("installation failed", name, code));
    }

    /// Begins the next app of each installer; whether any began.
    fn begin(&mut self, run: &mut EspRun) -> bool {
        if run.identified > self.now || run.content_from > self.now {
            return false;
        }
        let mut any = false;
        for by_extension in [true, false] {
            let of_lane = |i: &EspItem, tenant: &sim_graph::Tenant| match i.what {
                Some(Tracked::App(app)) => tenant.app_record(app).kind.by_extension() == by_extension,
                _ => false,
            };
            let tenant = &*self.around.tenant;
            if run.items.iter().any(|i| i.work != Work::None && of_lane(i, tenant)) {
                continue;
            }
            let waits = |i: &EspItem| i.state == ItemState::NotInstalled && of_lane(i, tenant);
            let Some(at) = run.items.iter().position(waits) else { continue };
            let Some(Tracked::App(id)) = run.items[at].what else { continue };
            let app = tenant.app_record(id);
            let (size, min_build) = (app.size, app.min_build);
            any = true;
            let item = &mut run.items[at];
            if min_build > self.build {
                done(item);
                self.around.cx.tell(&kinds::APP_NOT_APPLICABLE, self.name, &[item.name.into(), min_build.into()]);
                continue;
            }
            let rate = i64::from(self.field.knobs.content_mbit.max(1));
            item.state = ItemState::InProgress;
            item.work = Work::Fetching;
            item.due = self.now + SimDuration::from_millis(i64::from(size) * 8_000 / rate);
            let data = EventData::Name("download started", item.name);
            self.log_app(by_extension, MSI_DOWNLOADING, data);
        }
        any
    }

    fn log_app(&mut self, by_extension: bool, msi_event: u32, data: EventData) {
        let (channel, event) =
            if by_extension { (Channel::ManagementExtension, 0) } else { (Channel::DeviceManagement, msi_event) };
        self.log(channel, event, data);
    }

    fn log(&mut self, channel: Channel, event: u32, data: EventData) {
        self.field.devices[self.id].write(channel, event, data, &self.field.knobs, self.now);
    }
}

fn done(item: &mut EspItem) {
    item.state = ItemState::Completed;
    (item.work, item.due) = (Work::None, SimTime::NEVER);
}
