//! Devices and connector servers as JSON, for programs that watch a world.

use super::find::{Thing, find_among};
use super::{ShowError, dsregcmd};
use crate::world::World;
use serde_json::{Map, Value, json};
use sim_core::{Guid, Names, SimTime, Sym};
use sim_device::LogEvent;

/// A device: its screen, its stage, its event logs, and what `dsregcmd /status` would say. What it does not have yet is left out.
pub fn device(world: &World, of: &str) -> Result<Value, ShowError> {
    let id = find_among(world, of, |thing| if let Thing::Device(id) = thing { Some(id) } else { None })?;
    let (names, tenant) = (&world.cx().names, world.tenant());
    let device = world.field().device(id);
    let identity = tenant.hardware_of(device.hash).and_then(|h| tenant.hardware(h).identity.get());
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| {
        if !(value.is_null() || value == "") {
            out.insert(name.into(), value);
        }
    };
    let name = |sym: Sym| Value::from(names.get(sym));
    let guid = |guid: Guid| if guid == Guid::NIL { Value::Null } else { guid.to_string().into() };
    let time = |at: SimTime| if at == SimTime::NEVER { Value::Null } else { at.to_string().into() };
    put("name", name(device.name));
    put("serial_number", name(device.serial));
    put("computer_name", name(device.computer));
    put("domain", name(device.domain));
    put("place", name(world.field().place(device.place).name));
    put("user", device.user.get().map_or(Value::Null, |u| name(tenant.user_record(u).upn)));
    put("os_build", device.os_build.into());
    put("resets", device.lives.into());
    put("powered_on", time(device.powered_on));
    put("stage", device.stage.name().into());
    put("screen", screen(device, names));
    put("autopilot_device_id", identity.map_or(Value::Null, |i| guid(tenant.identity(i).id)));
    put("managed_device_id", device.managed.get().map_or(Value::Null, |m| guid(tenant.managed_device(m).id)));
    put("twin_device_id", device.twin.get().map_or(Value::Null, |t| guid(tenant.entra_device(t).device_id)));
    put("computer_object_guid", guid(device.object_guid));
    let events: Vec<LogEvent> = world.field().device_events(id, world.now()).collect();
    put("logs", logs(events.iter(), names));
    put("dsregcmd", dsregcmd::status(world, device).into());
    Ok(Value::Object(out))
}

/// The event logs of a connector server.
pub fn server_log(world: &World, of: &str) -> Result<Value, ShowError> {
    let id = find_among(world, of, |thing| if let Thing::Server(id) = thing { Some(id) } else { None })?;
    let names = &world.cx().names;
    let server = world.field().connector(id);
    Ok(json!({ "name": names.get(server.name), "running": server.running, "logs": logs(server.events(), names) }))
}

fn screen(device: &sim_device::Device, names: &Names) -> Value {
    let screen = device.screen();
    let mut out = json!({ "page": screen.page, "text": screen.text });
    if let Some(code) = screen.code {
        out["code"] = format!("0x{code:08X}").into();
    }
    if !screen.computer.is_empty() {
        out["computer"] = names.get(screen.computer).into();
    }
    out
}

/// Channels in the order in which they were first written to, each with its events, the oldest first.
fn logs<'a>(events: impl Iterator<Item = &'a LogEvent>, names: &Names) -> Value {
    let mut channels: Vec<(&str, Vec<Value>)> = Vec::new();
    for event in events {
        let entry = json!({ "at": event.at.to_string(), "id": event.id, "message": event.message(names) });
        match channels.iter_mut().find(|(name, _)| *name == event.channel.name()) {
            Some((_, entries)) => entries.push(entry),
            None => channels.push((event.channel.name(), vec![entry])),
        }
    }
    channels.into_iter().map(|(name, events)| json!({ "channel": name, "events": events })).collect()
}
