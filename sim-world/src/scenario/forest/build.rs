//! Makes the forest that a scenario describes.

use super::super::Scenario;
use super::super::document::Spanned;
use super::super::model::File;
use super::model::{Direction, Domain, LdapChanges, LdapCheck, Trust};
use crate::command;
use crate::directory::{LdapRecords, Search};
use crate::estate;
use sim_core::Cx;
use sim_ldap::{
    ControllerSpec, DomainSpec, Forest, ForestSpec, SiteSpec, TrustDirection, TrustSpec, domain_identity, ldif,
};

/// The forest as declared. Its domains are by default those that domain join profiles name, else one below the tenant's domain.
pub(in super::super) fn forest_spec(file: &File) -> ForestSpec {
    let declared = file.forest.iter().flat_map(|f| &f.domains);
    let mut domains: Vec<DomainSpec> = declared.map(domain_spec).collect();
    if domains.is_empty() {
        for profile in file.tenant.iter().flat_map(|t| &t.domain_join_profiles) {
            if !domains.iter().any(|s| s.dns.eq_ignore_ascii_case(&profile.domain)) {
                domains.push(DomainSpec { dns: profile.domain.value.clone(), ..DomainSpec::default() });
            }
        }
    }
    if domains.is_empty() {
        let below =
            super::super::build::verified_domains(file).into_iter().next().unwrap_or_else(|| "contoso.com".into());
        domains.push(DomainSpec { dns: format!("corp.{below}"), ..DomainSpec::default() });
    }
    let site = |site: &Spanned<super::model::Site>| SiteSpec {
        name: site.name.value.clone(),
        subnets: site.subnets.iter().map(|s| s.value.clone()).collect(),
    };
    let root = domains.first().map(|d| d.dns.clone()).unwrap_or_default();
    let trust = |trust: &Spanned<Trust>| TrustSpec {
        domain: trust.domain.as_ref().map_or_else(|| root.clone(), |d| d.value.clone()),
        partner: trust.with.value.clone(),
        netbios: trust.netbios.as_ref().map(|n| n.value.clone()),
        direction: match trust.direction {
            Direction::Inbound => TrustDirection::Inbound,
            Direction::Outbound => TrustDirection::Outbound,
            Direction::Both => TrustDirection::Both,
        },
        forest: trust.forest,
    };
    let section = file.forest.as_ref();
    ForestSpec {
        sites: section.iter().flat_map(|f| &f.sites).map(site).collect(),
        trusts: section.iter().flat_map(|f| &f.trusts).map(trust).collect(),
        domains,
    }
}

fn domain_spec(domain: &Spanned<Domain>) -> DomainSpec {
    let controllers = domain.controllers.iter().map(|c| ControllerSpec {
        name: c.name.value.clone(),
        site: c.site.as_ref().map(|s| s.value.clone()).unwrap_or_default(),
        read_only: c.read_only,
    });
    DomainSpec {
        dns: domain.name.value.clone(),
        netbios: domain.netbios.as_ref().map(|n| n.value.clone()),
        machine_account_quota: Some(domain.machine_account_quota),
        controllers: controllers.collect(),
        ..DomainSpec::default()
    }
}

/// The password of a domain's built-in administrator.
pub(in super::super) fn administrator_password<'f>(file: &'f File, dns: &str) -> &'f str {
    let mut declared = file.forest.iter().flat_map(|f| &f.domains);
    let domain = declared.find(|d| d.name.value.eq_ignore_ascii_case(dns));
    let password = domain.and_then(|d| d.administrator_password.as_ref());
    password.map_or(estate::ADMINISTRATOR_PASSWORD, |p| p.value.as_str())
}

impl Scenario {
    /// The forest as declared; a domain whose content says who it is is that one.
    pub(in super::super) fn forest_spec(&self) -> ForestSpec {
        let mut spec = forest_spec(&self.file);
        let files = self.file.forest.iter().flat_map(|f| &f.domains).map(|d| &d.ldif.0);
        for (domain, files) in spec.domains.iter_mut().zip(files) {
            for records in files.iter().filter_map(|path| self.ldifs.get(&path.value)) {
                let found = domain_identity(records, &domain.dns);
                domain.identity.sid = domain.identity.sid.or(found.sid);
                domain.identity.guid = domain.identity.guid.or(found.guid);
            }
        }
        spec
    }

    /// Loads the content of a domain. The answer is what the directory refused or left out, with file and line.
    pub(in super::super) fn load_content(&self, domain: &Domain, forest: &mut Forest, cx: &mut Cx) -> Vec<String> {
        let mut said = Vec::new();
        for path in &domain.ldif.0 {
            let Some(records) = self.ldifs.get(&path.value) else { continue };
            let loaded = forest.load_records(records.clone(), cx);
            let all = loaded.refused.iter().chain(&loaded.left_out);
            said.extend(all.map(|why| format!("{}:{}: {}", path.value, why.line, why.message)));
        }
        said
    }

    /// Delays and passwords. The answer is what could not be done, with the line of the file.
    pub(in super::super) fn finish_forest(&self, forest: &mut Forest, cx: &mut Cx) -> Vec<(u32, String)> {
        let Some(section) = &self.file.forest else { return Vec::new() };
        for link in &section.replication {
            let named = |name: &str| forest.find_controller_named(name, cx);
            let (Some(from), Some(to)) = (named(&link.from), named(&link.to)) else { continue };
            forest.set_delay(from, to, link.delay.0);
            if link.both_ways {
                forest.set_delay(to, from, link.delay.0);
            }
        }
        let mut refused = Vec::new();
        for (account, password) in &section.passwords {
            if !forest.set_account_password(account, password, cx) {
                let why = format!("the password is for `{}`, and there is no such account", account.value);
                refused.push((self.line(account.span), why));
            }
        }
        refused
    }

    /// The records of a step.
    pub(in super::super) fn ldap_changes(&self, changes: &LdapChanges, line: u32, cx: &mut Cx) -> command::Action {
        let (records, place) = match (&changes.ldif, &changes.file) {
            (Some(text), _) => (ldif::parse(text).unwrap_or_default(), None),
            (_, Some(path)) => (self.ldifs.get(&path.value).cloned().unwrap_or_default(), Some(path.value.clone())),
            _ => (Vec::new(), None),
        };
        command::Action::Ldap(Box::new(LdapRecords {
            records: records.into(),
            file: place,
            who: changes.r#as.as_ref().map(|who| who.value.clone()),
            dc: changes.at.as_ref().map(|dc| cx.name(dc)),
            result: changes.result,
            line,
        }))
    }
}

/// What a check of the directory looks at.
pub(crate) fn search(check: &LdapCheck) -> Search {
    Search {
        base: check.base.value.clone(),
        scope: check.scope,
        filter: check.filter.value.clone(),
        who: check.r#as.as_ref().map(|who| who.value.clone()),
        dc: check.dc.as_ref().map(|dc| dc.value.clone()),
        deleted: check.deleted,
        has: check
            .has
            .iter()
            .flat_map(|(name, values)| values.0.iter().map(|v| (name.value.clone(), v.value.clone())))
            .collect(),
        absent: check.absent.0.iter().map(|name| name.value.clone()).collect(),
    }
}
