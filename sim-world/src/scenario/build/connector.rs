//! Connector servers, and setting them up.

use super::Builder;
use crate::command::{Action, Command, Journey, Step};
use crate::estate;
use crate::scenario::document::Spanned;
use crate::scenario::model::{self, ConnectorBuild};
use crate::scenario::resolve::connector::dotnet;
use sim_core::{RecordKey, SimTime};
use sim_device::{NewConnector, ServerFacts, ServerProxy};

/// From this version on a connector logs below *Microsoft > Intune > ODJConnectorService*. Which it was is assumed: the how-to says
/// only that logging has moved since.
const LOG_MOVED: [u32; 2] = [6, 2111];

impl From<model::ServerProxy> for ServerProxy {
    fn from(proxy: model::ServerProxy) -> Self {
        match proxy {
            model::ServerProxy::None => Self::None,
            model::ServerProxy::Unconfigured => Self::Unconfigured,
            model::ServerProxy::Configured => Self::Configured,
        }
    }
}

/// A server as it is after what a section says of it.
fn changed(mut facts: ServerFacts, section: &model::Server) -> ServerFacts {
    fn set<T: Copy>(slot: &mut T, value: Option<T>) {
        *slot = value.unwrap_or(*slot);
    }
    set(&mut facts.windows_server, section.windows_server);
    set(&mut facts.dotnet, section.dotnet.as_ref().and_then(|v| dotnet(v)));
    set(&mut facts.browser_security, section.browser_security);
    set(&mut facts.proxy, section.proxy.map(ServerProxy::from));
    set(&mut facts.internet, section.internet);
    set(&mut facts.administrator, section.administrator);
    set(&mut facts.licensed, section.licensed);
    set(&mut facts.may_create_account, section.may_create_account);
    set(&mut facts.log_on_as_service, section.log_on_as_service);
    set(&mut facts.domain_user, section.domain_user);
    set(&mut facts.local_administrator, section.local_administrator);
    facts
}

fn is_before(version: &str, than: [u32; 2]) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    [parts.next().unwrap_or(0), parts.next().unwrap_or(0)] < than
}

impl Builder<'_> {
    pub(super) fn connector(&mut self, connector: &model::Connector, declared: RecordKey) {
        let domain = connector.domain.as_ref().map(|d| d.value.as_str());
        let legacy = connector.build == ConnectorBuild::Legacy;
        let account = estate::ensure_connector_server(&mut self.forest, domain, &connector.name, legacy, &mut self.cx);
        for ou in &connector.delegated.0 {
            // That an OU is missing shows when the connector tries to use it.
            let _ = estate::delegate(&mut self.forest, &account, ou, &mut self.cx);
        }
        self.cx.because(declared);
        let of_generation = if legacy { "6.2204.38.3" } else { "6.2501.2000.5" };
        let version = connector.version.as_ref().map_or(of_generation, |v| v.value.as_str());
        let facts = connector.server.as_ref().map_or_else(ServerFacts::default, |s| changed(ServerFacts::default(), s));
        let was_there = connector.installed.is_none();
        let runs = was_there && facts.service_verdict(legacy).is_ok();
        let record = if runs {
            self.tenant.add_connector(&connector.name, version, true, &mut self.cx)
        } else {
            self.tenant.expect_connector(&connector.name, version, &mut self.cx)
        };
        let serves = (!legacy).then(|| vec![self.cx.name(&estate::dns_name(&self.forest, domain))]);
        let (name, account) = (self.cx.name(&connector.name), self.cx.name(&account));
        let site = connector.site.as_ref().map_or(sim_ldap::DEFAULT_SITE, |site| site.value.as_str());
        let site = self.cx.name(site);
        if was_there && !runs {
            self.tenant.prepare_connector(record);
        }
        let crowded = connector.server.as_ref().is_some_and(|s| !s.other_connectors.0.is_empty());
        let new = NewConnector {
            name,
            record,
            account,
            site,
            serves,
            legacy,
            facts,
            was_there,
            crowded,
            old_log: is_before(version, LOG_MOVED),
            capacity: connector.capacity.as_ref().map(|n| n.value),
            creation: connector.creation.map(|span| span.0),
        };
        self.field.add_connector(new, &self.cx);
    }

    /// Connectors that come later are installed by a step.
    pub(super) fn installations(&mut self, start: SimTime, steps: &mut Vec<Step>) {
        for connector in &self.scenario.file.connectors {
            let Some(at) = &connector.installed else { continue };
            let line = self.scenario.line(at.span);
            let action = Action::Journey(Journey::InstallConnector(self.connector_of(&connector.name)));
            steps.push(Step::new(at.value.on(start), Command::Action { action, line }));
        }
    }

    pub(super) fn install_connector(&mut self, server: &Spanned<String>) -> Action {
        Action::Journey(Journey::InstallConnector(self.connector_of(server)))
    }

    /// Each step begins with what the steps before it left.
    pub(super) fn set_server(&mut self, set: &model::SetServer) -> Action {
        let server = self.connector_of(&set.server);
        let before = self.servers.get(&server).copied().unwrap_or(self.field.connector(server).facts);
        let facts = changed(before, &set.facts);
        self.servers.insert(server, facts);
        Action::Journey(Journey::SetServer { server, facts })
    }

    pub(super) fn configure_connector(&mut self, set: &model::ConfigureConnector) -> Action {
        let server = self.connector_of(&set.server);
        let ous = set.organizational_units.0.iter().map(|ou| ou.value.clone()).collect();
        Action::Journey(Journey::ConfigureConnector { server, ous })
    }
}
