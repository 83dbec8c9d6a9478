//! `check`: looks for mistakes without running anything.

use crate::cli::{CheckArgs, CheckFormat};
use crate::exit::Exit;
use crate::load::load;
use crate::output::{Stopped, Terminal};
use crate::{diagnostics, files};
use serde_json::{Value, json};

/// Checks all files: `ok` or the number of mistakes of each on standard output, the mistakes themselves on standard error.
pub(crate) fn check(args: &CheckArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let paths = match files::collect(&args.paths) {
        Ok(paths) => paths,
        Err(error) => {
            terminal.note(&format!("error: {error}"));
            return Ok(Exit::BadInput);
        }
    };
    let mut exit = Exit::Fine;
    let mut values: Vec<Value> = Vec::new();
    for path in &paths {
        let name = path.to_string_lossy();
        let loaded = match load(path) {
            Ok(loaded) => loaded,
            Err(why) => {
                exit = Exit::BadInput;
                match args.format {
                    CheckFormat::Text => {
                        terminal.note(&format!("error: {why}"));
                        terminal.result(&format!("{name}: cannot be read\n"))?;
                    }
                    CheckFormat::Json => values.push(json!({
                        "path": name,
                        "ok": false,
                        "diagnostics": [{ "severity": "error", "code": "file::unreadable", "message": why }],
                    })),
                }
                continue;
            }
        };
        let (errors, warnings) = loaded.tally();
        if loaded.scenario.is_none() {
            exit = Exit::BadInput;
        }
        match args.format {
            CheckFormat::Text => {
                let mistakes = diagnostics::render(&loaded, true, terminal.colour_on_stderr);
                if !mistakes.is_empty() {
                    terminal.note(&mistakes);
                }
                terminal.result(&format!("{name}: {}\n", summary(loaded.scenario.is_some(), errors, warnings)))?;
            }
            CheckFormat::Json => {
                let ok = loaded.scenario.is_some();
                values.push(json!({ "path": name, "ok": ok, "diagnostics": diagnostics::as_json(&loaded) }));
            }
        }
    }
    if args.format == CheckFormat::Json {
        let value = match <[Value; 1]>::try_from(values) {
            Ok([one]) => one,
            Err(all) => Value::Array(all),
        };
        terminal.result(&format!("{value:#}\n"))?;
    }
    Ok(exit)
}

/// `ok`, `ok, 1 warning`, `2 errors, 1 warning`.
fn summary(ok: bool, errors: usize, warnings: usize) -> String {
    let counted = |n: usize, what: &str| match n {
        0 => None,
        1 => Some(format!("1 {what}")),
        n => Some(format!("{n} {what}s")),
    };
    let parts = [ok.then(|| "ok".to_owned()), counted(errors, "error"), counted(warnings, "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_a_file_counts_its_mistakes() {
        assert_eq!(summary(true, 0, 0), "ok");
        assert_eq!(summary(true, 0, 1), "ok, 1 warning");
        assert_eq!(summary(false, 2, 1), "2 errors, 1 warning");
    }
}
