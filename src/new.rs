//! `new`: writes a scenario to begin with.

use crate::cli::NewArgs;
use crate::exit::Exit;
use crate::output::{Stopped, Terminal};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

/// Writes the file, unless there is one already.
pub(crate) fn new(args: &NewArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let path = args.file.display();
    let created = OpenOptions::new().write(true).create_new(true).open(&args.file);
    let written = created.and_then(|mut file| file.write_all(sim_world::scenario::template().as_bytes()));
    match written {
        Ok(()) => {
            terminal.result(&format!("wrote {path}\n"))?;
            terminal.note(&format!("see it happen: tenantsim run {path}"));
            Ok(Exit::Fine)
        }
        Err(error) => {
            let why = match error.kind() {
                ErrorKind::AlreadyExists => format!("{path} is there already; `new` overwrites nothing"),
                _ => format!("cannot write {path}: {error}"),
            };
            terminal.note(&format!("error: {why}"));
            Ok(Exit::BadInput)
        }
    }
}
