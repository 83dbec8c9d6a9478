//! Distinguished names: RFC 4514 with the directory's habits.
//!
//! Names are compared without case, spaces around `,` and `=` do not count, `\,` and `\2C` are one. Attribute keywords are
//! printed in capitals, values as they were stored. A value in quotation marks is refused, as the Domain Join profile's editor
//! learns too late (see the seed's rule on OUs).

use crate::sid::Sid;
use crate::text;
use sim_core::Guid;
use std::fmt;
use std::str::FromStr;

/// One part of a name: `OU=Autopilot`.
#[derive(Debug, Clone)]
pub struct Rdn {
    /// The keyword, as given.
    pub kind: String,
    /// The value, unescaped.
    pub value: String,
}

impl PartialEq for Rdn {
    fn eq(&self, other: &Self) -> bool {
        self.kind.eq_ignore_ascii_case(&other.kind) && text::same(&self.value, &other.value)
    }
}
impl Eq for Rdn {}

/// A distinguished name. The first part is the object, the last is next to the root. Equality is the directory's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dn {
    /// The parts.
    pub rdns: Vec<Rdn>,
}

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a distinguished name: {why}")]
pub struct DnError {
    /// The text, shortened.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

/// What a request's base or target may be, beside a name (MS-ADTS 3.1.1.3.1.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A distinguished name.
    Dn(Dn),
    /// `<GUID=…>`.
    Guid(Guid),
    /// `<SID=…>`.
    Sid(Sid),
    /// `<WKGUID=…,container>`.
    WellKnown(Guid, Dn),
}

impl Dn {
    /// The name of the root.
    pub const ROOT: Self = Self { rdns: Vec::new() };

    /// `DC=corp,DC=contoso,DC=com` from `corp.contoso.com`.
    pub fn of_dns(dns: &str) -> Self {
        Self {
            rdns: dns
                .split('.')
                .filter(|l| !l.is_empty())
                .map(|l| Rdn { kind: "DC".into(), value: l.into() })
                .collect(),
        }
    }

    /// `corp.contoso.com` from the DC= parts at the end of the name.
    pub fn dns(&self) -> String {
        let dcs = self.rdns.iter().rev().take_while(|r| r.kind.eq_ignore_ascii_case("DC"));
        let mut labels: Vec<_> = dcs.map(|r| r.value.as_str()).collect();
        labels.reverse();
        labels.join(".")
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.rdns.is_empty()
    }

    /// The name without its first part.
    pub fn parent(&self) -> Option<Self> {
        (!self.rdns.is_empty()).then(|| Self { rdns: self.rdns[1..].to_vec() })
    }

    /// A name below this one.
    pub fn child(&self, kind: &str, value: &str) -> Self {
        let mut rdns = Vec::with_capacity(self.rdns.len() + 1);
        rdns.push(Rdn { kind: kind.into(), value: value.into() });
        rdns.extend_from_slice(&self.rdns);
        Self { rdns }
    }

    /// Whether the name is `base` or below it.
    pub fn is_within(&self, base: &Self) -> bool {
        self.rdns.len() >= base.rdns.len() && self.rdns[self.rdns.len() - base.rdns.len()..] == base.rdns[..]
    }
}

/// Appends `KIND=value` with the escapes that the value needs.
pub(crate) fn write_rdn(out: &mut String, kind: &str, value: &str) {
    out.extend(kind.chars().map(|c| c.to_ascii_uppercase()));
    out.push('=');
    let last = value.len().saturating_sub(1);
    for (i, c) in value.char_indices() {
        match c {
            ',' | '+' | '"' | '\\' | '<' | '>' | ';' | '=' => {
                out.push('\\');
                out.push(c);
            }
            '#' if i == 0 => out.push_str("\\#"),
            ' ' if i == 0 || i == last => out.push_str("\\ "),
            c if c < ' ' || c == '\u{7f}' => {
                out.push_str(&format!("\\{:02X}", c as u32));
            }
            c => out.push(c),
        }
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        for (i, rdn) in self.rdns.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            write_rdn(&mut out, &rdn.kind, &rdn.value);
        }
        f.write_str(&out)
    }
}

impl FromStr for Dn {
    type Err = DnError;
    fn from_str(text: &str) -> Result<Self, DnError> {
        parse(text).map_err(|why| DnError { text: text.chars().take(200).collect(), why })
    }
}

impl FromStr for Target {
    type Err = DnError;
    fn from_str(text: &str) -> Result<Self, DnError> {
        let Some(inner) = text.trim().strip_prefix('<').and_then(|t| t.strip_suffix('>')) else {
            return text.parse().map(Self::Dn);
        };
        let wrong = |why| DnError { text: text.chars().take(200).collect(), why };
        let (kind, value) = inner.split_once('=').ok_or_else(|| wrong("`<` is followed by GUID=, SID= or WKGUID="))?;
        match kind.trim().to_ascii_uppercase().as_str() {
            "GUID" => guid_of(value.trim()).map(Self::Guid).ok_or_else(|| wrong("the GUID is malformed")),
            "SID" => {
                let value = value.trim();
                let sid = value.parse().ok().or_else(|| Sid::from_bytes(&unhex(value)?));
                sid.map(Self::Sid).ok_or_else(|| wrong("the SID is malformed"))
            }
            "WKGUID" => {
                let (guid, dn) =
                    value.split_once(',').ok_or_else(|| wrong("WKGUID= needs a container after a comma"))?;
                // Unlike above, the digits are those of the number.
                let guid =
                    crate::forest::well_known::parse(guid.trim()).ok_or_else(|| wrong("the GUID is malformed"))?;
                Ok(Self::WellKnown(guid, dn.parse()?))
            }
            _ => Err(wrong("`<` is followed by GUID=, SID= or WKGUID=")),
        }
    }
}

/// A GUID as text, or as 32 hexadecimal digits in the order of its octets.
fn guid_of(text: &str) -> Option<Guid> {
    text.parse().ok().or_else(|| Some(Guid::from_bytes_le(unhex(text)?.try_into().ok()?)))
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    bytes.chunks_exact(2).map(|c| Some(hex(c[0])? << 4 | hex(c[1])?)).collect()
}

pub(crate) fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|n| n as u8)
}

fn parse(text: &str) -> Result<Dn, &'static str> {
    let mut rdns = Vec::with_capacity(6);
    let bytes = text.as_bytes();
    let mut i = skip_spaces(bytes, 0);
    if i == bytes.len() {
        return Ok(Dn::ROOT);
    }
    loop {
        let start = i;
        while i < bytes.len() && (bytes[i].is_ascii_alphanumeric() || matches!(bytes[i], b'-' | b'.')) {
            i += 1;
        }
        let kind = &text[start..i];
        let kind = if kind.len() > 4 && kind[..4].eq_ignore_ascii_case("oid.") { &kind[4..] } else { kind };
        if kind.is_empty() {
            return Err("a part has no attribute such as `OU=`");
        }
        i = skip_spaces(bytes, i);
        if bytes.get(i) != Some(&b'=') {
            return Err("a part has no `=`");
        }
        i = skip_spaces(bytes, i + 1);
        let (value, next) = parse_value(bytes, i)?;
        rdns.push(Rdn { kind: kind.to_owned(), value });
        i = next;
        if i == bytes.len() {
            return Ok(Dn { rdns });
        }
        // parse_value stops only at a comma.
        i = skip_spaces(bytes, i + 1);
    }
}

fn skip_spaces(bytes: &[u8], mut i: usize) -> usize {
    while bytes.get(i) == Some(&b' ') {
        i += 1;
    }
    i
}

/// The value that begins at `i`, and the place of the comma or the end after it.
fn parse_value(bytes: &[u8], mut i: usize) -> Result<(String, usize), &'static str> {
    if bytes.get(i) == Some(&b'#') {
        let end = bytes[i..].iter().position(|b| *b == b',').map_or(bytes.len(), |n| i + n);
        let digits = std::str::from_utf8(&bytes[i + 1..end]).map_err(|_| "`#` is followed by hexadecimal digits")?;
        let der = unhex(digits.trim_end()).ok_or("`#` is followed by hexadecimal digits")?;
        // A BER string: tag, short length, octets.
        let octets = match der.split_first_chunk::<2>() {
            Some((&[_, len], rest)) if usize::from(len) == rest.len() && len < 0x80 => rest.to_vec(),
            _ => return Err("the octets after `#` are not a BER string"),
        };
        let value = String::from_utf8(octets).map_err(|_| "the octets after `#` are not text")?;
        return if value.is_empty() { Err("a part has no value") } else { Ok((value, end)) };
    }
    let mut value = Vec::new();
    // Trailing spaces do not count unless they were escaped.
    let mut keep = 0;
    while let Some(&b) = bytes.get(i) {
        match b {
            b',' => break,
            b'\\' => {
                let (octet, next) = match (bytes.get(i + 1), bytes.get(i + 2)) {
                    (Some(a), Some(b)) if hex(*a).is_some() && hex(*b).is_some() => {
                        (hex(*a).unwrap_or(0) << 4 | hex(*b).unwrap_or(0), i + 3)
                    }
                    (Some(a), _) if b" \"#+,;<=>\\/".contains(a) => (*a, i + 2),
                    _ => return Err("`\\` is followed by a special character or two hexadecimal digits"),
                };
                value.push(octet);
                keep = value.len();
                i = next;
                continue;
            }
            b'"' => return Err("quotation marks are not part of a name"),
            b'+' => return Err("a part with several values (`+`) is not supported by the directory"),
            b';' | b'<' | b'>' => return Err("`;`, `<` and `>` need a `\\` in front"),
            b'\0' => return Err("NUL is written `\\00`"),
            b => {
                value.push(b);
                if b != b' ' {
                    keep = value.len();
                }
            }
        }
        i += 1;
    }
    value.truncate(keep);
    if value.is_empty() {
        return Err("a part has no value");
    }
    Ok((String::from_utf8(value).map_err(|_| "the value is not UTF-8")?, i))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_read_and_printed() {
        for (text, want) in [
            ("", ""),
            ("CN=Alice Abara,OU=Staff,DC=corp,DC=contoso,DC=com", "CN=Alice Abara,OU=Staff,DC=corp,DC=contoso,DC=com"),
            (" cn = Alice  Abara , ou= Staff ,dc=corp", "CN=Alice  Abara,OU=Staff,DC=corp"),
            (r"CN=Gus Comma\, Jr.,OU=Staff", r"CN=Gus Comma\, Jr.,OU=Staff"),
            (r"CN=Gus Comma\2C Jr.,OU=Staff", r"CN=Gus Comma\, Jr.,OU=Staff"),
            (r"CN=ZZ\0ADEL:0,DC=x", r"CN=ZZ\0ADEL:0,DC=x"),
            (r"CN=J\c3\b6rg,DC=x", "CN=Jörg,DC=x"),
            (r"CN=\ a\ ,DC=x", r"CN=\ a\ ,DC=x"),
            ("CN=#04024869,DC=x", "CN=Hi,DC=x"),
            ("OID.2.5.4.3=a", "2.5.4.3=a"),
            ("CN=a=b", r"CN=a\=b"),
        ] {
            assert_eq!(text.parse::<Dn>().map(|dn| dn.to_string()).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for text in [
            "this is not a dn",
            "\"OU=X,DC=corp\"",
            "OU=\"X\",DC=corp",
            "OU=,DC=x",
            "OU",
            "CN=a,",
            "CN=a,,DC=x",
            "CN=a+CN=b",
            r"CN=\zz",
            "CN=#zz",
            "=x",
            r"CN=\ff",
        ] {
            assert!(text.parse::<Dn>().is_err(), "{text}");
        }
    }

    #[test]
    fn bases_may_be_guids_sids_and_well_known_places() {
        let guid: Guid = "bf967a86-0de6-11d0-a285-00aa003049e2".parse().expect("a GUID");
        assert_eq!("<GUID=bf967a86-0de6-11d0-a285-00aa003049e2>".parse(), Ok(Target::Guid(guid)));
        assert_eq!("<GUID=867a96bfe60dd011a28500aa003049e2>".parse(), Ok(Target::Guid(guid)));
        assert_eq!("<SID=S-1-5-11>".parse(), Ok(Target::Sid(Sid::AUTHENTICATED)));
        assert!(matches!("<WKGUID=aa312825768811d1aded00c04fd8d5cd,DC=x>".parse(), Ok(Target::WellKnown(..))));
        for text in ["<GUID=1>", "<X=1>", "<>", "<WKGUID=1,DC=x>"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(parts in prop::collection::vec(("[A-Za-z][A-Za-z0-9-]{0,5}", "\\PC{0,8}[a-z,+=#\\\\\"<>; \n]"), 0..5)) {
            let dn = Dn { rdns: parts.into_iter().map(|(kind, value)| Rdn { kind, value }).collect() };
            let again = dn.to_string().parse::<Dn>();
            prop_assert_eq!(again, Ok(dn));
        }
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = text.parse::<Target>();
        }
        #[test]
        fn no_name_like_text_panics(text in "[CNOU=,\\\\# \"+0-9a-fé]{0,30}") {
            if let Ok(dn) = text.parse::<Dn>() { prop_assert_eq!(dn.to_string().parse(), Ok(dn)); }
        }
    }
}
