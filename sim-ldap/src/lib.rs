//! The on-premises side: Active Directory forests as plain values, and the typed operations on them.
//!
//! The main type is [`Forest`]. It changes only through the operations of [`Forest::at`], each with a [`Principal`], and is read
//! through a [`View`], which is what one controller sees now. A client on the wire, a simulated connector and a simulated device
//! all come through the same operations, so that quota, access check and uniqueness exist once, and a [`Refusal`] carries what the
//! wire needs: result code, matched name, diagnostic message, referral.
//!
//! - *Objects* are rows of 88 octets ([`Entry`]). What many have in common stands in shared shapes, as values or as patterns over
//!   the object's name; the rest stands with the object. Attributes and classes come from one table ([`schema`]).
//! - *Rights* are real descriptors ([`sd`]), interned, with one pure access check.
//! - *Controllers* share one store. What has not reached a controller is put back in its view; where there is one controller,
//!   that costs nothing.
//! - Whatever is drawn (GUIDs, domain SIDs, secrets) is drawn by key. Passwords are kept as digests only.
//!
//! Nothing here does I/O, reads a clock or asks for entropy.

mod at;
mod build;
mod certificate;
mod constructed;
mod content;
mod descriptors;
mod dn;
mod entry;
mod error;
pub mod filetime;
pub mod filter;
mod forest;
pub mod kinds;
mod knobs;
pub mod ldif;
mod locate;
mod principal;
mod provision;
mod read_only;
mod replication;
mod rights;
mod sam;
pub mod schema;
pub mod sd;
mod search;
mod secret;
pub mod session;
mod setup;
mod shape;
mod shown;
mod sid;
mod store;
mod straight;
mod text;
mod trusts;
mod value;
mod view;
mod why;

pub use at::{AddRequest, At, Creation, ModOp, Modification, ModifyRequest, RenameRequest};
pub use build::DEFAULT_SITE;
pub use certificate::{der as certificate_der, thumbprint as certificate_thumbprint};
pub use constructed::{is_domain_sid, uac};
pub use content::{DomainIdentity, Loaded, domain_identity};
pub use dn::{Dn, DnError, Rdn, Target};
pub use entry::Entry;
pub use error::{Refusal, ResultCode, Why, win32};
pub use filter::{Filter, FilterError};
pub use forest::{
    Controller, ControllerSpec, Domain, DomainSpec, Forest, ForestSpec, LdapPolicy, Site, SiteSpec, SpecError,
    TrustDirection, TrustSpec, well_known,
};
pub use knobs::ForestKnobs;
pub use locate::is_subnet;
pub use principal::Principal;
pub use provision::{
    JoinInput, LogonError, NetJoinError, ProvisionOptions, ProvisionedComputer, SystemInfo, same_computer,
};
pub use rights::extended;
pub use sam::Allowed;
pub use search::{Scope, SearchEntry, SearchRequest, SearchResult};
pub use secret::Secret;
pub use setup::Changes;
pub use sid::{Sid, SidError};
pub use store::{Context, ContextKind};
pub use value::Value;
pub use view::View;
