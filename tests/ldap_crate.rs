//! The crate `ldap3` as a client: what a Rust program does with a directory.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests start programs, and the crate takes hash sets

mod server;

use ldap3::adapters::{Adapter, EntriesOnly, PagedResults};
use ldap3::{LdapConn, LdapConnSettings, Mod, Scope, SearchEntry};
use server::Server;
use std::collections::HashSet;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// A connection that trusts the test CA: in plain text, with StartTLS, or within TLS from its beginning.
fn connect(server: &Server, member: &str, start_tls: bool) -> LdapConn {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(server.ready("ca_file")).expect("the CA")).expect("a CA");
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("versions").with_root_certificates(roots);
    let settings = LdapConnSettings::new().set_config(Arc::new(builder.with_no_client_auth()));
    let settings = settings.set_starttls(start_tls).set_conn_timeout(server::PATIENCE);
    LdapConn::with_settings(settings, server.ready(member)).expect("a connection")
}

fn set<const N: usize>(values: [&str; N]) -> HashSet<&str> {
    values.into_iter().collect()
}

#[test]
fn a_program_signs_in_pages_and_changes() {
    let server = Server::start(&[]);
    let (admin, password, base) = (server.ready("admin_dn"), server.ready("admin_password"), server.ready("base_dn"));
    for (member, start_tls) in [("ldap", false), ("ldap", true), ("ldaps", false)] {
        let mut ldap = connect(&server, member, start_tls);
        assert_eq!(ldap.simple_bind(admin, "wrong").expect("an answer").rc, 49);
        ldap.simple_bind(admin, password).and_then(ldap3::LdapResult::success).expect("signed in");

        let adapters: Vec<Box<dyn Adapter<_, _>>> = vec![Box::new(EntriesOnly::new()), Box::new(PagedResults::new(5))];
        let mut pages = ldap
            .streaming_search_with(adapters, base, Scope::Subtree, "(objectClass=*)", vec!["distinguishedName"])
            .expect("a search");
        let mut names = Vec::new();
        while let Some(entry) = pages.next().expect("an entry") {
            names.push(SearchEntry::construct(entry).dn);
        }
        pages.result().success().expect("all pages");
        let distinct: HashSet<_> = names.iter().collect();
        assert!(names.len() > 40 && distinct.len() == names.len(), "{}", names.len());
    }

    let mut ldap = connect(&server, "ldaps", false);
    ldap.simple_bind(admin, password).and_then(ldap3::LdapResult::success).expect("signed in");
    let dn = format!("CN=LAP-1,CN=Computers,{base}");
    let quoted: Vec<u8> = "\"Mach1ne.Passw0rd\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = |text: &str| text.as_bytes().to_vec();
    let account = vec![
        (bytes("objectClass"), HashSet::from([bytes("computer")])),
        (bytes("sAMAccountName"), HashSet::from([bytes("LAP-1$")])),
        (bytes("userAccountControl"), HashSet::from([bytes("4096")])),
        (bytes("unicodePwd"), HashSet::from([quoted])),
    ];
    ldap.add(&dn, account).and_then(ldap3::LdapResult::success).expect("added");
    let again = ldap.add(&dn, vec![("objectClass", set(["computer"]))]).expect("an answer");
    assert_eq!((again.rc, again.text.starts_with("00002071: UpdErr")), (68, true), "{again}");
    ldap.modify(&dn, vec![Mod::Replace("description", set(["first"]))]).expect("changed").success().expect("changed");
    assert!(ldap.compare(&dn, "description", "FIRST").expect("compared").equal().expect("a verdict"));
    let moved = format!("CN=LAP-2,CN=Users,{base}");
    let place = format!("CN=Users,{base}");
    ldap.modifydn(&dn, "CN=LAP-2", true, Some(&place)).expect("moved").success().expect("moved");
    let found = ldap.search(base, Scope::Subtree, "(sAMAccountName=LAP-1$)", vec!["objectGUID", "description"]);
    let (found, _) = found.expect("a search").success().expect("found");
    let found: Vec<_> = found.into_iter().filter(|e| !e.is_ref()).map(SearchEntry::construct).collect();
    assert_eq!((found.len(), &*found[0].dn, &*found[0].attrs["description"][0]), (1, &*moved, "first"));
    // What is no text comes as octets, and finds its object again.
    let guid = found[0].bin_attrs["objectGUID"][0].iter().map(|b| format!("\\{b:02x}")).collect::<String>();
    let by_guid = ldap.search(base, Scope::Subtree, &format!("(objectGUID={guid})"), vec!["1.1"]);
    assert_eq!(by_guid.expect("a search").0.into_iter().filter(|e| !e.is_ref()).count(), 1);

    let mut machine = connect(&server, "ldap", true);
    machine.simple_bind(r"CORP\LAP-1$", "Mach1ne.Passw0rd").and_then(ldap3::LdapResult::success).expect("signed in");
    assert_eq!(machine.delete(&moved).expect("an answer").rc, 50);
    ldap.delete(&moved).and_then(ldap3::LdapResult::success).expect("deleted");
    assert_eq!(ldap.delete(&moved).expect("an answer").rc, 32);
}
