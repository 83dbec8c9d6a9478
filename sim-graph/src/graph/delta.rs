//! `/devices/delta` and its kin: what there is, and from then on what has changed.
//!
//! Source: Graph's page on delta queries and the operations' pages: pages of all objects first, the last with a link that
//! leads to later changes; `$deltatoken=latest` gives that link alone; `$select` is remembered in the links; removed
//! objects carry `@removed`, and groups name who came and went in `members@delta`.

use super::answer::{Answer, Shape};
use super::entity::{Item, Value};
use super::error::GraphError;
use super::page::link;
use super::read::Asked;
use super::route::Set;
use super::selection::{Of, Selection};
use super::{devices, groups, json, users};
use crate::changes::{Member, Tracked};
use crate::odata::{CompareOp, Expr, Filter, Literal, Segment};
use crate::{Group, Tenant};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sim_core::{Guid, Id, SimTime};

/// What changed in a collection, or a page of it.
#[derive(Debug)]
pub struct Delta<'t> {
    shape: Shape<'t>,
    entries: Vec<Entry>,
    /// `@odata.nextLink` or `@odata.deltaLink`, without scheme and host.
    link: (&'static str, String),
}

/// One object that is there, changed, or went.
#[derive(Debug)]
struct Entry {
    item: Item,
    /// Why it is gone, if it is: `deleted`, or `changed` if it can be restored.
    removed: Option<&'static str>,
    /// Whether its properties are shown: a group goes on over pages with its members alone.
    shows_properties: bool,
    /// Who came (true) and went.
    members: Vec<(Item, bool)>,
}

/// Members that one page names of one group; our choice.
const MEMBERS: usize = 1000;

/// Objects of a page that nobody asked for; assumed, as of lists.
const DEFAULT_PAGE: usize = 100;

/// The largest page.
const LARGEST_PAGE: usize = 999;

/// Ids that a filter may name (Graph's page on delta queries).
const MAX_IDS: usize = 50;

impl Delta<'_> {
    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes the body.
    pub(super) fn write(&self, root: &str, out: &mut String) {
        let shape = &self.shape;
        out.push('{');
        shape.context(out, root, &format!("{}{}", shape.context, shape.selection.context()));
        let (name, link) = &self.link;
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        json::text(out, &format!("{root}{link}"));
        out.push_str(",\"value\":[");
        for (nth, entry) in self.entries.iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            self.entry(entry, root, out);
        }
        out.push_str("]}");
    }

    fn entry(&self, entry: &Entry, root: &str, out: &mut String) {
        let shape = &self.shape;
        let id = json::key_text(&entry.item.key(&shape.source));
        if let Some(reason) = entry.removed {
            out.push_str("{\"id\":");
            json::text(out, &id);
            out.push_str(",\"@removed\":{\"reason\":\"");
            out.push_str(reason);
            out.push_str("\"}}");
            return;
        }
        if entry.shows_properties {
            let plan = shape.selection.plan(entry.item.ty, shape.version);
            shape.writer(root).object(out, "", shape.declared, entry.item, &plan);
            // A selection that leaves the id out is answered with it all the same.
            if !plan.properties.iter().any(|shown| shown.property.name == "id") {
                out.pop();
                if !out.ends_with('{') {
                    out.push(',');
                }
                out.push_str("\"id\":");
                json::text(out, &id);
                out.push('}');
            }
        } else {
            out.push_str("{\"id\":");
            json::text(out, &id);
            out.push('}');
        }
        if entry.members.is_empty() {
            return;
        }
        out.pop();
        out.push_str(",\"members@delta\":[");
        for (nth, (member, came)) in entry.members.iter().enumerate() {
            out.push_str(if nth > 0 { ",{\"@odata.type\":\"#" } else { "{\"@odata.type\":\"#" });
            out.push_str(member.ty.name);
            out.push_str("\",\"id\":");
            json::text(out, &json::key_text(&member.key(&shape.source)));
            out.push_str(if *came { "}" } else { ",\"@removed\":{\"reason\":\"deleted\"}}" });
        }
        out.push_str("]}");
    }
}

/// Answers a delta request.
pub(super) fn answer<'t>(asked: Asked<'_, 't>, set: &'static Set) -> Result<Answer<'t>, GraphError> {
    let Asked { source, version, query, .. } = asked;
    let kind = kind(set).unwrap_or(Tracked::Devices);
    refuse(asked)?;
    let changes = source.tenant.watch_changes();
    let now = source.tenant.version;
    let latest = query.deltatoken.as_deref().is_some_and(|token| token.eq_ignore_ascii_case("latest"));
    let token = match query.skiptoken.as_deref().or(query.deltatoken.as_deref()).filter(|_| !latest) {
        Some(text) => {
            let token = Token::read(text).filter(|token| token.kind == kind as u8).ok_or(GraphError::DeltaToken)?;
            let life = source.tenant.knobs.delta_token_life;
            let expired = SimTime::from_unix_millis(token.made) + life < source.cx.now();
            let known = token.from.is_none_or(|from| changes.knows(kind, from)) && changes.knows(kind, token.until);
            if expired || token.until > now || !known {
                return Err(GraphError::DeltaToken);
            }
            match query.skiptoken {
                Some(_) => token,
                // The link to changes: from its end to now.
                None => Token { from: Some(token.until), until: now, row: 0, part: 0, ..token },
            }
        }
        None => Token {
            kind: kind as u8,
            from: None,
            until: now,
            made: source.cx.now().unix_millis(),
            row: 0,
            part: 0,
            select: query.select.as_ref().map(|names| names.join(",")).unwrap_or_default(),
            ids: query.filter.as_ref().map_or(Ok(Vec::new()), ids)?,
        },
    };
    let names: Option<Vec<String>> =
        (!token.select.is_empty()).then(|| token.select.split(',').map(ToOwned::to_owned).collect());
    let of = Of { declared: set.declared, types: set.holds, version, strictness: asked.caller.strictness };
    let selection = Selection::read(names.as_deref(), None, of)?;
    let shape = Shape {
        source,
        version,
        declared: set.declared.name,
        context: set.path.to_owned(),
        selection,
        preferences: asked.caller.preferences,
    };
    let wanted = asked.caller.preferences.max_page_size.map_or(DEFAULT_PAGE, |size| size as usize);
    let members = kind == Tracked::Groups && wants_members(names.as_deref());
    let page = Page { asked, kind, token: &token, size: wanted.min(LARGEST_PAGE), members };
    let (entries, rest) = if latest { (Vec::new(), None) } else { page.entries() };
    let (name, option, next) = match rest {
        Some((row, part)) => ("@odata.nextLink", "$skiptoken", Token { row, part, ..token }),
        // What changes while pages are followed comes with the first changes.
        None => {
            let made = source.cx.now().unix_millis();
            ("@odata.deltaLink", "$deltatoken", Token { from: None, made, row: 0, part: 0, ..token })
        }
    };
    let text = asked.text.split('?').next().unwrap_or_default();
    Ok(Answer::Delta(Delta { shape, entries, link: (name, link(text, &[], option, &next.write())) }))
}

/// Which kind of directory object a set holds.
pub(super) fn kind(set: &Set) -> Option<Tracked> {
    Some(match set.path {
        "devices" => Tracked::Devices,
        "groups" => Tracked::Groups,
        "users" => Tracked::Users,
        _ => return None,
    })
}

/// Refuses the options that delta queries do not have.
fn refuse(asked: Asked<'_, '_>) -> Result<(), GraphError> {
    let query = asked.query;
    let given = [
        ("$expand", query.expand.is_some()),
        ("$orderby", !query.orderby.is_empty()),
        ("$top", query.top.is_some()),
        ("$skip", query.skip.is_some()),
        ("$search", query.search.is_some()),
        ("$count", query.count == Some(true)),
    ];
    match given.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(GraphError::unsupported(format!(
            "The query option '{option}' is not supported in differential queries."
        ))),
        None => Ok(()),
    }
}

fn wants_members(select: Option<&[String]>) -> bool {
    select.is_none_or(|names| names.iter().any(|name| name == "members"))
}

/// The ids of a filter `id eq '…' or id eq '…'`, which is the only one.
fn ids(filter: &Filter) -> Result<Vec<Guid>, GraphError> {
    let parts = match filter.root() {
        Expr::Or(parts) => parts.as_slice(),
        single => std::slice::from_ref(single),
    };
    let id = |part: &Expr| {
        let Expr::Compare(CompareOp::Eq, left, right) = part else { return None };
        let (Expr::Path(path), Expr::Literal(value)) = (&**left, &**right) else { return None };
        let is_id = matches!(path.segments(), [Segment::Property(name)] if name == "id");
        match value {
            Literal::Text(text) if is_id => text.parse().ok(),
            Literal::Guid(guid) if is_id => Some(Guid::from_u128(*guid)),
            _ => None,
        }
    };
    let found: Option<Vec<Guid>> = parts.iter().map(id).collect();
    found.filter(|ids| ids.len() <= MAX_IDS).ok_or_else(|| {
        GraphError::unsupported("The specified filter to the differential query is currently not supported.")
    })
}

/// One page of what is there, or changed.
struct Page<'a, 't> {
    asked: Asked<'a, 't>,
    kind: Tracked,
    token: &'a Token,
    size: usize,
    /// Whether members are named.
    members: bool,
}

impl Page<'_, '_> {
    /// The objects, and where the next page begins: row, and members of it that were named.
    fn entries(&self) -> (Vec<Entry>, Option<(u32, u32)>) {
        let tenant = self.asked.source.tenant;
        let changed = match self.token.from {
            Some(from) if self.members => tenant.changes.members_since(from),
            _ => std::collections::BTreeSet::new(),
        };
        let rows = match self.kind {
            Tracked::Devices => tenant.entra_devices.len(),
            Tracked::Groups => tenant.groups.len(),
            Tracked::Users => tenant.users.len(),
        };
        let mut entries = Vec::new();
        for row in self.token.row..u32::try_from(rows).unwrap_or(u32::MAX) {
            let item = item(self.kind, row);
            if !self.wants(item) {
                continue;
            }
            let gone = gone(tenant, self.kind, row);
            let touched = self.token.from.is_none_or(|from| tenant.changes.has_changed(self.kind, row, from));
            let mut members: Vec<(Item, bool)> = match self.token.from {
                _ if gone.is_some() || !self.members => Vec::new(),
                None => all_members(tenant, Id::new(row)).map(|member| (member_item(member), true)).collect(),
                Some(_) => {
                    let of_group = changed.iter().filter(|(group, _)| group.row() == row);
                    of_group.map(|(group, member)| (member_item(*member), is_member(tenant, *group, *member))).collect()
                }
            };
            let named = if row == self.token.row { self.token.part as usize } else { 0 };
            let skip = if (!touched && members.is_empty()) || (self.token.from.is_none() && gone.is_some()) {
                true
            } else {
                named > 0 && named >= members.len()
            };
            if skip {
                continue;
            }
            if entries.len() == self.size {
                return (entries, Some((row, 0)));
            }
            members.drain(..named.min(members.len()));
            let more = members.len() > MEMBERS;
            members.truncate(MEMBERS);
            let shows_properties = named == 0 && touched;
            entries.push(Entry { item, removed: gone, shows_properties, members });
            if more {
                let part = u32::try_from(named + MEMBERS).unwrap_or(u32::MAX);
                return (entries, Some((row, part)));
            }
        }
        (entries, None)
    }

    fn wants(&self, item: Item) -> bool {
        let ids = &self.token.ids;
        ids.is_empty() || matches!(item.key(&self.asked.source), Value::Guid(id) if ids.contains(&id))
    }
}

fn item(kind: Tracked, row: u32) -> Item {
    match kind {
        Tracked::Devices => devices::item(Id::new(row)),
        Tracked::Groups => groups::item(Id::new(row)),
        Tracked::Users => users::item(Id::new(row)),
    }
}

/// Why an object is gone: users can be restored, devices and security groups cannot.
fn gone(tenant: &Tenant, kind: Tracked, row: u32) -> Option<&'static str> {
    match kind {
        Tracked::Devices => tenant.entra_devices[Id::new(row)].deleted.then_some("deleted"),
        Tracked::Groups => tenant.groups[Id::new(row)].deleted.then_some("deleted"),
        Tracked::Users => tenant.users[Id::new(row)].deleted.then_some("changed"),
    }
}

fn all_members(tenant: &Tenant, group: Id<Group>) -> impl Iterator<Item = Member> + '_ {
    let group = &tenant.groups[group];
    group.devices.iter().map(Member::Device).chain(group.users.iter().copied().map(Member::User))
}

fn is_member(tenant: &Tenant, group: Id<Group>, member: Member) -> bool {
    let group = &tenant.groups[group];
    match member {
        Member::Device(id) => group.devices.contains(id),
        Member::User(id) => group.users.contains(&id),
    }
}

fn member_item(member: Member) -> Item {
    match member {
        Member::Device(id) => devices::item(id),
        Member::User(id) => users::item(id),
    }
}

/// An entity is not as readers saw it before.
pub(super) fn touch(tenant: &mut Tenant, item: Item) {
    match item.ty.name {
        "microsoft.graph.device" => tenant.touch_device(Id::new(item.row.id)),
        "microsoft.graph.group" => tenant.touch_group(Id::new(item.row.id)),
        "microsoft.graph.user" => tenant.touch_user(Id::new(item.row.id)),
        _ => tenant.version += 1,
    }
}

/// What the links hold.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    kind: u8,
    /// The version after which changes are asked for; none for all there is.
    from: Option<u64>,
    /// The version up to which the client knows everything once it has followed all pages.
    until: u64,
    /// When it was made: milliseconds since 1970.
    made: i64,
    /// Where the page begins.
    row: u32,
    part: u32,
    /// `$select` of the first request.
    select: String,
    /// The ids of its `$filter`.
    ids: Vec<Guid>,
}

impl Token {
    const MARK: &'static [u8] = b"DSdt\x00\x01";

    fn write(&self) -> String {
        let mut bytes = Self::MARK.to_vec();
        bytes.push(self.kind);
        for number in [self.from.map_or(0, |from| from + 1), self.until, self.made.cast_unsigned()] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(&self.row.to_be_bytes());
        bytes.extend_from_slice(&self.part.to_be_bytes());
        bytes.push(u8::try_from(self.ids.len()).unwrap_or(u8::MAX));
        self.ids.iter().for_each(|id| bytes.extend_from_slice(&id.as_u128().to_be_bytes()));
        bytes.extend_from_slice(self.select.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let rest = bytes.strip_prefix(Self::MARK)?;
        let (&kind, rest) = rest.split_first()?;
        let (from, rest) = rest.split_first_chunk().map(|(bytes, rest)| (u64::from_be_bytes(*bytes), rest))?;
        let (until, rest) = rest.split_first_chunk().map(|(bytes, rest)| (u64::from_be_bytes(*bytes), rest))?;
        let (made, rest) = rest.split_first_chunk().map(|(bytes, rest)| (i64::from_be_bytes(*bytes), rest))?;
        let (row, rest) = rest.split_first_chunk().map(|(bytes, rest)| (u32::from_be_bytes(*bytes), rest))?;
        let (part, rest) = rest.split_first_chunk().map(|(bytes, rest)| (u32::from_be_bytes(*bytes), rest))?;
        let (&amount, mut rest) = rest.split_first()?;
        let mut ids = Vec::new();
        for _ in 0..amount {
            let (id, after) = rest.split_first_chunk()?;
            ids.push(Guid::from_u128(u128::from_be_bytes(*id)));
            rest = after;
        }
        // An instant that no simulated clock shows is not ours.
        let made = (SimTime::FIRST.unix_millis()..=SimTime::LAST.unix_millis()).contains(&made).then_some(made)?;
        let select = String::from_utf8(rest.to_vec()).ok()?;
        Some(Self { kind, from: from.checked_sub(1), until, made, row, part, select, ids })
    }
}
