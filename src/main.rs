//! The program.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use tenantsim::{Exit, Terminal, main_with};

fn main() -> ExitCode {
    // A panic has said what it has to say on standard error; what is left is its exit code.
    let run = || main_with(std::env::args_os(), &mut Terminal::of_the_process());
    catch_unwind(AssertUnwindSafe(run)).unwrap_or(Exit::Internal).into()
}
