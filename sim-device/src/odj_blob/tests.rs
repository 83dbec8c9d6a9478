use super::*;
use proptest::prelude::*;

fn package(name: &str, password: &str, rid: u32) -> OdjPackage {
    let sid = Sid::of_domain(1, 22, 333);
    OdjPackage {
        domain: "corp.contoso.com".into(),
        machine_name: name.into(),
        machine_password: password.into(),
        dns: DomainInfo {
            netbios: "CORP".into(),
            dns: "corp.contoso.com".into(),
            forest: "contoso.com".into(),
            guid: Guid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef),
            sid,
        },
        dc: ControllerInfo {
            name: r"\\DC01.corp.contoso.com".into(),
            address: r"\\10.0.0.10".into(),
            flags: 0xE00_33FD,
            site: "Default-First-Site-Name".into(),
        },
        rid,
        sid: sid.child(rid).to_string(),
    }
}

/// Readers with fixed offsets find what they look for: the domain at 0xC0, then name and password.
#[test]
fn the_layout_is_that_of_windows() {
    let octets = package("LAP-1", "secret", 1104).encode();
    let u32_at = |at: usize| u32::from_le_bytes([octets[at], octets[at + 1], octets[at + 2], octets[at + 3]]);
    assert_eq!(octets[..8], [1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc]);
    assert_eq!((u32_at(8) as usize, u32_at(12)), (octets.len() - 16, 0));
    assert_eq!((u32_at(0x14), u32_at(0x18), u32_at(0x20)), (1, 2, 2), "version and count, twice");
    assert_eq!(u32_at(0x24), 1, "the blob of Windows 7 is the first");
    assert_eq!((u32_at(0xC0), u32_at(0xC4), u32_at(0xC8)), (17, 0, 17));
    assert_eq!(octets[0xCC..0xD0], *b"c\0o\0");
    assert!(octets.len().is_multiple_of(8));
}

#[test]
fn djoin_writes_text() {
    let file = package("LAP-1", "secret", 1104).djoin_file();
    assert_eq!(file[..2], [0xff, 0xfe]);
    assert_eq!(file[file.len() - 2..], [0, 0]);
}

proptest! {
    #[test]
    fn what_is_written_is_read(name in "[A-Z0-9-]{1,15}", password in "\\PC{0,120}", rid in 1000u32..) {
        let package = package(&name, &password.replace('\0', ""), rid);
        prop_assert_eq!(OdjPackage::decode(&package.encode()), Ok(package));
    }

    #[test]
    fn no_octets_make_it_panic(cut in 0usize..2000, at in 0usize..2000, bits in 1u8..) {
        let mut octets = package("LAP-1", "secret", 1104).encode();
        let end = cut.min(octets.len());
        let _ = OdjPackage::decode(&octets[..end]);
        let at = at % octets.len();
        octets[at] ^= bits;
        let _ = OdjPackage::decode(&octets);
    }
}
