//! The controls of a request (MS-ADTS 3.1.1.3.4.1).

use super::wire::Answer;
use super::wire::ber::Reader;
use crate::ldif::Control;

pub(super) const PAGED: &str = "1.2.840.113556.1.4.319";
pub(super) const SORT: &str = "1.2.840.113556.1.4.473";
pub(super) const SORTED: &str = "1.2.840.113556.1.4.474";
pub(super) const DIRSYNC: &str = "1.2.840.113556.1.4.841";
pub(super) const VLV: &str = "2.16.840.1.113730.3.4.9";
pub(super) const VLV_ANSWER: &str = "2.16.840.1.113730.3.4.10";
pub(super) const ASQ: &str = "1.2.840.113556.1.4.1504";

/// What the root DSE lists. Those without a field in [`Controls`] change nothing here: they are about what is not simulated, or
/// ask for what happens anyway.
pub(super) const SUPPORTED: &[&str] = &[
    PAGED,
    "1.2.840.113556.1.4.801",
    SORT,
    "1.2.840.113556.1.4.528",
    "1.2.840.113556.1.4.417",
    "1.2.840.113556.1.4.619",
    DIRSYNC,
    "1.2.840.113556.1.4.529",
    "1.2.840.113556.1.4.805",
    "1.2.840.113556.1.4.521",
    "1.2.840.113556.1.4.970",
    "1.2.840.113556.1.4.1338",
    SORTED,
    "1.2.840.113556.1.4.1339",
    "1.2.840.113556.1.4.1340",
    "1.2.840.113556.1.4.1413",
    VLV,
    VLV_ANSWER,
    ASQ,
    "1.2.840.113556.1.4.1852",
    "1.2.840.113556.1.4.802",
    "1.2.840.113556.1.4.1907",
    "1.2.840.113556.1.4.1948",
    "1.2.840.113556.1.4.1974",
    "1.2.840.113556.1.4.1341",
    "1.2.840.113556.1.4.2026",
    "1.2.840.113556.1.4.2064",
    "1.2.840.113556.1.4.2065",
    "1.2.840.113556.1.4.2066",
    "1.2.840.113556.1.4.2090",
    "1.2.840.113556.1.4.2205",
    "1.2.840.113556.1.4.2204",
    "1.2.840.113556.1.4.2206",
    "1.2.840.113556.1.4.2211",
    "1.2.840.113556.1.4.2239",
    "1.2.840.113556.1.4.2255",
    "1.2.840.113556.1.4.2256",
];

/// Taken though no list names them: references are plain objects here.
const QUIET: &[&str] = &["2.16.840.1.113730.3.4.2"];

/// Not to be taken though listed: a subscription that nobody would serve.
const REFUSED: &[&str] = &["1.2.840.113556.1.4.528", "1.2.840.113556.1.4.1907"];

/// One page of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paged {
    pub(super) size: u32,
    pub(super) cookie: Vec<u8>,
}

/// The key of a sort. The directory takes one (MS-ADTS 3.1.1.3.4.1.13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) attr: String,
    pub(super) rule: Option<String>,
    pub(super) reverse: bool,
    pub(super) keys: usize,
    pub(super) critical: bool,
}

/// A part of a list, by position or by value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vlv {
    pub(super) before: u32,
    pub(super) after: u32,
    pub(super) target: VlvTarget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum VlvTarget {
    Offset { offset: u32, count: u32 },
    NotLess(Vec<u8>),
}

/// What has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DirSync {
    pub(super) flags: i64,
    pub(super) cookie: Vec<u8>,
}

/// All controls of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Controls {
    pub(super) paged: Option<Paged>,
    pub(super) sort: Option<Sort>,
    pub(super) vlv: Option<Vlv>,
    pub(super) dirsync: Option<DirSync>,
    pub(super) asq: Option<String>,
    pub(super) sd_flags: Option<u32>,
    pub(super) deleted: bool,
    /// Names carry GUID and SID: as text, or in hexadecimal digits.
    pub(super) extended_dn: Option<bool>,
    pub(super) domain_scope: bool,
    pub(super) phantom_root: bool,
    pub(super) permissive: bool,
    pub(super) tree_delete: bool,
}

impl Controls {
    /// Reads the controls of a request. One that is critical and not known, or makes no sense, refuses the request.
    pub(super) fn read(list: &[Control]) -> Result<Self, Answer> {
        let mut all = Self::default();
        for control in list {
            let oid = control.oid.as_str();
            let known = (SUPPORTED.contains(&oid) || QUIET.contains(&oid)) && !REFUSED.contains(&oid);
            if (!known || all.take(control).is_none()) && control.critical {
                return Err(Answer::ldap(12, 0x57, 0x0C09_0F0E, "Error processing control", 0));
            }
        }
        Ok(all)
    }

    fn take(&mut self, control: &Control) -> Option<()> {
        let value = || control.value.as_deref().map(Reader);
        let flags = || value()?.enter(0x30)?.int();
        match control.oid.as_str() {
            PAGED => {
                let mut parts = value()?.enter(0x30)?;
                let size = u32::try_from(parts.int()?).ok()?;
                self.paged = Some(Paged { size, cookie: parts.take(0x04)?.to_vec() });
            }
            SORT => {
                let mut list = value()?.enter(0x30)?;
                let mut first = list.enter(0x30)?;
                let text = |octets: &[u8]| std::str::from_utf8(octets).ok().map(str::to_owned);
                let attr = text(first.take(0x04)?)?;
                let rule = first.take(0x80).and_then(text);
                let reverse = first.take(0x81).is_some_and(|v| v.iter().any(|b| *b != 0));
                let keys = 1 + std::iter::from_fn(|| list.next()).count();
                self.sort = Some(Sort { attr, rule, reverse, keys, critical: control.critical });
            }
            VLV => {
                let mut parts = value()?.enter(0x30)?;
                let mut number = || u32::try_from(parts.int()?).ok();
                let (before, after) = (number()?, number()?);
                let target = match parts.next()? {
                    (0xa0, at) => {
                        let mut at = Reader(at);
                        let mut number = || u32::try_from(at.int()?).ok();
                        VlvTarget::Offset { offset: number()?, count: number()? }
                    }
                    (0x81, least) => VlvTarget::NotLess(least.to_vec()),
                    _ => return None,
                };
                self.vlv = Some(Vlv { before, after, target });
            }
            DIRSYNC => {
                let mut parts = value()?.enter(0x30)?;
                let flags = parts.int()?;
                parts.int()?;
                self.dirsync = Some(DirSync { flags, cookie: parts.take(0x04)?.to_vec() });
            }
            ASQ => {
                let attr = value()?.enter(0x30)?.take(0x04)?;
                self.asq = Some(std::str::from_utf8(attr).ok()?.to_owned());
            }
            // Without a value, all parts are meant.
            "1.2.840.113556.1.4.801" => {
                self.sd_flags = Some(match control.value {
                    Some(_) => u32::try_from(flags()?).ok()?,
                    None => 0xf,
                });
            }
            "1.2.840.113556.1.4.529" => {
                self.extended_dn = Some(match control.value {
                    Some(_) => flags()? == 1,
                    None => false,
                });
            }
            "1.2.840.113556.1.4.417" | "1.2.840.113556.1.4.2064" => self.deleted = true,
            "1.2.840.113556.1.4.805" => self.tree_delete = true,
            "1.2.840.113556.1.4.1339" => self.domain_scope = true,
            "1.2.840.113556.1.4.1340" => {
                let flags = flags()?;
                self.domain_scope |= flags & 1 != 0;
                self.phantom_root |= flags & 2 != 0;
            }
            "1.2.840.113556.1.4.1413" => self.permissive = true,
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(oid: &str, critical: bool, value: Option<&[u8]>) -> Control {
        Control { oid: oid.into(), critical, value: value.map(<[u8]>::to_vec) }
    }

    #[test]
    fn values_are_read() {
        let list = [
            control(PAGED, true, Some(&[0x30, 6, 2, 1, 100, 4, 1, 9])),
            control(SORT, false, Some(&[0x30, 9, 0x30, 7, 4, 2, b's', b'n', 0x81, 1, 255])),
            control("1.2.840.113556.1.4.801", true, Some(&[0x30, 3, 2, 1, 4])),
            control("1.2.840.113556.1.4.1340", true, Some(&[0x30, 3, 2, 1, 3])),
        ];
        let all = Controls::read(&list).expect("controls");
        assert_eq!(all.paged, Some(Paged { size: 100, cookie: vec![9] }));
        assert_eq!(all.sort, Some(Sort { attr: "sn".into(), rule: None, reverse: true, keys: 1, critical: false }));
        assert_eq!((all.sd_flags, all.domain_scope, all.phantom_root), (Some(4), true, true));
    }

    #[test]
    fn what_is_critical_has_to_make_sense() {
        for (list, code) in [
            (control("1.2.3", true, None), Some(12)),
            (control("1.2.3", false, None), None),
            (control(PAGED, true, Some(&[0x30, 1])), Some(12)),
            (control(PAGED, false, None), None),
            (control("1.2.840.113556.1.4.528", true, None), Some(12)),
        ] {
            assert_eq!(Controls::read(std::slice::from_ref(&list)).err().map(|a| a.code), code, "{list:?}");
        }
    }
}
