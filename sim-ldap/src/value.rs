//! Attribute values: how they are kept, read from octets, compared and written to the wire.

use crate::entry::Entry;
use crate::filetime;
use crate::schema::{AttrId, Syntax};
use crate::sid::Sid;
use crate::text;
use sim_core::{Guid, Id, SimTime};

/// One value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string; also the name of a class or attribute, and `B:…:DN`.
    Text(Box<str>),
    /// A number; file times too.
    Int(i64),
    /// TRUE or FALSE.
    Flag(bool),
    /// Octets; security descriptors too.
    Bytes(Box<[u8]>),
    /// A GUID.
    Guid(Guid),
    /// A SID.
    Sid(Box<Sid>),
    /// An instant, to the second.
    Time(SimTime),
    /// An object, printed as its present name.
    Entry(Id<Entry>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}
impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
impl From<Guid> for Value {
    fn from(guid: Guid) -> Self {
        Self::Guid(guid)
    }
}
impl From<Sid> for Value {
    fn from(sid: Sid) -> Self {
        Self::Sid(Box::new(sid))
    }
}
impl From<SimTime> for Value {
    fn from(at: SimTime) -> Self {
        Self::Time(at)
    }
}
impl From<Id<Entry>> for Value {
    fn from(id: Id<Entry>) -> Self {
        Self::Entry(id)
    }
}

impl Value {
    /// Reads the octets of a request. Names of objects stay text, for whoever can resolve them.
    pub fn parse(attr: AttrId, bytes: &[u8]) -> Option<Self> {
        let str = || std::str::from_utf8(bytes).ok();
        match attr.get().syntax {
            Syntax::Text | Syntax::Oid | Syntax::Dn | Syntax::DnBinary => {
                str().filter(|t| !t.is_empty()).map(Self::from)
            }
            Syntax::Int => {
                let n: i64 = str()?.parse().ok()?;
                // Bit fields come as either sign.
                (i64::from(i32::MIN)..=i64::from(u32::MAX)).contains(&n).then_some(Self::Int(i64::from(n as i32)))
            }
            Syntax::Large => str()?.parse().ok().map(Self::Int),
            Syntax::Bool => match bytes {
                b"TRUE" => Some(Self::Flag(true)),
                b"FALSE" => Some(Self::Flag(false)),
                _ => None,
            },
            Syntax::Octets | Syntax::Descriptor => (!bytes.is_empty()).then(|| Self::Bytes(bytes.into())),
            Syntax::Guid => bytes.try_into().ok().map(|b| Self::Guid(Guid::from_bytes_le(b))),
            Syntax::Sid => Sid::from_bytes(bytes).or_else(|| str()?.parse().ok()).map(Self::from),
            Syntax::Time => str().and_then(filetime::parse_generalized).map(Self::Time),
        }
    }

    /// As [`Value::parse`], and the textual forms that filters may use for GUIDs and SIDs.
    pub fn parse_assertion(attr: AttrId, bytes: &[u8]) -> Option<Self> {
        Self::parse(attr, bytes).or_else(|| match attr.get().syntax {
            Syntax::Guid => std::str::from_utf8(bytes).ok()?.parse().ok().map(Self::Guid),
            _ => None,
        })
    }

    /// Whether two values of an attribute are one.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => text::same(a, b),
            (Self::Time(a), Self::Time(b)) => a.unix_millis().div_euclid(1000) == b.unix_millis().div_euclid(1000),
            _ => self == other,
        }
    }

    /// How two values of an attribute are ordered, for `>=` and `<=`; `None` where there is no order.
    pub fn order(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(match (self, other) {
            (Self::Text(a), Self::Text(b)) => text::fold(a).cmp(&text::fold(b)),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.unix_millis().div_euclid(1000).cmp(&b.unix_millis().div_euclid(1000)),
            (Self::Bytes(a), Self::Bytes(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            _ => return None,
        })
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The octets of the wire; names of objects are the caller's, who knows them.
    pub(crate) fn to_wire(&self, dn: impl Fn(Id<Entry>) -> String) -> Vec<u8> {
        match self {
            Self::Text(text) => text.as_bytes().to_vec(),
            Self::Int(n) => n.to_string().into_bytes(),
            Self::Flag(flag) => {
                if *flag {
                    b"TRUE".to_vec()
                } else {
                    b"FALSE".to_vec()
                }
            }
            Self::Bytes(bytes) => bytes.to_vec(),
            Self::Guid(guid) => guid.to_bytes_le().to_vec(),
            Self::Sid(sid) => sid.to_bytes(),
            Self::Time(at) => filetime::generalized(*at).into_bytes(),
            Self::Entry(id) => dn(*id).into_bytes(),
        }
    }

    /// How long it is, for limits on values.
    pub(crate) fn measure(&self) -> u64 {
        match self {
            Self::Text(text) => text.chars().count() as u64,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Int(n) => u64::try_from(*n).unwrap_or(0),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attr;

    #[test]
    fn octets_are_read_by_syntax() {
        for (attr, bytes, want) in [
            (attr::DESCRIPTION, &b"text"[..], Some(Value::from("text"))),
            (attr::DESCRIPTION, b"", None),
            (attr::DESCRIPTION, b"\xff", None),
            (attr::USER_ACCOUNT_CONTROL, b"4096", Some(Value::Int(4096))),
            (attr::GROUP_TYPE, b"-2147483646", Some(Value::Int(-2_147_483_646))),
            (attr::GROUP_TYPE, b"2147483650", Some(Value::Int(-2_147_483_646))),
            (attr::USER_ACCOUNT_CONTROL, b"4x", None),
            (attr::SHOW_IN_ADVANCED, b"TRUE", Some(Value::Flag(true))),
            (attr::SHOW_IN_ADVANCED, b"true", None),
            (attr::OBJECT_SID, b"S-1-5-11", Some(Value::from(Sid::AUTHENTICATED))),
            (attr::OBJECT_GUID, b"short", None),
        ] {
            assert_eq!(Value::parse(attr, bytes), want, "{} {bytes:?}", attr.name());
        }
        assert!(Value::from("A").same(&Value::from("a")));
    }
}
