//! `$batch`: several requests in one body.
//!
//! [`Batch::read`] takes the body, then whoever carries requests out asks for the [`due`](Batch::due) one and says what
//! came of it, until [`Batch::reply`] is the answer to the whole. So a batch is a loop over the way that every request goes.
//!
//! Source: Graph's page on JSON batching: at most 20 requests, ids without regard to case, what depends on a failure is
//! answered with 424, no batches within batches. The sentence on write requests is that of public issues; those that are
//! not known are marked *assumed*.

use super::{GraphError, Ids, Reply};
use crate::odata::Version;
use serde_json::{Map, Value, json};
use sim_core::SimTime;

/// Requests of one batch (documented).
const MAX_REQUESTS: usize = 20;

/// One request of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchItem {
    /// What the client calls it.
    pub id: String,
    /// The method, in capitals.
    pub method: String,
    /// The target, with the version of the batch.
    pub target: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// The positions of those that have to succeed first.
    depends_on: Vec<usize>,
}

/// A batch that is being carried out.
#[derive(Debug)]
pub struct Batch {
    items: Vec<BatchItem>,
    /// What came of each.
    answers: Vec<Option<Answered>>,
    /// In the order in which they were answered.
    order: Vec<usize>,
    current: Option<usize>,
}

#[derive(Debug)]
struct Answered {
    status: u16,
    headers: Map<String, Value>,
    body: Value,
}

impl Batch {
    /// Reads the body of a batch.
    ///
    /// # Errors
    ///
    /// What is wrong with the whole: then nothing of it is carried out.
    pub fn read(version: Version, body: &[u8]) -> Result<Self, GraphError> {
        let parsed: Value = serde_json::from_slice(body).map_err(|_| wrong("Invalid batch payload format."))?;
        let requests = parsed.get("requests").and_then(Value::as_array);
        let requests = requests.ok_or_else(|| wrong("Invalid batch payload format."))?;
        if requests.len() > MAX_REQUESTS {
            return Err(wrong(&format!("Number of batch request steps exceeds max value of {MAX_REQUESTS}.")));
        }
        let mut items = requests.iter().map(|request| item(version, request)).collect::<Result<Vec<_>, _>>()?;
        for (nth, item) in items.iter().enumerate() {
            if items[..nth].iter().any(|other| other.id.eq_ignore_ascii_case(&item.id)) {
                // Assumed.
                return Err(wrong(&format!("Request Id : {} is not unique.", item.id)));
            }
        }
        for (nth, request) in requests.iter().enumerate() {
            items[nth].depends_on = dependencies(request, &items)?;
        }
        if has_circle(&items) {
            // Assumed.
            return Err(wrong("The dependsOn property of the batch requests leads back to itself."));
        }
        let answers = items.iter().map(|_| None).collect();
        Ok(Self { items, answers, order: Vec::new(), current: None })
    }

    /// The next request to carry out. Those whose dependencies failed are answered on the way.
    pub fn due(&mut self) -> Option<&BatchItem> {
        loop {
            let ready = |nth: &usize| {
                self.answers[*nth].is_none()
                    && self.items[*nth].depends_on.iter().all(|other| self.answers[*other].is_some())
            };
            let nth = (0..self.items.len()).find(ready)?;
            let failed = |other: &usize| self.answers[*other].as_ref().is_some_and(|answer| answer.status >= 400);
            if !self.items[nth].depends_on.iter().any(failed) {
                self.current = Some(nth);
                return self.items.get(nth);
            }
            let error =
                json!({ "code": "FailedDependency", "message": "A request that this one depends on has failed." });
            self.settle(nth, Answered { status: 424, headers: json_header(), body: json!({ "error": error }) });
        }
    }

    /// What came of the request that was asked for last.
    pub fn answered(&mut self, reply: Reply) {
        let Some(nth) = self.current.take() else { return };
        let mut headers = Map::new();
        if !reply.content_type.is_empty() {
            headers.insert("Content-Type".to_owned(), reply.content_type.into());
        }
        headers.extend(reply.headers.into_iter().map(|(name, value)| (capitals(name), value.into())));
        let body = match serde_json::from_str(&reply.body) {
            Ok(body) => body,
            Err(_) if reply.body.is_empty() => Value::Null,
            Err(_) => {
                use base64::Engine as _;
                base64::engine::general_purpose::STANDARD.encode(&reply.body).into()
            }
        };
        self.settle(nth, Answered { status: reply.status, headers, body });
    }

    fn settle(&mut self, nth: usize, answer: Answered) {
        self.answers[nth] = Some(answer);
        self.order.push(nth);
    }

    /// The answer to the whole.
    pub fn reply(mut self) -> Reply {
        let mut responses = Vec::new();
        for nth in self.order {
            let Some(Answered { status, headers, body }) = self.answers[nth].take() else { continue };
            let mut response = Map::new();
            response.insert("id".to_owned(), self.items[nth].id.as_str().into());
            response.insert("status".to_owned(), status.into());
            if !headers.is_empty() {
                response.insert("headers".to_owned(), headers.into());
            }
            if !body.is_null() {
                response.insert("body".to_owned(), body);
            }
            responses.push(Value::Object(response));
        }
        let body = json!({ "responses": responses }).to_string();
        Reply { status: 200, content_type: "application/json", body, headers: Vec::new() }
    }
}

/// Carries a whole batch out, one request after the other.
pub fn batch(
    version: Version,
    body: &[u8],
    ids: Ids,
    now: SimTime,
    answer: &mut dyn FnMut(&BatchItem) -> Reply,
) -> Reply {
    let mut batch = match Batch::read(version, body) {
        Ok(batch) => batch,
        Err(error) => return error.reply(ids, now),
    };
    while let Some(item) = batch.due() {
        let reply = answer(item);
        batch.answered(reply);
    }
    batch.reply()
}

fn wrong(message: &str) -> GraphError {
    GraphError::Plain { status: 400, code: "BadRequest", message: message.to_owned() }
}

fn item(version: Version, request: &Value) -> Result<BatchItem, GraphError> {
    let id = match request.get("id") {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        // Assumed, as the next two.
        _ => return Err(wrong("Request Id is missing or is not a string in the batch payload.")),
    };
    let text = |name: &str| request.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let method = text("method").ok_or_else(|| wrong(&format!("Request id : {id} does not have a method.")))?;
    let url = text("url").ok_or_else(|| wrong(&format!("Request id : {id} does not have a url.")))?;
    let method = method.to_ascii_uppercase();
    let headers: Vec<(String, String)> = match request.get("headers") {
        Some(Value::Object(headers)) => {
            let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
            headers.iter().map(|(name, header)| (name.clone(), value(header))).collect()
        }
        _ => Vec::new(),
    };
    let body = match request.get("body") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => {
            use base64::Engine as _;
            let decoded = base64::engine::general_purpose::STANDARD.decode(text);
            Some(decoded.unwrap_or_else(|_| text.clone().into_bytes()))
        }
        Some(body) => Some(body.to_string().into_bytes()),
    };
    let typed = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    let writes = matches!(method.as_str(), "POST" | "PATCH" | "PUT");
    if (writes && body.is_none()) || (body.is_some() && !typed) {
        return Err(wrong(&format!("Write request id : {id} does not contain Content-Type header or body.")));
    }
    let target = format!("/{version}/{}", url.trim_start_matches('/'));
    Ok(BatchItem { id, method, target, headers, body: body.unwrap_or_default(), depends_on: Vec::new() })
}

fn dependencies(request: &Value, items: &[BatchItem]) -> Result<Vec<usize>, GraphError> {
    let listed = match request.get("dependsOn") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed.as_slice(),
        Some(single) => std::slice::from_ref(single),
    };
    let position = |id: &Value| {
        let id = id.as_str().map_or_else(|| id.to_string(), ToOwned::to_owned);
        let found = items.iter().position(|item| item.id.eq_ignore_ascii_case(&id));
        // Assumed.
        found.ok_or_else(|| {
            wrong(&format!("The dependsOn property names the request id {id}, which is not in the batch."))
        })
    };
    listed.iter().map(position).collect()
}

fn has_circle(items: &[BatchItem]) -> bool {
    let mut done = vec![false; items.len()];
    loop {
        let ready = |nth: &usize| !done[*nth] && items[*nth].depends_on.iter().all(|other| done[*other]);
        match (0..items.len()).find(ready) {
            Some(nth) => done[nth] = true,
            None => return done.contains(&false),
        }
    }
}

fn json_header() -> Map<String, Value> {
    [("Content-Type".to_owned(), "application/json".into())].into_iter().collect()
}

/// `preference-applied` as `Preference-Applied`.
fn capitals(name: &str) -> String {
    let mut start = true;
    let capital = |c: char| {
        let shown = if start { c.to_ascii_uppercase() } else { c };
        start = c == '-';
        shown
    };
    name.chars().map(capital).collect()
}
