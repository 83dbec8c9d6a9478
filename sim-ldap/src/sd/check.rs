//! The access check (MS-ADTS 5.1.3.3): one pure function from descriptor, token and question to a verdict.

use super::{Ace, AceKind, SecurityDescriptor, right};
use crate::sid::Sid;
use sim_core::{Evidence, Guid};

/// What is asked: rights, and what they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ask {
    /// The rights, all of which are needed.
    pub mask: u32,
    /// The attribute, extended right, validated write or class of child; `None` asks for the object as a whole.
    pub about: Option<Guid>,
    /// The property set that the attribute belongs to.
    pub set: Option<Guid>,
}

impl Ask {
    /// Rights on the object as a whole.
    pub const fn whole(mask: u32) -> Self {
        Self { mask, about: None, set: None }
    }
    /// Rights about something of the object.
    pub const fn about(mask: u32, guid: Guid) -> Self {
        Self { mask, about: Some(guid), set: None }
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// By nature of the asker: the system, or the owner's own rights.
    Owner,
    /// By the last of the entries that were needed, counted from 0.
    Granted(u16),
    /// By an entry that denies.
    Denied(u16),
    /// Nothing denies, and something that was asked is granted by nothing.
    NotGranted {
        /// The rights that nobody granted.
        missing: u32,
    },
    /// There is no DACL: everybody may do everything.
    NoDacl,
}

impl Verdict {
    /// Whether the answer is yes.
    pub const fn is_granted(self) -> bool {
        matches!(self, Self::Owner | Self::Granted(_) | Self::NoDacl)
    }
}

/// Whether somebody with these SIDs may. `sids` is sorted; `object` is the SID of the object itself, which *self* stands for.
///
/// Entries count in the order in which they stand: a grant before a denial holds, as in Windows. The owner may always read the
/// descriptor and write the DACL, unless an entry for *owner rights* says otherwise.
pub fn check(
    sd: &SecurityDescriptor,
    sids: &[Sid],
    object: Option<Sid>,
    ask: Ask,
    evidence: &mut impl Evidence,
) -> Verdict {
    let Some(dacl) = &sd.dacl else {
        evidence.note(|| "there is no DACL, which grants everything".into());
        return Verdict::NoDacl;
    };
    let holds = |sid: &Sid| sids.binary_search(sid).is_ok();
    let is_owner = sd.owner.as_ref().is_some_and(holds);
    let mut missing = ask.mask;
    let owner_rights = dacl.iter().any(|a| a.is_effective() && a.sid == Sid::OWNER_RIGHTS);
    if is_owner && !owner_rights {
        missing &= !(right::READ_CONTROL | right::WRITE_DAC);
        if missing == 0 {
            evidence.note(|| "the owner may read the descriptor and write the DACL".into());
            return Verdict::Owner;
        }
    }
    for (i, ace) in dacl.iter().enumerate() {
        if !ace.is_effective() || ace.mask & missing == 0 {
            continue;
        }
        let is_self = ace.sid == Sid::SELF && object.as_ref().is_some_and(holds);
        let is_owner_rights = ace.sid == Sid::OWNER_RIGHTS && is_owner;
        if !is_self && !is_owner_rights && !holds(&ace.sid) {
            continue;
        }
        if !concerns(ace, ask) {
            evidence.note(|| format!("entry {i} for {} is about something else", ace.sid));
            continue;
        }
        match ace.kind {
            AceKind::Deny => {
                evidence.note(|| format!("entry {i} denies {} to {}", right::words(ace.mask & missing), ace.sid));
                return Verdict::Denied(i as u16);
            }
            AceKind::Allow => {
                missing &= !ace.mask;
                evidence.note(|| format!("entry {i} grants {} to {}", right::words(ace.mask & ask.mask), ace.sid));
                if missing == 0 {
                    return Verdict::Granted(i as u16);
                }
            }
            AceKind::Audit => {}
        }
    }
    evidence.note(|| format!("nothing grants {}", right::words(missing)));
    Verdict::NotGranted { missing }
}

/// Whether an entry is about what is asked. A denial about a part of the object also denies the whole.
fn concerns(ace: &Ace, ask: Ask) -> bool {
    match (ace.object, ask.about) {
        (None, _) => true,
        (Some(_), None) => ace.kind == AceKind::Deny,
        (Some(guid), Some(about)) => guid == about || ask.set == Some(guid),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sddl::{self, tests::any_descriptor};
    use super::*;
    use proptest::prelude::*;
    use sim_core::{Notes, Unasked};

    const COMPUTER: Guid = Guid::from_u128(0xbf967a86_0de6_11d0_a285_00aa003049e2);

    fn me() -> Sid {
        Sid::of_domain(1, 2, 3).child(1104)
    }

    #[test]
    fn entries_decide_in_their_order() {
        let computer = COMPUTER;
        for (sddl, ask, want) in [
            ("D:", Ask::whole(right::READ), false),
            ("O:SY", Ask::whole(right::ALL), true),
            ("D:(A;;RP;;;WD)", Ask::whole(right::READ), true),
            ("D:(A;IO;RP;;;WD)", Ask::whole(right::READ), false),
            ("D:(D;;RP;;;WD)(A;;RP;;;WD)", Ask::whole(right::READ), false),
            ("D:(A;;RP;;;WD)(D;;RP;;;WD)", Ask::whole(right::READ), true),
            ("D:(A;;RP;;;WD)", Ask::whole(right::READ | right::WRITE), false),
            ("D:(A;;RP;;;WD)(A;;WP;;;AU)", Ask::whole(right::READ | right::WRITE), true),
            ("D:(OA;;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;WD)", Ask::about(1, computer), true),
            ("D:(OA;;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;WD)", Ask::whole(1), false),
            ("D:(OA;;CC;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", Ask::about(1, computer), false),
            ("D:(OD;;CC;bf967a86-0de6-11d0-a285-00aa003049e2;;WD)(A;;CC;;;WD)", Ask::about(1, computer), false),
            ("D:(A;;CC;;;WD)", Ask::about(1, computer), true),
            ("D:(A;;WP;;;PS)", Ask::whole(right::WRITE), true),
            ("O:AUD:", Ask::whole(right::WRITE_DAC), true),
            ("O:AUD:(A;;RC;;;S-1-3-4)", Ask::whole(right::WRITE_DAC), false),
        ] {
            let sd = sddl::parse(sddl, None).expect(sddl);
            let mut sids = vec![me(), Sid::EVERYONE, Sid::AUTHENTICATED];
            sids.sort_unstable();
            let mut notes = Notes::default();
            let verdict = check(&sd, &sids, Some(me()), ask, &mut notes);
            assert_eq!(verdict.is_granted(), want, "{sddl} {ask:?} {notes:?}");
            assert!(!notes.0.is_empty() || sd.dacl.is_none());
        }
    }

    proptest! {
        #[test]
        fn a_verdict_does_not_depend_on_being_explained(sd in any_descriptor(), mask in 1u32..0x200) {
            let sids = { let mut s = vec![me(), Sid::EVERYONE, Sid::AUTHENTICATED]; s.sort_unstable(); s };
            let ask = Ask::about(mask, COMPUTER);
            let asked = check(&sd, &sids, None, ask, &mut Notes::default());
            prop_assert_eq!(asked, check(&sd, &sids, None, ask, &mut Unasked));
        }
        #[test]
        fn more_groups_never_take_a_grant_away_without_denials(mut sd in any_descriptor(), mask in 1u32..0x200) {
            if let Some(dacl) = &mut sd.dacl { dacl.retain(|a| a.kind != AceKind::Deny && a.sid != Sid::OWNER_RIGHTS); }
            let few = vec![me()];
            let many = { let mut s = vec![me(), Sid::EVERYONE, Sid::AUTHENTICATED]; s.sort_unstable(); s };
            let ask = Ask::whole(mask);
            let before = check(&sd, &few, None, ask, &mut Unasked).is_granted();
            prop_assert!(!before || check(&sd, &many, None, ask, &mut Unasked).is_granted());
        }
        #[test]
        fn asking_for_less_is_never_harder(sd in any_descriptor(), mask in 1u32..0x200, part in 1u32..0x200) {
            let sids = { let mut s = vec![me(), Sid::EVERYONE]; s.sort_unstable(); s };
            let less = mask & part;
            prop_assume!(less != 0);
            let granted = |m| check(&sd, &sids, None, Ask::whole(m), &mut Unasked).is_granted();
            prop_assert!(!granted(mask) || granted(less));
        }
    }
}
