//! Requests to the sign-in service, and how they are answered.

use super::vault::{Opened, random, user_code};
use super::{SignIn, now, pages};
use crate::host::WorldHandle;
use crate::listen::http::{Connection, Shared, body, header, root};
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderName, LOCATION, PRAGMA,
    STRICT_TRANSPORT_SECURITY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sim_core::{Guid, SimTime};
use sim_graph::sign_in::{
    self, Address, Attempt, Authorization, Directory, Endpoint, Exchange, Form, Outcome, Protocol, Realm, Redirect,
    SignInError, TokenRequest,
};
use sim_world::World;

const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-ms-request-id");

/// A request, taken apart.
struct Asked<'a> {
    sign_in: &'a SignIn,
    world: &'a WorldHandle,
    segment: String,
    endpoint: Endpoint,
    rest: String,
    method: Method,
    /// What follows the question mark, as it came.
    query: String,
    /// The parameters of the query.
    asked: Form,
    /// The parameters of the body, and of `Authorization: Basic`.
    sent: Form,
    /// The address by which the client came.
    root: String,
    trace: Guid,
    correlation: Guid,
    /// The client sent its own correlation id.
    correlated: bool,
}

/// What goes out.
struct Reply {
    status: u16,
    kind: &'static str,
    body: String,
    location: Option<String>,
    public: bool,
}

type Answer = Result<Reply, SignInError>;

/// Answers a request to the sign-in service.
pub(crate) async fn answer(shared: &Shared, request: Request) -> Response {
    let Some(address) = Address::of(request.uri().path()) else {
        return plain(StatusCode::NOT_FOUND, "text/plain", String::new());
    };
    let connection = request.extensions().get::<Connection>().copied();
    let correlation =
        header(request.headers(), &CLIENT_REQUEST_ID).and_then(|id| id.trim_matches(['{', '}']).parse().ok());
    let query = request.uri().query().unwrap_or_default().to_owned();
    let mut asked = Asked {
        sign_in: &shared.sign_in,
        world: &shared.world,
        segment: address.segment.to_owned(),
        endpoint: address.endpoint,
        rest: address.rest.to_owned(),
        method: request.method().clone(),
        asked: Form::read(&query),
        query,
        sent: Form::default(),
        root: connection.map_or_else(String::new, |connection| root(&request, connection)),
        trace: shared.request_id(),
        correlation: correlation.unwrap_or_else(|| shared.request_id()),
        correlated: correlation.is_some(),
    };
    let basic = header(request.headers(), &AUTHORIZATION).and_then(basic);
    if asked.method == Method::POST {
        match body(request.into_body(), shared.limits).await {
            Ok(bytes) => asked.sent = Form::read(&String::from_utf8_lossy(&bytes)),
            Err(error) => return plain(error.status(), "text/plain", String::new()),
        }
    }
    if let Some((id, secret)) = basic {
        asked.sent.add("client_id", &id);
        asked.sent.add("client_secret", &secret);
    }
    let timestamp = timestamp();
    let ids = Exchange { trace: asked.trace, correlation: asked.correlation, timestamp: &timestamp };
    let reply = asked.answer(&ids).await.unwrap_or_else(|why| asked.refusal(&why, &ids));
    respond(&asked, reply)
}

impl Asked<'_> {
    async fn answer(&self, ids: &Exchange<'_>) -> Answer {
        match self.endpoint {
            Endpoint::Configuration(protocol) => {
                let found = self.read(|d| sign_in::configuration(&d, &self.segment, protocol, &self.root))?;
                Ok(Reply::public(&found))
            }
            Endpoint::Keys => Ok(Reply::public(&self.sign_in.keys().await.published)),
            Endpoint::Instance => Ok(self.instance(ids)),
            Endpoint::UserRealm => Ok(Reply::public(&self.user_realm())),
            Endpoint::Token(protocol) => self.token(protocol).await,
            Endpoint::DeviceCode(protocol) => self.device_code(protocol),
            Endpoint::Authorize(protocol) => self.authorize(protocol, ids),
            Endpoint::Login => self.log_in(ids).await,
            Endpoint::DeviceAuth => self.device_auth().await,
            Endpoint::Logout => Ok(self.log_out()),
        }
    }

    fn read<R>(&self, look: impl FnOnce(Directory<'_>) -> R) -> R {
        self.world.read(|world| look(directory(world)))
    }

    /// A client is answered in JSON, a person with a page.
    fn refusal(&self, why: &SignInError, ids: &Exchange<'_>) -> Reply {
        if matches!(self.endpoint, Endpoint::Authorize(_) | Endpoint::Login | Endpoint::DeviceAuth) {
            let title = "Sorry, but we\u{2019}re having trouble signing you in.";
            return Reply::page(pages::message(title, &why.description(ids)));
        }
        let (status, body) = why.body(ids);
        // Documents are of the kind that web pages read, too.
        let public = matches!(self.endpoint, Endpoint::Configuration(_));
        Reply { status, kind: JSON, body: body.to_string(), location: None, public }
    }

    fn instance(&self, ids: &Exchange<'_>) -> Reply {
        let own = self.root.split_once("://").map_or("", |(_, host)| host);
        let authority = self.asked.get("authorization_endpoint").unwrap_or_default();
        match sign_in::instance(authority, own) {
            Some(found) => Reply::public(&found),
            None => {
                let (status, body) = SignInError::invalid_instance().body(ids);
                Reply { status, kind: JSON, body: body.to_string(), location: None, public: true }
            }
        }
    }

    fn user_realm(&self) -> Value {
        let named = self.asked.get("user").or(self.asked.get("login"));
        let upn = named.map_or_else(
            || Form::read(&format!("u={}", self.rest)).get("u").unwrap_or_default().to_owned(),
            str::to_owned,
        );
        let version = self.asked.get("api-version").unwrap_or("2.0");
        self.read(|directory| sign_in::user_realm(&directory, &upn, version))
    }

    async fn vault(&self) -> Opened<'_> {
        let lockout = self.read(|d| (d.tenant.sign_in.lockout_threshold, d.tenant.sign_in.lockout_duration.secs()));
        Opened { keys: self.sign_in.keys().await, memory: &self.sign_in.0.memory, lockout }
    }

    fn needs_post(&self) -> Result<(), SignInError> {
        if self.method == Method::POST { Ok(()) } else { Err(SignInError::post_only(self.method.as_str())) }
    }

    async fn token(&self, protocol: Protocol) -> Answer {
        self.needs_post()?;
        let vault = self.vault().await;
        let request = TokenRequest { segment: &self.segment, protocol, form: &self.sent, now: now() };
        let outcome = self.read(|directory| sign_in::token(&directory, &request, &vault))?;
        Ok(Reply::json(&match outcome {
            Outcome::Nonce => json!({ "Nonce": random() }),
            // Signing takes a while: the world is not kept waiting for it.
            Outcome::Issued(issued) => issued.answer(&|claims| vault.keys.sign(claims), &|grant| vault.seal(grant)),
        }))
    }

    fn device_code(&self, protocol: Protocol) -> Answer {
        self.needs_post()?;
        let flow = self.read(|directory| {
            let realm = Realm::of(&self.segment, directory.tenant, directory.cx);
            sign_in::begin_device_flow(&directory, realm, protocol, &self.sent, now(), user_code())
        })?;
        // Whoever came by the service's own name is sent to the short address that people know.
        let official = self.root.ends_with("://login.microsoftonline.com");
        let uri = match official {
            true => "https://microsoft.com/devicelogin".to_owned(),
            false => format!("{}/common/oauth2/deviceauth", self.root),
        };
        let (device_code, user_code) = (random() + &random(), flow.user_code.clone());
        let message = format!(
            "To sign in, use a web browser to open the page {uri} and enter the code {user_code} to authenticate."
        );
        let (life, interval) = (flow.grant.expires - flow.grant.issued, flow.interval());
        let mut body = json!({ "user_code": user_code, "device_code": device_code });
        match protocol {
            Protocol::V1 => {
                body["verification_url"] = uri.into();
                body["expires_in"] = life.to_string().into();
                body["interval"] = interval.to_string().into();
            }
            Protocol::V2 => {
                body["verification_uri"] = uri.into();
                body["expires_in"] = life.into();
                body["interval"] = interval.into();
            }
        }
        body["message"] = message.into();
        self.sign_in.0.memory.keep(device_code, flow)?;
        Ok(Reply::json(&body))
    }

    fn authorize(&self, protocol: Protocol, ids: &Exchange<'_>) -> Answer {
        let mut form = self.asked.clone();
        self.sent.pairs().for_each(|(name, value)| form.add(name, value));
        self.read(|d| Realm::of(&self.segment, d.tenant, d.cx).map(drop))?;
        let authorization = self.read(|directory| Authorization::of(&directory, protocol, &form))?;
        if form.get("prompt") == Some("none") {
            // Nobody stays signed in here.
            let why = SignInError::login_required();
            return Ok(Reply::redirect(&authorization.redirect(&sign_in::Response::Refused(&why, *ids))));
        }
        Ok(Reply::page(self.sign_in_page(protocol, &authorization, &authorization.login_hint, None)))
    }

    fn sign_in_page(
        &self,
        protocol: Protocol,
        authorization: &Authorization,
        user: &str,
        wrong: Option<&str>,
    ) -> String {
        let version = if protocol == Protocol::V1 { "1" } else { "2" };
        // What came by a form is not in the query: pages are asked for by address.
        let query = self.query.strip_prefix("protocol=1&").or(self.query.strip_prefix("protocol=2&"));
        let query = query.unwrap_or(&self.query);
        let action = format!("/{}/login?protocol={version}&{query}", self.segment);
        let client = &authorization.client_name;
        pages::sign_in(&pages::SignInPage { action: &action, client, user, device: None, wrong })
    }

    async fn log_in(&self, ids: &Exchange<'_>) -> Answer {
        self.needs_post()?;
        let protocol = if self.asked.get("protocol") == Some("1") { Protocol::V1 } else { Protocol::V2 };
        let authorization = self.read(|directory| Authorization::of(&directory, protocol, &self.asked))?;
        if self.sent.get("cancel").is_some() {
            let why = SignInError::declined();
            return Ok(Reply::redirect(&authorization.redirect(&sign_in::Response::Refused(&why, *ids))));
        }
        let (attempt, vault) = (self.attempt(), self.vault().await);
        let granted = self.read(|directory| {
            let realm = Realm::of(&self.segment, directory.tenant, directory.cx)?;
            let user = sign_in::sign_in_user(&directory, realm, attempt, &vault)?;
            Ok(sign_in::signed_in(&directory, &authorization, user, attempt.second_factor, now()))
        });
        match granted {
            Ok(grant) => {
                let code = vault.seal(&grant);
                Ok(Reply::redirect(&authorization.redirect(&sign_in::Response::Code(&code))))
            }
            Err(why) => {
                let why: SignInError = why;
                let wrong = why.description(ids);
                Ok(Reply::page(self.sign_in_page(protocol, &authorization, attempt.upn, Some(&wrong))))
            }
        }
    }

    fn attempt(&self) -> Attempt<'_> {
        let sent = |name| self.sent.get(name).unwrap_or_default();
        let second_factor = self.sent.get("second_factor").is_some();
        Attempt { upn: sent("username"), password: sent("password"), second_factor }
    }

    async fn device_auth(&self) -> Answer {
        let code = self.sent.get("otc").or(self.asked.get("otc")).unwrap_or_default().trim().to_ascii_uppercase();
        let page = |client: &str, wrong: Option<&str>| {
            let (action, user) = ("/common/oauth2/deviceauth", self.attempt().upn.to_owned());
            Reply::page(pages::sign_in(&pages::SignInPage { action, client, user: &user, device: Some(&code), wrong }))
        };
        let flows = &self.sign_in.0.memory.flows;
        let (now, vault) = (now(), self.vault().await);
        let waiting = flows.iter().find(|flow| flow.user_code == code && flow.is_waiting(now));
        let waiting = waiting.map(|flow| (flow.key().clone(), flow.client_name.clone()));
        if self.method != Method::POST {
            return Ok(page(waiting.as_ref().map_or("", |(_, client)| client), None));
        }
        let Some((device_code, client)) = waiting else {
            return Ok(page("", Some("That code didn't work. Check the code and try again.")));
        };
        let change = |change: &mut dyn FnMut(&mut sign_in::DeviceFlow)| {
            if let Some(mut flow) = flows.get_mut(&device_code) {
                change(&mut flow);
            }
        };
        if self.sent.get("cancel").is_some() {
            change(&mut |flow| flow.decline());
            return Ok(Reply::page(pages::message("Declined", "You can close this window.")));
        }
        let attempt = self.attempt();
        let signed_in =
            self.read(|directory| sign_in::sign_in_user(&directory, Realm::Any, attempt, &vault).map(|user| user.id));
        match signed_in {
            Ok(user) => {
                change(&mut |flow| flow.confirm(user, attempt.second_factor));
                let text = format!(
                    "You have signed in to the {client} application on your device. You may now close this window."
                );
                Ok(Reply::page(pages::message(&client, &text)))
            }
            Err(why) => Ok(page(&client, Some(&format!("AADSTS{}: {why}", why.number())))),
        }
    }

    fn log_out(&self) -> Reply {
        let to = self.asked.get("post_logout_redirect_uri").filter(|uri| sign_in::is_web_address(uri));
        match to {
            Some(uri) => Reply::redirect(&Redirect::To(uri.to_owned())),
            None => {
                let text = "It's a good idea to close all browser windows.";
                Reply::page(pages::message("You signed out of your account", text))
            }
        }
    }
}

fn directory(world: &World) -> Directory<'_> {
    Directory { tenant: world.tenant(), cx: world.cx() }
}

const JSON: &str = "application/json; charset=utf-8";

impl Reply {
    fn json(value: &Value) -> Self {
        Self { status: 200, kind: JSON, body: value.to_string(), location: None, public: false }
    }

    /// A document that web pages may read.
    fn public(value: &Value) -> Self {
        Self { public: true, ..Self::json(value) }
    }

    fn page(body: String) -> Self {
        Self { status: 200, kind: "text/html; charset=utf-8", body, location: None, public: false }
    }

    fn redirect(to: &Redirect) -> Self {
        match to {
            Redirect::Post { .. } => Self::page(pages::post(to)),
            Redirect::To(uri) => Self { status: 302, location: Some(uri.clone()), ..Self::page(String::new()) },
        }
    }
}

fn respond(asked: &Asked<'_>, reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, reply.kind, reply.body);
    let headers = response.headers_mut();
    let id = |id: Guid| HeaderValue::try_from(id.to_string()).unwrap_or(HeaderValue::from_static(""));
    headers.insert(REQUEST_ID, id(asked.trace));
    if asked.correlated {
        headers.insert(CLIENT_REQUEST_ID, id(asked.correlation));
    }
    if reply.public {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    }
    if let Some(to) = reply.location.and_then(|to| HeaderValue::try_from(to).ok()) {
        headers.insert(LOCATION, to);
    }
    response
}

fn plain(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store, no-cache"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    response
}

/// Reads `Basic` credentials. Both parts are encoded as in a form (RFC 6749, 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, text) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let form = Form::read(&format!("id={id}&secret={secret}"));
    Some((form.get("id")?.to_owned(), form.get("secret").unwrap_or_default().to_owned()))
}

/// The clock on the wall, as errors say it.
fn timestamp() -> String {
    let text = SimTime::from_unix_millis(now() * 1000).to_string();
    text.replace('T', " ")
}
