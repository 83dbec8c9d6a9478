//! Descriptors as people write them into LDIF: SDDL in place of octets, accounts by their names. `add` puts entries in front of those
//! that are there and `delete` takes them away, as `dsacls` and `samba-tool dsacl` do; what a controller is asked for is the whole
//! descriptor.

use crate::at::{ModOp, Modification};
use crate::dn::Dn;
use crate::error::Refusal;
use crate::forest::Forest;
use crate::kinds;
use crate::ldif::{Attributes, Change};
use crate::schema::{AttrId, attr};
use crate::sd::{SecurityDescriptor, binary, sddl};
use crate::{ResultCode, win32};
use sim_core::Cx;

impl Forest {
    /// Puts octets in the place of SDDL.
    pub fn encode_descriptors(&self, dn: &str, change: &mut Change, cx: &Cx) -> Result<(), Refusal> {
        match change {
            Change::Content(attributes) | Change::Add(attributes) => self.encode_descriptor_of(dn, attributes, cx),
            Change::Modify(parts) => {
                let of_descriptor = |p: &&mut Modification| AttrId::find(&p.attr) == Some(attr::NT_SECURITY_DESCRIPTOR);
                for part in parts.iter_mut().filter(of_descriptor) {
                    if let Some(octets) = self.octets(dn, part.op, &part.values, cx)? {
                        (part.op, part.values) = (ModOp::Replace, vec![octets]);
                    }
                }
                Ok(())
            }
            Change::Delete | Change::Rename { .. } => Ok(()),
        }
    }

    /// As [`Forest::encode_descriptors`], for the attributes of an object.
    pub(crate) fn encode_descriptor_of(&self, dn: &str, attributes: &mut Attributes, cx: &Cx) -> Result<(), Refusal> {
        for (name, values) in attributes {
            if AttrId::find(name) == Some(attr::NT_SECURITY_DESCRIPTOR)
                && let Some(octets) = self.octets(dn, ModOp::Replace, values, cx)?
            {
                *values = vec![octets];
            }
        }
        Ok(())
    }

    /// The octets that SDDL stands for; `None` for what is no SDDL.
    fn octets(&self, dn: &str, op: ModOp, values: &[Vec<u8>], cx: &Cx) -> Result<Option<Vec<u8>>, Refusal> {
        let [value] = values else { return Ok(None) };
        let Ok(text) = std::str::from_utf8(value) else { return Ok(None) };
        if !["O:", "G:", "D:", "S:"].iter().any(|part| text.starts_with(part)) {
            return Ok(None);
        }
        let view = self.all(cx);
        let parsed: Dn = dn.parse().map_err(|_| Refusal::bad_name(dn))?;
        let within = self.contexts().iter().filter(|c| parsed.is_within(&c.dn));
        let domain = within.max_by_key(|c| c.dn.rdns.len()).map_or(sim_core::Id::new(0), |c| c.domain);
        let named = |name: &str| view.find_account(name).and_then(|id| view.sid(id));
        let given = sddl::parse_with(text, Some(&self.sddl_domain(domain)), &named).map_err(|why| unreadable(&why))?;
        let sd = match op {
            ModOp::Replace => given,
            ModOp::Add | ModOp::Delete => {
                let there = self.descriptor(view.resolve(&parsed)?);
                if op == ModOp::Add { with(there, given) } else { without(there, &given) }
            }
        };
        Ok(Some(binary::encode(&sd, binary::ALL_PARTS)))
    }
}

fn with(there: &SecurityDescriptor, given: SecurityDescriptor) -> SecurityDescriptor {
    let mut sd = there.clone();
    let dacl = sd.dacl.get_or_insert_default();
    let new: Vec<_> = given.dacl.unwrap_or_default().into_iter().filter(|ace| !dacl.contains(ace)).collect();
    dacl.splice(0..0, new);
    sd
}

fn without(there: &SecurityDescriptor, given: &SecurityDescriptor) -> SecurityDescriptor {
    let mut sd = there.clone();
    let gone = given.dacl.as_deref().unwrap_or_default();
    sd.dacl.iter_mut().for_each(|dacl| dacl.retain(|ace| !gone.contains(ace)));
    sd
}

fn unreadable(why: &sddl::SddlError) -> Refusal {
    let code = ResultCode::InvalidAttributeSyntax;
    let mut refusal = Refusal::attribute(
        code,
        win32::INVALID_ATTRIBUTE_SYNTAX,
        0x0319_1083,
        attr::NT_SECURITY_DESCRIPTOR,
        &kinds::WHY_SCHEMA,
    );
    refusal.message = format!("the SDDL cannot be read: {why}");
    refusal
}
