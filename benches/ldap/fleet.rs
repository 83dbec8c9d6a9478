//! The computers that both sides hold. Each is made from its number alone.

use std::fmt::Write as _;

/// The domain.
pub const BASE: &str = "DC=contoso,DC=com";
/// Where the computers are.
pub const PLACE: &str = "OU=Fleet,DC=contoso,DC=com";

/// The name of a computer's account.
pub fn account(n: u32) -> String {
    format!("PC{n:08}$")
}

/// Its distinguished name.
pub fn dn(n: u32) -> String {
    format!("CN=PC{n:08},{PLACE}")
}

/// Its attributes: about half a kilobyte.
pub fn attributes(n: u32) -> Vec<(&'static str, Vec<String>)> {
    let (name, serial) = (format!("PC{n:08}"), u64::from(n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let host = format!("{}.contoso.com", name.to_lowercase());
    let services = vec![format!("HOST/{name}"), format!("HOST/{host}")];
    let one = |text: &str| vec![text.to_owned()];
    vec![
        ("objectClass", vec!["top".into(), "computer".into()]),
        ("cn", one(&name)),
        ("sAMAccountName", vec![account(n)]),
        ("dNSHostName", vec![host]),
        ("servicePrincipalName", services),
        ("userAccountControl", one("4096")),
        ("operatingSystem", one("Windows 11 Enterprise")),
        ("operatingSystemVersion", one("10.0 (22631)")),
        ("location", vec![format!("Site-{:03}/Floor-{:02}", n % 211, n % 17)]),
        ("description", vec![format!("Serial {serial:016X}, joined by Autopilot")]),
    ]
}

/// All of them in LDIF, behind the unit they are in.
pub fn ldif(fleet: u32) -> String {
    let mut out = format!("dn: {PLACE}\nobjectClass: organizationalUnit\nou: Fleet\n\n");
    for n in 0..fleet {
        let _ = writeln!(out, "dn: {}", dn(n));
        for (name, values) in attributes(n) {
            for value in values {
                let _ = writeln!(out, "{name}: {value}");
            }
        }
        out.push('\n');
    }
    out
}
