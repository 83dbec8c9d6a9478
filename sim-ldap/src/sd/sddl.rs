//! Descriptors as text (MS-DTYP 2.5.1).

use super::{Ace, AceKind, SecurityDescriptor, control, flag, right};
use crate::sid::Sid;
use sim_core::Guid;

/// The SIDs that the two-letter names of domain groups stand for.
#[derive(Debug, Clone, Copy)]
pub struct SddlDomain {
    /// The object's domain.
    pub domain: Sid,
    /// The forest root.
    pub root: Sid,
}

/// Why a text is not a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at character {at}: {why}")]
pub struct SddlError {
    /// Where, in octets from 0.
    pub at: usize,
    /// What is wrong.
    pub why: &'static str,
}

const RIGHTS: &[(&str, u32)] = &[
    ("CC", right::CREATE_CHILD),
    ("DC", right::DELETE_CHILD),
    ("LC", right::LIST),
    ("SW", right::SELF),
    ("RP", right::READ),
    ("WP", right::WRITE),
    ("DT", right::DELETE_TREE),
    ("LO", right::LIST_OBJECT),
    ("CR", right::CONTROL),
    ("SD", right::DELETE),
    ("RC", right::READ_CONTROL),
    ("WD", right::WRITE_DAC),
    ("WO", right::WRITE_OWNER),
    ("GA", right::GENERIC_ALL),
    ("GX", right::GENERIC_EXECUTE),
    ("GW", right::GENERIC_WRITE),
    ("GR", right::GENERIC_READ),
];

const FLAGS: &[(&str, u8)] = &[
    ("OI", flag::OBJECT_INHERIT),
    ("CI", flag::CONTAINER_INHERIT),
    ("NP", flag::NO_PROPAGATE),
    ("IO", flag::INHERIT_ONLY),
    ("ID", flag::INHERITED),
    ("SA", flag::AUDIT_SUCCESS),
    ("FA", flag::AUDIT_FAILURE),
];

/// Names of SIDs that do not depend on a domain.
const FIXED: &[(&str, Sid)] = &[
    ("WD", Sid::EVERYONE),
    ("CO", Sid::CREATOR_OWNER),
    ("CG", Sid::CREATOR_GROUP),
    ("OW", Sid::OWNER_RIGHTS),
    ("NU", Sid::new(5, &[2])),
    ("IU", Sid::new(5, &[4])),
    ("SU", Sid::new(5, &[6])),
    ("AN", Sid::ANONYMOUS),
    ("ED", Sid::ENTERPRISE_CONTROLLERS),
    ("PS", Sid::SELF),
    ("AU", Sid::AUTHENTICATED),
    ("RC", Sid::new(5, &[12])),
    ("SY", Sid::SYSTEM),
    ("LS", Sid::new(5, &[19])),
    ("NS", Sid::new(5, &[20])),
    ("BA", Sid::ADMINISTRATORS),
    ("BU", Sid::new(5, &[32, 545])),
    ("BG", Sid::new(5, &[32, 546])),
    ("PU", Sid::new(5, &[32, 547])),
    ("AO", Sid::new(5, &[32, 548])),
    ("SO", Sid::new(5, &[32, 549])),
    ("PO", Sid::new(5, &[32, 550])),
    ("BO", Sid::new(5, &[32, 551])),
    ("RE", Sid::new(5, &[32, 552])),
    ("RU", Sid::new(5, &[32, 554])),
    ("RD", Sid::new(5, &[32, 555])),
];

/// Names of groups by RID; the flag says that the group is the forest root's.
const BY_RID: &[(&str, u32, bool)] = &[
    ("LA", 500, false),
    ("LG", 501, false),
    ("RO", 498, true),
    ("DA", 512, false),
    ("DU", 513, false),
    ("DG", 514, false),
    ("DC", 515, false),
    ("DD", 516, false),
    ("CA", 517, false),
    ("SA", 518, true),
    ("EA", 519, true),
    ("PA", 520, false),
    ("RS", 553, false),
];

/// Reads a descriptor. Without a domain, names of domain groups (`DA`) are errors.
pub fn parse(text: &str, domain: Option<&SddlDomain>) -> Result<SecurityDescriptor, SddlError> {
    parse_with(text, domain, &|_| None)
}

/// As [`parse`]; whoever an entry is for may be named otherwise, too.
pub fn parse_with(
    text: &str,
    domain: Option<&SddlDomain>,
    others: &dyn Fn(&str) -> Option<Sid>,
) -> Result<SecurityDescriptor, SddlError> {
    let mut p = Parser { text, at: 0, domain, others };
    let mut sd = SecurityDescriptor::default();
    while p.at < text.len() {
        let kind = p.rest().as_bytes()[0];
        p.at += p.rest().chars().next().map_or(1, char::len_utf8);
        p.expect(":", "a part is `O:`, `G:`, `D:` or `S:`")?;
        match kind {
            b'O' => sd.owner = Some(p.sid()?),
            b'G' => sd.group = Some(p.sid()?),
            b'D' => {
                let (word, list) = p.acl()?;
                sd.control |= word;
                sd.dacl = list;
            }
            b'S' => {
                let (word, list) = p.acl()?;
                sd.control |= word << 1;
                sd.sacl = list;
            }
            _ => return Err(p.error("a part is `O:`, `G:`, `D:` or `S:`")),
        }
    }
    Ok(sd)
}

/// Prints a descriptor; with a domain, its groups by their two-letter names.
pub fn print(sd: &SecurityDescriptor, domain: Option<&SddlDomain>) -> String {
    let mut out = String::new();
    if let Some(owner) = &sd.owner {
        out += &format!("O:{}", sid_name(owner, domain));
    }
    if let Some(group) = &sd.group {
        out += &format!("G:{}", sid_name(group, domain));
    }
    for (letter, list, word) in [("D:", &sd.dacl, sd.control), ("S:", &sd.sacl, sd.control >> 1)] {
        let Some(list) = list else { continue };
        out += letter;
        for (name, bit) in ACL_FLAGS {
            if word & bit != 0 {
                out += name;
            }
        }
        list.iter().for_each(|ace| print_ace(ace, domain, &mut out));
    }
    out
}

const ACL_FLAGS: &[(&str, u16)] =
    &[("P", control::DACL_PROTECTED), ("AR", control::DACL_AUTO_INHERIT_REQ), ("AI", control::DACL_AUTO_INHERITED)];

fn print_ace(ace: &Ace, domain: Option<&SddlDomain>, out: &mut String) {
    let object = if ace.object.is_some() || ace.inherited_object.is_some() { "O" } else { "" };
    let kind = match (ace.kind, object) {
        (AceKind::Allow, _) => "A",
        (AceKind::Deny, _) => "D",
        (AceKind::Audit, "") => "AU",
        (AceKind::Audit, _) => "U",
    };
    *out += &format!("({object}{kind};");
    FLAGS.iter().filter(|(_, bit)| ace.flags & bit != 0).for_each(|(name, _)| *out += name);
    out.push(';');
    let known = RIGHTS.iter().fold(0, |m, (_, bit)| m | bit);
    if ace.mask & !known != 0 || ace.mask == 0 {
        *out += &format!("0x{:x}", ace.mask);
    } else {
        RIGHTS.iter().filter(|(_, bit)| ace.mask & bit != 0).for_each(|(name, _)| *out += name);
    }
    let guid = |g: Option<Guid>| g.map(|g| g.to_string()).unwrap_or_default();
    *out += &format!(";{};{};{})", guid(ace.object), guid(ace.inherited_object), sid_name(&ace.sid, domain));
}

fn sid_name(sid: &Sid, domain: Option<&SddlDomain>) -> String {
    if let Some((name, _)) = FIXED.iter().find(|(_, s)| s == sid) {
        return (*name).into();
    }
    if let (Some(d), Some((parent, rid))) = (domain, sid.split()) {
        let of = |root: bool| if root { d.root } else { d.domain };
        if let Some((name, ..)) = BY_RID.iter().find(|(_, r, root)| *r == rid && of(*root) == parent) {
            return (*name).into();
        }
    }
    sid.to_string()
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    domain: Option<&'a SddlDomain>,
    others: &'a dyn Fn(&str) -> Option<Sid>,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn error(&self, why: &'static str) -> SddlError {
        SddlError { at: self.at, why }
    }

    fn expect(&mut self, token: &str, why: &'static str) -> Result<(), SddlError> {
        if !self.rest().starts_with(token) {
            return Err(self.error(why));
        }
        self.at += token.len();
        Ok(())
    }

    /// The text up to one of these characters, which is passed over too.
    fn field(&mut self, until: char, why: &'static str) -> Result<&'a str, SddlError> {
        let rest = self.rest();
        let end = rest.find(until).ok_or_else(|| self.error(why))?;
        self.at += end + until.len_utf8();
        Ok(&rest[..end])
    }

    fn sid(&mut self) -> Result<Sid, SddlError> {
        let rest = self.rest();
        let len = if rest.starts_with("S-") {
            let is = |c: char| c.is_ascii_hexdigit() || matches!(c, '-' | 'x' | 'X' | 'S');
            let all = rest.find(|c: char| !is(c)).unwrap_or(rest.len());
            // `O:S-1-5-18D:` and `…G:`: a letter before a colon begins the next part.
            if rest[all..].starts_with(':') { all.saturating_sub(1) } else { all }
        } else {
            2
        };
        let name = rest.get(..len).ok_or_else(|| self.error("a SID is missing"))?;
        let sid = self.named(name)?;
        self.at += len;
        Ok(sid)
    }

    fn named(&self, name: &str) -> Result<Sid, SddlError> {
        if name.starts_with("S-") {
            return name.parse().map_err(|_| self.error("the SID is malformed"));
        }
        if let Some((_, sid)) = FIXED.iter().find(|(n, _)| *n == name) {
            return Ok(*sid);
        }
        match (BY_RID.iter().find(|(n, ..)| *n == name), self.domain) {
            (Some((_, rid, root)), Some(d)) => Ok(if *root { d.root } else { d.domain }.child(*rid)),
            (Some(_), None) => Err(self.error("the name of a domain group needs a domain")),
            (None, _) if name.len() == 2 => Err(self.error("no SID has that two-letter name")),
            (None, _) => (self.others)(name).ok_or_else(|| self.error("nobody goes by that name")),
        }
    }

    /// Flags and entries. `D:NO_ACCESS_CONTROL` is the absent list.
    fn acl(&mut self) -> Result<(u16, Option<Vec<Ace>>), SddlError> {
        if self.rest().starts_with("NO_ACCESS_CONTROL") {
            self.at += "NO_ACCESS_CONTROL".len();
            return Ok((0, None));
        }
        let mut word = 0;
        'flags: loop {
            for (name, bit) in ACL_FLAGS {
                if self.rest().starts_with(name) {
                    word |= bit;
                    self.at += name.len();
                    continue 'flags;
                }
            }
            break;
        }
        let mut list = Vec::new();
        while self.rest().starts_with('(') {
            self.at += 1;
            list.push(self.ace()?);
        }
        Ok((word, Some(list)))
    }

    fn ace(&mut self) -> Result<Ace, SddlError> {
        let kind = match self.field(';', "an entry begins with its type and `;`")? {
            "A" | "OA" => AceKind::Allow,
            "D" | "OD" => AceKind::Deny,
            "AU" | "OU" => AceKind::Audit,
            _ => return Err(self.error("the type of an entry is A, D, AU, OA, OD or OU")),
        };
        let words = self.field(';', "the flags of an entry end with `;`")?;
        let mut flags = 0;
        for word in pairs(words) {
            let known = FLAGS.iter().find(|(n, _)| Some(*n) == word);
            flags |= known.ok_or_else(|| self.error("unknown flag of an entry"))?.1;
        }
        let words = self.field(';', "the rights of an entry end with `;`")?;
        let mut mask = 0;
        if let Some(hex) = words.strip_prefix("0x").or_else(|| words.strip_prefix("0X")) {
            mask = u32::from_str_radix(hex, 16).map_err(|_| self.error("the rights are not a hexadecimal number"))?;
        } else {
            for word in pairs(words) {
                let known = RIGHTS.iter().find(|(n, _)| Some(*n) == word);
                mask |= known.ok_or_else(|| self.error("unknown right of an entry"))?.1;
            }
        }
        let mut guids = [None, None];
        for guid in &mut guids {
            let text = self.field(';', "the GUIDs of an entry end with `;`")?;
            if !text.is_empty() {
                *guid = Some(text.parse().map_err(|_| self.error("malformed GUID"))?);
            }
        }
        let name = self.field(')', "an entry ends with `)`")?;
        let sid = self.named(name)?;
        let mask = right::map_generic(mask);
        Ok(Ace { kind, flags, mask, object: guids[0], inherited_object: guids[1], sid })
    }
}

/// The two-letter words of a text; the last may be cut short.
fn pairs(text: &str) -> impl Iterator<Item = Option<&str>> {
    (0..text.len()).step_by(2).map(|i| text.get(i..i + 2))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn descriptors_are_read_and_printed() {
        let domain = SddlDomain { domain: Sid::of_domain(1, 2, 3), root: Sid::of_domain(1, 2, 3) };
        for text in [
            "O:DAG:DAD:AI(OA;CI;CCDC;bf967a86-0de6-11d0-a285-00aa003049e2;;S-1-5-21-1-2-3-1104)",
            "O:S-1-5-21-1-2-3-1104G:DUD:P(D;;WP;;;AU)(A;CIIOID;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;SY)",
            "D:S:(AU;SAFA;WP;;;WD)",
            "D:(A;;0x200;;;EA)",
            "",
        ] {
            let sd = parse(text, Some(&domain)).expect(text);
            assert_eq!(print(&sd, Some(&domain)), text);
        }
        assert_eq!(
            parse("D:(A;;GA;;;WD)", None).map(|sd| print(&sd, None)).as_deref(),
            Ok("D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;WD)")
        );
        for bad in [
            "O:XX",
            "D:(A;;RP;;;DA)",
            "D:(A;;RP;;;WD",
            "Q:",
            "D:(Z;;RP;;;WD)",
            "O:",
            "é",
            "O:é",
            "D:(A;C;RP;;;WD)",
            "x",
        ] {
            assert!(parse(bad, None).is_err(), "{bad}");
        }
    }

    /// Any descriptor that octets and text can hold.
    pub(crate) fn any_descriptor() -> impl Strategy<Value = SecurityDescriptor> {
        let sid = prop_oneof![
            Just(Sid::EVERYONE),
            Just(Sid::AUTHENTICATED),
            Just(Sid::SELF),
            Just(Sid::CREATOR_OWNER),
            Just(Sid::OWNER_RIGHTS),
            (1000u32..1200).prop_map(|rid| Sid::of_domain(1, 2, 3).child(rid)),
        ];
        let guid = prop_oneof![
            Just(None),
            Just(Some(Guid::from_u128(0xbf967a86_0de6_11d0_a285_00aa003049e2))),
            any::<u128>().prop_map(|n| Some(Guid::from_u128(n))),
        ];
        let kind = prop_oneof![Just(AceKind::Allow), Just(AceKind::Deny)];
        let ace = (kind, 0u8..0x20, 1u32..0xF_0000, guid.clone(), guid, sid.clone()).prop_map(
            |(kind, flags, mask, object, inherited_object, sid)| Ace {
                kind,
                flags,
                mask,
                object,
                inherited_object,
                sid,
            },
        );
        let word = prop_oneof![Just(0), Just(control::DACL_PROTECTED), Just(control::DACL_AUTO_INHERITED)];
        let dacl = prop::option::of(prop::collection::vec(ace, 0..6));
        (word, prop::option::of(sid.clone()), prop::option::of(sid), dacl).prop_map(|(word, owner, group, dacl)| {
            SecurityDescriptor { control: if dacl.is_some() { word } else { 0 }, owner, group, dacl, sacl: None }
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(sd in any_descriptor()) {
            prop_assert_eq!(parse(&print(&sd, None), None), Ok(sd));
        }
        #[test]
        fn no_text_panics(text in "\\PC{0,30}") { let _ = parse(&text, None); }
        #[test]
        fn no_descriptor_like_text_panics(text in "[OGDS:();ACIRPWDé0x-]{0,30}") { let _ = parse(&text, None); }
    }
}
