//! `exec`, and the proxy behind it: tools with the real services' addresses built in.

#![allow(clippy::disallowed_methods)] // tests start programs and read files

mod server;

use serde_json::Value;
use server::{PATIENCE, STATE, Server};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};

fn exec(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
    command.args(["exec", "--state", STATE]).args(arguments).stdin(Stdio::null());
    // The machine's own proxy is none of the tool's business.
    for name in ["NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"] {
        command.env_remove(name);
    }
    command.output().expect("it runs")
}

fn shell(script: &str) -> Output {
    exec(&["--", "sh", "-ec", script])
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(unix)]
#[test]
fn the_exit_code_is_that_of_the_tool() {
    assert_eq!(shell("exit 7").status.code(), Some(7));
    assert_eq!(shell("true").status.code(), Some(0));
    assert_eq!(shell("kill -9 $$").status.code(), Some(137));
    let output = shell("echo $TENANTSIM_TENANT_DOMAIN");
    assert_eq!((text(&output.stdout).as_str(), text(&output.stderr).as_str()), ("contoso.com\n", ""));
    let missing = exec(&["--", "no-such-tool"]);
    assert!(missing.status.code() == Some(2) && text(&missing.stderr).contains("no-such-tool"), "{missing:?}");
    assert_eq!(exec(&[]).status.code(), Some(2));
    assert_eq!(exec(&["no-such-file.yaml", "--", "true"]).status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_signal_reaches_the_tool() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
    let script = "trap 'exit 5' TERM; echo ready; while true; do sleep 0.05; done";
    command.args(["exec", "--state", STATE, "--", "sh", "-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut ready = [0; 6];
    child.stdout.take().expect("a pipe").read_exact(&mut ready).expect("the tool runs");
    assert!(Command::new("kill").arg(child.id().to_string()).status().expect("kill runs").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(5));
}

/// What curl, which has the addresses typed in, gets of Graph.
#[cfg(unix)]
#[test]
fn a_tool_with_built_in_addresses_works() {
    let output = shell(
        r#"
        token=$(curl -sS https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token \
            -d grant_type=client_credentials -d client_id="$TENANTSIM_CLIENT_ID" \
            --data-urlencode client_secret="$TENANTSIM_CLIENT_SECRET" \
            -d scope=https://graph.microsoft.com/.default | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
        curl -sS -H "Authorization: Bearer $token" https://graph.microsoft.com/v1.0/organization
        echo
        curl -sS -H "Authorization: Bearer $token" http://graph.microsoft.com/v1.0/organization
        echo
        curl -sS "$TENANTSIM_CONTROL/clock"
        curl -sS https://example.com || echo "not there: $?"
        curl -sS http://example.com
        "#,
    );
    assert!(output.status.success(), "{output:?}");
    let answers = text(&output.stdout);
    let mut lines = answers.lines();
    let mut json = || -> Value { serde_json::from_str(lines.next().expect("a line")).expect("JSON") };
    let (secure, plain, clock) = (json(), json(), json());
    assert_eq!(secure["@odata.context"], "https://graph.microsoft.com/v1.0/$metadata#organization");
    assert_eq!(plain["@odata.context"], "http://graph.microsoft.com/v1.0/$metadata#organization");
    assert_eq!((&clock["mode"], &clock["step"]), (&"per_request".into(), &"PT30S".into()));
    assert_eq!(clock["now"], "2022-11-17T08:01:00Z", "each request to Graph took half a minute");
    assert!(answers.contains("not there: 56") && answers.contains("does not go to the internet"), "{answers}");
}

#[test]
fn the_proxy_goes_nowhere_else() {
    let server = Server::start(&[]);
    let address = server.ready("proxy").strip_prefix("http://").expect("a URL").to_owned();
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(&address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let close = "Connection: close\r\n\r\n";
    for (request, status, part) in [
        ("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n", 403, "example.com:443"),
        ("CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n", 403, "NO_PROXY"),
        ("CONNECT graph.microsoft.com:25 HTTP/1.1\r\nHost: graph.microsoft.com:25\r\n", 403, "graph.microsoft.com:25"),
        ("GET http://example.com/ HTTP/1.1\r\nHost: graph.microsoft.com\r\n", 403, "example.com"),
        ("GET /v1.0/users HTTP/1.1\r\nHost: graph.microsoft.com\r\n", 400, "proxy"),
        ("GET ftp://graph.microsoft.com/ HTTP/1.1\r\nHost: graph.microsoft.com\r\n", 400, "CONNECT"),
        (
            "GET http://graph.microsoft.com/v1.0/users HTTP/1.1\r\nHost: example.com\r\n",
            401,
            "InvalidAuthenticationToken",
        ),
        ("nonsense\r\n", 400, ""),
    ] {
        let answer = ask(&format!("{request}{close}"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(part), "{request}: {answer}");
    }
    // Within a tunnel the tunnel's end is the server: no second host can be smuggled past it.
    let smuggled = "CONNECT graph.microsoft.com:80 HTTP/1.1\r\nHost: graph.microsoft.com:80\r\n\r\n\
                    GET /v1.0/users HTTP/1.1\r\nHost: graph.microsoft.com\r\nConnection: close\r\n\r\n";
    let answer = ask(smuggled);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("HTTP/1.1 401"), "{answer}");
}

/// Shapes by which requests are hidden within others. A server that reads one request where a proxy reads two is what they are for.
#[test]
fn smuggled_requests_are_refused() {
    let server = Server::start(&[]);
    let inner = "GET /_sim/health HTTP/1.1\r\nHost: x\r\n\r\n";
    let length = inner.len();
    for head in [
        format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n"),
        format!("Content-Length: {length}\r\nContent-Length: 3\r\n"),
        format!("Content-Length: +{length}\r\n"),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
        " folded: x\r\n".to_owned(),
    ] {
        let request =
            format!("POST /common/oauth2/token HTTP/1.1\r\nHost: x\r\n{head}Connection: close\r\n\r\n{inner}");
        let mut stream = TcpStream::connect(server.address()).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
        stream.write_all(request.as_bytes()).expect("it is sent");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let answer = text(&answer);
        assert!(!answer.contains("\"status\":\"ok\""), "{head}: {answer}");
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{head}: {answer}");
    }
    assert_eq!(server.get("/_sim/health").0, 200);
}
