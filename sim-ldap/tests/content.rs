//! Content as LDIF: exports of other directories become the forest, and what is dumped can be loaded again.
#![allow(clippy::expect_used)]

mod common;

use common::{BASE, World, seeded};
use sim_ldap::ldif::{self, LdifError};
use sim_ldap::*;

fn lines(errors: &[LdifError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

/// A domain that takes the identity of the one in a file, and its content.
fn copy_of(text: &str, seed: u64) -> (World, Loaded) {
    let records = ldif::parse(text).expect("LDIF");
    let dns = "corp.contoso.com";
    let identity = domain_identity(&records, dns);
    let domain = DomainSpec { dns: dns.into(), identity, ..Default::default() };
    let mut cx = common::cx(seed);
    let spec = ForestSpec { domains: vec![domain], ..Default::default() };
    let mut forest = Forest::new(&spec, ForestKnobs::default(), &mut cx).expect("a forest");
    let loaded = forest.load_records(records, &mut cx);
    (World { forest, cx }, loaded)
}

#[test]
fn what_is_dumped_is_loaded_again() {
    let mut w = seeded();
    w.load(include_str!("../../scenarios/reference/bulk.ldif"));
    let dump = w.forest.dump_ldif(BASE, &w.cx).expect("content");
    assert!(!dump.contains(";range="), "long lists are whole");
    // Another seed would draw other identities: those of the file are kept.
    let (copy, loaded) = copy_of(&dump, 2);
    assert_eq!((lines(&loaded.refused), lines(&loaded.left_out)), (vec![], vec![]));
    let again = copy.forest.dump_ldif(BASE, &copy.cx).expect("content");
    // Update sequence numbers are a controller's own; objects that every forest has are made with it.
    let own = ["uSNCreated:", "uSNChanged:", "objectGUID::"];
    let kept = |text: &str| {
        let mut blocks: Vec<String> = text
            .split("\n\n")
            .map(|block| {
                let made_by_hand = block.contains(",OU=") && !block.contains("OU=Domain Controllers");
                let says = |l: &&str| !own[..if made_by_hand { 2 } else { 3 }].iter().any(|o| l.starts_with(o));
                block.lines().filter(says).collect::<Vec<_>>().join("\n")
            })
            .collect();
        blocks.sort();
        blocks
    };
    let (before, after) = (kept(&dump), kept(&again));
    for (a, b) in before.iter().zip(&after) {
        assert_eq!(a, b);
    }
    assert_eq!(before.len(), after.len());
}

#[test]
fn an_export_of_ldapsearch_becomes_the_forest() {
    let (w, loaded) = copy_of(include_str!("data/export.ldif"), 1);
    assert_eq!(lines(&loaded.refused), Vec::<String>::new());
    insta::assert_snapshot!(lines(&loaded.left_out).join("\n"), @r"
    line 29: `manager` names objects that are not there: those are left out
    line 29: the schema has no attribute `msExchMailboxGuid`: it is left out
    line 83: the export has a part of `member` alone: the rest is left out
    line 94: the schema has no class `msExchSystemObjectsContainer`: its objects are left out
    line 99: objects below those that are left out are left out
    line 104: tombstones are left out
    ");
    let ada = "CN=Ada Byron,OU=People";
    assert_eq!(w.values(ada, "objectSid").len(), 1);
    let sid = w.view().sid(w.find(ada)).expect("a SID");
    assert_eq!(sid.to_string(), "S-1-5-21-3655134606-1171102609-2718412900-1613");
    assert_eq!(w.view().guid(w.find(ada)).to_string(), "8ed1ffe0-2562-4ab9-8e5e-8c7cbc3e5a0b");
    assert_eq!(w.values(ada, "whenCreated"), ["20190304091500.0Z"]);
    assert_eq!(w.values(ada, "pwdLastSet"), ["132700000000000000"]);
    assert_eq!(w.values(ada, "memberOf"), ["CN=Field,OU=People,DC=corp,DC=contoso,DC=com"]);
    assert_eq!(w.values("", "ms-DS-MachineAccountQuota"), ["0"]);
    // Somebody new comes after everybody in the export.
    let mut w = w;
    assert_eq!(w.add("SYSTEM", "CN=New,OU=People", "objectClass: user"), "0");
    assert!(w.view().sid(w.find("CN=New,OU=People")).is_some_and(|s| s.to_string().ends_with("-1614")));
}

#[test]
fn files_come_in_several_encodings() {
    let text = "dn: OU=Zoë,DC=x\nobjectClass: organizationalUnit\n";
    let wide: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &wide, &marked] {
        assert_eq!(ldif::decode(bytes).as_deref(), Ok(text));
    }
    let wrong = ldif::decode(b"dn: OU=a\nou: \xe9\n").expect_err("Latin-1");
    assert_eq!(wrong.to_string(), "line 2: this is not UTF-8 text");
}

#[test]
fn passwords_are_written_as_people_do() {
    let mut w = seeded();
    let user = |name: &str, password: &str| {
        format!(
            "dn: CN={name},OU=Staff,{BASE}\nobjectClass: user\nsAMAccountName: {name}\nuserAccountControl: 512\n{password}\n\n"
        )
    };
    let text = user("a", "unicodePwd: Secret.1") + &user("b", "userPassword: Secret.1");
    let loaded = w.forest.load_ldif(&text, &mut w.cx).expect("LDIF");
    assert_eq!(lines(&loaded.refused), Vec::<String>::new());
    assert!(w.forest.set_account_password(r"CORP\SRV-ODJ02$", "Other.1", &mut w.cx));
    assert!(!w.forest.set_account_password("OU=Staff,DC=corp,DC=contoso,DC=com", "Other.1", &mut w.cx));
    for name in ["a", "b"] {
        assert!(!w.values(&format!("CN={name},OU=Staff"), "pwdLastSet").is_empty());
    }
}
