//! Checks of changes that steps make, and of the sections that they have in common with the estate.

use super::{Names, check_assignment, check_dn, check_rule, refer, refer_devices, refer_user, unknown};
use crate::scenario::document::{Diagnostic, Diagnostics, OneOrMany, Spanned, shown};
use crate::scenario::model::{Action, Assigned, Connector, Policies};
use sim_device::network::ENDPOINTS;

pub(super) fn check(action: &Action, names: &Names, out: &mut Diagnostics) {
    match action {
        Action::Undelegate(delegate) => check_dn(&delegate.ou, out),
        Action::JoinByHand(join) => {
            if let Some(ou) = &join.ou {
                check_dn(ou, out);
            }
        }
        Action::ScopeSync(sync) => {
            refer("Entra Connect server", &sync.server, &names.syncs, names, out);
            sync.scope.0.iter().for_each(|ou| check_dn(ou, out));
        }
        Action::StageSync(sync) => refer("Entra Connect server", &sync.server, &names.syncs, names, out),
        Action::InstallConnector(install) => {
            refer("connector", &install.server, &names.connectors, names, out);
            refer_user(&install.signs_in, names, out);
        }
        Action::UninstallConnector(server) => refer("connector", server, &names.connectors, names, out),
        Action::Server(change) => refer("connector", &change.name, &names.connectors, names, out),
        Action::Place(change) => {
            refer("place", &change.name, &names.places, names, out);
            change.blocked.iter().flat_map(|b| &b.0).for_each(|host| check_host(host, out));
        }
        Action::Device(change) => {
            refer_devices(&change.devices, names, out);
            if let Some(vpn) = &change.vpn {
                refer("VPN", vpn, &names.vpns, names, out);
            }
            if let Some(user) = &change.signs_in {
                refer_user(user, names, out);
            }
        }
        Action::Hardware(change) => refer_devices(&change.devices, names, out),
        Action::Remote(remote) => refer_devices(&remote.devices, names, out),
        Action::Reseal(d) | Action::OpenApp(d) | Action::Unblock(d) | Action::Release(d) => {
            refer_devices(&d.devices, names, out);
        }
        Action::RegisterByPartner(partner) => refer_devices(&partner.devices, names, out),
        Action::AssignUser(assign) => refer_devices(&assign.devices, names, out),
        Action::Assign(assign) => {
            check_assignment(&assign.to, names, out);
            check_assignment(&assign.exclude, names, out);
            let (what, name, known) = match &assign.what.value {
                Assigned::Deployment(name) => ("deployment profile", name, &names.deployment_profiles),
                Assigned::DomainJoin(name) => ("domain join profile", name, &names.domain_join_profiles),
                Assigned::Esp(name) => ("enrollment status page", name, &names.esp_profiles),
            };
            refer(what, name, known, names, out);
        }
        Action::SetRule(set) => {
            refer("group", &set.group, &names.groups, names, out);
            check_rule(&set.rule, out);
        }
        Action::Member(member) => {
            refer("group", &member.group, &names.groups, names, out);
            refer_devices(&member.devices, names, out);
        }
        Action::Preprovisioning(switch) => {
            refer("deployment profile", &switch.profile, &names.deployment_profiles, names, out);
        }
        Action::SetDomainJoin(set) => {
            refer("domain join profile", &set.profile, &names.domain_join_profiles, names, out);
        }
        Action::Policies(policies) => check_policies(policies, names, out),
        Action::User(change) => refer_user(&change.upn, names, out),
        Action::Owner(set) => refer_devices(&set.devices, names, out),
        Action::EnableDevice(enable) => refer_devices(&enable.devices, names, out),
        _ => {}
    }
}

pub(super) fn check_policies(policies: &Policies, names: &Names, out: &mut Diagnostics) {
    for scope in [&policies.mdm_scope, &policies.mam_scope, &policies.may_join].into_iter().flatten() {
        check_scope(scope, names, out);
    }
    for other in policies.other_mdm.iter().flatten() {
        check_scope(&other.scope, names, out);
    }
    for restriction in policies.restrictions.iter().flatten() {
        check_scope(&restriction.users, names, out);
    }
}

fn check_scope(scope: &OneOrMany<Spanned<String>>, names: &Names, out: &mut Diagnostics) {
    for name in &scope.0 {
        if scope.0.len() > 1 || !matches!(name.value.as_str(), "all" | "none") {
            refer("group", name, &names.groups, names, out);
        }
    }
}

/// A host that no service has can be filtered; it means nothing to the simulation.
pub(super) fn check_host(host: &Spanned<String>, out: &mut Diagnostics) {
    if !host.is_empty() && !ENDPOINTS.iter().any(|e| e.is_filtered_by(host)) {
        let message = format!("no service of the simulation has a host {}", shown(host));
        let known: Vec<&str> = ENDPOINTS.iter().map(|e| e.host).collect();
        let help = crate::scenario::document::suggest(host, known.iter().copied());
        let fault = Diagnostic::warning("scenario::unknown_host", host.span, message).label("filters nothing");
        out.report(fault.maybe_help(help.map(|near| format!("did you mean `{near}`?"))));
    }
}

pub(super) fn check_server(connector: &Spanned<Connector>, names: &Names, out: &mut Diagnostics) {
    if let Some(place) = &connector.place
        && !names.places.contains(&place.value)
    {
        unknown("place", place, &names.places, names, out);
    }
    if connector.other_connector {
        let message = "a connector beside another Intune connector is not recommended";
        let fault = Diagnostic::warning("scenario::crowded_server", connector.name.span, message);
        out.report(
            fault.label("another connector runs on this server").help("give each connector a server of its own"),
        );
    }
}
