//! A device's page: its screen, its stage, what is known of it, its event log, and what `dsregcmd /status` would say.

use super::frame::frame;
use super::{Properties, directory, dsregcmd, instant};
use crate::world::World;
use sim_core::{Guid, Id, Names, SimTime};
use sim_device::{Channel, Device, ItemState, LogEvent, Stage};
use sim_graph::{AutopilotDevice, EntraDevice, ManagedDevice, TrustType};

/// The page.
pub(super) fn page(world: &World, id: Id<Device>, start: SimTime) -> String {
    let device = world.field().device(id);
    let names = &world.cx().names;
    let mut out =
        format!("{}, device\n\n{}\n{}\n", names.get(device.name), screen(device, names), facts(world, id, start));
    let events: Vec<LogEvent> = world.field().device_events(id, world.now()).collect();
    let log = event_log(events.iter(), names, start);
    if !log.is_empty() {
        out.push_str(&log);
        out.push('\n');
    }
    out.push_str("dsregcmd /status\n\n");
    out + &dsregcmd::status(world, device)
}

fn screen(device: &Device, names: &Names) -> String {
    let screen = device.screen();
    let code = screen.code.map(|code| format!("0x{code:08X}")).unwrap_or_default();
    frame(screen.page, &[screen.text.into(), code, names.get(screen.computer).into()])
}

fn facts(world: &World, id: Id<Device>, start: SimTime) -> Properties {
    let (cx, tenant, field) = (world.cx(), world.tenant(), world.field());
    let device = field.device(id);
    let names = &cx.names;
    let clock = |at: SimTime| if at == SimTime::NEVER { String::new() } else { at.clock_since(start) };
    let mut facts = Properties::default();
    facts.add("stage", stage(device.stage, start));
    if let Some(run) = field.esp_run(id) {
        for item in &run.items {
            let code = match item.state {
                ItemState::Error(code) => format!(" 0x{code:08X}"),
                _ => String::new(),
            };
            facts.add("  waits for", format!("{}: {}{code}", names.get(item.name), item.state.name()));
        }
    }
    facts.add("powered on", clock(device.powered_on));
    facts.add("serial number", names.get(device.serial));
    facts.add("place", names.get(field.place(device.place).name));
    if let Some(user) = device.user.get() {
        let user = tenant.user_record(user);
        let account = names.get(user.account);
        let account = if account.is_empty() { String::new() } else { format!(" ({account})") };
        facts.add("signs in", format!("{}{account}", names.get(user.upn)));
    }
    facts.add("Windows build", device.os_build);
    if device.lives > 0 {
        facts.add("resets", device.lives);
    }
    if !device.computer.is_empty() {
        let domain = names.get(device.domain);
        let domain = if domain.is_empty() { String::new() } else { format!(" in {domain}") };
        facts.add("computer name", format!("{}{domain}", names.get(device.computer)));
    }
    if device.object_guid != Guid::NIL {
        let dn = directory::by_guid(world, device.object_guid).map(|e| directory::name(world, e));
        facts.add("computer object", dn.unwrap_or_else(|| format!("{} (gone)", device.object_guid)));
    }
    let hardware = tenant.hardware_of(device.hash);
    match hardware.and_then(|h| tenant.hardware(h).identity.get()) {
        Some(identity) => autopilot(world, identity, start, &mut facts),
        None => {
            facts.add("Autopilot device", "not registered");
        }
    }
    if let Some(managed) = device.managed.get() {
        facts.add("managed device", managed_device(world, managed));
    }
    for (id, entra) in tenant.entra_devices().filter(|(_, d)| d.who == device.name) {
        let label = match entra.trust_type {
            TrustType::ServerAd => "Entra device (twin)",
            TrustType::AzureAd if entra.identity.get().is_some() => "Entra device (anchor)",
            TrustType::AzureAd | TrustType::Workplace => "Entra device",
        };
        facts.add(label, entra_device(world, entra));
        let groups: Vec<&str> =
            tenant.groups().filter(|(_, g)| g.devices.contains(id)).map(|(_, g)| names.get(g.name)).collect();
        facts.add("  in groups", groups.join(", "));
    }
    facts
}

fn stage(stage: Stage, start: SimTime) -> String {
    let until = match stage {
        Stage::AwaitingOdjBlob { until }
        | Stage::ApplyingBlob { until }
        | Stage::AwaitingDomainController { until }
        | Stage::DevicePreparation { until }
        | Stage::DeviceSetup { until }
        | Stage::AccountSetup { until, .. } => format!(", gives up at {}", until.clock_since(start)),
        _ => String::new(),
    };
    let waits = match stage {
        Stage::AccountSetup { registered: false, .. } => ", waits for hybrid registration",
        _ => "",
    };
    format!("{}{waits}{until}", stage.name())
}

fn autopilot(world: &World, id: Id<AutopilotDevice>, start: SimTime, facts: &mut Properties) {
    let (tenant, names) = (world.tenant(), &world.cx().names);
    let identity = tenant.identity(id);
    let tag = names.get(identity.group_tag);
    let tag = if tag.is_empty() { String::new() } else { format!(", group tag `{tag}`") };
    let anchor = if tenant.anchor_of(id).is_none() { ", its Entra device is gone" } else { "" };
    facts.add("Autopilot device", format!("{}, {}{tag}{anchor}", identity.id, identity.enrollment_state.graph()));
    facts.add("assigned user", names.get(identity.assigned_user));
    let profile =
        |id: sim_core::rows::MaybeId<_>| id.get().map(|p| names.get(tenant.deployment_profile_record(p).name));
    let assigned = profile(identity.assigned).unwrap_or("none");
    let since = if identity.assigned_at == SimTime::NEVER {
        String::new()
    } else {
        format!(" since {}", identity.assigned_at.clock_since(start))
    };
    let intended = match profile(identity.intended) {
        Some(intended) if identity.intended != identity.assigned => format!(", intended {intended}"),
        _ => String::new(),
    };
    facts.add("deployment profile", format!("{assigned}, {}{since}{intended}", identity.assignment_status.graph()));
}

fn managed_device(world: &World, id: Id<ManagedDevice>) -> String {
    let managed = world.tenant().managed_device(id);
    let compliant = match managed.compliant {
        Some(true) => "compliant",
        Some(false) => "not compliant",
        None => "compliance unknown",
    };
    let gone = if managed.deleted { ", deleted" } else { "" };
    format!("{} {}, {compliant}{gone}", managed.id, world.cx().names.get(managed.device_name))
}

fn entra_device(world: &World, device: &EntraDevice) -> String {
    let registered = match (device.trust_type, device.registered) {
        (TrustType::ServerAd, SimTime::NEVER) => ", registration pending".to_owned(),
        (TrustType::ServerAd, at) => format!(", registered {}", instant(at)),
        _ => String::new(),
    };
    let disabled = if device.enabled { "" } else { ", disabled" };
    let name = world.cx().names.get(device.display_name);
    format!("{} {name}, {}{registered}{disabled}", device.device_id, device.trust_type.graph())
}

/// The events of a log by channel, in the order in which the channels were first written to.
pub(super) fn event_log<'a>(events: impl Iterator<Item = &'a LogEvent>, names: &Names, start: SimTime) -> String {
    let mut channels: Vec<(Channel, Vec<&LogEvent>)> = Vec::new();
    for event in events {
        match channels.iter_mut().find(|(channel, _)| *channel == event.channel) {
            Some((_, events)) => events.push(event),
            None => channels.push((event.channel, vec![event])),
        }
    }
    let mut out = String::new();
    for (n, (channel, events)) in channels.iter().enumerate() {
        let gap = if n > 0 { "\n" } else { "" };
        out.push_str(&format!("{gap}event log {}\n", channel.name()));
        let width = events.iter().map(|e| e.at.clock_since(start).len()).max().unwrap_or(0);
        for event in events {
            out.push_str(&format!(
                "  {:>width$}  {:>5}  {}\n",
                event.at.clock_since(start),
                event.id,
                event.message(names)
            ));
        }
    }
    out
}
