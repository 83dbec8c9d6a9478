//! The arguments, and what their help says.

use crate::host::Mode;
use crate::listen::parse_address;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The command line, for documents and completions.
pub fn command() -> clap::Command {
    Cli::command()
}

#[derive(Debug, Parser)]
#[command(name = "tenantsim", version, about, long_about = LONG, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
}

const LONG: &str = "\
A tenant and Active Directory simulator: replays Windows Autopilot hybrid joins offline, exactly.

A scenario file says what an estate looks like, what happens in it, and what must come of
it. A virtual clock replays it, waits of days included, in milliseconds, and with the same
scenario and seed always with the same result.

  tenantsim new first.yaml       write a small scenario to begin with
  tenantsim run first.yaml       see it happen";

const EXIT_CODES: &str = "\
Exit status: 0 if all expectations hold, 1 if one does not, 2 if the input or the usage is
wrong, 3 if a run did not settle within its bounds or something went wrong inside.";

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Replay scenarios and judge their expectations
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Look for mistakes in scenario files without running them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show a device's screen, logs and dsregcmd text, a server's log, or any other object
    #[command(after_help = SHOW_EXAMPLES)]
    Show(ShowArgs),
    /// Say why something is as it is, or why something did not come about, down to the lines of the file
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Write a small commented scenario to begin with
    #[command(after_help = NEW_EXAMPLES)]
    New(NewArgs),
    /// Serve a world to clients, until Ctrl-C or SIGTERM
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(ServeArgs),
    /// Run a tool against a world of its own, which it takes for the real services
    #[command(after_help = EXEC_EXAMPLES)]
    Exec(ExecArgs),
}

const RUN_EXAMPLES: &str = "\
Examples:
  tenantsim run quota.yaml                      the timeline, and what became of the expectations
  tenantsim run scenarios --quiet               all files of a folder, without their timelines
  tenantsim run scenarios --format junit > results.xml
  tenantsim run quota.yaml --seed 7 --trace trace.jsonl

Results go to standard output and are the same bytes from run to run; of JSON, all but the
member `wall`.";

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Scenario files, or folders that are searched for *.yaml
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Use this seed instead of the scenarios' own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = RunFormat::Text)]
    pub format: RunFormat,
    /// Write every record of the trace to a file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Leave out timelines, warnings and progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// How the results of `run` are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// For people
    Text,
    /// An object for one file, an array for several
    Json,
    /// JUnit XML: a suite for each file, a case for each expectation
    Junit,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  tenantsim check quota.yaml
  tenantsim check scenarios --format json

Warnings alone do not make a file wrong.";

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Scenario files, or folders that are searched for *.yaml
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
}

/// How the results of `check` are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// A line for each file; mistakes go to standard error
    Text,
    /// An object for one file, an array for several, with all mistakes
    Json,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  tenantsim show quota.yaml --of PFEG0D9P               a device by its serial number, at the end
  tenantsim show quota.yaml --of PFEG0D9P --at 1h20m    on its way
  tenantsim show quota.yaml --of SRV-ODJ01              a connector server and its event log
  tenantsim show quota.yaml --of 'Autopilot devices'    a group and its members
  tenantsim show quota.yaml --of PFEG0D9P --blob djoin.txt    its offline domain join blob, as a file
  tenantsim show quota.yaml --of CN=LAP-7,CN=Computers,DC=corp,DC=contoso,DC=com
  tenantsim show quota.yaml --of DC=corp,DC=contoso,DC=com --ldif > corp.ldif";

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The scenario file
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// A name, serial number, computer name, user principal name, distinguished name or GUID
    #[arg(long, value_name = "NAME")]
    pub of: String,
    /// Print the directory entry of that name and all that is below it as LDIF, which a scenario can load again
    #[arg(long)]
    pub ldif: bool,
    /// When: a span since the scenario's start such as `1h20m`, or an instant such as `2022-11-17T09:20:00Z` [default: the end]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Write the offline domain join blob of a device or request to a file, as djoin writes it
    #[arg(long, value_name = "FILE")]
    pub blob: Option<PathBuf>,
    /// Use this seed instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  tenantsim explain quota.yaml --of TBFPTKE                       why it shows what it shows
  tenantsim explain quota.yaml --of TBFPTKE --at 1h30m            why it has come no further by then
  tenantsim explain quota.yaml --of TBFPTKE --why-not Berlin      why it is not in the group of that name
  tenantsim explain quota.yaml --of TBFPTKE --why-not SRV-ODJ02   why that connector did not take its request
  tenantsim explain quota.yaml --of TBFPTKE --why-not desktop     what keeps it from its desktop
  tenantsim explain quota.yaml --of request:TBFPTKE               its offline domain join request

The scenario is run again, and every decision says what it saw. The answer ends with root causes:
lines of the file, and what of them stands against what was wanted.";

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The scenario file
    #[arg(value_name = "PATH")]
    pub path: PathBuf,
    /// A name, serial number, computer name, user principal name, distinguished name or GUID; `request:NAME` and `import:NAME` are
    /// a device's offline domain join request and upload
    #[arg(long, value_name = "NAME")]
    pub of: String,
    /// When: a span since the scenario's start such as `1h20m`, or an instant such as `2022-11-17T09:20:00Z` [default: the end]
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// What did not come about: the name of a group, profile, connector or user, or a step such as `enrolled`, `hybrid`, `desktop`
    #[arg(long, value_name = "TEXT")]
    pub why_not: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    /// Use this seed instead of the scenario's own
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// How the answer of `explain` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people
    Text,
    /// An object with the same content
    Json,
}

const NEW_EXAMPLES: &str = "\
Example:
  tenantsim new first.yaml && tenantsim run first.yaml";

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The file to write; it must not be there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

const SERVE_EXAMPLES: &str = "\
Examples:
  tenantsim serve                                   a small estate of two laptops, at the usual ports
  tenantsim serve quota.yaml --http 127.0.0.1:0 --ready-file ready.json
  tenantsim serve quota.yaml --clock scaled=600     ten minutes pass every second

The clock is paused unless it is told otherwise; this lets two days pass:
  curl -d '{\"by\": \"48h\"}' http://127.0.0.1:8080/_sim/clock/advance

An address is IP:PORT, or just a port; port 0 picks a free one. If an address that is given
has port 0, those that are not given are picked too.

Exit status: 0 when a signal ends it, 2 if it cannot start.";

#[derive(Debug, Default, Args)]
pub(crate) struct ServeArgs {
    /// The scenario file; without one, the scenario that `new` writes
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// Where to listen for HTTP [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub http: Option<SocketAddr>,
    /// Where to listen for HTTPS, with certificates of the test CA [default: 127.0.0.1:8443]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub https: Option<SocketAddr>,
    /// Where to listen for LDAP, with StartTLS, and for LDAP pings on the same port of UDP; further domain controllers take the
    /// ports behind it [default: 127.0.0.1:3890]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub ldap: Option<SocketAddr>,
    /// Where to listen for LDAP within TLS, with certificates of the test CA; further domain controllers take the ports behind
    /// it [default: 127.0.0.1:6360]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub ldaps: Option<SocketAddr>,
    /// Where to listen as a proxy for the real services' names [default: 127.0.0.1:8888]
    #[arg(long, value_name = "ADDRESS", value_parser = parse_address)]
    pub proxy: Option<SocketAddr>,
    /// How time passes: `paused`, `scaled=60` (times as fast), `per_request=30s` [default: paused]
    #[arg(long, value_name = "MODE")]
    pub clock: Option<Mode>,
    /// The scenario's time zero: `now`, or an instant such as `2022-11-17T08:00:00Z` [default: the scenario's own]
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
    /// The folder that keeps the test CA and the signing key [default: one of this user's cache folder]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Write a JSON file with all addresses when every listener accepts; it is removed at the end
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// Allow addresses that other machines can reach
    #[arg(long)]
    pub expose: bool,
}

const EXEC_EXAMPLES: &str = "\
Examples:
  tenantsim exec quota.yaml -- python3 report.py    a tool with built-in addresses
  tenantsim exec -- sh -c 'curl -s $TENANTSIM_HTTP/_sim/clock'

The tool finds in its environment a proxy that answers for graph.microsoft.com,
login.microsoftonline.com and the other services (HTTPS_PROXY, HTTP_PROXY, NO_PROXY), the test CA
(SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS), and all that `serve
--ready-file` would write, as in TENANTSIM_CLIENT_ID, TENANTSIM_CLIENT_SECRET, TENANTSIM_TENANT_ID.

Exit status: that of the tool; 2 if it cannot be started.";

#[derive(Debug, Args)]
pub(crate) struct ExecArgs {
    /// The scenario file; without one, the scenario that `new` writes
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
    /// How time passes: `paused`, `scaled=60` (times as fast), `per_request=30s` [default: per_request=30s]
    #[arg(long, value_name = "MODE")]
    pub clock: Option<Mode>,
    /// The scenario's time zero: `now`, or an instant such as `2022-11-17T08:00:00Z` [default: the scenario's own]
    #[arg(long, value_name = "TIME")]
    pub start: Option<String>,
    /// The folder that keeps the test CA and the signing key [default: one of this user's cache folder]
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// The tool and its arguments
    #[arg(value_name = "CMD", last = true, required = true)]
    pub command: Vec<std::ffi::OsString>,
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_arguments_fit_together() {
        super::command().debug_assert();
    }
}
