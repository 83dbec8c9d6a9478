//! Inheritance: what a new object's descriptor is made of, and what becomes of it when the parent's changes (MS-DTYP 2.5.3.4).

use super::{Ace, AceKind, SecurityDescriptor, control, flag, right};
use crate::sid::Sid;
use sim_core::Guid;

/// What a new object is, as far as its descriptor is concerned.
#[derive(Debug, Clone, Copy)]
pub struct Newborn {
    /// The schema GUID of its class; entries for *computer* objects are about this one.
    pub class: Guid,
    /// Its owner.
    pub owner: Sid,
    /// Its primary group.
    pub group: Sid,
    /// Who *creator owner* stands for in the class default; the owner unless the machine account privilege was used.
    pub creator: Sid,
    /// Rights that the creator does not get even where *creator owner* grants them.
    pub withheld: u32,
}

/// The descriptor of a new object: the given one, else the class default, plus what is inherited.
pub fn create(
    parent: Option<&SecurityDescriptor>,
    default: &SecurityDescriptor,
    given: Option<&SecurityDescriptor>,
    born: Newborn,
) -> SecurityDescriptor {
    let base = given.filter(|g| g.dacl.is_some());
    let mut sd = SecurityDescriptor {
        control: given.map_or(0, |g| g.control) | default.control,
        owner: given.and_then(|g| g.owner).or(Some(born.owner)),
        group: given.and_then(|g| g.group).or(Some(born.group)),
        dacl: None,
        sacl: given.and_then(|g| g.sacl.clone()).or_else(|| default.sacl.clone()),
    };
    let explicit = base.or(Some(default)).and_then(|b| b.dacl.as_ref());
    let mut dacl: Vec<Ace> = Vec::new();
    for ace in explicit.into_iter().flatten() {
        if ace.is_inherited() {
            continue;
        }
        place(*ace, born, &mut dacl);
    }
    if sd.control & control::DACL_PROTECTED == 0 {
        inherited(parent, born, &mut dacl);
        sd.control |= control::DACL_AUTO_INHERITED;
    }
    sd.dacl = Some(dacl);
    sd.canonicalize();
    sd
}

/// The descriptor after the parent's has changed: explicit entries stay, inherited ones are made again.
pub fn reinherit(
    sd: &SecurityDescriptor,
    parent: Option<&SecurityDescriptor>,
    class: Guid,
) -> Option<SecurityDescriptor> {
    if sd.control & control::DACL_PROTECTED != 0 {
        return None;
    }
    let dacl = sd.dacl.as_ref()?;
    let owner = sd.owner.unwrap_or(Sid::SYSTEM);
    let born = Newborn { class, owner, group: sd.group.unwrap_or(owner), creator: owner, withheld: 0 };
    let mut out = SecurityDescriptor { dacl: None, ..sd.clone() };
    let mut fresh: Vec<Ace> = dacl.iter().filter(|a| !a.is_inherited()).copied().collect();
    inherited(parent, born, &mut fresh);
    out.dacl = Some(fresh);
    out.control |= control::DACL_AUTO_INHERITED;
    out.canonicalize();
    (out != *sd).then_some(out)
}

/// An explicit entry on the object itself: *creator owner* becomes the creator, unless the entry is for children only.
fn place(ace: Ace, born: Newborn, out: &mut Vec<Ace>) {
    let creator = matches!(ace.sid, Sid::CREATOR_OWNER | Sid::CREATOR_GROUP);
    if !creator {
        out.push(Ace { mask: right::map_generic(ace.mask), ..ace });
        return;
    }
    let inheritable = ace.flags & (flag::CONTAINER_INHERIT | flag::OBJECT_INHERIT) != 0;
    let meant = ace.inherited_object.is_none_or(|c| c == born.class);
    if ace.is_effective() && meant {
        let sid = if ace.sid == Sid::CREATOR_OWNER { born.creator } else { born.group };
        let mask = right::map_generic(ace.mask) & !born.withheld;
        if mask != 0 {
            let flags = ace.flags & !(flag::CONTAINER_INHERIT | flag::OBJECT_INHERIT);
            out.push(Ace { sid, mask, flags, inherited_object: None, ..ace });
        }
    }
    if inheritable {
        out.push(Ace { flags: ace.flags | flag::INHERIT_ONLY, ..ace });
    }
}

/// What a child inherits. Every directory object is a container, so that object-inherit alone passes through unused.
fn inherited(parent: Option<&SecurityDescriptor>, born: Newborn, out: &mut Vec<Ace>) {
    for ace in parent.and_then(|p| p.dacl.as_ref()).into_iter().flatten() {
        if ace.kind == AceKind::Audit || ace.flags & flag::CONTAINER_INHERIT == 0 {
            continue;
        }
        let further = ace.flags & flag::NO_PROPAGATE == 0;
        let meant = ace.inherited_object.is_none_or(|c| c == born.class);
        let creator = match ace.sid {
            Sid::CREATOR_OWNER => Some(born.owner),
            Sid::CREATOR_GROUP => Some(born.group),
            _ => None,
        };
        let kept = ace.flags & (flag::CONTAINER_INHERIT | flag::OBJECT_INHERIT) | flag::INHERITED;
        let push = |ace: Ace, out: &mut Vec<Ace>| {
            if !out.contains(&ace) {
                out.push(ace);
            }
        };
        let mask = right::map_generic(ace.mask);
        if let (true, Some(sid)) = (meant, creator) {
            push(Ace { sid, mask, flags: flag::INHERITED, inherited_object: None, ..*ace }, out);
        }
        match (meant && creator.is_none(), further) {
            (true, true) => push(Ace { mask, flags: kept, ..*ace }, out),
            (true, false) => push(Ace { mask, flags: flag::INHERITED, inherited_object: None, ..*ace }, out),
            (false, true) => push(Ace { mask, flags: kept | flag::INHERIT_ONLY, ..*ace }, out),
            (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sddl;
    use super::*;

    const COMPUTER: Guid = Guid::from_u128(0xbf967a86_0de6_11d0_a285_00aa003049e2);
    const OU: Guid = Guid::from_u128(0xbf967aa5_0de6_11d0_a285_00aa003049e2);

    fn born(class: Guid) -> Newborn {
        let owner: Sid = "S-1-5-21-1-2-3-1104".parse().expect("a SID");
        Newborn { class, owner, group: Sid::new(5, &[21, 1, 2, 3, 515]), creator: owner, withheld: 0 }
    }

    fn child_of(parent: &str, default: &str, class: Guid) -> String {
        let parse = |t: &str| sddl::parse(t, None).expect("SDDL");
        let sd = create(Some(&parse(parent)), &parse(default), None, born(class));
        sddl::print(&sd, None)
    }

    #[test]
    fn children_inherit_what_is_meant_for_them() {
        for (parent, default, class, want) in [
            ("D:(A;CI;RP;;;WD)", "D:", COMPUTER, "D:AI(A;CIID;RP;;;WD)"),
            ("D:(A;CIIO;RP;;;WD)", "D:", COMPUTER, "D:AI(A;CIID;RP;;;WD)"),
            ("D:(A;CINP;RP;;;WD)", "D:", COMPUTER, "D:AI(A;ID;RP;;;WD)"),
            ("D:(A;;RP;;;WD)", "D:(A;;WP;;;AU)", COMPUTER, "D:AI(A;;WP;;;AU)"),
            ("D:(A;CI;RP;;;WD)", "D:P(A;;WP;;;AU)", COMPUTER, "D:P(A;;WP;;;AU)"),
            ("D:(A;CIIO;RP;;;CO)", "D:", COMPUTER, "D:AI(A;ID;RP;;;S-1-5-21-1-2-3-1104)(A;CIIOID;RP;;;CO)"),
            (
                "D:(OA;CIIO;CCDC;;bf967a86-0de6-11d0-a285-00aa003049e2;WD)",
                "D:",
                OU,
                "D:AI(OA;CIIOID;CCDC;;bf967a86-0de6-11d0-a285-00aa003049e2;WD)",
            ),
            (
                "D:(OA;CIIO;CCDC;;bf967a86-0de6-11d0-a285-00aa003049e2;WD)",
                "D:",
                COMPUTER,
                "D:AI(OA;CIID;CCDC;;bf967a86-0de6-11d0-a285-00aa003049e2;WD)",
            ),
            (
                "D:(D;CI;RP;;;WD)(A;CI;WP;;;WD)",
                "D:(A;;RP;;;AU)",
                OU,
                "D:AI(A;;RP;;;AU)(D;CIID;RP;;;WD)(A;CIID;WP;;;WD)",
            ),
        ] {
            let got = child_of(parent, default, class);
            assert_eq!(
                got.split_once("D:").map(|(_, d)| d),
                want.split_once("D:").map(|(_, d)| d),
                "{parent} {default}"
            );
        }
    }

    #[test]
    fn a_changed_parent_reaches_its_children_once() {
        let parse = |t: &str| sddl::parse(t, None).expect("SDDL");
        let parent = parse("D:(A;CI;RP;;;WD)");
        let child = create(Some(&parent), &parse("D:(A;;WP;;;AU)"), None, born(OU));
        assert_eq!(reinherit(&child, Some(&parent), OU), None);
        let now = reinherit(&child, Some(&parse("D:(A;CI;LC;;;WD)")), OU).expect("changed");
        assert!(sddl::print(&now, None).ends_with("D:AI(A;;WP;;;AU)(A;CIID;LC;;;WD)"));
    }
}
