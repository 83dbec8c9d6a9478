//! The directory side of an estate as scenarios set it up and look at it: glue between the words of a scenario and the forest.

use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, Guid, SimTime, Sym};
use sim_ldap::{AddRequest, Dn, Filter, Forest, ForestKnobs, ForestSpec, LdapPolicy, SpecError, Target};

/// Makes the forest of a scenario. Its declarations were checked.
pub(crate) fn forest(spec: &ForestSpec, knobs: ForestKnobs, cx: &mut Cx) -> Forest {
    Forest::new(spec, knobs, cx).expect("domains were checked when the scenario was loaded")
}

/// The password of a domain's built-in administrator, where the scenario gives no other. The value is ours.
pub(crate) const ADMINISTRATOR_PASSWORD: &str = "Adm1n.Pass!";

/// Gives the built-in administrator of a domain its password.
pub(crate) fn set_administrator_password(forest: &mut Forest, dns: &str, password: &str) {
    if let Some(domain) = forest.find_domain(dns) {
        forest.set_administrator_password(domain, password);
    }
}

/// Says what the controllers of a domain ask of LDAP clients.
pub(crate) fn set_ldap_policy(forest: &mut Forest, dns: &str, policy: LdapPolicy) {
    if let Some(domain) = forest.find_domain(dns) {
        forest.domain_mut(domain).ldap = policy;
    }
}

/// Whether there can be such a forest, else why not.
pub(crate) fn check_forest(spec: ForestSpec) -> Result<(), SpecError> {
    let mut cx = Cx::new(SimTime::FIRST, 0, Keep::Nothing, QueueKind::default());
    Forest::new(&spec, ForestKnobs::default(), &mut cx).map(drop)
}

/// The names of all controllers, those of domains that declare none included.
pub(crate) fn controller_names(spec: &ForestSpec) -> Vec<String> {
    spec.controllers().into_iter().map(|(_, controller)| controller.name).collect()
}

/// Whether a text is a subnet, else why not.
pub(crate) fn check_subnet(text: &str) -> Result<(), String> {
    sim_ldap::is_subnet(text).then_some(()).ok_or_else(|| "expected one such as `10.1.0.0/16`".into())
}

/// Whether a text can be the base of a search, else why not.
pub(crate) fn check_base(text: &str) -> Result<(), String> {
    match text.trim() {
        "" => Err("this is empty".into()),
        text => text.parse::<Target>().map(drop).map_err(|why| why.to_string()),
    }
}

/// Whether a text is a distinguished name, else why not.
pub(crate) fn check_dn(text: &str) -> Result<(), String> {
    match text.parse::<Dn>() {
        Ok(dn) if dn.is_root() => Err("this is empty".into()),
        Ok(_) => Ok(()),
        Err(why) => Err(why.to_string()),
    }
}

/// Whether a text is an LDAP filter, else why not.
pub(crate) fn check_filter(text: &str) -> Result<(), String> {
    text.parse::<Filter>().map(drop).map_err(|why| why.to_string())
}

fn domain_of(forest: &Forest, dn: &str) -> Option<sim_core::Id<sim_ldap::Controller>> {
    let dn: Dn = dn.parse().ok()?;
    forest.find_domain(&dn.dns()).and_then(|d| forest.writable(d))
}

/// Makes an organizational unit and those above it, where they can be made.
pub(crate) fn ensure_ou(forest: &mut Forest, ou: &str, cx: &mut Cx) {
    let Ok(dn) = ou.parse::<Dn>() else { return };
    let Some(dc) = domain_of(forest, ou) else { return };
    let mut missing = Vec::new();
    let mut at = dn;
    while !at.is_root() && forest.view(dc, cx).resolve(&at).is_err() {
        missing.push(at.to_string());
        match at.parent() {
            Some(parent) => at = parent,
            None => break,
        }
    }
    let system = forest.system();
    for dn in missing.into_iter().rev().filter(|dn| dn.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("OU=")))
    {
        // What is wrong with it shows when it is used.
        let _ = forest.at(dc).add(&system, &AddRequest::new(&dn, &[("objectClass", &["organizationalUnit"])]), cx);
    }
}

/// The account that a user of the cloud has by default: the local part in the first domain.
pub(crate) fn default_account(forest: &Forest, local: &str) -> String {
    let netbios = forest.domains().next().map_or("CORP", |(_, d)| d.netbios.as_str());
    let sam: String = local.chars().filter(|c| !"\"/\\[]:;|=,+*?<>".contains(*c)).take(20).collect();
    format!("{netbios}\\{sam}")
}

/// Makes sure that an account such as `CORP\ada` exists.
pub(crate) fn ensure_user(forest: &mut Forest, account: &str, name: &str, upn: &str, cx: &mut Cx) {
    if forest.all(cx).principal(account).is_some() {
        return;
    }
    let Some((netbios, sam)) = account.split_once('\\') else { return };
    let Some(domain) = forest.find_domain(netbios) else { return };
    let Some(dc) = forest.writable(domain) else { return };
    let base = Dn::of_dns(&forest.domain(domain).dns);
    let dn = base.child("CN", "Users").child("CN", sam).to_string();
    let attributes: [(&str, &[&str]); 5] = [
        ("objectClass", &["top", "person", "organizationalPerson", "user"]),
        ("sAMAccountName", &[sam]),
        ("userPrincipalName", &[upn]),
        ("displayName", &[name]),
        ("userAccountControl", &["512"]),
    ];
    let system = forest.system();
    // A name that the directory refuses is a user without an account, which shows at the sign-in.
    let _ = forest.at(dc).add(&system, &AddRequest::new(&dn, &attributes), cx);
}

/// The DNS name of a domain; of the first one without a name.
pub(crate) fn dns_name(forest: &Forest, domain: Option<&str>) -> String {
    let id = domain.and_then(|d| forest.find_domain(d));
    let id = id.or_else(|| forest.domains().next().map(|(id, _)| id));
    id.map(|id| forest.domain(id).dns.clone()).unwrap_or_default()
}

/// Makes the computer object of a connector's server and, for later builds, its managed service account. The answer is the account
/// that the connector's service runs as.
pub(crate) fn ensure_connector_server(
    forest: &mut Forest,
    domain: Option<&str>,
    server: &str,
    legacy: bool,
    cx: &mut Cx,
) -> String {
    let dns = dns_name(forest, domain);
    let Some(id) = forest.find_domain(&dns) else { return String::new() };
    let netbios = forest.domain(id).netbios.clone();
    let computer = format!("{netbios}\\{server}$");
    let Some(dc) = forest.writable(id) else { return computer };
    let base = Dn::of_dns(&dns);
    let system = forest.system();
    if forest.all(cx).principal(&computer).is_none() {
        let sam = format!("{server}$");
        let dn = base.child("CN", "Computers").child("CN", server).to_string();
        let host = format!("{server}.{dns}");
        let attributes: [(&str, &[&str]); 4] = [
            ("objectClass", &["top", "person", "organizationalPerson", "user", "computer"]),
            ("sAMAccountName", &[&sam]),
            ("userAccountControl", &["4096"]),
            ("dNSHostName", &[&host]),
        ];
        let _ = forest.at(dc).add(&system, &AddRequest::new(&dn, &attributes), cx);
    }
    if legacy {
        return computer;
    }
    // Source: the connector's page (memdocs, 2025): `msaODJ` and five random characters.
    let mut draw =
        cx.draw(sim_core::Purpose::named("connector service account"), sim_core::Key::of("connector", server), 0);
    let msa = format!("msaODJ{}", draw.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 5));
    let sam = format!("{msa}$");
    let dn = base.child("CN", "Managed Service Accounts").child("CN", &msa).to_string();
    let attributes: [(&str, &[&str]); 3] = [
        ("objectClass", &["msDS-ManagedServiceAccount"]),
        ("sAMAccountName", &[&sam]),
        ("userAccountControl", &["4096"]),
    ];
    let _ = forest.at(dc).add(&system, &AddRequest::new(&dn, &attributes), cx);
    format!("{netbios}\\{sam}")
}

/// Delegates control of computer objects, as the wizard of the how-to does.
pub(crate) fn delegate(forest: &mut Forest, account: &str, ou: &str, cx: &mut Cx) -> Result<(), String> {
    let trustee = forest.all(cx).principal(account).ok_or_else(|| format!("there is no account {account}"))?;
    forest.delegate_computer_control(ou, &trustee, cx).map_err(|why| why.to_string())
}

/// Redirects new computers, as redircmp does.
pub(crate) fn redirect_computers(forest: &mut Forest, ou: &str, cx: &mut Cx) -> Result<(), String> {
    let dn: Option<Dn> = ou.parse().ok();
    let domain = dn.and_then(|dn| forest.find_domain(&dn.dns()));
    let domain = domain.ok_or_else(|| format!("no domain of the forest holds {ou}"))?;
    forest.redirect_computers(domain, ou, cx).map_err(|why| why.to_string())
}

/// Makes the service connection point of device registration.
pub(crate) fn create_scp(forest: &mut Forest, verified_domain: &str, tenant: Guid, cx: &mut Cx) {
    // A new forest has the place for it, and no other one.
    let _ = forest.create_scp(verified_domain, tenant, cx);
}

/// Deletes a computer object, as a domain administrator.
pub(crate) fn delete_computer(forest: &mut Forest, domain: Sym, name: Sym, cx: &mut Cx) -> Result<(), String> {
    let (domain, name) = (cx.names.get(domain).to_owned(), cx.names.get(name).to_owned());
    let missing = || format!("there is no computer {name}");
    let id = forest.find_domain(&domain).ok_or_else(missing)?;
    let dc = forest.writable(id).ok_or_else(missing)?;
    let view = forest.view(dc, cx);
    let entry = view.account(id, &format!("{name}$")).ok_or_else(missing)?;
    let dn = view.dn(entry);
    let system = forest.system();
    forest.at(dc).delete(&system, &dn, cx).map(drop).map_err(|why| why.to_string())
}

/// The SID of an object of a domain by its last part, as text.
pub(crate) fn sid_text(forest: &Forest, cx: &Cx, domain: Sym, rid: u32) -> Option<String> {
    let id = forest.find_domain(cx.names.get(domain))?;
    Some(forest.domain(id).sid.child(rid).to_string())
}
