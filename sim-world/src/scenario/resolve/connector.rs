//! Names and rules around connector servers.

use super::{Names, refer};
use crate::scenario::document::{Diagnostic, Diagnostics, Spanned, shown};
use crate::scenario::forest::check::check_dn;
use crate::scenario::model::{ConfigureConnector, Connector, Server, SetServer};

/// The version of .NET Framework as a number: `4.7.2` is 472, `4.8` is 480.
pub(in crate::scenario) fn dotnet(version: &str) -> Option<u32> {
    let parts: Vec<u32> =
        version.split('.').map(|part| part.parse().ok().filter(|n| *n < 10)).collect::<Option<_>>()?;
    match parts.as_slice() {
        [a, b] => Some(a * 100 + b * 10),
        [a, b, c] => Some(a * 100 + b * 10 + c),
        _ => None,
    }
}

/// Checks a connector with its server.
pub(super) fn check(connector: &Connector, out: &mut Diagnostics) {
    for server in &connector.server {
        check_server(server, out);
    }
    if let Some(capacity) = connector.capacity.as_ref().filter(|n| n.value == 0 || n.value > 256) {
        let message = format!("`capacity` is {}", capacity.value);
        out.report(Diagnostic::error("scenario::count_range", capacity.span, message).label("expected 1 to 256"));
    }
}

fn check_server(server: &Spanned<Server>, out: &mut Diagnostics) {
    if let Some(version) = server.dotnet.as_ref().filter(|v| dotnet(v).is_none()) {
        let message = format!("{} is not a version of .NET Framework", shown(version));
        out.report(Diagnostic::error("scenario::dotnet", version.span, message).label("expected one such as `4.7.2`"));
    }
    if let Some(other) = server.other_connectors.0.first() {
        let message = "the connector shares its server with another one";
        let fault = Diagnostic::warning("scenario::crowded_server", other.span, message).label("this one");
        out.report(fault.help("a server of its own is recommended"));
    }
}

pub(super) fn check_set_server(set: &SetServer, names: &Names, out: &mut Diagnostics) {
    refer("connector", &set.server, &names.connectors, names, out);
    check_server(&set.facts, out);
}

pub(super) fn check_configure(set: &ConfigureConnector, names: &Names, out: &mut Diagnostics) {
    refer("connector", &set.server, &names.connectors, names, out);
    for ou in &set.organizational_units.0 {
        check_dn(ou, out);
    }
    if names.legacy_connectors.contains(&set.server.value) {
        let message =
            format!("{} is a legacy connector, which has no list of organizational units", shown(&set.server));
        let fault = Diagnostic::error("scenario::legacy_connector", set.server.span, message).label("legacy");
        out.report(fault.help("delegate to its server with `delegate`, or give it `build: current`"));
    }
}
