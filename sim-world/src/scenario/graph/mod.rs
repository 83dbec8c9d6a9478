//! Requests to Microsoft Graph as steps: what a file says of them, what may be wrong with it, and the command it becomes.

use super::document::{Diagnostic, Diagnostics, Spanned, choice, section};
use crate::command;
use crate::graph_request::GraphRequest;
use sim_core::schedule::QueueKind;
use sim_core::trace::Keep;
use sim_core::{Cx, SimTime};
use sim_graph::graph::{self, Coverage, Method};
use sim_graph::{Tenant, TenantKnobs};

choice! {
    /// The method of a request, with its target.
    pub enum Request {
        /// What is read.
        get => Get(Spanned<String>),
        /// What is made, or an action.
        post => Post(Spanned<String>),
        /// What is changed.
        patch => Patch(Spanned<String>),
        /// What is put in the place of another.
        put => Put(Spanned<String>),
        /// What is deleted.
        delete => Delete(Spanned<String>),
    }
}

section! {
    /// A request to Microsoft Graph. `{name}` in its target or body is the id that an earlier request kept under that name.
    pub struct GraphStep {
        /// The method and the target, as in `post: /beta/groups`.
        #[embed]
        request: Request,
        /// The body, written as YAML.
        body: Option<serde_json::Value>,
        /// The user who asks; by default an application that may do everything.
        r#as: Option<Spanned<String>>,
        /// The status that must be answered; by default anything but an error.
        status: Option<u32>,
        /// So many entities must be answered.
        count: Option<u32>,
        /// What the answer must have. Texts are compared as they are.
        has: Option<serde_json::Value>,
        /// Keep the id of what is answered, of the first of several, under this name.
        keep: Option<Spanned<String>>,
    }
}

impl Request {
    fn parts(&self) -> (Method, &Spanned<String>) {
        match self {
            Self::Get(target) => (Method::Get, target),
            Self::Post(target) => (Method::Post, target),
            Self::Patch(target) => (Method::Patch, target),
            Self::Put(target) => (Method::Put, target),
            Self::Delete(target) => (Method::Delete, target),
        }
    }
}

/// Looks for what is wrong with a step whatever the tenant holds: a path that Graph does not have.
pub(super) fn check(step: &GraphStep, out: &mut Diagnostics) {
    let (method, target) = step.request.parts();
    let mut cx = Cx::new(SimTime::FIRST, 0, Keep::Nothing, QueueKind::default());
    let tenant = Tenant::new("", TenantKnobs::default(), &mut cx);
    let source = graph::Source { tenant: &tenant, cx: &cx, sid_of: &|_, _| None };
    if graph::coverage(&source, method, &plain(target)) == Coverage::Unknown {
        let message = format!("Graph has no `{} {}`", method.word(), target.value);
        let help = "paths begin with `/v1.0/` or `/beta/`; docs/graph-coverage.md lists them";
        out.report(Diagnostic::error("scenario::graph_request", target.span, message).label("here").help(help));
    }
}

/// The target with ids that nobody has in the place of names, and without its query.
fn plain(target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        out.extend([before, "00000000-0000-0000-0000-000000000001"]);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    out + rest
}

/// The command that a step becomes.
pub(super) fn build(step: &GraphStep, line: u32) -> command::Action {
    let (method, target) = step.request.parts();
    command::Action::Graph(Box::new(GraphRequest {
        method,
        target: target.value.clone(),
        body: step.body.clone(),
        who: step.r#as.as_ref().map(|who| who.value.clone()),
        status: step.status,
        count: step.count,
        has: step.has.clone(),
        keep: step.keep.as_ref().map(|name| name.value.clone()),
        line,
    }))
}
