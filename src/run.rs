//! `run`: replays scenarios, several at a time, and writes their results in order.

use crate::cli::{RunArgs, RunFormat};
use crate::exit::Exit;
use crate::load::{Loaded, load};
use crate::output::{Stopped, Terminal};
use crate::progress::ProgressLine;
use crate::{diagnostics, files};
use sim_world::report::{self, Suite, TextOptions};
use sim_world::run::Bounds;
use sim_world::scenario::PlanOptions;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

/// Runs all files. Results appear in the order of the files, each as soon as those before it are there.
pub(crate) fn run(args: &RunArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let paths = match files::collect(&args.paths) {
        Ok(paths) => paths,
        Err(error) => {
            terminal.note(&format!("error: {error}"));
            return Ok(Exit::BadInput);
        }
    };
    let trace = match args.trace.as_ref().map(|path| create(path)).transpose() {
        Ok(trace) => trace,
        Err(why) => {
            terminal.note(&format!("error: {why}"));
            return Ok(Exit::BadInput);
        }
    };
    let progress = ProgressLine::new(paths.len(), terminal.watched && !args.quiet);
    let job = Job {
        args,
        several: paths.len() > 1,
        colour: terminal.colour_on_stdout,
        colour_of_mistakes: terminal.colour_on_stderr,
        progress: &progress,
    };
    let began = Instant::now();
    let mut writer = Writer { format: args.format, several: job.several, written: 0, suites: Vec::new(), trace };
    let mut exits = Vec::new();
    let mut hashes = Vec::new();
    let take = |report: FileReport| {
        progress.clear();
        report.notes.iter().for_each(|note| terminal.note(note));
        exits.push(report.exit);
        hashes.extend(report.hash);
        writer.write(report, terminal)
    };
    let done = in_parallel(&paths, |path| job.one(path), take);
    progress.clear();
    done?;
    writer.finish(terminal)?;
    if job.several && args.format == RunFormat::Text {
        let hash = if hashes.len() == paths.len() {
            format!("hash {}\n", report::hash_digits(report::fold_hashes(hashes)))
        } else {
            String::new()
        };
        let gap = if exits.iter().any(|e| *e != Exit::BadInput) { "\n" } else { "" };
        terminal.result(&format!("{gap}{}\n{hash}", summary(&exits)))?;
    }
    if !args.quiet {
        terminal.note(&format!("took {:.3} s", began.elapsed().as_secs_f64()));
    }
    Ok(exits.into_iter().max().unwrap_or(Exit::Fine))
}

/// `12 files: 10 hold, 1 does not hold, 1 cannot be loaded`.
fn summary(exits: &[Exit]) -> String {
    let counted = |exit: Exit, one: &str, many: &str| match exits.iter().filter(|e| **e == exit).count() {
        0 => None,
        1 => Some(format!("1 {one}")),
        n => Some(format!("{n} {many}")),
    };
    let parts = [
        counted(Exit::Fine, "holds", "hold"),
        counted(Exit::DoesNotHold, "does not hold", "do not hold"),
        counted(Exit::Internal, "did not end", "did not end"),
        counted(Exit::BadInput, "cannot be loaded", "cannot be loaded"),
    ];
    format!("{} files: {}", exits.len(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn create(path: &Path) -> Result<BufWriter<File>, String> {
    File::create(path).map(BufWriter::new).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// What came of one file.
struct FileReport {
    exit: Exit,
    hash: Option<u64>,
    /// For standard error.
    notes: Vec<String>,
    result: Option<Rendered>,
    trace: String,
}

/// A result in the format asked for.
enum Rendered {
    Text(String),
    Json(serde_json::Value),
    Junit(Suite),
}

/// What all files have in common.
struct Job<'a> {
    args: &'a RunArgs,
    several: bool,
    colour: bool,
    colour_of_mistakes: bool,
    progress: &'a ProgressLine,
}

impl Job<'_> {
    /// Runs a file. A panic in it is that file's end, not that of the others.
    fn one(&self, path: &Path) -> FileReport {
        let report = catch_unwind(AssertUnwindSafe(|| self.load_and_run(path)));
        self.progress.file_done();
        report.unwrap_or_else(|_| {
            let notes = vec![format!("error: {} could not be run: this is a mistake in tenantsim", path.display())];
            FileReport { exit: Exit::Internal, hash: None, notes, result: None, trace: String::new() }
        })
    }

    fn load_and_run(&self, path: &Path) -> FileReport {
        let bad = |notes| FileReport { exit: Exit::BadInput, hash: None, notes, result: None, trace: String::new() };
        let loaded: Loaded = match load(path) {
            Ok(loaded) => loaded,
            Err(why) => return bad(vec![format!("error: {why}")]),
        };
        let mistakes = diagnostics::render(&loaded, !self.args.quiet, self.colour_of_mistakes);
        let mut notes: Vec<String> = Some(mistakes).filter(|text| !text.is_empty()).into_iter().collect();
        let Some(scenario) = loaded.scenario else { return bad(notes) };
        let began = Instant::now();
        let options = PlanOptions { seed: self.args.seed, ..PlanOptions::default() };
        let outcome = scenario.plan(&options).run(Bounds::default(), &mut |p| self.progress.at(scenario.title(), p));
        let wall = began.elapsed();
        let name = path.to_string_lossy();
        let result = match self.args.format {
            RunFormat::Text => {
                let look = TextOptions { colour: self.colour, brief: self.args.quiet, several: self.several };
                Rendered::Text(report::text(&outcome, &name, &look))
            }
            RunFormat::Json => Rendered::Json(report::json(&outcome, &name, wall)),
            RunFormat::Junit => Rendered::Junit(report::junit_suite(&outcome, &name)),
        };
        let trace = match self.args.trace {
            Some(_) => report::trace_lines(&outcome, self.several.then_some(&name)),
            None => String::new(),
        };
        let exit = match report::broken_off(&outcome) {
            Some(why) => {
                notes.push(format!("error: {name} did not settle: {why}"));
                Exit::Internal
            }
            None if report::all_hold(&outcome) => Exit::Fine,
            None => Exit::DoesNotHold,
        };
        FileReport { exit, hash: Some(outcome.world.hash()), notes, result: Some(result), trace }
    }
}

/// Does something with every path on as many threads as there are cores, and hands the results over in order.
///
/// When `take` fails, paths that are not begun yet are left alone.
fn in_parallel<T: Send>(
    paths: &[PathBuf],
    each: impl Fn(&Path) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), Stopped>,
) -> Result<(), Stopped> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (send, receive) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..cores.min(paths.len()) {
            let (send, next, stop, each) = (send.clone(), &next, &stop, &each);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(n) else { return };
                    if send.send((n, each(path))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (n, result) in receive {
            early.insert(n, result);
            while let Some(result) = early.remove(&wanted) {
                wanted += 1;
                if let Err(stopped) = take(result) {
                    stop.store(true, Ordering::Relaxed);
                    return Err(stopped);
                }
            }
        }
        Ok(())
    })
}

/// Writes results one after the other.
struct Writer {
    format: RunFormat,
    several: bool,
    written: usize,
    suites: Vec<Suite>,
    trace: Option<BufWriter<File>>,
}

impl Writer {
    fn write(&mut self, report: FileReport, terminal: &mut Terminal<'_>) -> Result<(), Stopped> {
        if let Some(trace) = &mut self.trace {
            trace
                .write_all(report.trace.as_bytes())
                .map_err(|e| Stopped::Failed(format!("cannot write the trace: {e}")))?;
        }
        let first = self.written == 0;
        match report.result {
            Some(Rendered::Text(text)) => {
                let gap = if first { "" } else { "\n" };
                terminal.result(&format!("{gap}{text}"))?;
            }
            Some(Rendered::Json(value)) if self.several => {
                let gap = if first { "[\n" } else { ",\n" };
                terminal.result(&format!("{gap}{value:#}"))?;
            }
            Some(Rendered::Json(value)) => terminal.result(&format!("{value:#}\n"))?,
            Some(Rendered::Junit(suite)) => self.suites.push(suite),
            None => return Ok(()),
        }
        self.written += 1;
        Ok(())
    }

    fn finish(mut self, terminal: &mut Terminal<'_>) -> Result<(), Stopped> {
        if let Some(trace) = &mut self.trace {
            trace.flush().map_err(|e| Stopped::Failed(format!("cannot write the trace: {e}")))?;
        }
        match self.format {
            RunFormat::Text => Ok(()),
            RunFormat::Json if !self.several => Ok(()),
            RunFormat::Json if self.written == 0 => terminal.result("[]\n"),
            RunFormat::Json => terminal.result("\n]\n"),
            RunFormat::Junit => terminal.result(&report::junit_document(&self.suites)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_files_are_summed_up() {
        let exits = [Exit::Fine, Exit::BadInput, Exit::Fine, Exit::DoesNotHold];
        assert_eq!(summary(&exits), "4 files: 2 hold, 1 does not hold, 1 cannot be loaded");
    }

    #[test]
    fn results_come_in_order() {
        let paths: Vec<PathBuf> = (0..40).map(|n| PathBuf::from(n.to_string())).collect();
        let mut seen = Vec::new();
        let each = |path: &Path| {
            let n: u64 = path.to_string_lossy().parse().expect("a number");
            std::thread::sleep(std::time::Duration::from_millis((n * 7) % 5));
            n
        };
        in_parallel(&paths, each, |n| {
            seen.push(n);
            Ok(())
        })
        .expect("nothing stops it");
        assert_eq!(seen, (0..40).collect::<Vec<u64>>());
    }

    #[test]
    fn what_was_not_begun_is_left_when_nobody_reads() {
        let paths: Vec<PathBuf> = (0..1000).map(|n| PathBuf::from(n.to_string())).collect();
        let begun = AtomicUsize::new(0);
        let each = |_: &Path| {
            begun.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(1));
        };
        let stopped = in_parallel(&paths, each, |()| Err(Stopped::BrokenPipe));
        assert!(matches!(stopped, Err(Stopped::BrokenPipe)));
        assert!(begun.load(Ordering::Relaxed) < 1000);
    }
}
