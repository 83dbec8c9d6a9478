//! A server for a test: the built binary on a port of its own, in a folder of its own.

#![allow(dead_code)] // each test binary uses a part

pub mod sockets;

use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A test that takes longer than this hangs.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server, and a folder of its own.
pub struct Server {
    pub child: Child,
    pub folder: PathBuf,
    /// What the ready file says.
    pub ready: Value,
    pub agent: ureq::Agent,
    /// A token of the application in the ready file, from the first request to Graph on.
    token: OnceLock<String>,
}

/// The folder of the CA and the signing key. All servers share it: keys take a while to make.
pub const STATE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/state");

pub fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("tenantsim-serve-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

impl Server {
    pub fn start(args: &[&str]) -> Self {
        Self::start_in(folder(), args)
    }

    pub fn start_in(folder: PathBuf, args: &[&str]) -> Self {
        let ready_file = folder.join("ready.json");
        let mut command = program();
        command.arg("serve").args(args).args(["--http", "127.0.0.1:0"]);
        command.arg("--ready-file").arg(&ready_file).args(["--state", STATE]);
        let mut child = command.spawn().expect("the program starts");
        let began = Instant::now();
        let text = loop {
            if let Ok(text) = std::fs::read_to_string(&ready_file) {
                break text;
            }
            assert!(child.try_wait().expect("a child").is_none(), "serve {args:?} ended");
            assert!(began.elapsed() < PATIENCE, "serve {args:?} is not ready");
            std::thread::sleep(Duration::from_millis(5));
        };
        let ready = serde_json::from_str(&text).expect("the ready file is whole whenever it is there");
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
        Self { child, folder, ready, agent: config.build().into(), token: OnceLock::new() }
    }

    pub fn ready(&self, member: &str) -> &str {
        self.ready[member].as_str().unwrap_or_else(|| panic!("{member} is in {}", self.ready))
    }

    pub fn address(&self) -> &str {
        self.ready("http").strip_prefix("http://").expect("a URL")
    }

    /// The header that Graph asks for.
    pub fn bearer(&self) -> String {
        let token = self.token.get_or_init(|| {
            let (id, secret) = (self.ready("client_id"), self.ready("client_secret"));
            let scope = "https://graph.microsoft.com/.default";
            let form =
                [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret), ("scope", scope)];
            let (status, issued) = self.sign_in("oauth2/v2.0/token", &form);
            assert_eq!(status, 200, "{issued}");
            issued["access_token"].as_str().expect("a token").to_owned()
        });
        format!("Bearer {token}")
    }

    /// Sends a form to the sign-in service, for the tenant.
    pub fn sign_in(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let uri = format!("{}/{}/{path}", self.ready("http"), self.ready("tenant_id"));
        answer(self.agent.post(uri).send_form(form.iter().copied()))
    }

    fn authorized<B>(&self, path: &str, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        if path.starts_with("/_sim") { request } else { request.header("Authorization", self.bearer()) }
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        answer(self.authorized(path, self.agent.get(format!("{}{path}", self.ready("http")))).call())
    }

    pub fn post(&self, path: &str, body: impl ToString) -> (u16, Value) {
        let request = self.agent.post(format!("{}{path}", self.ready("http")));
        answer(self.authorized(path, request).send(body.to_string()))
    }

    pub fn put(&self, path: &str, body: impl ToString) -> (u16, Value) {
        let request = self.agent.put(format!("{}{path}", self.ready("http")));
        answer(self.authorized(path, request).send(body.to_string()))
    }

    pub fn advance(&self, body: Value) -> Value {
        let (status, value) = self.post("/_sim/clock/advance", &body);
        assert_eq!(status, 200, "{body}: {value}");
        value
    }

    /// Sends SIGTERM and gives the exit code.
    #[cfg(unix)]
    pub fn terminate(&mut self) -> Option<i32> {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(killed.success());
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code();
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub fn answer(got: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    let mut response = got.expect("an answer");
    let text = response.body_mut().read_to_string().expect("a body");
    let value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("this is no JSON: {text}"));
    (response.status().as_u16(), value)
}

pub fn assert_error((status, value): (u16, Value), want: u16, part: &str) {
    let message = value["error"]["message"].as_str().unwrap_or_default();
    assert!(status == want && message.contains(part), "{status} {value}, not {want} with {part:?}");
    assert!(value["error"]["code"].is_string(), "{value}");
}

pub fn assert_fails(args: &[&str], part: &str) {
    let output: Output = program().arg("serve").args(args).stderr(Stdio::piped()).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && stderr.contains(part), "{args:?}: {:?} {stderr}", output.status);
}
