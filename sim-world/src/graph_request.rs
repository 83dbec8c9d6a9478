//! Requests to Microsoft Graph that a scenario makes.

use crate::World;
use crate::command::{CommandError, Reply};
use serde_json::Value;
use sim_core::Guid;
use sim_graph::graph::{self, Caller, Ids, Method, Principal, Strictness};

/// A request, with what must come of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphRequest {
    /// The method.
    pub method: Method,
    /// The target. `{name}` stands for an id that was kept.
    pub target: String,
    /// The body, with names as in the target.
    pub body: Option<Value>,
    /// The user who asks, by UPN; none for an application.
    pub who: Option<String>,
    /// The status that must be answered.
    pub status: Option<u32>,
    /// How many entities must be answered.
    pub count: Option<u32>,
    /// What the answer must have.
    pub has: Option<Value>,
    /// The name under which the id of what is answered is kept.
    pub keep: Option<String>,
    /// The line of the file.
    pub line: u32,
}

impl GraphRequest {
    /// Whether it says what must come of it.
    fn expects(&self) -> bool {
        self.status.is_some() || self.count.is_some() || self.has.is_some()
    }

    /// What must come of it, in a line.
    fn expected(&self) -> String {
        let mut text = format!("{} {}", self.method.word(), self.target);
        if let Some(status) = self.status {
            text.push_str(&format!(" answers {status}"));
        }
        if let Some(count) = self.count {
            text.push_str(&format!(" with {count} items"));
        }
        if let Some(has) = &self.has {
            text.push_str(&format!(" having {has}"));
        }
        text
    }
}

/// Carries out a request. Without expectations an error is a refusal.
pub(crate) fn carry_out(world: &mut World, request: &GraphRequest) -> Result<Reply, CommandError> {
    let target = world.with_kept(&request.target);
    let body = request.body.as_ref().map(|body| world.with_kept(&body.to_string())).unwrap_or_default();
    let principal = Principal { user: user(world, request)?, ..Principal::ANYBODY };
    let reply = send(world, request.method, target, body, principal);
    let answer: Value = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    if let (Some(name), true) = (&request.keep, reply.status < 300) {
        let found = answer.pointer("/value/0/id").or(answer.get("id")).and_then(Value::as_str);
        let id =
            found.ok_or_else(|| CommandError::Refused(format!("nothing to keep as {name}: no id was answered")))?;
        world.kept.insert(name.clone(), id.to_owned());
    }
    let saw = saw(&reply, &answer);
    if !request.expects() {
        return if reply.status < 400 { Ok(Reply::Done) } else { Err(CommandError::Refused(saw)) };
    }
    let ok = match request.status {
        Some(status) => u32::from(reply.status) == status,
        None => reply.status < 400,
    };
    let items = answer.get("value").and_then(Value::as_array).map_or(1, Vec::len);
    let counted = request.count.is_none_or(|count| items == count as usize);
    let has = request.has.as_ref().is_none_or(|has| crate::check::includes(&answer, has));
    Ok(Reply::Judged { ok: ok && counted && has, expected: request.expected(), saw })
}

fn user(world: &World, request: &GraphRequest) -> Result<Option<Guid>, CommandError> {
    let Some(upn) = &request.who else { return Ok(None) };
    let found = world.tenant().user(upn, world.cx()).map(|user| world.tenant().user_record(user).id);
    found.map(Some).ok_or_else(|| CommandError::Refused(format!("there is no user {upn}")))
}

fn send(world: &mut World, method: Method, target: String, body: String, principal: Principal) -> graph::Reply {
    if method == Method::Get {
        let caller =
            Caller { principal: &principal, strictness: Strictness::Wire { eventual: true }, ..Caller::default() };
        return world.graph(&target, &caller);
    }
    let request = graph::Request {
        method,
        target,
        root: graph::ROOT.to_owned(),
        content_type: "application/json".to_owned(),
        body: body.into_bytes(),
        principal,
        ids: Ids::default(),
    };
    let prepared = world.with_source(|source| graph::prepare(source, &request));
    match prepared {
        Ok(prepared) => {
            let outcome = prepared.run(&mut world.tenant, &mut world.cx);
            world.with_source(|source| outcome.reply(source, &request))
        }
        Err(error) => error.reply(request.ids, world.now()),
    }
}

/// What was answered, in a line.
fn saw(reply: &graph::Reply, answer: &Value) -> String {
    match answer.get("error") {
        Some(error) => {
            let text = |name| error.get(name).and_then(Value::as_str).unwrap_or_default();
            format!("status {} {}: {}", reply.status, text("code"), text("message"))
        }
        None => format!("status {}", reply.status),
    }
}
