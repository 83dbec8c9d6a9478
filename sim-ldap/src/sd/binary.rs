//! The self-relative octets of a descriptor (MS-DTYP 2.4.6).

use super::{Ace, AceKind, SecurityDescriptor, control, right};
use crate::sid::Sid;
use sim_core::Guid;

/// Which parts are wanted: owner 1, group 2, DACL 4, SACL 8, as the SD-flags control counts them.
pub const ALL_PARTS: u32 = 0xF;

/// Writes the wanted parts.
pub fn encode(sd: &SecurityDescriptor, parts: u32) -> Vec<u8> {
    let owner = sd.owner.filter(|_| parts & 1 != 0);
    let group = sd.group.filter(|_| parts & 2 != 0);
    let dacl = sd.dacl.as_ref().filter(|_| parts & 4 != 0);
    let sacl = sd.sacl.as_ref().filter(|_| parts & 8 != 0);
    let mut word = sd.control & !(control::DACL_PRESENT | control::SACL_PRESENT) | control::SELF_RELATIVE;
    if parts & 4 == 0 {
        word &= !(control::DACL_AUTO_INHERITED | control::DACL_PROTECTED | control::DACL_AUTO_INHERIT_REQ);
    }
    if parts & 8 == 0 {
        word &= !(control::SACL_AUTO_INHERITED | control::SACL_PROTECTED | control::SACL_AUTO_INHERIT_REQ);
    }
    word |= if dacl.is_some() { control::DACL_PRESENT } else { 0 };
    word |= if sacl.is_some() { control::SACL_PRESENT } else { 0 };
    let mut out = vec![1, 0];
    out.extend_from_slice(&word.to_le_bytes());
    out.resize(20, 0);
    // Windows writes the lists first, then the owner and the group.
    for (place, list) in [(12, sacl), (16, dacl)] {
        if let Some(list) = list {
            mark(&mut out, place);
            write_acl(list, &mut out);
        }
    }
    for (place, sid) in [(4, owner), (8, group)] {
        if let Some(sid) = sid {
            mark(&mut out, place);
            sid.write(&mut out);
        }
    }
    out
}

/// Reads a descriptor; `None` for octets that are not one.
pub fn decode(bytes: &[u8]) -> Option<SecurityDescriptor> {
    let head = bytes.first_chunk::<20>()?;
    if head[0] != 1 {
        return None;
    }
    let word = u16::from_le_bytes([head[2], head[3]]);
    let offset = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]) as usize;
    let sid = |at: usize| match offset(at) {
        0 => Some(None),
        n => bytes.get(n..).and_then(Sid::read).map(|(sid, _)| Some(sid)),
    };
    let acl = |at: usize, present: u16| match offset(at) {
        0 => Some(None),
        _ if word & present == 0 => Some(None),
        n => bytes.get(n..).and_then(read_acl).map(Some),
    };
    Some(SecurityDescriptor {
        control: word & !(control::DACL_PRESENT | control::SACL_PRESENT | control::SELF_RELATIVE),
        owner: sid(4)?,
        group: sid(8)?,
        sacl: acl(12, control::SACL_PRESENT)?,
        dacl: acl(16, control::DACL_PRESENT)?,
    })
}

fn mark(out: &mut [u8], place: usize) {
    let here = out.len() as u32;
    out[place..place + 4].copy_from_slice(&here.to_le_bytes());
}

fn write_acl(list: &[Ace], out: &mut Vec<u8>) {
    let start = out.len();
    let objects = list.iter().any(|a| a.object.is_some() || a.inherited_object.is_some());
    out.extend([if objects { 4 } else { 2 }, 0, 0, 0]);
    out.extend_from_slice(&(list.len() as u16).to_le_bytes());
    out.extend([0, 0]);
    for ace in list {
        let at = out.len();
        let object = ace.object.is_some() || ace.inherited_object.is_some();
        let kind = match ace.kind {
            AceKind::Allow => 0,
            AceKind::Deny => 1,
            AceKind::Audit => 2,
        };
        out.extend([if object { kind + 5 } else { kind }, ace.flags, 0, 0]);
        out.extend_from_slice(&ace.mask.to_le_bytes());
        if object {
            let which = u32::from(ace.object.is_some()) | u32::from(ace.inherited_object.is_some()) << 1;
            out.extend_from_slice(&which.to_le_bytes());
            for guid in [ace.object, ace.inherited_object].into_iter().flatten() {
                out.extend_from_slice(&guid.to_bytes_le());
            }
        }
        ace.sid.write(out);
        let size = (out.len() - at) as u16;
        out[at + 2..at + 4].copy_from_slice(&size.to_le_bytes());
    }
    let size = (out.len() - start) as u16;
    out[start + 2..start + 4].copy_from_slice(&size.to_le_bytes());
}

fn read_acl(bytes: &[u8]) -> Option<Vec<Ace>> {
    let head = bytes.first_chunk::<8>()?;
    let size = usize::from(u16::from_le_bytes([head[2], head[3]]));
    let count = u16::from_le_bytes([head[4], head[5]]);
    let mut rest = bytes.get(8..size)?;
    let mut list = Vec::new();
    for _ in 0..count {
        let head = rest.first_chunk::<8>()?;
        let size = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let mut body = rest.get(8..size)?;
        let (kind, object) = match head[0] {
            0 => (AceKind::Allow, false),
            1 => (AceKind::Deny, false),
            2 => (AceKind::Audit, false),
            5 => (AceKind::Allow, true),
            6 => (AceKind::Deny, true),
            7 => (AceKind::Audit, true),
            _ => return None,
        };
        let mut guids = [None, None];
        if object {
            let (which, after) = body.split_first_chunk::<4>()?;
            body = after;
            for (i, guid) in guids.iter_mut().enumerate() {
                if which[0] & 1 << i != 0 {
                    let (octets, after) = body.split_first_chunk::<16>()?;
                    *guid = Some(Guid::from_bytes_le(*octets));
                    body = after;
                }
            }
        }
        let mask = right::map_generic(u32::from_le_bytes([head[4], head[5], head[6], head[7]]));
        let (sid, _) = Sid::read(body)?;
        list.push(Ace { kind, flags: head[1], mask, object: guids[0], inherited_object: guids[1], sid });
        rest = rest.get(size..)?;
    }
    Some(list)
}

#[cfg(test)]
mod tests {
    use super::super::{computer_delegation, sddl};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_wizards_entries_have_the_observed_octets() {
        let trustee = Sid::of_domain(1, 2, 3).child(1104);
        let sd = SecurityDescriptor { dacl: Some(computer_delegation(trustee).to_vec()), ..Default::default() };
        let hex: String = encode(&sd, 4).iter().map(|b| format!("{b:02x}")).collect();
        let sid: String = trustee.to_bytes().iter().map(|b| format!("{b:02x}")).collect();
        assert!(hex.contains(&format!("05023800030000000100000086{}{sid}", "7a96bfe60dd011a28500aa003049e2")), "{hex}");
        assert!(hex.contains(&format!("050a3800ff010f00020000008{}{sid}", "67a96bfe60dd011a28500aa003049e2")), "{hex}");
        assert_eq!(hex[..40], *"0100048000000000000000000000000014000000");
    }

    proptest! {
        #[test]
        fn octets_and_text_round_trip(sd in sddl::tests::any_descriptor()) {
            let again = decode(&encode(&sd, ALL_PARTS));
            prop_assert_eq!(again, Some(sd));
        }
        #[test]
        fn no_octets_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes);
            if bytes.len() > 40 {
                bytes[..20].copy_from_slice(&[1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0]);
                let _ = decode(&bytes);
            }
        }
    }
}
