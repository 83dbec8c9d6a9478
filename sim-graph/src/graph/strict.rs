//! What the service refuses of queries that could be answered.
//!
//! Source: Graph's page on advanced queries, the operators in the property descriptions of the OpenAPI documents, and
//! public issues: msgraph-sdk-powershell 1260 and 2464, microsoft-graph-docs 12174, DeviceOffboardingManager 52.

use super::entity::{Family, Property};
use super::error::GraphError;
use super::filter::{Place, any_text, place};
use super::read::{Found1, Listing};
use super::windows_autopilot_device_identities as autopilot;
use crate::odata::{CompareOp, Operator, Query, TextFunction, Use, Version};

/// The largest page of the directory.
const LARGEST_PAGE: u32 = 999;

/// Refuses what the service refuses of a query on a collection.
pub(super) fn check(
    listing: &Listing<'_>,
    query: &Query,
    uses: &[Use],
    version: Version,
    eventual: bool,
    counted: bool,
) -> Result<(), GraphError> {
    match listing.family {
        Family::Directory => directory(listing, query, uses, version, eventual, counted),
        Family::Intune(_) => intune(listing, query, uses, version).map_or(Ok(()), |what| Err(listing.refuse(what))),
    }
}

/// Refuses what the service refuses of a query on one entity: the OData library knows which options a single one has.
pub(super) fn check_single(found: &Found1, query: &Query) -> Result<(), GraphError> {
    let given = [
        ("$filter", query.filter.is_some()),
        ("$orderby", !query.orderby.is_empty()),
        ("$top", query.top.is_some()),
        ("$skip", query.skip.is_some()),
        ("$search", query.search.is_some()),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) if found.declared.family == Family::Directory => {
            let message = format!("Query option '{option}' was specified but it can only be applied to a collection.");
            Err(GraphError::Plain { status: 400, code: "BadRequest", message })
        }
        _ => Ok(()),
    }
}

fn directory(
    listing: &Listing<'_>,
    query: &Query,
    uses: &[Use],
    version: Version,
    eventual: bool,
    counted: bool,
) -> Result<(), GraphError> {
    if counted && !eventual {
        return Err(GraphError::CountNeedsHeader);
    }
    if query.search.is_some() && !eventual {
        return Err(GraphError::Search);
    }
    if query.skip.is_some() {
        return Err(GraphError::Skip);
    }
    if let Some(top) = query.top.filter(|top| !(1..=LARGEST_PAGE).contains(top)) {
        return Err(GraphError::PageSize { top });
    }
    let advanced = eventual && (counted || query.count == Some(true) || query.search.is_some());
    if advanced && query.expand.is_some() {
        return Err(GraphError::unsupported("The $expand query option is not supported with advanced queries."));
    }
    // A relationship has no index of its own.
    let narrows = query.filter.is_some() || query.search.is_some() || !query.orderby.is_empty();
    if listing.set.is_none() && narrows && !advanced {
        let what = "The specified filter to the reference property query is currently not supported.";
        return Err(GraphError::unsupported(what));
    }
    let resource = listing.declared.short_name();
    let refuse = |property: &str, operator: &str, advanced| {
        let (property, operator) = (property.to_owned(), operator.to_owned());
        Err(GraphError::Operator { property, resource, operator, advanced })
    };
    for used in uses {
        let operator = used.operator.name();
        if !allowed(listing, used, version) {
            return refuse(&used.path, operator, false);
        }
        let needs_more = used.negated
            || matches!(
                used.operator,
                Operator::Compare(CompareOp::Ne) | Operator::Text(TextFunction::EndsWith) | Operator::Count
            );
        if needs_more && !advanced {
            return refuse(&used.path, if used.negated { "not" } else { operator }, true);
        }
    }
    for part in &query.orderby {
        let path = part.path.to_string();
        let property = property(listing, &path, version);
        let plain = property.is_some_and(|p| p.allows("orderby"));
        let more = plain || property.is_some_and(|p| p.allows("orderby+"));
        if more && query.filter.is_some() && !advanced {
            return Err(GraphError::unsupported("Sorting not supported for current query."));
        }
        if !more || (!advanced && !plain) {
            return refuse(&path, "orderby", more);
        }
    }
    Ok(())
}

/// What Intune refuses.
fn intune(listing: &Listing<'_>, query: &Query, uses: &[Use], version: Version) -> Option<String> {
    if let Some(filter) = &query.filter {
        // The service does not find serial numbers with a hyphen.
        let is_autopilot = listing.path == autopilot::SET.path;
        let hyphen = || is_autopilot && any_text(filter.root(), &|text| text.contains('-'));
        if uses.iter().any(|used| !allowed(listing, used, version)) || hyphen() {
            return Some(format!("$filter={filter}"));
        }
    }
    for part in &query.orderby {
        if !property(listing, &part.path.to_string(), version).is_some_and(|p| p.allows("orderby")) {
            return Some(format!("$orderby={part}"));
        }
    }
    if let Some(search) = &query.search {
        return Some(format!("$search={search}"));
    }
    query.expand.as_ref().filter(|_| !listing.expands).map(|expand| format!("$expand={expand}"))
}

fn property(listing: &Listing<'_>, path: &str, version: Version) -> Option<&'static Property> {
    let types = [&[listing.declared], listing.holds].concat();
    match place(path, &[], &types, version) {
        Some(Place::Property(property)) => Some(property),
        _ => None,
    }
}

fn allowed(listing: &Listing<'_>, used: &Use, version: Version) -> bool {
    if used.path.is_empty() {
        return used.operator == Operator::IsOf
            && matches!(listing.family, Family::Intune(_))
            && !listing.holds.is_empty();
    }
    let types = [&[listing.declared], listing.holds].concat();
    let Some(Place::Property(property)) = place(&used.path, &used.casts, &types, version) else { return false };
    let directory_id = property.name == "id" && listing.family == Family::Directory;
    let allows = |operator: &str| match directory_id {
        true => matches!(operator, "eq" | "ne" | "not" | "in"),
        false => property.allows(operator),
    };
    match used.operator {
        Operator::Lambda(_) => !property.operators.is_empty(),
        _ if used.with_null && !allows("null") => false,
        _ => allows(used.operator.name()) && (!used.negated || allows("not")),
    }
}
