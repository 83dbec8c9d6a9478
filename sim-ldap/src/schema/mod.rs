//! The schema: one table of attributes and one of classes, from which storage, checks, searches and the schema container's
//! entries are made.
//!
//! Names, GUIDs and syntaxes are those of the published schema (MS-ADA1 to MS-ADA3, MS-ADSC); the selection is what hybrid join,
//! staff, groups, sites and managed service accounts use.

mod attributes;
mod classes;

pub use attributes::{ATTRIBUTES, attr};
pub use classes::{CLASSES, class};
use sim_core::chance::hash_text;
use sim_core::{Guid, Key};

/// The number of an attribute in [`ATTRIBUTES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttrId(pub(crate) u16);

/// The number of a class in [`CLASSES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub(crate) u8);

/// What values of an attribute are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Directory string, compared without case.
    Text,
    /// 32-bit integer.
    Int,
    /// 64-bit integer; file times too.
    Large,
    /// TRUE or FALSE.
    Bool,
    /// Octets.
    Octets,
    /// Sixteen octets that are a GUID.
    Guid,
    /// A class or attribute, by name or OID.
    Oid,
    /// The name of an object; kept as a reference that follows it.
    Dn,
    /// `B:32:…:DN`.
    DnBinary,
    /// A SID.
    Sid,
    /// A security descriptor.
    Descriptor,
    /// Generalized time.
    Time,
}

/// Where values of an attribute are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// In a shape that many objects share, as they are or as a pattern over the object's name.
    Shape,
    /// In a shape when it is a pattern over the name, else with the object.
    Pattern,
    /// With the object.
    Row,
    /// In a field of the object, or made from fields.
    Field,
    /// In the table of links.
    Link,
    /// Nowhere: made when asked for by name.
    Constructed,
    /// Not at all: only a digest is kept, and nobody reads it.
    Secret,
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub struct Attr {
    /// The LDAP display name.
    pub name: &'static str,
    /// The compressed OID, as diagnostic messages print it (MS-DRSR 5.16.4).
    pub attid: u32,
    /// What values are.
    pub syntax: Syntax,
    /// At most one value.
    pub single: bool,
    /// Where values are kept.
    pub store: Store,
    /// The schema GUID, which access control entries name; nil where the table does not know it.
    pub guid: Guid,
    /// The property set, nil for none.
    pub set: Guid,
    /// The longest value, or the greatest number; 0 for no limit.
    pub range_upper: u32,
    /// Only the directory itself writes it.
    pub system_only: bool,
    /// Searches by equality find it without a walk.
    pub indexed: bool,
    /// Tombstones keep it (MS-ADTS 3.1.1.5.5.1.1).
    pub kept: bool,
    /// For a back link, the forward link.
    pub back_of: Option<&'static str>,
    /// The families of classes that may have it; see [`family`].
    pub on: u32,
}

/// Families of classes, for *which class may have which attribute*. Coarser than the published mayContain lists (our choice):
/// an attribute of a family is allowed on all classes of it.
pub mod family {
    /// Every class.
    pub const ANY: u32 = u32::MAX;
    /// People, contacts, computers.
    pub const PERSON: u32 = 1;
    /// Users, computers, managed service accounts.
    pub const USER: u32 = 1 << 1;
    /// Computers and managed service accounts.
    pub const COMPUTER: u32 = 1 << 2;
    /// Groups.
    pub const GROUP: u32 = 1 << 3;
    /// Organizational units.
    pub const OU: u32 = 1 << 4;
    /// Domain heads.
    pub const DOMAIN: u32 = 1 << 5;
    /// Service connection points.
    pub const SCP: u32 = 1 << 6;
    /// Sites, subnets, servers.
    pub const SITE: u32 = 1 << 7;
    /// Entries of the schema container.
    pub const SCHEMA: u32 = 1 << 8;
    /// Cross references of the configuration.
    pub const CROSS_REF: u32 = 1 << 9;
    /// Group policy containers.
    pub const POLICY: u32 = 1 << 10;
    /// Foreign security principals.
    pub const FOREIGN: u32 = 1 << 11;
    /// Trusted domains.
    pub const TRUST: u32 = 1 << 12;
    /// Fine-grained password policies.
    pub const PSO: u32 = 1 << 13;
    /// Extended rights.
    pub const RIGHT: u32 = 1 << 14;
    /// Recovery information of drives.
    pub const RECOVERY: u32 = 1 << 15;
    /// Whatever has a SID.
    pub const PRINCIPAL: u32 = USER | GROUP | FOREIGN;
}

/// One class.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// The LDAP display name.
    pub name: &'static str,
    /// The name of the class's object in the schema container.
    pub cn: &'static str,
    /// The compressed OID.
    pub governs: u32,
    /// The schema GUID.
    pub guid: Guid,
    /// The class above, `top` for those next to it.
    pub above: &'static str,
    /// 1 structural, 2 abstract, 3 auxiliary.
    pub category: u8,
    /// The class whose object is the default objectCategory.
    pub object_category: &'static str,
    /// The attribute that names objects.
    pub rdn: AttrId,
    /// Classes that objects may be under.
    pub superiors: &'static [&'static str],
    /// Attributes that must be given.
    pub must: &'static [AttrId],
    /// See [`family`].
    pub families: u32,
    /// The default descriptor.
    pub sddl: &'static str,
    /// Only the directory itself makes objects of it.
    pub system_only: bool,
}

impl AttrId {
    /// The row of the table.
    pub fn get(self) -> &'static Attr {
        &ATTRIBUTES[usize::from(self.0)]
    }
    /// The LDAP display name.
    pub fn name(self) -> &'static str {
        self.get().name
    }
    /// The attribute of that display name (without case) or OID.
    pub fn find(name: &str) -> Option<Self> {
        if let Some(found) = by_name(&ATTRIBUTE_NAMES, name, |i| ATTRIBUTES[usize::from(i)].name) {
            return Some(Self(found));
        }
        let oid = name.strip_prefix("OID.").or_else(|| name.strip_prefix("oid.")).unwrap_or(name);
        if !oid.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        ATTRIBUTES.iter().position(|a| oid_text(a.attid) == oid).map(|i| Self(i as u16))
    }
    /// All attributes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..ATTRIBUTES.len() as u16).map(Self)
    }
    /// Whether this is a back link.
    pub(crate) fn forward_link(self) -> Option<Self> {
        self.get().back_of.and_then(Self::find)
    }
    /// The GUID that access control entries use for it: the schema's, or, where the table does not know that, one made from
    /// the name.
    pub fn guid(self) -> Guid {
        let a = self.get();
        if a.guid == Guid::NIL { Guid::from_random(hash_text(a.name), hash_text("attribute")) } else { a.guid }
    }
}

impl ClassId {
    /// The row of the table.
    pub fn get(self) -> &'static Class {
        &CLASSES[usize::from(self.0)]
    }
    /// The LDAP display name.
    pub fn name(self) -> &'static str {
        self.get().name
    }
    /// The class of that display name (without case) or OID.
    pub fn find(name: &str) -> Option<Self> {
        if let Some(i) = CLASSES.iter().position(|c| c.name.eq_ignore_ascii_case(name)) {
            return Some(Self(i as u8));
        }
        name.starts_with(|c: char| c.is_ascii_digit())
            .then(|| CLASSES.iter().position(|c| oid_text(c.governs) == name))
            .flatten()
            .map(|i| Self(i as u8))
    }
    /// The class above; `None` for `top`.
    pub fn above(self) -> Option<Self> {
        if self == class::TOP { None } else { Some(Self(ABOVE[usize::from(self.0)])) }
    }
    /// The class and those above it, up to `top`.
    pub fn chain(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |c| c.above())
    }
    /// Whether objects of this class are objects of `other`.
    pub fn is_a(self, other: Self) -> bool {
        ANCESTORS[usize::from(self.0)] >> other.0 & 1 != 0
    }
    /// The class whose object in the schema is the objectCategory of new objects.
    pub fn category(self) -> Self {
        Self(CATEGORIES[usize::from(self.0)])
    }
    /// Whether objects of this class may be under objects of another.
    pub fn may_be_under(self, parent: Self) -> bool {
        ANCESTORS[usize::from(parent.0)] & SUPERIORS[usize::from(self.0)] != 0
    }
    /// All classes.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CLASSES.len() as u8).map(Self)
    }
    /// Whether objects have a SID and a sAMAccountName.
    pub fn is_account(self) -> bool {
        self.get().families & (family::USER | family::GROUP) != 0
    }
    /// The attributes that objects may have.
    pub fn may_have(self, attr: AttrId) -> bool {
        attr.get().on & self.get().families != 0 || attr.get().on == family::ANY
    }
}

/// The dotted OID of a compressed one (MS-DRSR 5.16.4, default prefix table).
pub fn oid_text(attid: u32) -> String {
    let prefix = match attid >> 16 {
        0 => "2.5.4",
        1 => "2.5.6",
        2 => "1.2.840.113556.1.2",
        3 => "1.2.840.113556.1.3",
        8 => "2.5.5",
        9 => "1.2.840.113556.1.4",
        10 => "1.2.840.113556.1.5",
        19 => "0.9.2342.19200300.100",
        20 => "2.16.840.1.113730.3",
        21 => "0.9.2342.19200300.100.1",
        22 => "2.16.840.1.113730.3.1",
        23 => "1.2.840.113556.1.5.7000",
        24 => "2.5.21",
        25 => "2.5.18",
        26 => "2.5.20",
        27 => "1.3.6.1.4.1.1466.101.119",
        28 => "2.16.840.1.113730.3.2",
        _ => "1.2.840.113556.1.6",
    };
    format!("{prefix}.{}", attid & 0xffff)
}

/// The OID of an LDAP syntax, and the directory's own pair for it (MS-ADTS 3.1.1.2.2.2).
pub fn syntax_oids(syntax: Syntax) -> (&'static str, &'static str, i64) {
    match syntax {
        Syntax::Text => ("1.3.6.1.4.1.1466.115.121.1.15", "2.5.5.12", 64),
        Syntax::Int => ("1.3.6.1.4.1.1466.115.121.1.27", "2.5.5.9", 2),
        Syntax::Large => ("1.2.840.113556.1.4.906", "2.5.5.16", 65),
        Syntax::Bool => ("1.3.6.1.4.1.1466.115.121.1.7", "2.5.5.8", 1),
        Syntax::Octets | Syntax::Guid => ("1.3.6.1.4.1.1466.115.121.1.40", "2.5.5.10", 4),
        Syntax::Oid => ("1.3.6.1.4.1.1466.115.121.1.38", "2.5.5.2", 6),
        Syntax::Dn => ("1.3.6.1.4.1.1466.115.121.1.12", "2.5.5.1", 127),
        Syntax::DnBinary => ("1.2.840.113556.1.4.903", "2.5.5.7", 127),
        Syntax::Sid => ("1.3.6.1.4.1.1466.115.121.1.40", "2.5.5.17", 4),
        Syntax::Descriptor => ("1.2.840.113556.1.4.907", "2.5.5.15", 66),
        Syntax::Time => ("1.3.6.1.4.1.1466.115.121.1.24", "2.5.5.11", 24),
    }
}

/// The class above each class.
const ABOVE: [u8; CLASSES.len()] = {
    let mut above = [0; CLASSES.len()];
    let mut i = 0;
    while i < CLASSES.len() {
        above[i] = class_row(CLASSES[i].above);
        i += 1;
    }
    above
};

/// The class that stands for each in objectCategory.
const CATEGORIES: [u8; CLASSES.len()] = {
    let mut all = [0; CLASSES.len()];
    let mut i = 0;
    while i < CLASSES.len() {
        all[i] = class_row(CLASSES[i].object_category);
        i += 1;
    }
    all
};

/// Each class with those above it, as bits.
const ANCESTORS: [u64; CLASSES.len()] = {
    let mut all = [0; CLASSES.len()];
    let mut i = 0;
    while i < CLASSES.len() {
        let mut at = i;
        while all[i] & 1 << at == 0 {
            all[i] |= 1 << at;
            at = ABOVE[at] as usize;
        }
        i += 1;
    }
    all
};

/// The classes under which objects of a class may be, as bits.
const SUPERIORS: [u64; CLASSES.len()] = {
    let mut all = [0; CLASSES.len()];
    let mut i = 0;
    while i < CLASSES.len() {
        let mut k = 0;
        while k < CLASSES[i].superiors.len() {
            all[i] |= 1 << class_row(CLASSES[i].superiors[k]);
            k += 1;
        }
        i += 1;
    }
    all
};

/// The row of a class by its exact name; a name that is not there does not compile.
const fn class_row(name: &str) -> u8 {
    let name = name.as_bytes();
    let mut i = 0;
    while i < CLASSES.len() {
        let other = CLASSES[i].name.as_bytes();
        let mut k = 0;
        while k < name.len() && k < other.len() && name[k] == other[k] {
            k += 1;
        }
        if k == name.len() && k == other.len() {
            return i as u8;
        }
        i += 1;
    }
    panic!("the table names a class that it does not have")
}

/// What objects of each class are keyed by.
pub(crate) const CLASS_KEYS: [u64; CLASSES.len()] = {
    let mut all = [0; CLASSES.len()];
    let mut i = 0;
    while i < CLASSES.len() {
        all[i] = Key::of("entry", CLASSES[i].name).0;
        i += 1;
    }
    all
};

const SLOTS: usize = 1024;

/// A table from names to rows, made when the program is compiled.
const ATTRIBUTE_NAMES: [u16; SLOTS] = {
    let mut slots = [u16::MAX; SLOTS];
    let mut i = 0;
    while i < ATTRIBUTES.len() {
        let mut slot = ascii_hash(ATTRIBUTES[i].name) % SLOTS;
        while slots[slot] != u16::MAX {
            slot = (slot + 1) % SLOTS;
        }
        slots[slot] = i as u16;
        i += 1;
    }
    slots
};

const fn ascii_hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let (mut h, mut i) = (0x811c_9dc5u32, 0);
    while i < bytes.len() {
        h = (h ^ bytes[i].to_ascii_lowercase() as u32).wrapping_mul(0x0100_0193);
        i += 1;
    }
    (h ^ h >> 15) as usize
}

fn by_name(slots: &[u16; SLOTS], name: &str, of: impl Fn(u16) -> &'static str) -> Option<u16> {
    let mut slot = ascii_hash(name) % SLOTS;
    while slots[slot] != u16::MAX {
        if of(slots[slot]).eq_ignore_ascii_case(name) {
            return Some(slots[slot]);
        }
        slot = (slot + 1) % SLOTS;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_unique_and_found() {
        for id in AttrId::all() {
            let a = id.get();
            assert_eq!(AttrId::find(&a.name.to_uppercase()), Some(id), "{}", a.name);
            assert_eq!(AttrId::find(&oid_text(a.attid)), Some(id), "{}", a.name);
            assert!(a.back_of.is_none() || id.forward_link().is_some(), "{}", a.name);
        }
        for id in ClassId::all() {
            let c = id.get();
            assert_eq!(ClassId::find(&c.name.to_lowercase()), Some(id));
            assert_eq!(ClassId::find(&oid_text(c.governs)), Some(id), "{}", c.name);
            assert!(id.chain().last() == Some(class::TOP), "{}", c.name);
            assert!(ClassId::find(c.object_category).is_some(), "{}", c.name);
            assert!(c.superiors.iter().all(|s| ClassId::find(s).is_some()), "{}", c.name);
        }
        assert_eq!(AttrId::find("noSuchAttribute"), None);
        assert_eq!(oid_text(attr::UNICODE_PWD.get().attid), "1.2.840.113556.1.4.90");
    }

    #[test]
    fn computers_are_users_and_users_are_people() {
        assert!(
            class::COMPUTER.is_a(class::USER) && class::USER.is_a(class::PERSON) && !class::GROUP.is_a(class::USER)
        );
        let names: Vec<_> = class::MANAGED_SERVICE_ACCOUNT.chain().map(ClassId::name).collect();
        assert_eq!(names, ["msDS-ManagedServiceAccount", "computer", "user", "organizationalPerson", "person", "top"]);
    }

    #[test]
    fn default_descriptors_are_readable() {
        let domain = crate::sid::Sid::of_domain(1, 2, 3);
        let domain = crate::sd::sddl::SddlDomain { domain, root: domain };
        for class in CLASSES {
            crate::sd::sddl::parse(class.sddl, Some(&domain)).expect(class.name);
        }
    }
}
