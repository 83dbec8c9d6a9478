//! The shell: the command line of tenantsim and its listeners. It is the only part that meets a clock, a socket, a file or a terminal;
//! everything it shows is made by `sim_world` as plain text and values.
//!
//! Results go to standard output and are the same bytes from run to run. Progress, mistakes and wall times go to standard error.
//! [`main_with`] is the whole program as a function.

#![allow(clippy::disallowed_methods, reason = "the shell meets the clock, files and the environment")]

mod check;
mod cli;
mod control;
mod diagnostics;
mod exec;
mod exit;
mod explain;
mod files;
mod host;
mod listen;
mod load;
mod new;
mod output;
mod progress;
mod ready;
mod run;
mod serve;
mod show;
mod signin;

pub use cli::command;
pub use exit::Exit;
pub use output::Terminal;

use clap::{CommandFactory as _, FromArgMatches as _};
use cli::{Cli, Verb};
use std::ffi::OsString;

/// Runs the program with these arguments, the first of which is its name.
pub fn main_with(args: impl IntoIterator<Item = OsString>, terminal: &mut Terminal<'_>) -> Exit {
    let cli = match Cli::command().try_get_matches_from(args).and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, terminal),
    };
    let done = match cli.verb {
        Verb::Run(args) => run::run(&args, terminal),
        Verb::Check(args) => check::check(&args, terminal),
        Verb::Show(args) => show::show(&args, terminal),
        Verb::Explain(args) => explain::explain(&args, terminal),
        Verb::New(args) => new::new(&args, terminal),
        Verb::Serve(args) => serve::serve(&args, terminal),
        Verb::Exec(args) => exec::exec(&args, terminal),
    };
    match done {
        Ok(exit) => exit,
        Err(output::Stopped::BrokenPipe) => Exit::Fine,
        Err(output::Stopped::Failed(why)) => {
            terminal.note(&format!("error: {why}"));
            Exit::Internal
        }
    }
}

/// Help and version are results; anything else is a mistake.
fn usage(error: &clap::Error, terminal: &mut Terminal<'_>) -> Exit {
    let shown = |colour: bool| if colour { error.render().ansi().to_string() } else { error.render().to_string() };
    if error.use_stderr() {
        let text = shown(terminal.colour_on_stderr);
        terminal.note(text.trim_end());
        Exit::BadInput
    } else {
        let text = shown(terminal.colour_on_stdout);
        match terminal.result(&text) {
            Ok(()) | Err(output::Stopped::BrokenPipe) => Exit::Fine,
            Err(output::Stopped::Failed(_)) => Exit::Internal,
        }
    }
}
