//! Security descriptors: who owns an object and who may do what with it.
//!
//! [`check`] is the one access check. Descriptors are interned by the forest, since a million computers under one OU share one.

pub mod binary;
pub mod check;
pub mod inherit;
pub mod sddl;

use crate::sid::Sid;
use sim_core::Guid;

/// Bits of an access mask (MS-ADTS 5.1.3.2).
pub mod right {
    /// Create a child.
    pub const CREATE_CHILD: u32 = 0x1;
    /// Delete a child.
    pub const DELETE_CHILD: u32 = 0x2;
    /// List children.
    pub const LIST: u32 = 0x4;
    /// Validated write.
    pub const SELF: u32 = 0x8;
    /// Read a property.
    pub const READ: u32 = 0x10;
    /// Write a property.
    pub const WRITE: u32 = 0x20;
    /// Delete a tree.
    pub const DELETE_TREE: u32 = 0x40;
    /// See the object in listings.
    pub const LIST_OBJECT: u32 = 0x80;
    /// Control access: an extended right.
    pub const CONTROL: u32 = 0x100;
    /// Delete the object.
    pub const DELETE: u32 = 0x1_0000;
    /// Read the descriptor.
    pub const READ_CONTROL: u32 = 0x2_0000;
    /// Write the DACL.
    pub const WRITE_DAC: u32 = 0x4_0000;
    /// Write the owner.
    pub const WRITE_OWNER: u32 = 0x8_0000;
    /// Everything a directory object knows.
    pub const ALL: u32 = 0xF_01FF;
    /// Generic rights, which are mapped on the way in.
    pub const GENERIC_ALL: u32 = 0x1000_0000;
    /// Generic execute.
    pub const GENERIC_EXECUTE: u32 = 0x2000_0000;
    /// Generic write.
    pub const GENERIC_WRITE: u32 = 0x4000_0000;
    /// Generic read.
    pub const GENERIC_READ: u32 = 0x8000_0000;

    /// Rights by the names that the permission editor gives them.
    pub fn words(mask: u32) -> String {
        const WORDS: [(u32, &str); 13] = [
            (CREATE_CHILD, "create child objects"),
            (DELETE_CHILD, "delete child objects"),
            (LIST, "list contents"),
            (SELF, "validated write"),
            (READ, "read property"),
            (WRITE, "write property"),
            (DELETE_TREE, "delete subtree"),
            (LIST_OBJECT, "list object"),
            (CONTROL, "extended right"),
            (DELETE, "delete"),
            (READ_CONTROL, "read permissions"),
            (WRITE_DAC, "modify permissions"),
            (WRITE_OWNER, "modify owner"),
        ];
        if mask & ALL == ALL {
            return "full control".to_owned();
        }
        let words: Vec<&str> = WORDS.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, word)| *word).collect();
        if words.is_empty() { format!("{mask:#x}") } else { words.join(", ") }
    }

    /// The directory's meaning of generic rights (MS-ADTS 5.1.3.2).
    pub const fn map_generic(mask: u32) -> u32 {
        let mut out = mask & 0x0FFF_FFFF;
        if mask & GENERIC_ALL != 0 {
            out |= ALL;
        }
        if mask & GENERIC_READ != 0 {
            out |= READ_CONTROL | LIST | READ | LIST_OBJECT;
        }
        if mask & GENERIC_WRITE != 0 {
            out |= READ_CONTROL | SELF | WRITE;
        }
        if mask & GENERIC_EXECUTE != 0 {
            out |= READ_CONTROL | LIST;
        }
        out
    }
}

/// Flags of an entry.
pub mod flag {
    /// Objects below inherit it.
    pub const OBJECT_INHERIT: u8 = 0x1;
    /// Containers below inherit it; every directory object is a container.
    pub const CONTAINER_INHERIT: u8 = 0x2;
    /// Inherited by children only, not further.
    pub const NO_PROPAGATE: u8 = 0x4;
    /// Not for the object itself.
    pub const INHERIT_ONLY: u8 = 0x8;
    /// It was inherited.
    pub const INHERITED: u8 = 0x10;
    /// Audits successes.
    pub const AUDIT_SUCCESS: u8 = 0x40;
    /// Audits failures.
    pub const AUDIT_FAILURE: u8 = 0x80;
}

/// Bits of a descriptor's control word.
pub mod control {
    /// There is a DACL.
    pub const DACL_PRESENT: u16 = 0x4;
    /// There is a SACL.
    pub const SACL_PRESENT: u16 = 0x10;
    /// Inheritance of the DACL was asked for.
    pub const DACL_AUTO_INHERIT_REQ: u16 = 0x100;
    /// Inheritance of the SACL was asked for.
    pub const SACL_AUTO_INHERIT_REQ: u16 = 0x200;
    /// The DACL holds what it inherited.
    pub const DACL_AUTO_INHERITED: u16 = 0x400;
    /// The SACL holds what it inherited.
    pub const SACL_AUTO_INHERITED: u16 = 0x800;
    /// The DACL does not inherit.
    pub const DACL_PROTECTED: u16 = 0x1000;
    /// The SACL does not inherit.
    pub const SACL_PROTECTED: u16 = 0x2000;
    /// One block of octets.
    pub const SELF_RELATIVE: u16 = 0x8000;
}

/// What an entry does. Object entries carry GUIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AceKind {
    /// Grants.
    Allow,
    /// Denies.
    Deny,
    /// Audits; only in a SACL.
    Audit,
}

/// One entry of an access control list. It is an object entry when one of its GUIDs is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ace {
    /// What it does.
    pub kind: AceKind,
    /// See [`flag`].
    pub flags: u8,
    /// See [`right`].
    pub mask: u32,
    /// The property, property set, validated write, extended right or class that it is about.
    pub object: Option<Guid>,
    /// The class that inherits it.
    pub inherited_object: Option<Guid>,
    /// For whom.
    pub sid: Sid,
}

impl Ace {
    /// An entry that grants.
    pub const fn allow(mask: u32, sid: Sid) -> Self {
        Self { kind: AceKind::Allow, flags: 0, mask, object: None, inherited_object: None, sid }
    }

    /// Whether it was inherited.
    pub const fn is_inherited(&self) -> bool {
        self.flags & flag::INHERITED != 0
    }

    /// Whether it counts for the object itself.
    pub const fn is_effective(&self) -> bool {
        self.flags & flag::INHERIT_ONLY == 0
    }
}

/// A security descriptor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SecurityDescriptor {
    /// See [`control`]; presence and self-relative bits are made when it is written.
    pub control: u16,
    /// The owner.
    pub owner: Option<Sid>,
    /// The primary group.
    pub group: Option<Sid>,
    /// Who may do what. Absent means: everybody everything.
    pub dacl: Option<Vec<Ace>>,
    /// What is audited. Kept, not acted upon.
    pub sacl: Option<Vec<Ace>>,
}

impl SecurityDescriptor {
    /// Puts a DACL in canonical order: explicit before inherited, within each denials first. The order within is kept.
    pub fn canonicalize(&mut self) {
        if let Some(dacl) = &mut self.dacl {
            dacl.sort_by_key(|a| (a.is_inherited(), a.kind != AceKind::Deny));
        }
    }

    /// A hash of the whole, for interning.
    pub fn hash64(&self) -> u64 {
        use sim_core::chance::mix;
        let mut h = u64::from(self.control);
        for sid in [self.owner, self.group] {
            h = mix(h, sid.map_or(0, |s| s.hash64()));
        }
        for list in [&self.dacl, &self.sacl] {
            h = mix(h, list.as_ref().map_or(u64::MAX, |l| l.len() as u64));
            for ace in list.iter().flat_map(|l| l.iter()) {
                h = mix(h, (ace.kind as u64) << 40 | u64::from(ace.flags) << 32 | u64::from(ace.mask));
                for guid in [ace.object, ace.inherited_object] {
                    let [a, b] = guid.map_or([0, 1], Guid::halves);
                    h = mix(mix(h, a), b);
                }
                h = mix(h, ace.sid.hash64());
            }
        }
        h
    }
}

/// The two entries that the delegation wizard writes for *create and delete computer objects, full control of them* (seed how-to,
/// ad-facts 3): create and delete below the container, and everything on computers anywhere below it.
pub fn computer_delegation(trustee: Sid) -> [Ace; 2] {
    let computer = Guid::from_u128(0xbf967a86_0de6_11d0_a285_00aa003049e2);
    let base = Ace::allow(0, trustee);
    [
        Ace {
            flags: flag::CONTAINER_INHERIT,
            mask: right::CREATE_CHILD | right::DELETE_CHILD,
            object: Some(computer),
            ..base
        },
        Ace {
            flags: flag::CONTAINER_INHERIT | flag::INHERIT_ONLY,
            mask: right::ALL,
            inherited_object: Some(computer),
            ..base
        },
    ]
}

/// The number of an interned descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SdId(pub(crate) u32);

/// All descriptors of a forest, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Descriptors {
    all: Vec<SecurityDescriptor>,
    index: hashbrown::HashTable<u32>,
}

impl Descriptors {
    pub(crate) fn intern(&mut self, sd: SecurityDescriptor) -> SdId {
        let hash = sd.hash64();
        if let Some(row) = self.index.find(hash, |r| self.all[*r as usize] == sd) {
            return SdId(*row);
        }
        let row = self.all.len() as u32;
        self.all.push(sd);
        let all = &self.all;
        self.index.insert_unique(hash, row, |r| all[*r as usize].hash64());
        SdId(row)
    }

    pub(crate) fn get(&self, id: SdId) -> &SecurityDescriptor {
        &self.all[id.0 as usize]
    }
}
