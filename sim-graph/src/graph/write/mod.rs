//! Requests that change the tenant.
//!
//! A request is looked at first, with the tenant as it is: [`prepare`] finds its route, reads its body against the
//! tables, and has the operation decide. What comes of that is a [`Prepared`] change, which cannot fail; so a request
//! that is refused has changed nothing. [`Prepared::run`] carries it out, and [`Outcome::reply`] shows what came of it
//! once everything that it causes without delay has happened.

mod body;
mod lenient;
mod refusal;

pub(super) use body::{Body, last_key};
pub(super) use refusal::Form;
pub use refusal::Refusal;

use super::answer::{Answer, Collection, Shape, Single};
use super::entity::{EntityType, Family, Item, Navigation, Source};
use super::error::GraphError;
use super::route::{self, Change, Does, Method, Set, Takes};
use super::selection::Selection;
use super::{Ids, Preferences, Principal, Reply, read};
use crate::odata::{Target, Version};
use crate::{Tenant, kinds};
use body::Judge;
use sim_core::Cx;

/// A request that wants something changed, as it can be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The target: path and query.
    pub target: String,
    /// The address that the version follows, without a slash at its end.
    pub root: String,
    /// `Content-Type`; empty for none.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    /// Who asks.
    pub principal: Principal,
    /// The ids of the exchange.
    pub ids: Ids,
}

/// A change that may be made, and that cannot fail.
pub struct Prepared {
    what: What,
    method: Method,
    path: String,
    who: String,
    version: Version,
    /// The entity that the path leads to.
    about: Option<Item>,
}

/// What an operation wants done: a function of the tenant.
pub(super) type Act = Box<dyn FnOnce(&mut Tenant, &mut Cx) -> Outcome>;

/// An operation of a route: looks at the tenant and says what is to be done, or why not.
pub type Operation = for<'c> fn(&Call<'c>) -> Result<Prepares, GraphError>;

/// What an operation says is to be done.
pub struct Prepares(What);

/// A change, or an answer that needs none.
enum What {
    Change(Act),
    Answer(Outcome),
}

impl Prepares {
    /// Nothing is to be done: the answer is known.
    pub(super) fn answer(outcome: Outcome) -> Self {
        Self(What::Answer(outcome))
    }
}

/// A request as its operation sees it.
pub struct Call<'c> {
    pub(super) source: &'c Source<'c>,
    pub(super) version: Version,
    /// The set that the route begins with.
    pub(super) set: &'static Set,
    /// The relationship that it goes along.
    pub(super) part: Option<&'static Navigation>,
    /// The keys in the path.
    pub(super) keys: Vec<&'c str>,
    /// The entity of the first key.
    pub(super) item: Option<Item>,
    /// The related entity of the second key.
    pub(super) related: Option<Item>,
    pub(super) body: Body,
    pub(super) form: Form,
}

/// What came of a change.
#[derive(Debug)]
pub struct Outcome {
    status: u16,
    shows: Shows,
    version: Version,
}

#[derive(Debug)]
enum Shows {
    Nothing,
    /// An entity, by what follows `$metadata#`.
    One {
        context: String,
        declared: &'static EntityType,
        item: Item,
    },
    /// Entities.
    Many {
        context: String,
        declared: &'static EntityType,
        items: Vec<Item>,
    },
    /// A value, by what follows `$metadata#`.
    Value {
        context: String,
        value: serde_json::Value,
    },
}

/// Looks whether a request may do what it asks for.
///
/// # Errors
///
/// Why not. Nothing has changed then.
pub fn prepare(source: &Source<'_>, request: &Request) -> Result<Prepared, GraphError> {
    let text = route::as_user(&request.target, request.principal.user)?;
    let target = Target::parse(&text)?;
    let version = target.version;
    let found = route::find(request.method, &target)?;
    let Does::Change(change) = found.route.does else {
        return Err(Refusal::plain(405, "Request_BadRequest", NOT_ALLOWED).into());
    };
    let call = call(source, request, version, change, found.keys)?;
    let about = call.item;
    let Prepares(what) = (change.by)(&call)?;
    let user = request.principal.user.and_then(|id| source.tenant.user_by_id(id));
    let who = user.map_or("application", |user| source.cx.names.get(source.tenant.user_record(user).upn)).to_owned();
    let path = request.target.split('?').next().unwrap_or_default().to_owned();
    Ok(Prepared { what, about, method: request.method, path, who, version })
}

/// The sentence for a method that a path does not have.
pub(super) const NOT_ALLOWED: &str = "Specified HTTP method is not allowed for the request target.";

fn call<'c>(
    source: &'c Source<'c>,
    request: &'c Request,
    version: Version,
    change: Change,
    keys: Vec<&'c str>,
) -> Result<Call<'c>, GraphError> {
    let set = change.on;
    let key = |nth: usize| keys.get(nth).copied();
    let part = change.part.and_then(|name| route::navigation(set, name, version));
    let item = match key(0) {
        Some(key) => Some(match change.key {
            Some(name) => read::entity_by(source, set, name, key, version)?,
            None => read::entity(source, set, key, version)?,
        }),
        None => None,
    };
    let mut path = key(0).map_or_else(|| set.path.to_owned(), |key| format!("{}('{key}')", set.path));
    let mut related = None;
    if let (Some(part), Some(item)) = (part, item) {
        path.extend(["/", part.name]);
        if let Some(key) = key(1) {
            path.extend(["('", key, "')"]);
            let mut items = (part.get)(source, item.row);
            let found = items.find(|item| read::is_key(&item.key(source), key));
            let missing = || match set.declared.family {
                Family::Directory => GraphError::NoObject { id: key.to_owned() },
                Family::Intune(_) => read::no_entity(set, path.clone(), version),
            };
            related = Some(found.ok_or_else(missing)?);
        }
    }
    let form = Form { family: set.declared.family, path, version };
    let judge = Judge { version, family: form.family, form: &form };
    let body = match (change.takes, part) {
        (Takes::Nothing, _) => Body::empty(set.declared),
        (Takes::Parameters(ty), _) => judged(&judge, request, ty, &[])?,
        (Takes::Entity, Some(part)) => {
            let declared = related.map_or(part.declared, |item| item.ty);
            judged(&judge, request, declared, if related.is_some() { &[] } else { part.holds })?
        }
        (Takes::Entity, None) => {
            let declared = item.map_or(set.declared, |item| item.ty);
            judged(&judge, request, declared, if item.is_some() { &[] } else { set.holds })?
        }
    };
    Ok(Call { source, version, set, part, keys, item, related, body, form })
}

/// The body, if its media type is JSON's. What has no body needs no media type.
fn judged(
    judge: &Judge<'_>,
    request: &Request,
    declared: &'static EntityType,
    holds: &[&'static EntityType],
) -> Result<Body, GraphError> {
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Body::empty(declared));
    }
    let media_type = request.content_type.split(';').next().unwrap_or_default().trim();
    if media_type.is_empty() {
        let message = "Write requests (excluding DELETE) must contain the Content-Type header declaration.";
        return Err(Refusal::plain(400, "BadRequest", message).into());
    }
    if !media_type.eq_ignore_ascii_case("application/json") {
        let message = format!(
            "A supported MIME type could not be found that matches the content type of the request. None of the supported \
             type(s) 'application/json' matches the content type '{media_type}'."
        );
        return Err(Refusal::plain(415, "RequestBodyRead", message).into());
    }
    judge.read(&request.body, declared, holds)
}

impl Prepared {
    /// Makes the change. Its root record names who asked for what.
    pub fn run(self, tenant: &mut Tenant, cx: &mut Cx) -> Outcome {
        let act = match self.what {
            What::Change(act) => act,
            What::Answer(outcome) => return Outcome { version: self.version, ..outcome },
        };
        let (who, path) = (cx.name(&self.who), cx.name(&self.path));
        cx.tell(&kinds::GRAPH_REQUEST, who, &[self.method.word().into(), path.into()]);
        let outcome = act(tenant, cx);
        match self.about {
            Some(item) => super::delta::touch(tenant, item),
            None => tenant.version += 1,
        }
        Outcome { version: self.version, ..outcome }
    }
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("method", &self.method).field("path", &self.path).finish_non_exhaustive()
    }
}

/// Says what is to be done.
pub(super) fn act(act: impl FnOnce(&mut Tenant, &mut Cx) -> Outcome + 'static) -> Result<Prepares, GraphError> {
    Ok(Prepares(What::Change(Box::new(act))))
}

impl Outcome {
    const fn of(status: u16, shows: Shows) -> Self {
        Self { status, shows, version: Version::V1 }
    }

    /// Done, and nothing to be said: 204.
    pub(super) const fn done() -> Self {
        Self::of(204, Shows::Nothing)
    }

    /// Done, and nothing to be said, with another status.
    pub(super) const fn status(status: u16) -> Self {
        Self::of(status, Shows::Nothing)
    }

    /// An entity of a set was made: 201.
    pub(super) fn created(set: &'static Set, item: Item) -> Self {
        Self::of(201, Shows::One { context: set.path.to_owned(), declared: set.declared, item })
    }

    /// An entity of a set, as it is now: 200.
    pub(super) fn shown(set: &'static Set, item: Item) -> Self {
        Self { status: 200, ..Self::created(set, item) }
    }

    /// An entity, by what follows `$metadata#`: 200.
    pub(super) fn shown_in(context: String, declared: &'static EntityType, item: Item) -> Self {
        Self::created_in(context, declared, item).with_status(200)
    }

    /// A related entity was made: 201.
    pub(super) fn created_in(context: String, declared: &'static EntityType, item: Item) -> Self {
        Self::of(201, Shows::One { context, declared, item })
    }

    /// The same, of a certain status.
    pub(super) fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// Entities that an action gives back: 200.
    pub(super) fn items(context: impl Into<String>, declared: &'static EntityType, items: Vec<Item>) -> Self {
        Self::of(200, Shows::Many { context: context.into(), declared, items })
    }

    /// A value that an action gives back: 200. An object gets its context beside its members, anything else is its
    /// `value`.
    pub(super) fn value(context: impl Into<String>, value: serde_json::Value) -> Self {
        Self::of(200, Shows::Value { context: context.into(), value })
    }

    /// What a client sees of it, as the tenant is now.
    pub fn reply(&self, source: &Source<'_>, request: &Request) -> Reply {
        let (root, version) = (request.root.as_str(), self.version);
        let shape = |context: &str, declared: &'static EntityType| Shape {
            source: *source,
            version,
            declared: declared.name,
            context: context.to_owned(),
            selection: Selection::default(),
            preferences: Preferences::default(),
        };
        let mut body = String::new();
        let mut headers = Vec::new();
        match &self.shows {
            Shows::Nothing => {}
            Shows::One { context, declared, item } => {
                Answer::Item(Single { shape: shape(context, declared), item: *item }).write(root, &mut body);
                if self.status == 201 {
                    let key = super::json::key_text(&item.key(source));
                    headers.push(("location", format!("{root}/{version}/{context}('{key}')")));
                }
            }
            Shows::Many { context, declared, items } => {
                let shape = shape(context, declared);
                let collection = Collection { shape, items: items.clone(), count: None, next: None, paged: false };
                Answer::Collection(collection).write(root, &mut body);
            }
            Shows::Value { context, value } => {
                let mut out = serde_json::Map::new();
                out.insert("@odata.context".into(), format!("{root}/{version}/$metadata#{context}").into());
                match value {
                    serde_json::Value::Object(members) => out.extend(members.clone()),
                    other => drop(out.insert("value".into(), other.clone())),
                }
                body = serde_json::Value::Object(out).to_string();
            }
        }
        Reply { status: self.status, content_type: Preferences::default().content_type(), body, headers }
    }
}

impl<'c> Call<'c> {
    /// The entity of the first key.
    ///
    /// # Errors
    ///
    /// The route has no key: a mistake in the table of routes, which a test looks for.
    pub(super) fn item(&self) -> Result<Item, GraphError> {
        self.item.ok_or_else(|| self.form.bad("no entity"))
    }

    /// The row of the entity of the first key.
    pub(super) fn row<T>(&self) -> Result<sim_core::Id<T>, GraphError> {
        Ok(sim_core::Id::new(self.item()?.row.id))
    }

    /// What has to be given.
    pub(super) fn required(&self, names: &[&str]) -> Result<(), GraphError> {
        let missing = |name: &&&str| self.body.get(name).is_none_or(serde_json::Value::is_null);
        match names.iter().find(missing) {
            Some(name) => Err(Refusal::missing(&self.form, name, self.about()).into()),
            None => Ok(()),
        }
    }

    /// The type that refusals name: parameters of actions are of no type that clients know.
    fn about(&self) -> &'static EntityType {
        if self.body.ty.all().any(|ty| ty.key.is_some()) { self.body.ty } else { self.set.declared }
    }

    /// A value that is not taken.
    pub(super) fn invalid(&self, name: &str) -> GraphError {
        Refusal::invalid(&self.form, name, self.about()).into()
    }
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("path", &self.form.path).field("body", &self.body).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Prepares {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prepares")
    }
}
