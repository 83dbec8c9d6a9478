//! What a scenario asks of the directory and changes in it, in LDAP's own words, as an exact principal at a controller.

mod changes;
mod search;

pub use changes::LdapRecords;
pub(crate) use changes::{Outcome, carry_out};
pub(crate) use search::{Found, Search};

use sim_core::{Cx, Id};
use sim_ldap::{Controller, Dn, Domain, Forest, Principal};

/// The domain whose controllers hold a name: that of the naming context, the root for configuration and schema.
fn domain_of(forest: &Forest, dn: &str) -> Option<Id<Domain>> {
    let dn: Dn = dn.parse().ok()?;
    let within = forest.contexts().iter().filter(|c| dn.is_within(&c.dn));
    within.max_by_key(|c| c.dn.rdns.len()).map(|c| c.domain)
}

/// Who a scenario means by a name, as a controller knows them.
fn principal(forest: &Forest, dc: Option<Id<Controller>>, name: &str, cx: &Cx) -> Result<Principal, String> {
    let view = dc.map_or_else(|| forest.all(cx), |dc| forest.view(dc, cx));
    view.principal(name).ok_or_else(|| format!("there is no account {name}"))
}
