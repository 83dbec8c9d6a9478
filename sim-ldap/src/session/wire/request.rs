//! Requests as they come from the wire.

use super::{ber, filter, tag};
use crate::ldif::Control;
use crate::{AddRequest, Filter, ModOp, Modification, ModifyRequest, RenameRequest, Scope};
use ldap3_lber::common::TagClass;
use ldap3_lber::parse::Parser;
use ldap3_lber::structure::{PL, StructureTag};
use ldap3_proto::proto::{LdapModifyType, LdapOp, LdapSearchScope};
use std::fmt;

/// How a bind proves who it is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Auth {
    Simple(Vec<u8>),
    Sasl {
        mechanism: String,
        credentials: Vec<u8>,
    },
    /// NTLM in choices of its own, by their number: 9 asks for packages, 10 begins, 11 answers (MS-ADTS 5.1.1.1.3).
    Sicily(u64, Vec<u8>),
    Unknown,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Simple(_) => "Simple",
            Self::Sasl { mechanism, .. } => mechanism,
            Self::Sicily(..) => "Sicily",
            Self::Unknown => "Unknown",
        })
    }
}

/// A search.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    pub(crate) base: String,
    pub(crate) scope: Scope,
    pub(crate) filter: Filter,
    pub(crate) attributes: Vec<String>,
    pub(crate) size_limit: u32,
    pub(crate) types_only: bool,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    Bind {
        version: i64,
        name: String,
        auth: Auth,
    },
    Unbind,
    Search(Box<Search>),
    Modify(ModifyRequest),
    /// A modify that increments, which the directory does not know.
    Increment,
    Add(AddRequest),
    Delete(String),
    Rename(RenameRequest),
    Compare {
        dn: String,
        attr: String,
        value: Vec<u8>,
    },
    Abandon,
    Extended {
        oid: String,
        value: Option<Vec<u8>>,
    },
}

impl Op {
    /// The tag of its answer.
    pub(crate) fn answer(&self) -> u8 {
        match self {
            Self::Bind { .. } => tag::BIND,
            Self::Search(_) => tag::SEARCH,
            Self::Modify(_) | Self::Increment => tag::MODIFY,
            Self::Add(_) => tag::ADD,
            Self::Delete(_) => tag::DELETE,
            Self::Rename(_) => tag::RENAME,
            Self::Compare { .. } => tag::COMPARE,
            Self::Unbind | Self::Abandon | Self::Extended { .. } => tag::EXTENDED,
        }
    }
}

/// What a message is.
#[derive(Debug)]
pub(crate) enum Decoded {
    Request {
        id: i32,
        op: Op,
        controls: Vec<Control>,
    },
    /// A request by its number and the tag of its answer, with a content that makes no sense.
    Malformed {
        id: i32,
        answer: u8,
    },
    /// No request.
    Garbage,
}

/// Reads one message; the octets are just that.
pub(crate) fn decode(octets: &[u8], depth: usize) -> Decoded {
    let Ok(([], StructureTag { class: TagClass::Universal, id: 16, payload: PL::C(parts) })) =
        Parser::new(depth).parse(octets)
    else {
        return Decoded::Garbage;
    };
    let mut parts = parts.into_iter();
    let id = parts.next().filter(|t| t.class == TagClass::Universal && t.id == 2).and_then(|t| t.expect_primitive());
    // 0 is for notices of the server (RFC 4511 4.1.1.1), but clients that count from it are answered.
    let id = id.and_then(|octets| ber::int(&octets)).and_then(|id| i32::try_from(id).ok()).filter(|id| *id >= 0);
    let (Some(id), Some(op)) = (id, parts.next()) else { return Decoded::Garbage };
    let answer = match (op.class, op.id) {
        (TagClass::Application, 0) => tag::BIND,
        (TagClass::Application, 3) => tag::SEARCH,
        (TagClass::Application, 6) => tag::MODIFY,
        (TagClass::Application, 8) => tag::ADD,
        (TagClass::Application, 10) => tag::DELETE,
        (TagClass::Application, 12) => tag::RENAME,
        (TagClass::Application, 14) => tag::COMPARE,
        (TagClass::Application, 2 | 16 | 23) => tag::EXTENDED,
        _ => return Decoded::Garbage,
    };
    let is_bind = op.id == 0;
    let controls = match parts.next() {
        Some(list) if list.class == TagClass::Context && list.id == 0 => {
            list.expect_constructed().and_then(|all| all.into_iter().map(control).collect::<Option<Vec<_>>>())
        }
        // What comes behind is for extensions and ignored (RFC 4511 4).
        _ => Some(Vec::new()),
    };
    let op = if is_bind { bind(op) } else { body(op, depth) };
    match (op, controls) {
        (Some(op), Some(controls)) => Decoded::Request { id, op, controls },
        _ => Decoded::Malformed { id, answer },
    }
}

fn control(from: StructureTag) -> Option<Control> {
    let mut parts = from.expect_constructed()?.into_iter().peekable();
    let oid = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
    let critical = parts.next_if(|t| t.class == TagClass::Universal && t.id == 1);
    let critical = critical.and_then(|t| t.expect_primitive()).is_some_and(|v| v.iter().any(|b| *b != 0));
    let value = parts.next().and_then(|t| t.expect_primitive());
    Some(Control { oid, critical, value })
}

fn text(from: Option<StructureTag>) -> Option<String> {
    String::from_utf8(from?.expect_primitive()?).ok()
}

fn bind(from: StructureTag) -> Option<Op> {
    let mut parts = from.expect_constructed()?.into_iter();
    let version = ber::int(&parts.next()?.expect_primitive()?)?;
    let name = text(parts.next())?;
    let choice = parts.next().filter(|t| t.class == TagClass::Context)?;
    let auth = match choice.id {
        0 => Auth::Simple(choice.expect_primitive()?),
        3 => {
            let mut parts = choice.expect_constructed()?.into_iter();
            let mechanism = text(parts.next())?;
            let credentials = parts.next().and_then(|t| t.expect_primitive()).unwrap_or_default();
            Auth::Sasl { mechanism, credentials }
        }
        id @ 9..=11 => Auth::Sicily(id, choice.expect_primitive().unwrap_or_default()),
        _ => Auth::Unknown,
    };
    Some(Op::Bind { version, name, auth })
}

fn body(mut from: StructureTag, depth: usize) -> Option<Op> {
    if let (3, PL::C(parts)) = (from.id, &mut from.payload)
        && let Some(tree) = parts.get_mut(6)
    {
        filter::to_text(tree, depth);
    }
    Some(match LdapOp::try_from(from).ok()? {
        LdapOp::UnbindRequest => Op::Unbind,
        LdapOp::SearchRequest(r) => Op::Search(Box::new(Search {
            base: r.base,
            scope: match r.scope {
                LdapSearchScope::Base => Scope::Base,
                LdapSearchScope::OneLevel => Scope::One,
                LdapSearchScope::Subtree => Scope::Subtree,
                LdapSearchScope::Children => return None,
            },
            filter: filter::filter(r.filter),
            attributes: r.attrs,
            size_limit: u32::try_from(r.sizelimit).ok()?,
            types_only: r.typesonly,
        })),
        LdapOp::ModifyRequest(r) => {
            let mut modifications = Vec::with_capacity(r.changes.len());
            for change in r.changes {
                let op = match change.operation {
                    LdapModifyType::Add => ModOp::Add,
                    LdapModifyType::Delete => ModOp::Delete,
                    LdapModifyType::Replace => ModOp::Replace,
                    LdapModifyType::Increment => return Some(Op::Increment),
                };
                let part = change.modification;
                modifications.push(Modification { op, attr: part.atype, values: part.vals });
            }
            Op::Modify(ModifyRequest { dn: r.dn, modifications, ..ModifyRequest::default() })
        }
        LdapOp::AddRequest(r) => {
            let attributes = r.attributes.into_iter().map(|a| (a.atype, a.vals)).collect();
            Op::Add(AddRequest { dn: r.dn, attributes, secure: false })
        }
        LdapOp::DelRequest(dn) => Op::Delete(dn),
        LdapOp::ModifyDNRequest(r) => Op::Rename(RenameRequest {
            dn: r.dn,
            new_rdn: r.newrdn,
            delete_old_rdn: r.deleteoldrdn,
            new_superior: r.new_superior,
        }),
        LdapOp::CompareRequest(r) => Op::Compare { dn: r.dn, attr: r.atype, value: r.val },
        LdapOp::AbandonRequest(_) => Op::Abandon,
        LdapOp::ExtendedRequest(r) => Op::Extended { oid: r.name, value: r.value },
        _ => return None,
    })
}
