//! Filters of `ldap3_proto` to filters of the forest, octets included.

use crate::Filter;
use ldap3_lber::structure::{PL, StructureTag};
use ldap3_proto::proto::LdapFilter;

/// Makes every value of a filter text that `ldap3_proto` takes: each octet becomes the character of its number.
pub(super) fn to_text(tag: &mut StructureTag, depth: usize) {
    if depth == 0 {
        return;
    }
    let (PL::C(parts), id) = (&mut tag.payload, tag.id) else { return };
    for part in parts {
        match (&mut part.payload, id) {
            (_, 0..=2) => to_text(part, depth - 1),
            (PL::P(_), 9) if part.id == 4 => {}
            (PL::P(octets), _) if !octets.is_ascii() => {
                *octets = octets.iter().map(|b| char::from(*b)).collect::<String>().into_bytes();
            }
            (PL::C(pieces), 4) => {
                for piece in pieces {
                    if let PL::P(octets) = &mut piece.payload
                        && !octets.is_ascii()
                    {
                        *octets = octets.iter().map(|b| char::from(*b)).collect::<String>().into_bytes();
                    }
                }
            }
            _ => {}
        }
    }
}

/// The octets again.
fn octets(text: String) -> Vec<u8> {
    if text.is_ascii() { text.into_bytes() } else { text.chars().map(|c| c as u8).collect() }
}

/// Attributes are text.
fn name(text: String) -> String {
    if text.is_ascii() { text } else { String::from_utf8_lossy(&octets(text)).into_owned() }
}

pub(super) fn filter(from: LdapFilter) -> Filter {
    match from {
        LdapFilter::And(all) => Filter::And(all.into_iter().map(filter).collect()),
        LdapFilter::Or(all) => Filter::Or(all.into_iter().map(filter).collect()),
        LdapFilter::Not(inner) => Filter::Not(Box::new(filter(*inner))),
        LdapFilter::Equality(attr, value) => Filter::Equal(name(attr), octets(value)),
        LdapFilter::GreaterOrEqual(attr, value) => Filter::GreaterOrEqual(name(attr), octets(value)),
        LdapFilter::LessOrEqual(attr, value) => Filter::LessOrEqual(name(attr), octets(value)),
        LdapFilter::Approx(attr, value) => Filter::Approx(name(attr), octets(value)),
        LdapFilter::Present(attr) => Filter::Present(attr),
        LdapFilter::Substring(attr, parts) => Filter::Substring {
            attr: name(attr),
            initial: parts.initial.map(octets),
            any: parts.any.into_iter().map(octets).collect(),
            last: parts.final_.map(octets),
        },
        LdapFilter::Extensible(rule) => Filter::Extensible {
            attr: rule.type_.map(name),
            rule: rule.matching_rule.map(name),
            dn: rule.dn_attributes,
            value: octets(rule.match_value),
        },
    }
}
