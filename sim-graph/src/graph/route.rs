//! Which paths are answered, and with what. A list also answers `/$count`.

use super::entity::{EntityType, Family, Item, Items, Source, Versions};
use super::error::GraphError;
use super::write::{NOT_ALLOWED, Operation, Refusal};
use super::{
    assignments, bag, configuration_states as states, device_configurations as configurations,
    device_enrollment_configurations as enrollment, devices, directory_objects as directory,
    domain_join_connectors as connectors, domains, entity, groups,
    imported_windows_autopilot_device_identities as imported, managed_devices as managed, operations, organization,
    policies, users, windows_autopilot_deployment_profiles as profiles,
    windows_autopilot_device_identities as autopilot, windows_autopilot_settings as settings,
};
use crate::odata::{Arguments, PathSegment, Target, Version};
use Versions::{Beta, Both};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Finds an entity by the text of a key.
pub type Lookup = for<'t> fn(&Source<'t>, &str) -> Option<Item>;

/// An entity set.
#[derive(Debug)]
pub struct Set {
    /// Its path, as `@odata.context` has it.
    pub path: &'static str,
    /// The declared type.
    pub declared: &'static EntityType,
    /// The types that its entities really have, where that is not the declared one.
    pub holds: &'static [&'static EntityType],
    /// Its entities.
    pub rows: for<'t> fn(&Source<'t>, &'static Self) -> Items<'t>,
    /// Properties by which an entity is found without looking at all of them.
    pub indexes: &'static [(&'static str, Lookup)],
    /// Another text that may stand where the key stands.
    pub other_key: Option<Lookup>,
    /// Whether the service does `$expand` on the whole set.
    pub expands: bool,
}

/// How a route is answered.
#[derive(Debug, Clone, Copy)]
pub enum Shows {
    /// The entities of a set.
    List(&'static Set),
    /// The only entity of a set: a singleton.
    Only(&'static Set),
    /// One of them, by its key.
    One(&'static Set),
    /// One of them, by the alternate key that the template names.
    OneBy(&'static Set, &'static str),
    /// What changed in a set.
    Delta(&'static Set),
    /// What an entity of a set is related to, all of it or what is of one type.
    Related(&'static Set, &'static str, Option<&'static EntityType>),
    /// One of the entities that an entity of a set is related to.
    OneRelated(&'static Set, &'static str),
}

/// The method of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PATCH`.
    Patch,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

impl Method {
    /// As requests have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// The method of that name, if Graph has it.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Get, Self::Post, Self::Patch, Self::Put, Self::Delete].into_iter().find(|method| method.word() == word)
    }
}

/// What a route does.
#[derive(Debug, Clone, Copy)]
pub enum Does {
    /// It answers.
    Show(Shows),
    /// It changes the tenant.
    Change(Change),
    /// Nothing: the description of Graph has it, the service does not. The type says which service that is.
    Refuse(&'static EntityType),
}

/// How a route changes the tenant.
#[derive(Debug, Clone, Copy)]
pub struct Change {
    /// The set that its path begins with.
    pub on: &'static Set,
    /// The alternate key that the path has in the place of the key.
    pub key: Option<&'static str>,
    /// The relationship that follows.
    pub part: Option<&'static str>,
    /// What the body is.
    pub takes: Takes,
    /// Who does it.
    pub by: Operation,
}

/// What the body of a request is.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// Nothing that counts.
    Nothing,
    /// Properties of the entity that the path leads to, or of a new one.
    Entity,
    /// Parameters of an action.
    Parameters(&'static EntityType),
}

/// One path that is answered.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path: `{id}` stands for a key, in a segment of its own or in parentheses. Segments compare without case.
    pub template: &'static str,
    /// The versions that have it.
    pub versions: Versions,
    /// What it does.
    pub does: Does,
}

const fn get(template: &'static str, versions: Versions, shows: Shows) -> Route {
    Route { method: Method::Get, template, versions, does: Does::Show(shows) }
}

use Shows::{Delta, List, One, OneBy, OneRelated, Only, Related};

/// All routes.
#[rustfmt::skip]
pub const ROUTES: &[Route] = &[
    get("/devices",                                    Both, List(&devices::SET)),
    get("/devices/delta()",                            Both, Delta(&devices::SET)),
    get("/devices/{id}",                               Both, One(&devices::SET)),
    get("/devices(deviceId={id})",                     Both, OneBy(&devices::SET, "deviceId")),
    get("/devices/{id}/memberOf",                      Both, Related(&devices::SET, "memberOf", None)),
    get("/devices/{id}/memberOf/microsoft.graph.group", Both, Related(&devices::SET, "memberOf", Some(&groups::GROUP))),
    get("/devices/{id}/transitiveMemberOf",            Both, Related(&devices::SET, "transitiveMemberOf", None)),
    get("/devices/{id}/registeredOwners",              Both, Related(&devices::SET, "registeredOwners", None)),
    get("/devices/{id}/registeredUsers",               Both, Related(&devices::SET, "registeredUsers", None)),
    get("/groups",                                     Both, List(&groups::SET)),
    get("/groups/delta()",                             Both, Delta(&groups::SET)),
    get("/groups/{id}",                                Both, One(&groups::SET)),
    get("/groups/{id}/members",                        Both, Related(&groups::SET, "members", None)),
    get("/groups/{id}/members/microsoft.graph.device", Both, Related(&groups::SET, "members", Some(&devices::DEVICE))),
    get("/groups/{id}/members/microsoft.graph.user",   Both, Related(&groups::SET, "members", Some(&users::USER))),
    get("/groups/{id}/transitiveMembers",              Both, Related(&groups::SET, "transitiveMembers", None)),
    get("/groups/{id}/transitiveMembers/microsoft.graph.device", Both,
        Related(&groups::SET, "transitiveMembers", Some(&devices::DEVICE))),
    get("/groups/{id}/transitiveMembers/microsoft.graph.user", Both,
        Related(&groups::SET, "transitiveMembers", Some(&users::USER))),
    get("/groups/{id}/transitiveMembers/microsoft.graph.group", Both,
        Related(&groups::SET, "transitiveMembers", Some(&groups::GROUP))),
    get("/groups/{id}/transitiveMembers/{id}",         Both, OneRelated(&groups::SET, "transitiveMembers")),
    get("/groups/{id}/members/microsoft.graph.group",  Both, Related(&groups::SET, "members", Some(&groups::GROUP))),
    get("/groups/{id}/members/{id}",                   Both, OneRelated(&groups::SET, "members")),
    get("/groups/{id}/owners",                         Both, Related(&groups::SET, "owners", None)),
    get("/groups/{id}/owners/microsoft.graph.user",    Both, Related(&groups::SET, "owners", Some(&users::USER))),
    get("/groups/{id}/owners/{id}",                    Both, OneRelated(&groups::SET, "owners")),
    get("/groups/{id}/memberOf",                       Both, Related(&groups::SET, "memberOf", None)),
    get("/groups/{id}/memberOf/microsoft.graph.group", Both, Related(&groups::SET, "memberOf", Some(&groups::GROUP))),
    get("/groups/{id}/memberOf/{id}",                  Both, OneRelated(&groups::SET, "memberOf")),
    get("/groups/{id}/transitiveMemberOf",             Both, Related(&groups::SET, "transitiveMemberOf", None)),
    get("/groups/{id}/transitiveMemberOf/microsoft.graph.group", Both,
        Related(&groups::SET, "transitiveMemberOf", Some(&groups::GROUP))),
    get("/groups/{id}/transitiveMemberOf/{id}",        Both, OneRelated(&groups::SET, "transitiveMemberOf")),
    get("/directoryObjects",                           Both, List(&directory::SET)),
    get("/directoryObjects/{id}",                      Both, One(&directory::SET)),
    get("/directory/deletedItems",                     Both, List(&directory::DELETED)),
    get("/directory/deletedItems/microsoft.graph.device", Both, List(&directory::DELETED_DEVICES)),
    get("/directory/deletedItems/microsoft.graph.group", Both, List(&directory::DELETED_GROUPS)),
    get("/directory/deletedItems/microsoft.graph.user", Both, List(&directory::DELETED_USERS)),
    get("/directory/deletedItems/{id}",                Both, One(&directory::DELETED)),
    get("/subscribedSkus",                             Both, List(&directory::SKU_SET)),
    get("/subscribedSkus/{id}",                        Both, One(&directory::SKU_SET)),
    get("/devices/{id}/memberOf/{id}",                 Both, OneRelated(&devices::SET, "memberOf")),
    get("/devices/{id}/transitiveMemberOf/microsoft.graph.group", Both,
        Related(&devices::SET, "transitiveMemberOf", Some(&groups::GROUP))),
    get("/devices/{id}/transitiveMemberOf/{id}",       Both, OneRelated(&devices::SET, "transitiveMemberOf")),
    get("/users/{id}/memberOf/microsoft.graph.group",  Both, Related(&users::SET, "memberOf", Some(&groups::GROUP))),
    get("/users/{id}/memberOf/{id}",                   Both, OneRelated(&users::SET, "memberOf")),
    get("/users/{id}/transitiveMemberOf/microsoft.graph.group", Both,
        Related(&users::SET, "transitiveMemberOf", Some(&groups::GROUP))),
    get("/users/{id}/transitiveMemberOf/{id}",         Both, OneRelated(&users::SET, "transitiveMemberOf")),
    get("/users/{id}/ownedDevices",                    Both, Related(&users::SET, "ownedDevices", None)),
    get("/users/{id}/ownedDevices/microsoft.graph.device", Both, Related(&users::SET, "ownedDevices", Some(&devices::DEVICE))),
    get("/users/{id}/ownedDevices/{id}",               Both, OneRelated(&users::SET, "ownedDevices")),
    get("/users/{id}/registeredDevices",               Both, Related(&users::SET, "registeredDevices", None)),
    get("/users/{id}/registeredDevices/microsoft.graph.device", Both,
        Related(&users::SET, "registeredDevices", Some(&devices::DEVICE))),
    get("/users/{id}/registeredDevices/{id}",          Both, OneRelated(&users::SET, "registeredDevices")),
    get("/users/{id}/ownedObjects",                    Both, Related(&users::SET, "ownedObjects", None)),
    get("/users/{id}/ownedObjects/microsoft.graph.group", Both, Related(&users::SET, "ownedObjects", Some(&groups::GROUP))),
    get("/users/{id}/ownedObjects/{id}",               Both, OneRelated(&users::SET, "ownedObjects")),
    get("/users/{id}/managedDevices",                  Both, Related(&users::SET, "managedDevices", None)),
    get("/users/{id}/managedDevices/{id}",             Both, OneRelated(&users::SET, "managedDevices")),
    get("/users/{id}/manager",                         Both, Related(&users::SET, "manager", None)),
    get("/users/{id}/licenseDetails",                  Both, Related(&users::SET, "licenseDetails", None)),
    get("/users/{id}/licenseDetails/{id}",             Both, OneRelated(&users::SET, "licenseDetails")),
    get("/users",                                      Both, List(&users::SET)),
    get("/users/delta()",                              Both, Delta(&users::SET)),
    get("/users/{id}",                                 Both, One(&users::SET)),
    get("/users/{id}/memberOf",                        Both, Related(&users::SET, "memberOf", None)),
    get("/users/{id}/transitiveMemberOf",              Both, Related(&users::SET, "transitiveMemberOf", None)),
    get("/organization",                               Both, List(&organization::SET)),
    get("/organization/{id}",                          Both, One(&organization::SET)),
    get("/domains",                                    Both, List(&domains::SET)),
    get("/domains/{id}",                               Both, One(&domains::SET)),
    get("/deviceManagement/windowsAutopilotDeviceIdentities",      Both, List(&autopilot::SET)),
    get("/deviceManagement/windowsAutopilotDeviceIdentities/{id}", Both, One(&autopilot::SET)),
    get("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/deploymentProfile", Beta,
        Related(&autopilot::SET, "deploymentProfile", None)),
    get("/deviceManagement/windowsAutopilotDeviceIdentities/{id}/intendedDeploymentProfile", Beta,
        Related(&autopilot::SET, "intendedDeploymentProfile", None)),
    get("/deviceManagement/managedDeviceOverview",     Both, Only(&states::OVERVIEW_SET)),
    get("/deviceManagement/deviceConfigurationDeviceStateSummaries", Both, Only(&states::CONFIGURATION_SUMMARY_SET)),
    get("/deviceManagement/deviceCompliancePolicyDeviceStateSummary", Both, Only(&states::COMPLIANCE_SUMMARY_SET)),
    get("/policies/deviceRegistrationPolicy",          Both, Only(&policies::REGISTRATION_SET)),
    get("/policies/mobileDeviceManagementPolicies",    Beta, List(&policies::MDM_SET)),
    get("/policies/mobileDeviceManagementPolicies/{id}", Beta, One(&policies::MDM_SET)),
    get("/policies/mobileDeviceManagementPolicies/{id}/includedGroups", Beta, Related(&policies::MDM_SET, "includedGroups", None)),
    get("/deviceManagement/managedDevices/{id}/deviceCategory", Both, Related(&managed::SET, "deviceCategory", None)),
    get("/deviceManagement/windowsAutopilotSettings",  Beta, Only(&settings::SET)),
    get("/deviceManagement/importedWindowsAutopilotDeviceIdentities",      Both, List(&imported::SET)),
    get("/deviceManagement/importedWindowsAutopilotDeviceIdentities/{id}", Both, One(&imported::SET)),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles",      Beta, List(&profiles::SET)),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}", Beta, One(&profiles::SET)),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments", Beta,
        Related(&profiles::SET, "assignments", None)),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignments/{id}", Beta,
        OneRelated(&profiles::SET, "assignments")),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices", Beta,
        Related(&profiles::SET, "assignedDevices", None)),
    get("/deviceManagement/windowsAutopilotDeploymentProfiles/{id}/assignedDevices/{id}", Beta,
        OneRelated(&profiles::SET, "assignedDevices")),
    get("/deviceManagement/managedDevices",            Both, List(&managed::SET)),
    get("/deviceManagement/managedDevices/{id}",       Both, One(&managed::SET)),
    get("/deviceManagement/managedDevices/{id}/users", Both, Related(&managed::SET, "users", None)),
    get("/deviceManagement/domainJoinConnectors",      Beta, List(&connectors::SET)),
    get("/deviceManagement/domainJoinConnectors/{id}", Beta, One(&connectors::SET)),
    get("/deviceManagement/deviceConfigurations",      Both, List(&configurations::SET)),
    get("/deviceManagement/deviceConfigurations/{id}", Both, One(&configurations::SET)),
    get("/deviceManagement/deviceConfigurations/{id}/assignments", Both,
        Related(&configurations::SET, "assignments", None)),
    get("/deviceManagement/deviceConfigurations/{id}/assignments/{id}", Both,
        OneRelated(&configurations::SET, "assignments")),
    get("/deviceManagement/deviceEnrollmentConfigurations",      Both, List(&enrollment::SET)),
    get("/deviceManagement/deviceEnrollmentConfigurations/{id}", Both, One(&enrollment::SET)),
    get("/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments", Both,
        Related(&enrollment::SET, "assignments", None)),
    get("/deviceManagement/deviceEnrollmentConfigurations/{id}/assignments/{id}", Both,
        OneRelated(&enrollment::SET, "assignments")),
];

/// All types that are described.
pub const TYPES: &[&EntityType] = &[
    &entity::ENTITY,
    &entity::DIRECTORY_OBJECT,
    &devices::DEVICE,
    &devices::ALTERNATIVE_SECURITY_ID,
    &devices::EXTENSION_ATTRIBUTES,
    &groups::GROUP,
    &users::USER,
    &groups::PROCESSING_STATUS,
    &users::PASSWORD_PROFILE,
    &users::LICENSE_DETAILS,
    &users::PLAN_INFO,
    &directory::SUBSCRIBED_SKU,
    &directory::UNITS,
    &users::ASSIGNED_LICENSE,
    &users::ASSIGNED_PLAN,
    &organization::ORGANIZATION,
    &organization::VERIFIED_DOMAIN,
    &domains::DOMAIN,
    &autopilot::IDENTITY,
    &settings::SETTINGS,
    &imported::IMPORTED,
    &imported::STATE,
    &profiles::PROFILE,
    &profiles::HYBRID,
    &profiles::ENTRA,
    &profiles::EXPERIENCE,
    &profiles::EXPERIENCE_BEFORE_2024,
    &profiles::ASSIGNMENT,
    &assignments::TARGET,
    &assignments::GROUP_TARGET,
    &assignments::EXCLUSION_TARGET,
    &assignments::ALL_DEVICES_TARGET,
    &assignments::ALL_USERS_TARGET,
    &managed::MANAGED_DEVICE,
    &managed::ACTION_RESULT,
    &managed::DEVICE_CATEGORY,
    &policies::REGISTRATION_POLICY,
    &policies::MOBILITY,
    &policies::MDM,
    &states::DEVICE_STATUS,
    &states::USER_STATUS,
    &states::DEVICE_OVERVIEW,
    &states::USER_OVERVIEW,
    &states::GROUP_ASSIGNMENT,
    &states::CONFIGURATION_STATE,
    &states::POLICY_STATE,
    &states::PROTECTION_STATE,
    &states::OVERVIEW,
    &states::SYSTEMS,
    &states::EXCHANGE,
    &states::CONFIGURATION_SUMMARY,
    &states::COMPLIANCE_SUMMARY,
    &connectors::CONNECTOR,
    &configurations::CONFIGURATION,
    &configurations::DOMAIN_JOIN,
    &configurations::ASSIGNMENT,
    &enrollment::CONFIGURATION,
    &enrollment::STATUS_PAGE,
    &enrollment::ASSIGNMENT,
];

/// All types that are described.
pub(super) fn types() -> impl Iterator<Item = &'static EntityType> {
    TYPES.iter().copied().chain(bag::types())
}

/// The sets that routes of a version list.
pub(super) fn sets(version: Version) -> impl Iterator<Item = &'static Set> {
    let of = move |route: &&Route| route.versions.has(version);
    ROUTES.iter().filter(of).filter_map(|route| match route.does {
        Does::Show(Shows::List(set)) => Some(set),
        _ => None,
    })
}

/// The sets of a version whose changes can be asked for.
pub(super) fn tracked(version: Version) -> impl Iterator<Item = &'static Set> {
    let of = move |route: &&Route| route.versions.has(version);
    ROUTES.iter().filter(of).filter_map(|route| match route.does {
        Does::Show(Shows::Delta(set)) => Some(set),
        _ => None,
    })
}

/// A route that fits a path.
pub(super) struct Found<'p> {
    pub route: &'static Route,
    /// The keys in the path, from left to right.
    pub keys: Vec<&'p str>,
    /// Whether `/$count` follows.
    pub counted: bool,
}

/// All routes: those that answer, those that change something, and those that the service refuses.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().chain(operations::ROUTES.iter().copied().flatten()).chain(bag::routes()).chain(operations::routes())
}

/// The routes by how their paths begin, so that a request looks at few of them.
static BY_BEGINNING: LazyLock<BTreeMap<String, Vec<&'static Route>>> = LazyLock::new(|| {
    let mut index: BTreeMap<String, Vec<&'static Route>> = BTreeMap::new();
    for route in routes() {
        let names = steps(route.template).map(|step| step.split('(').next().unwrap_or_default());
        index.entry(beginning(names)).or_default().push(route);
    }
    index
});

/// The first segment of a path; of Intune's, which begin alike, the second.
fn beginning<'p>(mut names: impl Iterator<Item = &'p str>) -> String {
    let first = names.next().unwrap_or_default().to_ascii_lowercase();
    match first.as_str() {
        "devicemanagement" => names.next().map(str::to_ascii_lowercase).unwrap_or(first),
        _ => first,
    }
}

/// Finds the route of a path.
pub(super) fn find(method: Method, target: &Target) -> Result<Found<'_>, GraphError> {
    let parts = parts(&target.segments);
    let (counted, path) = match parts.split_last() {
        Some((Part::Name("$count"), path)) if !path.is_empty() => (true, path),
        _ => (false, parts.as_slice()),
    };
    let names = || path.iter().map(Part::text);
    let known = BY_BEGINNING.get(&beginning(names()));
    let mut best = usize::from(names().next().is_some_and(|name| name.eq_ignore_ascii_case("deviceManagement")));
    let mut other = None;
    for route in known.into_iter().flatten() {
        let (fitting, keys) = fit(route.template, path);
        let whole = fitting == path.len() && fitting == steps(route.template).count();
        let fits = whole && (!counted || route.does.is_many(target.version));
        match (route.method == method, route.versions.has(target.version)) {
            (true, true) if fits => match route.does {
                Does::Refuse(ty) => return Err(refused(method, ty, &keys, route, target.version)),
                _ => return Ok(Found { route, keys, counted }),
            },
            // A method that the path has, but not in this version, is refused as one that it does not have.
            (_, same_version) if fits => {
                let elsewhere = method != Method::Get && route.does.about().family == Family::Directory;
                if same_version || elsewhere {
                    other = Some((*route, keys));
                }
            }
            _ => {}
        }
        if route.versions.has(target.version) {
            best = best.max(fitting);
        }
    }
    if let Some((route, keys)) = other {
        return Err(refused(method, route.does.about(), &keys, route, target.version));
    }
    let segment = parts.get(best).or(parts.last()).map_or("", Part::text).to_owned();
    Err(GraphError::NoSegment { segment, version: target.version })
}

/// The refusal of a method: the directory says that it is not allowed, Intune that it has no route.
fn refused(method: Method, ty: &EntityType, keys: &[&str], route: &Route, version: Version) -> GraphError {
    let Family::Intune(front_end) = ty.family else {
        return Refusal::plain(405, "Request_BadRequest", NOT_ALLOWED).into();
    };
    let (mut shape, mut path, mut keys) = (String::from("~"), String::new(), keys.iter());
    for (nth, step) in steps(route.template).enumerate() {
        match step {
            "{id}" => {
                shape.push_str("/key");
                path.extend(["('", keys.next().copied().unwrap_or_default(), "')"]);
            }
            _ => {
                shape.push_str(match nth {
                    0 if step == "deviceManagement" => "/singleton",
                    0 => "/entityset",
                    _ if step.contains('.') => "/cast",
                    _ => "/navigation",
                });
                path.extend(["/", step]);
            }
        }
    }
    let _ = version;
    let message = format!(
        "No OData route exists that match template {shape} with http verb {} for request /{front_end}{path}.",
        method.word()
    );
    Refusal::plain(400, "No method match route template", message).into()
}

impl Does {
    /// The type of what the route is about.
    pub fn about(&self) -> &'static EntityType {
        match self {
            Self::Show(
                Shows::List(set)
                | Shows::Delta(set)
                | Shows::Only(set)
                | Shows::One(set)
                | Shows::OneBy(set, _)
                | Shows::Related(set, ..)
                | Shows::OneRelated(set, _),
            ) => set.declared,
            Self::Change(change) => change.on.declared,
            Self::Refuse(ty) => ty,
        }
    }

    /// Whether the answer is a collection.
    pub(super) fn is_many(&self, version: Version) -> bool {
        match self {
            Self::Show(Shows::List(_)) => true,
            Self::Show(Shows::Related(set, name, _)) => navigation(set, name, version).is_some_and(|n| n.many),
            _ => false,
        }
    }
}

impl Shows {
    /// The types that what is answered may be of, the declared one first.
    pub(super) fn types(&self, version: Version) -> Vec<&'static EntityType> {
        match self {
            Self::List(set) | Self::Only(set) | Self::Delta(set) | Self::One(set) | Self::OneBy(set, _) => {
                [&[set.declared], set.holds].concat()
            }
            Self::Related(_, _, Some(cast)) => vec![cast],
            Self::Related(set, name, None) | Self::OneRelated(set, name) => {
                navigation(set, name, version).map_or_else(Vec::new, |n| [&[n.declared], n.holds].concat())
            }
        }
    }
}

/// The relationship that a route goes along.
pub(super) fn navigation(set: &Set, name: &str, version: Version) -> Option<&'static super::Navigation> {
    set.declared.navigation(name, version).or_else(|| set.holds.iter().find_map(|ty| ty.navigation(name, version)))
}

/// A step of a path.
#[derive(Debug, Clone, Copy)]
enum Part<'p> {
    Name(&'p str),
    Key(&'p str),
    /// A segment with a named key: its name, the key's name, the key.
    Named(&'p str, &'p str, &'p str),
    /// A segment with nothing in its parentheses.
    Call(&'p str),
    /// A segment with other things in its parentheses.
    Other(&'p str),
}

impl<'p> Part<'p> {
    fn text(&self) -> &'p str {
        match self {
            Self::Name(text) | Self::Key(text) | Self::Named(text, ..) | Self::Call(text) | Self::Other(text) => text,
        }
    }
}

fn parts(segments: &[PathSegment]) -> Vec<Part<'_>> {
    let mut parts = Vec::with_capacity(segments.len() + 2);
    for segment in segments {
        let name = segment.name.as_str();
        match &segment.arguments {
            Arguments::None if name.eq_ignore_ascii_case("$count") => parts.push(Part::Name("$count")),
            Arguments::None => parts.push(Part::Name(name)),
            Arguments::Empty => parts.push(Part::Call(name)),
            Arguments::Key(key) => parts.extend([Part::Name(name), Part::Key(key)]),
            Arguments::Named(named) => match named.as_slice() {
                [(key, value)] => parts.push(Part::Named(name, key, value)),
                _ => parts.push(Part::Other(name)),
            },
        }
    }
    parts
}

fn steps(template: &str) -> impl Iterator<Item = &str> {
    template.split('/').filter(|step| !step.is_empty())
}

/// How many steps of the path fit the template, and the keys in them.
fn fit<'p>(template: &str, path: &[Part<'p>]) -> (usize, Vec<&'p str>) {
    let (mut keys, mut fitting) = (Vec::new(), 0);
    for (step, part) in steps(template).zip(path) {
        let fits = match (step, part) {
            // Names that begin with a dollar sign are the protocol's.
            ("{id}", Part::Name(key)) if key.starts_with('$') || is_qualified(key) => None,
            ("{id}", Part::Name(key) | Part::Key(key)) => Some(Some(*key)),
            (step, Part::Call(name)) => is_function(step, name).then_some(None),
            (step, Part::Name(name)) => (same(step, name) || is_function(step, name)).then_some(None),
            (step, Part::Named(name, key, value)) => {
                let expected = step.strip_suffix("={id})").and_then(|step| step.split_once('('));
                let same = expected.is_some_and(|(step, k)| step.eq_ignore_ascii_case(name) && k == *key);
                same.then_some(Some(*value))
            }
            _ => None,
        };
        let Some(key) = fits else { break };
        keys.extend(key);
        fitting += 1;
    }
    (fitting, keys)
}

/// Whether a step is a function, and the name its, with or without namespace.
fn is_function(step: &str, name: &str) -> bool {
    let Some(function) = step.strip_suffix("()") else { return false };
    let bare = ["microsoft.graph.", "graph."].into_iter().find_map(|space| {
        name.get(..space.len()).filter(|start| start.eq_ignore_ascii_case(space)).map(|_| &name[space.len()..])
    });
    function.eq_ignore_ascii_case(bare.unwrap_or(name))
}

/// Whether it is the name of a type or an operation, which no key in a segment of its own can be.
fn is_qualified(name: &str) -> bool {
    let begins = |space: &str| name.get(..space.len()).is_some_and(|start| start.eq_ignore_ascii_case(space));
    begins("microsoft.graph.") || begins("graph.")
}

/// Segments compare without case, and casts may leave out `microsoft.`.
fn same(step: &str, name: &str) -> bool {
    let short = step.strip_prefix("microsoft.").filter(|step| step.starts_with("graph."));
    let is = |name: &str| step.eq_ignore_ascii_case(name);
    // Actions may carry their namespace.
    let bare = || {
        ["microsoft.graph.", "graph."]
            .iter()
            .find_map(|space| name.get(..space.len())?.eq_ignore_ascii_case(space).then(|| &name[space.len()..]))
    };
    is(name) || short.is_some_and(|short| short.eq_ignore_ascii_case(name)) || bare().is_some_and(is)
}

/// A target with the signed-in user in the place of `me`.
pub(super) fn as_user(target: &str, user: Option<sim_core::Guid>) -> Result<std::borrow::Cow<'_, str>, GraphError> {
    let path = target.trim_start_matches('/');
    let Some((version, rest)) = path.split_once('/') else { return Ok(target.into()) };
    let end = rest.find(['/', '?', '(']).unwrap_or(rest.len());
    if !rest[..end].eq_ignore_ascii_case("me") {
        return Ok(target.into());
    }
    match user {
        Some(user) => Ok(format!("/{version}/users/{user}{}", &rest[end..]).into()),
        None => {
            let message = "/me request is only valid with delegated authentication flow.";
            Err(Refusal::plain(400, "BadRequest", message).into())
        }
    }
}
