//! The token endpoint: every way to get a token, and what tokens say.

use super::application::{Client, Proof};
use super::device_code::grant_of;
use super::endpoint::{Protocol, Realm};
use super::error::{self, SignInError};
use super::form::Form;
use super::grant::{Grant, Vault};
use super::scope::{Audience, DEFAULT, Wanted};
use super::user::{Attempt, sign_in};
use super::well_known::{APPLICATION_WID, GRAPH_ID, RESOURCES};
use super::{Directory, user};
use crate::User;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sim_core::{Guid, Key, Purpose, SimTime};

/// A request for a token.
#[derive(Debug, Clone, Copy)]
pub struct TokenRequest<'a> {
    /// The tenant, as it stands in the path.
    pub segment: &'a str,
    /// The protocol of the path.
    pub protocol: Protocol,
    /// What was sent.
    pub form: &'a Form,
    /// The clock on the wall, in seconds since 1970.
    pub now: i64,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Tokens.
    Issued(Box<Issued>),
    /// Something fresh for the client to sign.
    Nonce,
}

/// Tokens to be signed and sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct Issued {
    /// The claims of the access token.
    pub access: Value,
    /// The claims of the id token.
    pub id: Option<Value>,
    /// What the refresh token stands for.
    pub refresh: Option<Grant>,
    protocol: Protocol,
    life: i64,
    now: i64,
    scope: Option<String>,
    resource: String,
    client_info: Option<String>,
}

/// Tokens begin to be good so long before they are made, in seconds: clocks differ. Observed.
const BACKDATED: i64 = 300;

/// Answers a request for a token.
///
/// # Errors
///
/// Why there is none.
pub fn token(directory: &Directory<'_>, request: &TokenRequest<'_>, vault: &dyn Vault) -> Result<Outcome, SignInError> {
    let form = request.form;
    let kind = form.need("grant_type")?;
    if kind == "srv_challenge" {
        // Tools fetch it below any tenant.
        return Ok(Outcome::Nonce);
    }
    let realm = Realm::of(request.segment, directory.tenant, directory.cx)?;
    let (client, proof) = directory.authenticate(form, request.now, vault)?;
    let asked = Asked { directory, request, realm, client, proof, vault };
    let issued = match kind {
        "client_credentials" => asked.for_itself(),
        "password" => asked.by_password(),
        "authorization_code" => asked.by_code(),
        "refresh_token" => asked.by_refresh_token(),
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => asked.by_device_code(),
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => asked.on_behalf_of(),
        other => Err(error::GRANT_TYPE.of(&[&other])),
    };
    issued.map(|issued| Outcome::Issued(Box::new(issued)))
}

/// What a request asks for, by its protocol.
pub(super) fn wanted(protocol: Protocol, form: &Form) -> Result<Wanted, SignInError> {
    match (protocol, form.get("scope"), form.get("resource")) {
        (Protocol::V1, _, Some(resource)) => Ok(Wanted::of_resource(resource)),
        (Protocol::V1, None, None) => Err(error::MISSING.of(&[&"resource"])),
        (_, scope, _) => Wanted::of_scope(scope.unwrap_or_default()),
    }
}

/// Whether Graph takes tokens that are for that audience.
pub fn accepts_audience(audience: &str) -> bool {
    let plain = audience.strip_suffix('/').unwrap_or(audience);
    RESOURCES[0].uris.contains(&plain) || plain.parse() == Ok(GRAPH_ID)
}

/// A request of a client that is known.
struct Asked<'a, 't> {
    directory: &'a Directory<'t>,
    request: &'a TokenRequest<'a>,
    realm: Realm,
    client: Client<'t>,
    proof: Proof,
    vault: &'a dyn Vault,
}

/// Whom a token is for.
struct Subject<'t> {
    user: &'t User,
    scopes: Vec<String>,
    mfa: bool,
    nonce: Option<String>,
}

impl<'t> Asked<'_, 't> {
    fn for_itself(&self) -> Result<Issued, SignInError> {
        let Self { directory, request, client, .. } = self;
        match self.realm {
            Realm::Any => return Err(error::NO_TENANT.plain()),
            Realm::Consumers => return Err(error::CLIENT_NOT_FOUND.of(&[&client.app_id, &"Microsoft Accounts"])),
            Realm::Tenant => {}
        }
        if self.proof == Proof::None {
            return Err(error::CREDENTIALS_NEED_SECRET.plain());
        }
        let wanted = match (request.protocol, request.form.get("scope")) {
            (Protocol::V2, None) => return Err(error::MISSING.of(&[&"scope"])),
            (Protocol::V2, Some(scope)) => {
                let wanted = Wanted::of_scope(scope)?;
                if wanted.scopes != [DEFAULT] || wanted.resource.is_empty() {
                    return Err(error::NOT_DEFAULT.of(&[&scope]));
                }
                wanted
            }
            (Protocol::V1, _) => wanted(request.protocol, request.form)?,
        };
        let audience = directory.audience(&wanted.resource)?;
        let mut claims = self.claims(&audience);
        let principal = client.service_principal.to_string();
        claims["idtyp"] = "app".into();
        claims["oid"] = principal.as_str().into();
        claims["sub"] = principal.into();
        claims["wids"] = json!([APPLICATION_WID]);
        // An application without permissions has no such claim.
        let roles = directory.roles(client, &audience);
        if !roles.is_empty() {
            claims["roles"] = roles.into();
        }
        Ok(self.issued(claims, &audience))
    }

    fn by_password(&self) -> Result<Issued, SignInError> {
        self.needs_no_secret()?;
        let form = self.request.form;
        let wanted = wanted(self.request.protocol, form)?;
        let audience = self.directory.audience(&wanted.resource)?;
        let (upn, password) = (form.need("username")?, form.need("password")?);
        let attempt = Attempt { upn, password, second_factor: false };
        let user = sign_in(self.directory, self.realm, attempt, self.vault)?;
        self.for_user(user, &audience, &wanted, false, None)
    }

    fn by_code(&self) -> Result<Issued, SignInError> {
        self.needs_no_secret()?;
        let form = self.request.form;
        let code = form.need("code")?;
        let grant = self.granted(code).filter(|grant| !grant.refresh);
        let grant = grant.ok_or_else(|| error::MALFORMED_GRANT.plain())?;
        if grant.expires <= self.request.now {
            return Err(error::CODE_EXPIRED.plain());
        }
        let uri = form.get("redirect_uri").unwrap_or_default();
        let was = grant.redirect_uri.as_deref().unwrap_or_default();
        if uri != was {
            return Err(error::REPLY_ADDRESS.of(&[&uri, &was]));
        }
        if let Some(challenge) = &grant.challenge {
            let verifier = form.get("code_verifier").unwrap_or_default();
            let fits = if grant.plain_challenge {
                verifier == challenge
            } else {
                self.vault.sha256(verifier) == challenge.trim_end_matches('=')
            };
            if verifier.is_empty() || !fits {
                return Err(error::VERIFIER.plain());
            }
        }
        if !self.vault.redeem(code, grant.expires) {
            return Err(error::CODE_REDEEMED.plain());
        }
        self.redeemed(grant)
    }

    fn by_refresh_token(&self) -> Result<Issued, SignInError> {
        let grant = self.granted(self.request.form.need("refresh_token")?).filter(|grant| grant.refresh);
        let grant = grant.ok_or_else(|| error::MALFORMED_GRANT.plain())?;
        self.needs_no_secret()?;
        if grant.expires <= self.request.now {
            let issued = SimTime::from_unix_millis(grant.issued * 1000);
            let life = self.directory.tenant.sign_in.refresh_token_life.secs();
            let life = format!("{}.{:02}:{:02}:{:02}", life / 86_400, life / 3_600 % 24, life / 60 % 60, life % 60);
            return Err(error::REFRESH_EXPIRED.of(&[&issued, &life]));
        }
        self.redeemed(grant)
    }

    fn by_device_code(&self) -> Result<Issued, SignInError> {
        let form = self.request.form;
        let code = form.get("device_code").or(form.get("code"));
        let code = code.ok_or_else(|| error::MISSING.of(&[&"device_code"]))?;
        let grant = self.vault.poll(code, self.client.app_id)?;
        if !self.vault.redeem(code, grant.expires) {
            return Err(error::CODE_REDEEMED.plain());
        }
        self.redeemed(grant)
    }

    fn on_behalf_of(&self) -> Result<Issued, SignInError> {
        let form = self.request.form;
        if form.need("requested_token_use")? != "on_behalf_of" {
            return Err(error::GRANT_TYPE.of(&[&"urn:ietf:params:oauth:grant-type:jwt-bearer"]));
        }
        if self.proof == Proof::None {
            return Err(error::NEEDS_SECRET.plain());
        }
        let claims = self.vault.own(form.need("assertion")?).ok_or_else(|| error::ON_BEHALF_ASSERTION.plain())?;
        if claims["exp"].as_i64().is_none_or(|end| end <= self.request.now) {
            return Err(error::ON_BEHALF_TIME.plain());
        }
        let (audience, own) = (claims["aud"].as_str().unwrap_or_default(), self.client.app_id.to_string());
        if audience.strip_prefix("api://").unwrap_or(audience) != own {
            return Err(error::ON_BEHALF_AUDIENCE.of(&[&audience, &own]));
        }
        let user = self.directory.user_of(claims["oid"].as_str().unwrap_or_default())?;
        let wanted = wanted(self.request.protocol, form)?;
        let audience = self.directory.audience(&wanted.resource)?;
        self.for_user(user, &audience, &wanted, user::had_second_factor(&claims), None)
    }

    /// A client that signs users in proves itself, unless it is public.
    fn needs_no_secret(&self) -> Result<(), SignInError> {
        let confidential = self.client.registered.is_some_and(|app| !app.public_client);
        if self.directory.strict() && confidential && self.proof == Proof::None {
            return Err(error::NEEDS_SECRET.plain());
        }
        Ok(())
    }

    /// What a code or refresh token of this client and tenant stands for.
    fn granted(&self, sealed: &str) -> Option<Grant> {
        let grant = self.vault.open(sealed)?;
        let ours = grant.tenant == self.directory.tenant.id().to_string() && self.realm != Realm::Consumers;
        (ours && grant.client == self.client.app_id.to_string()).then_some(grant)
    }

    fn redeemed(&self, grant: Grant) -> Result<Issued, SignInError> {
        let user = self.directory.user_of(&grant.user)?;
        let form = self.request.form;
        let before = Wanted {
            resource: grant.resource.clone(),
            scopes: grant.scopes.clone(),
            openid: grant.openid,
            offline: grant.offline,
        };
        // A client may come back for less, or for another resource.
        let wanted = match (form.get("scope"), form.get("resource")) {
            (None, None) => before,
            _ => {
                let asked = wanted(self.request.protocol, form)?;
                let (openid, offline) = (before.openid || asked.openid, before.offline || asked.offline);
                let asked = if asked.scopes.is_empty() { before } else { asked };
                Wanted { openid, offline, ..asked }
            }
        };
        let audience = self.directory.audience(&wanted.resource)?;
        self.for_user(user, &audience, &wanted, grant.mfa, grant.nonce)
    }

    fn for_user(
        &self,
        user: &'t User,
        audience: &Audience,
        wanted: &Wanted,
        mfa: bool,
        nonce: Option<String>,
    ) -> Result<Issued, SignInError> {
        let directory = self.directory;
        let scopes = directory.scopes(&self.client, audience, wanted)?;
        let subject = Subject { user, scopes, mfa, nonce };
        let mut issued = self.issued(self.user_claims(audience, &subject), audience);
        issued.scope = Some(scope_text(wanted, &subject.scopes));
        if wanted.openid {
            issued.id = Some(self.id_claims(&subject));
        }
        if wanted.offline {
            let mut grant = grant_of(directory, &self.client.app_id, wanted, self.request.now);
            grant.refresh = true;
            grant.user = user.id.to_string();
            grant.mfa = mfa;
            grant.expires = self.request.now + directory.tenant.sign_in.refresh_token_life.secs();
            issued.refresh = Some(grant);
        }
        if self.request.form.get("client_info").is_some() {
            let info = json!({ "uid": user.id.to_string(), "utid": directory.tenant.id().to_string() });
            issued.client_info = Some(URL_SAFE_NO_PAD.encode(info.to_string()));
        }
        Ok(issued)
    }

    fn issued(&self, access: Value, audience: &Audience) -> Issued {
        Issued {
            access,
            id: None,
            refresh: None,
            protocol: self.request.protocol,
            life: self.directory.tenant.sign_in.access_token_life.secs(),
            now: self.request.now,
            scope: None,
            resource: audience.name.clone(),
            client_info: None,
        }
    }

    /// The claims that all access tokens have.
    ///
    /// Source: Access token claims reference (entra-docs, 2023).
    fn claims(&self, audience: &Audience) -> Value {
        let tenant = self.directory.tenant.id().to_string();
        let issuer = format!("https://sts.windows.net/{tenant}/");
        let begin = self.request.now - BACKDATED;
        json!({
            "aud": audience.name,
            "iss": issuer,
            "iat": begin,
            "nbf": begin,
            "exp": self.request.now + self.directory.tenant.sign_in.access_token_life.secs(),
            "aio": self.vault.random(),
            "app_displayname": self.client.name,
            "appid": self.client.app_id.to_string(),
            "appidacr": match self.proof { Proof::None => "0", Proof::Secret => "1", Proof::Certificate => "2" },
            "idp": issuer,
            "rh": format!("1.{}", self.vault.random()),
            "tid": tenant,
            "uti": self.vault.random(),
            "ver": "1.0",
            "xms_tcdt": TENANT_MADE,
            "xms_tdbr": "EU",
        })
    }

    fn user_claims(&self, audience: &Audience, subject: &Subject<'_>) -> Value {
        let Subject { user, scopes, mfa, .. } = subject;
        let directory = self.directory;
        let (upn, name) = (directory.text(user.upn), directory.text(user.display_name));
        let (given, family) = name.split_once(' ').unwrap_or((name, ""));
        let mut claims = self.claims(audience);
        claims["acr"] = "1".into();
        claims["amr"] = amr(*mfa);
        claims["idtyp"] = "user".into();
        claims["name"] = name.into();
        claims["given_name"] = given.into();
        claims["family_name"] = family.into();
        claims["ipaddr"] = "127.0.0.1".into();
        claims["oid"] = user.id.to_string().into();
        claims["puid"] = self.puid(user).into();
        claims["scp"] = scopes.join(" ").into();
        claims["sub"] = self.pairwise(user, &audience.app_id).into();
        claims["unique_name"] = upn.into();
        claims["upn"] = upn.into();
        claims["wids"] = directory.directory_roles(user).into();
        claims
    }

    fn id_claims(&self, subject: &Subject<'_>) -> Value {
        let Subject { user, nonce, mfa, .. } = subject;
        let directory = self.directory;
        let tenant = directory.tenant.id().to_string();
        let (upn, name) = (directory.text(user.upn), directory.text(user.display_name));
        let begin = self.request.now - BACKDATED;
        let mut claims = json!({
            "aud": self.client.app_id.to_string(),
            "iss": match self.request.protocol {
                Protocol::V1 => format!("https://sts.windows.net/{tenant}/"),
                Protocol::V2 => format!("https://login.microsoftonline.com/{tenant}/v2.0"),
            },
            "iat": begin,
            "nbf": begin,
            "exp": self.request.now + directory.tenant.sign_in.access_token_life.secs(),
            "name": name,
            "oid": user.id.to_string(),
            "rh": format!("1.{}", self.vault.random()),
            "sub": self.pairwise(user, &self.client.app_id),
            "tid": tenant,
            "uti": self.vault.random(),
        });
        match self.request.protocol {
            Protocol::V1 => {
                claims["amr"] = amr(*mfa);
                claims["unique_name"] = upn.into();
                claims["upn"] = upn.into();
                claims["ver"] = "1.0".into();
            }
            Protocol::V2 => {
                claims["preferred_username"] = upn.into();
                claims["ver"] = "2.0".into();
            }
        }
        if let Some(nonce) = nonce {
            claims["nonce"] = nonce.as_str().into();
        }
        claims
    }

    /// `sub`: another one for every application, always the same one.
    fn pairwise(&self, user: &User, app: &Guid) -> String {
        const SUBJECTS: Purpose = Purpose::named("token subjects");
        let key = Key::of("subject", &format!("{} {app}", user.id));
        let mut draw = self.directory.cx.draw(SUBJECTS, key, 0);
        draw.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 43)
    }

    fn puid(&self, user: &User) -> String {
        const PUIDS: Purpose = Purpose::named("puids");
        let key = Key::of("puid", &user.id.to_string());
        format!("1003{}", self.directory.cx.draw(PUIDS, key, 0).text(b"0123456789ABCDEF", 12))
    }
}

/// When the tenant was made: `xms_tcdt`. The value is ours.
const TENANT_MADE: i64 = 1_577_836_800;

fn amr(mfa: bool) -> Value {
    if mfa { json!(["pwd", "mfa"]) } else { json!(["pwd"]) }
}

/// What was granted, named as it was asked for: clients find tokens in their cache by that.
fn scope_text(wanted: &Wanted, scopes: &[String]) -> String {
    let named = |scope: &str| match wanted.resource.as_str() {
        "" => scope.to_owned(),
        resource => format!("{resource}/{scope}"),
    };
    let mut all: Vec<String> = Vec::new();
    if wanted.openid {
        all.extend(["openid", "profile", "email"].map(str::to_owned));
    }
    all.extend(scopes.iter().map(|scope| named(scope)));
    if wanted.scopes.iter().any(|scope| scope == DEFAULT) {
        all.push(named(DEFAULT));
    }
    all.join(" ")
}

impl Issued {
    /// The body of the answer, by functions that sign claims and seal grants.
    pub fn answer(&self, sign: &dyn Fn(&Value) -> String, seal: &dyn Fn(&Grant) -> String) -> Value {
        let mut body = json!({ "token_type": "Bearer" });
        if let Some(scope) = &self.scope {
            body["scope"] = scope.as_str().into();
        }
        let (left, begin, end) = (self.life - 1, self.now - BACKDATED, self.now + self.life);
        match self.protocol {
            Protocol::V1 => {
                body["expires_in"] = left.to_string().into();
                body["ext_expires_in"] = left.to_string().into();
                body["expires_on"] = end.to_string().into();
                body["not_before"] = begin.to_string().into();
                body["resource"] = self.resource.as_str().into();
            }
            Protocol::V2 => {
                body["expires_in"] = left.into();
                body["ext_expires_in"] = left.into();
            }
        }
        body["access_token"] = sign(&self.access).into();
        if let Some(grant) = &self.refresh {
            body["refresh_token"] = seal(grant).into();
        }
        if let Some(claims) = &self.id {
            body["id_token"] = sign(claims).into();
        }
        if let Some(info) = &self.client_info {
            body["client_info"] = info.as_str().into();
        }
        body
    }
}
