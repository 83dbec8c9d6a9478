//! The command line, as users and scripts meet it: the built binary, its exit codes, and what goes to which stream.

#![allow(clippy::disallowed_methods)] // tests start programs and write files

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for a test, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("tenantsim-cli-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    /// A folder with the scenario that `new` writes, under these names.
    fn with(names: &[&str]) -> Self {
        let folder = Self::new();
        for name in names {
            folder.write(name, sim_world::scenario::template());
        }
        folder
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// Writes the scenario that `new` writes, with something in it replaced.
    fn write_changed(&self, name: &str, from: &str, to: &str) {
        let text = sim_world::scenario::template();
        assert!(text.contains(from), "the template has {from:?}");
        self.write(name, &text.replacen(from, to, 1));
    }

    /// Runs the program in the folder.
    fn run(&self, args: &[&str]) -> Done {
        let output = self.command(args).output().expect("the program starts");
        Done::of(args, &output)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenantsim"));
        command.args(args).current_dir(&self.0).env_remove("NO_COLOR");
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A program that ended.
#[derive(Debug)]
struct Done {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Done {
    fn of(args: &[&str], output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| panic!("{args:?} writes UTF-8"));
        let code = output.status.code().unwrap_or_else(|| panic!("{args:?} ends by itself"));
        let done = Self { code, stdout: text(&output.stdout), stderr: text(&output.stderr) };
        assert!(!done.stdout.contains('\u{1b}') && !done.stderr.contains('\u{1b}'), "{args:?} has colours: {done:?}");
        assert!(!done.stderr.contains("panicked"), "{args:?}: {done:?}");
        done
    }

    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e}: {}", self.stdout))
    }

    /// The hashes of the files, and that of the hashes.
    fn hashes(&self) -> Vec<&str> {
        self.stdout.lines().filter_map(|l| l.strip_prefix("hash ")).collect()
    }
}

#[test]
fn what_new_writes_can_be_checked_and_run() {
    let folder = Folder::new();
    let new = folder.run(&["new", "first.yaml"]).ended(0);
    assert_eq!(new.stdout, "wrote first.yaml\n");
    let check = folder.run(&["check", "first.yaml"]).ended(0);
    assert_eq!((check.stdout.as_str(), check.stderr.as_str()), ("first.yaml: ok\n", ""));
    let run = folder.run(&["run", "first.yaml"]).ended(0);
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].contains("  seed 1  2 devices  ") && lines[0].ends_with(" simulated"), "{}", lines[0]);
    let hash = lines[lines.len() - 1].strip_prefix("hash ").expect("the last line is the hash");
    assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{hash}");
    let expected: Vec<&&str> = lines.iter().filter(|l| l.starts_with("expected ")).collect();
    assert!(expected.len() >= 4 && expected.iter().all(|l| l.ends_with("    ok")), "{expected:?}");
    assert!(
        run.stderr.starts_with("took ") && run.stderr.lines().count() == 1,
        "wall time is no result: {}",
        run.stderr
    );
}

#[test]
fn new_overwrites_nothing() {
    let folder = Folder::new();
    folder.write("mine.yaml", "scenario: mine\n");
    let done = folder.run(&["new", "mine.yaml"]).ended(2);
    assert!(done.stdout.is_empty() && done.stderr.contains("overwrites nothing"), "{done:?}");
    assert_eq!(std::fs::read_to_string(folder.0.join("mine.yaml")).ok().as_deref(), Some("scenario: mine\n"));
    folder.run(&["new", "nowhere/first.yaml"]).ended(2);
}

#[test]
fn an_expectation_that_does_not_hold_exits_with_1_in_every_format() {
    let folder = Folder::new();
    folder.write_changed("off.yaml", "event: 30140, count: 2", "event: 30140, count: 7");
    let text = folder.run(&["run", "off.yaml"]).ended(1);
    let failed = text.stdout.lines().find(|l| l.contains("FAILED: saw ")).expect("it is told");
    assert!(failed.starts_with("expected ") && failed.contains("off.yaml:"), "{failed}");
    let json = folder.run(&["run", "off.yaml", "--format", "json"]).ended(1).json();
    let verdicts = json["expectations"].as_array().expect("a list");
    let bad: Vec<&Value> = verdicts.iter().filter(|v| v["ok"] == false).collect();
    assert!(
        bad.len() == 1 && bad[0]["line"].is_u64() && bad[0]["saw"].is_string() && bad[0]["text"].is_string(),
        "{bad:?}"
    );
    let junit = folder.run(&["run", "off.yaml", "--format", "junit"]).ended(1);
    assert!(junit.stdout.starts_with("<?xml ") && junit.stdout.contains("failures=\"1\""), "{}", junit.stdout);
    assert!(junit.stdout.contains("<failure message=\"saw "), "{}", junit.stdout);
}

#[test]
fn json_has_the_members_of_the_contract() {
    let folder = Folder::with(&["a.yaml", "b.yaml"]);
    let one = folder.run(&["run", "a.yaml", "--format", "json"]).ended(0).json();
    let members: Vec<&str> = one.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["scenario", "seed", "hash", "events", "simulated", "expectations", "timeline", "wall"]);
    let entry = one["timeline"][0].as_object().expect("a timeline");
    assert!(["at", "who", "what"].iter().all(|name| entry[*name].is_string()), "{entry:?}");
    let several = folder.run(&["run", "a.yaml", "b.yaml", "--format", "json"]).ended(0).json();
    assert_eq!(several.as_array().map(Vec::len), Some(2));
    assert_eq!(several[0]["hash"], one["hash"]);
}

#[test]
fn results_are_the_same_bytes_from_run_to_run() {
    let folder = Folder::with(&["a.yaml", "sub/b.yaml", "sub/c.yaml"]);
    folder.write_changed("d.yaml", "seed: 1 ", "seed: 9 ");
    for args in
        [&["run", "."][..], &["run", ".", "--format", "junit"], &["show", "a.yaml", "--of", "laptop1", "--at", "1h30m"]]
    {
        let first = folder.run(args).ended(0);
        assert_eq!(first.stdout, folder.run(args).ended(0).stdout, "{args:?}");
    }
    let json = || {
        let mut value = folder.run(&["run", ".", "--format", "json"]).ended(0).json();
        for run in value.as_array_mut().expect("a list") {
            assert!(run["wall"].is_number());
            run["wall"] = Value::Null;
        }
        value
    };
    assert_eq!(json(), json());
}

#[test]
fn folders_are_run_in_order_with_a_hash_of_the_hashes() {
    let folder = Folder::with(&["z.yaml", "a/b.yaml"]);
    folder.write_changed("m.yaml", "seed: 1 ", "seed: 9 ");
    folder.write("a/notes.txt", "not a scenario");
    let done = folder.run(&["run", "--quiet", "."]).ended(0);
    let files: Vec<&str> = done.stdout.lines().filter(|l| l.ends_with(".yaml")).collect();
    assert_eq!(files, ["./a/b.yaml", "./m.yaml", "./z.yaml"]);
    let hashes = done.hashes();
    assert_eq!((hashes.len(), hashes[0]), (4, hashes[2]), "{hashes:?}");
    assert!(done.stdout.ends_with(&format!("3 files: 3 hold\nhash {}\n", hashes[3])), "{}", done.stdout);
    assert_eq!(done.stderr, "", "quiet means quiet");
    let turned = folder.run(&["run", "--quiet", "m.yaml", "z.yaml", "a/b.yaml"]).ended(0);
    assert_ne!(turned.hashes()[3], hashes[3], "the order counts");
}

#[test]
fn seeds_can_be_given() {
    let folder = Folder::with(&["a.yaml"]);
    let hash = |args: &[&str]| folder.run(args).ended(0).hashes()[0].to_owned();
    let own = hash(&["run", "a.yaml"]);
    assert_eq!(hash(&["run", "a.yaml", "--seed", "1"]), own);
    assert_ne!(hash(&["run", "a.yaml", "--seed", "2"]), own);
}

#[test]
fn bad_input_wins_and_the_others_are_run_all_the_same() {
    let folder = Folder::with(&["good.yaml"]);
    folder.write_changed("off.yaml", "event: 30140, count: 2", "event: 30140, count: 7");
    folder.write("bad.yaml", "scenario: bad\ndevises: []\nseed: x\n");
    let done = folder.run(&["run", "."]).ended(2);
    assert_eq!(done.hashes().len(), 2, "no hash of hashes without all files: {}", done.stdout);
    assert!(done.stdout.ends_with("\n3 files: 1 holds, 1 does not hold, 1 cannot be loaded\n"), "{}", done.stdout);
    for mistake in ["devises", "did you mean `devices`", "bad.yaml:2:1", "bad.yaml:3:7"] {
        assert!(done.stderr.contains(mistake) && !done.stdout.contains(mistake), "{mistake}: {}", done.stderr);
    }
    let json = folder.run(&["run", ".", "--format", "json"]).ended(2).json();
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    let alone = folder.run(&["run", "bad.yaml", "--format", "json"]).ended(2);
    assert_eq!(alone.stdout, "");
}

#[test]
fn check_reports_all_mistakes_of_all_files() {
    let folder = Folder::with(&["good.yaml"]);
    folder.write("bad.yaml", "scenario: bad\ndevises: []\nseed: x\n");
    let done = folder.run(&["check", "."]).ended(2);
    assert_eq!(done.stdout, "./bad.yaml: 2 errors\n./good.yaml: ok\n");
    assert!(
        done.stderr.contains("scenario::unknown_key") && done.stderr.contains("2 │ devises: []"),
        "{}",
        done.stderr
    );
    let json = folder.run(&["check", ".", "--format", "json"]).ended(2).json();
    assert_eq!((&json[0]["ok"], &json[1]["ok"]), (&Value::Bool(false), &Value::Bool(true)));
    let first = &json[0]["diagnostics"][0];
    assert_eq!((first["line"].as_u64(), first["column"].as_u64()), (Some(2), Some(1)), "{first}");
    assert_eq!(folder.run(&["check", "good.yaml", "--format", "json"]).ended(0).json()["ok"], true);
}

#[test]
fn wrong_usage_exits_with_2_and_says_so_on_stderr() {
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("empty")).expect("a folder");
    std::fs::write(folder.0.join("binary.yaml"), b"scenario: x\n\xff\n").expect("a file");
    let wrong: [&[&str]; 9] = [
        &[],
        &["frobnicate"],
        &["run"],
        &["run", "nothing.yaml"],
        &["run", "empty"],
        &["run", "binary.yaml"],
        &["run", "binary.yaml", "--format", "xml"],
        &["run", "binary.yaml", "--trace", "nowhere/trace.jsonl"],
        &["show", "binary.yaml"],
    ];
    for args in wrong {
        let done = folder.run(args).ended(2);
        assert!(done.stdout.is_empty() && !done.stderr.is_empty(), "{args:?}: {done:?}");
    }
    assert!(folder.run(&["run", "binary.yaml"]).stderr.contains("line 2 is not UTF-8"));
    for args in [&["--help"][..], &["run", "--help"], &["--version"]] {
        let done = folder.run(args).ended(0);
        assert!(!done.stdout.is_empty() && done.stderr.is_empty(), "{args:?}: {done:?}");
    }
}

#[test]
fn files_are_read_beside_the_scenario_that_names_them() {
    let folder = Folder::new();
    let csv = "Device Serial Number,Windows Product ID,Hardware Hash\nPFTEST01,,QUJD\nPFTEST02,,QUJE\n";
    folder.write("sub/data/two.csv", csv);
    folder.write_changed("sub/fleet.yaml", "name: laptop, count: 2", "csv: data/two.csv");
    folder.run(&["run", "sub/fleet.yaml"]).ended(0);
    let page = folder.run(&["show", "sub/fleet.yaml", "--of", "pftest02"]).ended(0);
    assert!(page.stdout.starts_with("PFTEST02, device"), "{}", page.stdout);
    folder.write_changed("lost.yaml", "name: laptop, count: 2", "csv: data/two.csv");
    assert!(folder.run(&["check", "lost.yaml"]).ended(2).stderr.contains("data/two.csv"));
}

#[test]
fn show_draws_a_device_on_its_way_and_at_the_end() {
    let folder = Folder::with(&["a.yaml"]);
    let way = folder.run(&["show", "a.yaml", "--of", "laptop1", "--at", "30m"]).ended(0).stdout;
    assert!(way.starts_with("laptop1, device, at 08:30:00 (2022-11-17T08:30:00Z)\n"), "{way}");
    assert!(way.contains("stage ") && way.contains("│ off"), "{way}");
    let end = folder.run(&["show", "a.yaml", "--of", "LAPTOP1"]).ended(0).stdout;
    for part in [
        "│ desktop",
        "computer name",
        "LAP-",
        "Entra device (anchor)",
        "Entra device (twin)",
        "event log Microsoft-Windows-",
    ] {
        assert!(end.contains(part), "{part}: {end}");
    }
    for line in ["AzureAdJoined : YES", "DomainJoined : YES", "DomainName : CORP", "AzureAdPrt : YES", "| SSO State"] {
        assert!(end.contains(line), "{line}: {end}");
    }
    let by_clock = folder.run(&["show", "a.yaml", "--of", "laptop1", "--at", "2022-11-17T08:30:00Z"]).ended(0).stdout;
    assert_eq!(by_clock, way);
    for at in ["soon", "-1h", ""] {
        let done = folder.run(&["show", "a.yaml", "--of", "laptop1", "--at", at]).ended(2);
        assert!(done.stdout.is_empty(), "{done:?}");
    }
}

#[test]
fn show_finds_things_by_every_name_they_have() {
    let folder = Folder::with(&["a.yaml"]);
    let page = |of: &str| folder.run(&["show", "a.yaml", "--of", of]).ended(0).stdout;
    let device = page("laptop1");
    let fact = |name: &str, nth: usize| -> String {
        let line = device.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("{name}: {device}"));
        line[name.len()..].split_whitespace().nth(nth).unwrap_or_default().trim_end_matches(',').to_owned()
    };
    for of in [fact("serial number", 0), fact("computer name", 0)] {
        assert_eq!(page(&of), device, "{of}");
    }
    assert!(page("SRV-ODJ01").contains("event log Microsoft-Intune-ODJConnectorService/Operational"));
    assert!(page("ADA@contoso.com").contains("userPrincipalName"));
    let group = page("Autopilot devices");
    assert!(group.contains("membershipRule") && group.contains("members"), "{group}");
    assert!(page(&fact("managed device", 0)).contains("complianceState"));
    assert!(page(&fact("Autopilot device", 0)).contains("deploymentProfileAssignmentStatus"));
    assert!(page(&fact("Entra device (anchor)", 0)).contains("[ZTDID]:"));
    let dn = fact("computer object", 0);
    assert!(dn.starts_with("CN=LAP-"), "{dn}");
    assert!(page(&dn).contains("sAMAccountName"), "{dn}");
    let unknown = folder.run(&["show", "a.yaml", "--of", "lapto1"]).ended(2);
    assert!(unknown.stdout.is_empty() && unknown.stderr.contains("did you mean `laptop1`?"), "{unknown:?}");
}

#[test]
fn an_ambiguous_name_lists_its_candidates() {
    let folder = Folder::new();
    let group = "    - { name: Kiosks }\n    - { name: Autopilot devices,";
    let text = sim_world::scenario::template().replacen("    - { name: Autopilot devices,", group, 1);
    let text = text.replacen("account: CORP\\ada }", "account: CORP\\ada, name: Kiosks }", 1);
    folder.write("a.yaml", &text);
    let done = folder.run(&["show", "a.yaml", "--of", "kiosks"]).ended(2);
    assert_eq!(done.stdout, "");
    let candidates: Vec<&str> = done.stderr.lines().filter(|l| l.contains("--of '")).collect();
    assert_eq!(candidates.len(), 2, "{}", done.stderr);
    for candidate in candidates {
        let of = candidate.split('\'').nth(1).expect("what to ask for");
        folder.run(&["show", "a.yaml", "--of", of]).ended(0);
    }
    assert!(folder.run(&["show", "a.yaml", "--of", "group:Kiosks"]).ended(0).stdout.starts_with("Kiosks, group"));
}

#[test]
fn the_trace_has_every_record_with_its_cause() {
    let folder = Folder::with(&["a.yaml", "b.yaml"]);
    folder.run(&["run", "a.yaml", "--trace", "trace.jsonl"]).ended(0);
    let records = |name: &str| -> Vec<Value> {
        let text = std::fs::read_to_string(folder.0.join(name)).expect("the trace");
        text.lines().map(|l| serde_json::from_str(l).expect("a JSON object a line")).collect()
    };
    let one = records("trace.jsonl");
    let keys: std::collections::BTreeSet<&str> = one.iter().filter_map(|r| r["key"].as_str()).collect();
    assert!(
        one.len() > 50 && one.iter().all(|r| r["args"].is_array() && r["what"].is_string() && r.get("file").is_none())
    );
    for record in &one {
        assert!(record.get("cause").is_none_or(|c| c.as_str().is_some_and(|c| keys.contains(c))), "{record}");
    }
    folder.run(&["run", "a.yaml", "b.yaml", "--trace", "both.jsonl"]).ended(0);
    let both = records("both.jsonl");
    assert_eq!(both.len(), 2 * one.len());
    assert_eq!((both[0]["file"].as_str(), both[one.len()]["file"].as_str()), (Some("a.yaml"), Some("b.yaml")));
}

#[test]
fn a_reader_that_goes_away_is_no_mistake() {
    let folder = Folder::with(&["a.yaml", "b.yaml"]);
    let mut child = folder
        .command(&["run", "."])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    Done::of(&["run", "."], &output).ended(0);
}

#[test]
fn colour_is_for_those_who_see_it() {
    let folder = Folder::with(&["a.yaml"]);
    let path = folder.0.join("a.yaml");
    let plain = said(&path, false);
    let coloured = said(&path, true);
    assert!(coloured.contains("\u{1b}[") && !plain.contains('\u{1b}'));
    let mut left = coloured.as_str();
    let mut stripped = String::new();
    while let Some((before, after)) = left.split_once("\u{1b}[") {
        stripped.push_str(before);
        left = after.split_once('m').expect("the end of a colour").1;
    }
    assert_eq!(stripped + left, plain, "colour takes nothing away");
    let output = folder.command(&["run", "a.yaml"]).env("NO_COLOR", "1").output().expect("the program starts");
    assert_eq!(Done::of(&["run"], &output).stdout, plain.replace(&*path.to_string_lossy(), "a.yaml"));
}

/// What the library writes for a run, with or without colour.
fn said(path: &Path, colour: bool) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut terminal = tenantsim::Terminal::plain(&mut stdout, &mut stderr);
    terminal.colour_on_stdout = colour;
    let args = ["tenantsim".into(), "run".into(), path.into()];
    assert_eq!(tenantsim::main_with(args, &mut terminal), tenantsim::Exit::Fine);
    drop(terminal);
    String::from_utf8(stdout).expect("UTF-8")
}

#[test]
fn explain_says_why_and_why_not() {
    let folder = Folder::with(&["a.yaml"]);
    let text = folder.run(&["explain", "a.yaml", "--of", "laptop1"]).ended(0).stdout;
    assert!(text.starts_with("laptop1, device, at ") && text.contains("set going by\n  a.yaml:"), "{text}");
    assert_eq!(folder.run(&["explain", "a.yaml", "--of", "laptop1"]).stdout, text, "the same bytes");
    let early = ["explain", "a.yaml", "--of", "laptop1", "--at", "1m", "--why-not", "in group Autopilot devices"];
    let early = folder.run(&early).ended(0).stdout;
    assert!(early.contains("laptop1"), "{early}");
    let json = folder.run(&["explain", "a.yaml", "--of", "laptop1", "--format", "json"]).ended(0).stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((json["name"].as_str(), json["missing_records"].as_u64()), (Some("laptop1"), Some(0)));
    assert!(json["set_going_by"][0]["line"].is_u64() && json["chain"][0]["at"].is_string(), "{json:#}");
    for (args, part) in [
        (["--of", "laptop"].as_slice(), "did you mean"),
        (&["--of", "laptop1", "--why-not", "SRV-NONE"], "nothing goes by the name"),
        (&["--of", "ada@contoso.com", "--why-not", "laptop1"], "cannot be asked"),
        (&["--of", "laptop1", "--at", "soon"], "neither a span"),
        (&["--of", "laptop1", "--format", "xml"], "invalid value"),
    ] {
        let done = folder.run(&[&["explain", "a.yaml"], args].concat()).ended(2);
        assert!(done.stderr.contains(part) && done.stdout.is_empty(), "{args:?}: {done:?}");
    }
}

#[test]
fn show_writes_the_offline_domain_join_blob() {
    let folder = Folder::with(&["a.yaml"]);
    folder.run(&["show", "a.yaml", "--of", "laptop1", "--blob", "djoin.txt"]).ended(0);
    let file = std::fs::read(folder.0.join("djoin.txt")).expect("the file");
    assert_eq!(file[..2], [0xff, 0xfe], "UTF-16 with a byte order mark");
    let early = folder.run(&["show", "a.yaml", "--of", "laptop1", "--at", "1m", "--blob", "no.txt"]).ended(2);
    assert!(early.stderr.contains("no connector has made") && !folder.0.join("no.txt").exists(), "{early:?}");
    let nobody = folder.run(&["show", "a.yaml", "--of", "ada@contoso.com", "--blob", "no.txt"]).ended(2);
    assert!(nobody.stderr.contains("has no offline domain join blob"), "{nobody:?}");
}
