//! `exec`: runs a tool against a world of its own, through the proxy.

use crate::cli::{ExecArgs, ServeArgs};
use crate::exit::Exit;
use crate::host::Mode;
use crate::output::{Stopped, Terminal};
use crate::serve::{self, Signal, Signals, Until};
use serde_json::{Map, Value};
use sim_core::SimDuration;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::process::ExitStatus;
use tokio::process::{Child, Command};

/// How much time a request takes unless it is said otherwise: tools that poll make progress.
const STEP: SimDuration = SimDuration::from_secs(30);

/// Serves a world while a tool runs. The answer is the tool's own.
pub(crate) fn exec(args: &ExecArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let free = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let serving = ServeArgs {
        path: args.path.clone(),
        http: free,
        clock: Some(args.clock.unwrap_or(Mode::PerRequest { step: STEP })),
        start: args.start.clone(),
        state: args.state.clone(),
        ..ServeArgs::default()
    };
    serve::serve_until(&serving, Until::Ended(&args.command), terminal)
}

/// Runs the tool until it ends, and hands on the signals that come in the meantime.
pub(crate) async fn run(
    command: &[OsString],
    ready: &Map<String, Value>,
    mut signals: Signals,
) -> Result<Exit, String> {
    let (name, arguments) = command.split_first().ok_or("there is no tool to run")?;
    let mut tool = Command::new(name);
    tool.args(arguments).envs(environment(ready, |name| std::env::var(name).ok())).kill_on_drop(true);
    let mut child = tool.spawn().map_err(|why| format!("cannot run {}: {why}", name.to_string_lossy()))?;
    loop {
        tokio::select! {
            ended = child.wait() => {
                let status = ended.map_err(|why| format!("cannot wait for {}: {why}", name.to_string_lossy()))?;
                return Ok(Exit::Tool(code(status)));
            }
            signal = signals.next() => forward(signal, &child),
        }
    }
}

/// Variables by which tools find the proxy and the test CA, and all that the ready file says.
fn environment(ready: &Map<String, Value>, set: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let text = |name: &str| ready.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (proxy, ca) = (text("proxy"), text("ca_file"));
    // What was to be reached directly still is, and this machine too.
    let direct = set("NO_PROXY").or_else(|| set("no_proxy")).filter(|list| !list.is_empty());
    let direct = direct.map_or_else(String::new, |list| format!("{list},")) + "localhost,127.0.0.1,::1";
    let mut all = Vec::new();
    for (name, value) in [("HTTPS_PROXY", &proxy), ("HTTP_PROXY", &proxy), ("NO_PROXY", &direct)] {
        // Some tools know the one, some the other.
        all.push((name.to_owned(), value.clone()));
        all.push((name.to_ascii_lowercase(), value.clone()));
    }
    for name in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        all.push((name.to_owned(), ca.clone()));
    }
    // Node looks at the proxy's variables only if it is told to, and older ones not at all.
    all.push(("NODE_USE_ENV_PROXY".to_owned(), "1".to_owned()));
    for (name, value) in ready {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        all.push((format!("TENANTSIM_{}", name.to_ascii_uppercase()), value));
    }
    all
}

/// The exit code as shells say it.
fn code(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return 128 + signal as u8;
    }
    status.code().map_or(1, |code| code as u8)
}

#[cfg(unix)]
fn forward(signal: Signal, child: &Child) {
    use rustix::process::{Pid, Signal as Sent, kill_process};
    use std::io::IsTerminal as _;
    let sent = match signal {
        // From a terminal the tool has got it, too.
        Signal::Interrupt if std::io::stdin().is_terminal() => return,
        Signal::Interrupt => Sent::INT,
        Signal::Terminate => Sent::TERM,
    };
    if let Some(pid) = child.id().and_then(|id| Pid::from_raw(id.cast_signed())) {
        // A tool that has just ended needs none.
        let _ = kill_process(pid, sent);
    }
}

/// A console hands Ctrl-C to all of its programs.
#[cfg(not(unix))]
fn forward(_: Signal, _: &Child) {}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tools_find_the_proxy_and_the_ca() {
        let ready = json!({ "proxy": "http://127.0.0.1:1", "ca_file": "/ca.pem", "pid": 7, "controllers": [], "client_id": "x" });
        let all =
            environment(ready.as_object().expect("an object"), |name| (name == "NO_PROXY").then(|| "intra".into()));
        let find = |name: &str| all.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        assert_eq!(find("https_proxy"), Some("http://127.0.0.1:1"));
        assert_eq!(find("NO_PROXY"), Some("intra,localhost,127.0.0.1,::1"));
        assert_eq!((find("SSL_CERT_FILE"), find("TENANTSIM_PID")), (Some("/ca.pem"), Some("7")));
        assert_eq!((find("TENANTSIM_CLIENT_ID"), find("TENANTSIM_CONTROLLERS")), (Some("x"), None));
    }
}
