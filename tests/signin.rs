//! Signing in over the wire: documents, every way to a token, what the tokens open, and what is refused in which words.

#![allow(clippy::disallowed_methods)] // tests start programs and read files

mod server;

use serde_json::{Value, json};
use server::{Server, answer, folder};

const GRAPH: &str = "https://graph.microsoft.com/.default";

/// Everything that strict sign-in looks at.
const STRICT: &str = "
scenario: Strict
auth: strict
knobs: { lockout_threshold: 3 }
tenant:
  domains: [contoso.com, fabrikam.com]
  federated: fabrikam.com
  users:
    - { upn: ada@contoso.com, password: Corr3ct.Horse, roles: Intune Administrator }
    - { upn: bob@contoso.com, password: Battery.Staple1 }
    - { upn: eve@contoso.com, password: P1, enabled: false }
    - { upn: kim@contoso.com, password: P2, mfa: true, roles: Global Administrator }
    - { upn: old@contoso.com, password: P3, password_expired: true }
    - { upn: fed@fabrikam.com, password: P4 }
    - { upn: loc@contoso.com, password: P5 }
  applications:
    - name: Reader
      client_id: 11111111-2222-3333-4444-555555555555
      secrets: [{ value: good~secret }, { value: late~secret, expires: 0s }]
      roles: [Device.Read.All, DeviceManagementServiceConfig.Read.All]
      scopes: [User.Read, DeviceManagementServiceConfig.ReadWrite.All]
      redirect_uris: http://localhost/back
    - { name: Nothing, client_id: 22222222-2222-3333-4444-555555555555, secrets: [{ value: s }] }
    - { name: Tool, client_id: 33333333-2222-3333-4444-555555555555, public_client: true, scopes: [User.Read, Device.Read.All] }
    - { name: Off, client_id: 44444444-2222-3333-4444-555555555555, secrets: [{ value: s }], enabled: false }
";
const READER: &str = "11111111-2222-3333-4444-555555555555";
const TOOL: &str = "33333333-2222-3333-4444-555555555555";

fn strict() -> Server {
    let folder = folder();
    let path = folder.join("strict.yaml");
    std::fs::write(&path, STRICT).expect("a file");
    Server::start_in(folder, &[path.to_str().expect("a path")])
}

fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let part = token.as_str().and_then(|token| token.split('.').nth(1)).expect("a token");
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn with_token(server: &Server, path: &str, token: &Value) -> (u16, Value) {
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    answer(server.agent.get(format!("{}{path}", server.ready("http"))).header("Authorization", bearer).call())
}

/// Asserts the number and the form of a refusal.
#[track_caller]
fn refused((status, body): (u16, Value), want: u16, error: &str, number: u32) {
    assert_eq!((status, &body["error"], &body["error_codes"]), (want, &json!(error), &json!([number])), "{body}");
    let description = body["error_description"].as_str().expect("a description");
    let (trace, correlation) = (body["trace_id"].as_str(), body["correlation_id"].as_str());
    let (Some(trace), Some(correlation), Some(at)) = (trace, correlation, body["timestamp"].as_str()) else {
        panic!("{body}")
    };
    assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    let end = format!(" Trace ID: {trace} Correlation ID: {correlation} Timestamp: {at}");
    assert!(description.ends_with(&end) && at.len() == 20 && at.ends_with('Z'), "{description}");
    assert_eq!(body["error_uri"], format!("https://login.microsoftonline.com/error?code={number}"));
}

#[test]
fn documents_repeat_the_address_that_the_client_used() {
    let server = Server::start(&[]);
    let (root, tenant) = (server.ready("http"), server.ready("tenant_id"));
    for segment in [tenant, "contoso.com", "CONTOSO.com"] {
        let (status, found) = server.get(&format!("/{segment}/v2.0/.well-known/openid-configuration"));
        assert_eq!(status, 200, "{found}");
        assert_eq!(found["issuer"], format!("https://login.microsoftonline.com/{tenant}/v2.0"));
        assert_eq!(found["token_endpoint"], format!("{root}/{tenant}/oauth2/v2.0/token"));
        assert_eq!(found["device_authorization_endpoint"], format!("{root}/{tenant}/oauth2/v2.0/devicecode"));
        assert_eq!(found["msgraph_host"], "graph.microsoft.com");
    }
    let (_, common) = server.get("/common/v2.0/.well-known/openid-configuration");
    assert_eq!(common["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
    let (_, v1) = server.get(&format!("/{tenant}/.well-known/openid-configuration"));
    assert_eq!(v1["issuer"], format!("https://sts.windows.net/{tenant}/"));
    assert_eq!(v1["token_endpoint"], format!("{root}/{tenant}/oauth2/token"));
    let (_, keys) = server.get("/common/discovery/v2.0/keys");
    assert!(keys["keys"][0]["n"].as_str().is_some_and(|n| n.len() > 300) && keys["keys"][0]["x5c"][0].is_string());
    refused(server.get("/nobody.example/v2.0/.well-known/openid-configuration"), 400, "invalid_request", 90002);
    refused(server.get("/nonsense/v2.0/.well-known/openid-configuration"), 400, "invalid_request", 900023);

    let ask = |authority: &str| {
        server.get(&format!("/common/discovery/instance?api-version=1.1&authorization_endpoint={authority}"))
    };
    let (status, instance) = ask("https://login.microsoftonline.com/contoso.com/oauth2/v2.0/authorize");
    assert_eq!((status, &instance["metadata"][0]["preferred_cache"]), (200, &json!("login.windows.net")));
    let (status, _) = ask(&format!("https://{}/contoso.com/oauth2/v2.0/authorize", server.address()));
    assert_eq!(status, 200);
    refused(ask("https://login.evil.example/x/oauth2/v2.0/authorize"), 400, "invalid_instance", 50049);

    let (_, realm) = server.get("/common/UserRealm/ada%40contoso.com?api-version=1.0");
    assert_eq!((&realm["account_type"], &realm["ver"]), (&json!("Managed"), &json!("1.0")));
    let (_, realm) = server.get("/common/userrealm/?user=x@nobody.example&api-version=2.0");
    assert_eq!(realm["NameSpaceType"], "Unknown");
}

#[test]
fn an_application_signs_in_and_asks_graph() {
    let server = Server::start(&[]);
    let (id, tenant) = (server.ready("client_id"), server.ready("tenant_id"));
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", "any"), ("scope", GRAPH)];
    let (status, issued) = server.sign_in("oauth2/v2.0/token", &form);
    assert_eq!((status, &issued["token_type"], &issued["expires_in"]), (200, &json!("Bearer"), &json!(3599)));
    assert!(issued.get("refresh_token").is_none() && issued.get("id_token").is_none());
    let claims = claims(&issued["access_token"]);
    assert_eq!((&claims["appid"], &claims["tid"], &claims["idtyp"]), (&json!(id), &json!(tenant), &json!("app")));
    assert_eq!((&claims["oid"], &claims["appidacr"]), (&claims["sub"], &json!("1")));
    assert_eq!(claims["iss"], format!("https://sts.windows.net/{tenant}/"));
    assert!(claims["roles"].as_array().is_some_and(|roles| roles.contains(&json!("Device.ReadWrite.All"))));
    assert_eq!(with_token(&server, "/v1.0/organization", &issued["access_token"]).0, 200);

    // The first protocol names the resource, and says numbers as texts.
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", "x"),
        ("resource", "https://graph.microsoft.com/"),
    ];
    let (_, issued) = server.sign_in("oauth2/token", &form);
    assert_eq!((&issued["expires_in"], &issued["resource"]), (&json!("3599"), &json!("https://graph.microsoft.com/")));
    assert_eq!(with_token(&server, "/v1.0/organization", &issued["access_token"]).0, 200);
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", id),
        ("client_secret", "x"),
        ("resource", "https://management.azure.com/"),
    ];
    let (_, issued) = server.sign_in("oauth2/token", &form);
    let (status, refusal) = with_token(&server, "/v1.0/organization", &issued["access_token"]);
    assert_eq!(
        (status, &refusal["error"]["message"]),
        (401, &json!("Access token validation failure. Invalid audience."))
    );

    // Nobody is let in without a token; what the schema says is for everybody.
    let (status, refusal) = answer(server.agent.get(format!("{}/v1.0/devices", server.ready("http"))).call());
    assert_eq!((status, &refusal["error"]["code"]), (401, &json!("InvalidAuthenticationToken")));
    assert_eq!(refusal["error"]["message"], "Access token is empty.");
    let challenged = server.agent.get(format!("{}/beta/users", server.ready("http"))).call().expect("an answer");
    let challenge = challenged.headers().get("www-authenticate").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(challenge.starts_with("Bearer realm=\"\", authorization_uri="), "{challenge}");
    let schema = server.agent.get(format!("{}/v1.0/$metadata", server.ready("http"))).call().expect("an answer");
    assert_ne!(schema.status().as_u16(), 401);
}

#[test]
fn requests_for_tokens_are_refused_in_the_words_of_the_service() {
    let server = Server::start(&[]);
    let id = server.ready("client_id");
    let secret = ("client_secret", "s");
    let (kind, scope) = (("grant_type", "client_credentials"), ("scope", GRAPH));
    let v2 = |form: &[(&str, &str)]| server.sign_in("oauth2/v2.0/token", form);
    refused(v2(&[]), 400, "invalid_request", 900144);
    refused(v2(&[kind]), 400, "invalid_request", 900144);
    refused(v2(&[("grant_type", "magic"), ("client_id", id)]), 400, "unsupported_grant_type", 70003);
    refused(v2(&[kind, ("client_id", "x"), secret, scope]), 400, "unauthorized_client", 700016);
    refused(v2(&[kind, ("client_id", READER), secret, scope]), 400, "unauthorized_client", 700016);
    refused(v2(&[kind, ("client_id", id), scope]), 401, "invalid_client", 7000216);
    refused(v2(&[kind, ("client_id", id), secret]), 400, "invalid_request", 900144);
    refused(v2(&[kind, ("client_id", id), secret, ("scope", "User.Read")]), 400, "invalid_scope", 1002012);
    refused(
        v2(&[kind, ("client_id", id), secret, ("scope", "https://x.example/.default")]),
        400,
        "invalid_resource",
        500011,
    );
    refused(
        v2(&[
            ("grant_type", "password"),
            ("client_id", id),
            ("scope", GRAPH),
            ("username", "no@contoso.com"),
            ("password", "x"),
        ]),
        400,
        "invalid_grant",
        50034,
    );
    refused(
        v2(&[("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", "1.nonsense")]),
        400,
        "invalid_grant",
        9002313,
    );
    refused(
        v2(&[("grant_type", "authorization_code"), ("client_id", id), ("code", "x")]),
        400,
        "invalid_grant",
        9002313,
    );
    let at = |path: &str| {
        let form = [kind, ("client_id", id), secret, scope];
        answer(server.agent.post(format!("{}{path}", server.ready("http"))).send_form(form))
    };
    refused(at("/common/oauth2/v2.0/token"), 400, "invalid_request", 50059);
    refused(at("/00000000-0000-0000-0000-000000000001/oauth2/v2.0/token"), 400, "invalid_request", 90002);
    refused(server.get("/common/oauth2/v2.0/token"), 400, "invalid_request", 900561);
    let large = server.agent.post(format!("{}/common/oauth2/token", server.ready("http"))).send(" ".repeat(5 << 20));
    assert_eq!(large.expect("an answer").status().as_u16(), 413);
}

#[test]
fn strict_sign_in_asks_for_the_right_secret_and_opens_what_was_granted() {
    let server = strict();
    assert_eq!((server.ready("client_id"), server.ready("client_secret")), (READER, "good~secret"));
    assert_eq!((server.ready("user"), server.ready("password")), ("kim@contoso.com", "P2"));
    let ask = |id: &str, secret: &str| {
        let form =
            [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", GRAPH)];
        server.sign_in("oauth2/v2.0/token", &form)
    };
    refused(ask(READER, "bad~secret"), 401, "invalid_client", 7000215);
    refused(ask(READER, "late~secret"), 401, "invalid_client", 7000222);
    refused(ask("44444444-2222-3333-4444-555555555555", "s"), 400, "unauthorized_client", 7000112);
    let (status, issued) = ask(READER, "good~secret");
    assert_eq!(status, 200);
    let token = &issued["access_token"];
    assert_eq!(claims(token)["roles"], json!(["Device.Read.All", "DeviceManagementServiceConfig.Read.All"]));
    assert_eq!(with_token(&server, "/v1.0/devices", token).0, 200);
    assert_eq!(with_token(&server, "/beta/deviceManagement/windowsAutopilotDeviceIdentities", token).0, 200);
    let (status, refusal) = with_token(&server, "/v1.0/groups", token);
    assert_eq!((status, &refusal["error"]["code"]), (403, &json!("Authorization_RequestDenied")));
    let (status, refusal) = with_token(&server, "/v1.0/deviceManagement/managedDevices", token);
    assert_eq!((status, &refusal["error"]["code"]), (403, &json!("Forbidden")));
    let message = refusal["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("one of the following scopes: DeviceManagementManagedDevices.Read.All"), "{message}");
    let delete = server.agent.delete(format!("{}/v1.0/devices/x", server.ready("http")));
    let bearer = format!("Bearer {}", token.as_str().expect("a token"));
    assert_eq!(answer(delete.header("Authorization", bearer).call()).0, 403);
    // By header, as RFC 6749 has it: both parts are encoded.
    let form = [("grant_type", "client_credentials"), ("scope", GRAPH)];
    let uri = format!("{}/contoso.com/oauth2/v2.0/token", server.ready("http"));
    use base64::Engine as _;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{READER}:good%7Esecret"));
    assert_eq!(answer(server.agent.post(uri).header("Authorization", format!("Basic {basic}")).send_form(form)).0, 200);
    // Without any permission there is a token all the same.
    let (status, issued) = ask("22222222-2222-3333-4444-555555555555", "s");
    assert!(status == 200 && claims(&issued["access_token"]).get("roles").is_none(), "{issued}");
}

#[test]
fn strict_sign_in_knows_what_is_wrong_with_users() {
    let server = strict();
    let ask = |upn: &str, password: &str| {
        let form = [
            ("grant_type", "password"),
            ("client_id", TOOL),
            ("scope", "User.Read offline_access openid"),
            ("username", upn),
            ("password", password),
            ("client_info", "1"),
        ];
        server.sign_in("oauth2/v2.0/token", &form)
    };
    refused(ask("no@contoso.com", "x"), 400, "invalid_grant", 50034);
    refused(ask("ada@contoso.com", "x"), 400, "invalid_grant", 50126);
    refused(ask("eve@contoso.com", "x"), 400, "invalid_grant", 50126);
    refused(ask("eve@contoso.com", "P1"), 400, "invalid_grant", 50057);
    refused(ask("kim@contoso.com", "P2"), 400, "invalid_grant", 50076);
    refused(ask("old@contoso.com", "P3"), 400, "invalid_grant", 50055);
    refused(ask("fed@fabrikam.com", "P4"), 400, "invalid_grant", 50126);
    for _ in 0..3 {
        refused(ask("loc@contoso.com", "x"), 400, "invalid_grant", 50126);
    }
    refused(ask("loc@contoso.com", "P5"), 400, "invalid_grant", 50053);
    assert_eq!(server.get("/common/userrealm/fed@fabrikam.com?api-version=1.0").1["account_type"], "Federated");

    let (status, issued) = ask("ADA@contoso.com", "Corr3ct.Horse");
    assert_eq!(status, 200, "{issued}");
    let (access, id) = (claims(&issued["access_token"]), claims(&issued["id_token"]));
    assert_eq!(
        (&access["upn"], &access["scp"], &access["appidacr"]),
        (&json!("ada@contoso.com"), &json!("User.Read Device.Read.All"), &json!("0"))
    );
    assert_eq!(
        (&id["aud"], &id["preferred_username"], &id["oid"]),
        (&json!(TOOL), &json!("ada@contoso.com"), &access["oid"])
    );
    assert_eq!(access["wids"], json!(["3a2c62db-5318-420d-8d74-23affee5d9d5"]));
    assert!(issued["client_info"].is_string());
    assert_eq!(with_token(&server, "/v1.0/me", &issued["access_token"]).1["userPrincipalName"], "ada@contoso.com");
    assert_eq!(with_token(&server, "/v1.0/devices", &issued["access_token"]).0, 200);
    // A refresh token is of its client, and may ask for less.
    let refresh = issued["refresh_token"].as_str().expect("a refresh token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", TOOL),
        ("refresh_token", refresh),
        ("scope", "Device.Read.All"),
    ];
    let (status, again) = server.sign_in("oauth2/v2.0/token", &form);
    assert!(status == 200 && again["refresh_token"].is_string(), "{again}");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", READER),
        ("client_secret", "good~secret"),
        ("refresh_token", refresh),
    ];
    refused(server.sign_in("oauth2/v2.0/token", &form), 400, "invalid_grant", 9002313);
    // Nobody consented to more.
    let form = [
        ("grant_type", "password"),
        ("client_id", TOOL),
        ("scope", "Group.ReadWrite.All"),
        ("username", "ada@contoso.com"),
        ("password", "Corr3ct.Horse"),
    ];
    refused(server.sign_in("oauth2/v2.0/token", &form), 400, "invalid_grant", 65001);
    // A user's own rights bound what an application may do for them.
    let form = |upn: &'static str, password: &'static str| {
        [
            ("grant_type", "password"),
            ("client_id", READER),
            ("client_secret", "good~secret"),
            ("scope", GRAPH),
            ("username", upn),
            ("password", password),
        ]
    };
    for (upn, password, status) in
        [("ada@contoso.com", "Corr3ct.Horse", 200), ("bob@contoso.com", "Battery.Staple1", 403)]
    {
        let (_, issued) = server.sign_in("oauth2/v2.0/token", &form(upn, password));
        let path = "/v1.0/deviceManagement/windowsAutopilotDeviceIdentities";
        assert_eq!(with_token(&server, path, &issued["access_token"]).0, status, "{upn}");
    }
}

#[test]
fn a_person_signs_in_at_the_page_and_comes_back_with_a_code() {
    let server = strict();
    let config = server.agent.config().clone();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(config.timeouts().global)
        .build()
        .into();
    let root = format!("{}/contoso.com", server.ready("http"));
    // The verifier and challenge of RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let query = format!(
        "client_id={READER}&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fback&scope=User.Read%20openid\
         &state=a%26b&nonce=n&code_challenge={challenge}&code_challenge_method=S256"
    );
    let page = |query: &str| {
        let mut got = agent.get(format!("{root}/oauth2/v2.0/authorize?{query}")).call().expect("a page");
        got.body_mut().read_to_string().expect("a page")
    };
    let shown = page(&query);
    assert!(shown.contains("name=\"password\"") && shown.contains("Reader"), "{shown}");
    let stray = page(&query.replace("localhost%3A5000%2Fback", "evil.example"));
    assert!(stray.contains("AADSTS50011") && !stray.contains("name=\"password\""), "{stray}");
    assert!(
        page(&query.replace("a%26b", "%22%3E%3Cscript%3E")).contains("&quot;") || !page(&query).contains("<script>")
    );

    let log_in = |fields: &[(&str, &str)]| {
        let mut got = agent
            .post(format!("{root}/login?protocol=2&{query}"))
            .send_form(fields.iter().copied())
            .expect("an answer");
        let location = got.headers().get("location").map(|v| v.to_str().expect("text").to_owned());
        (location, got.body_mut().read_to_string().expect("a body"))
    };
    let (location, shown) = log_in(&[("username", "kim@contoso.com"), ("password", "wrong")]);
    assert!(location.is_none() && shown.contains("AADSTS50126"), "{shown}");
    let (location, _) = log_in(&[("username", "kim@contoso.com"), ("password", "P2")]);
    assert!(location.is_none(), "a second factor is asked for");
    let (location, _) = log_in(&[("cancel", "1")]);
    assert!(location.is_some_and(
        |to| to.starts_with("http://localhost:5000/back?error=access_denied") && to.ends_with("&state=a%26b")
    ));
    let (location, _) = log_in(&[("username", "kim@contoso.com"), ("password", "P2"), ("second_factor", "1")]);
    let location = location.expect("the way back");
    let code =
        location.strip_prefix("http://localhost:5000/back?code=").and_then(|rest| rest.strip_suffix("&state=a%26b"));
    let code = code.unwrap_or_else(|| panic!("{location}"));

    let redeem = |code: &str, verifier: &str, uri: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", READER),
            ("client_secret", "good~secret"),
            ("code", code),
            ("code_verifier", verifier),
            ("redirect_uri", uri),
        ];
        server.sign_in("oauth2/v2.0/token", &form)
    };
    refused(redeem(code, "wrong", "http://localhost:5000/back"), 400, "invalid_grant", 501481);
    refused(redeem(code, verifier, "http://localhost:5001/back"), 401, "invalid_client", 500112);
    let (status, issued) = redeem(code, verifier, "http://localhost:5000/back");
    assert_eq!((status, &claims(&issued["id_token"])["nonce"]), (200, &json!("n")), "{issued}");
    assert_eq!(claims(&issued["access_token"])["amr"], json!(["pwd", "mfa"]));
    refused(redeem(code, verifier, "http://localhost:5000/back"), 400, "invalid_grant", 54005);
}

#[test]
fn a_device_code_is_confirmed_elsewhere() {
    let server = strict();
    let begin =
        || server.sign_in("oauth2/v2.0/devicecode", &[("client_id", TOOL), ("scope", "User.Read offline_access")]).1;
    let poll = |code: &Value| {
        let form = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", TOOL),
            ("device_code", code.as_str().expect("a code")),
        ];
        server.sign_in("oauth2/v2.0/token", &form)
    };
    let confirm = |fields: &[(&str, &str)]| {
        let uri = format!("{}/common/oauth2/deviceauth", server.ready("http"));
        let mut got = server.agent.post(uri).send_form(fields.iter().copied()).expect("an answer");
        got.body_mut().read_to_string().expect("a page")
    };
    let flow = begin();
    assert_eq!((&flow["expires_in"], &flow["interval"]), (&json!(900), &json!(5)));
    assert_eq!(flow["verification_uri"], format!("{}/common/oauth2/deviceauth", server.ready("http")));
    let (code, user_code) = (&flow["device_code"], flow["user_code"].as_str().expect("a code"));
    assert!(flow["message"].as_str().is_some_and(|m| m.contains(user_code)), "{flow}");
    refused(poll(code), 400, "authorization_pending", 70016);
    refused(poll(code), 400, "slow_down", 70016);
    refused(poll(&json!("nonsense")), 400, "bad_verification_code", 70018);
    let typed = [("otc", user_code), ("username", "bob@contoso.com"), ("password", "wrong")];
    assert!(confirm(&typed).contains("AADSTS50126"));
    let typed = [("otc", &*user_code.to_lowercase()), ("username", "bob@contoso.com"), ("password", "Battery.Staple1")];
    assert!(confirm(&typed).contains("You have signed in to the Tool application"));
    let (status, issued) = poll(code);
    assert_eq!((status, &claims(&issued["access_token"])["upn"]), (200, &json!("bob@contoso.com")), "{issued}");
    assert!(confirm(&typed).contains("didn't work") || confirm(&typed).contains("didn&#39;t work"));
    let flow = begin();
    confirm(&[("otc", flow["user_code"].as_str().expect("a code")), ("cancel", "1")]);
    refused(poll(&flow["device_code"]), 400, "authorization_declined", 65004);
}
