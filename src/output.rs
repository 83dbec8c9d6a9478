//! Where results and notes go.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

/// Standard output and standard error, as far as the program cares.
pub struct Terminal<'a> {
    stdout: Box<dyn Write + 'a>,
    stderr: Box<dyn Write + 'a>,
    /// Whether results are shown in colour.
    pub colour_on_stdout: bool,
    /// Whether mistakes are shown in colour.
    pub colour_on_stderr: bool,
    /// Whether somebody watches standard error, so that progress is worth showing.
    pub watched: bool,
}

/// Results cannot be written any more.
#[derive(Debug)]
pub(crate) enum Stopped {
    /// Whoever read them has gone. That is no mistake.
    BrokenPipe,
    /// Something else.
    Failed(String),
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Failed(format!("cannot write the results: {error}")),
        }
    }
}

impl<'a> Terminal<'a> {
    /// Two places to write to, neither of them a terminal.
    pub fn plain(stdout: impl Write + 'a, stderr: impl Write + 'a) -> Self {
        Self {
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            colour_on_stdout: false,
            colour_on_stderr: false,
            watched: false,
        }
    }

    /// Those of the process. Colour is for terminals, unless `NO_COLOR` says no.
    pub fn of_the_process() -> Terminal<'static> {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|no| no.is_empty())
            && std::env::var_os("TERM").is_none_or(|t| t != "dumb");
        let (stdout, stderr) = (io::stdout(), io::stderr());
        let (out_is_terminal, err_is_terminal) = (stdout.is_terminal(), stderr.is_terminal());
        Terminal {
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            colour_on_stdout: colour && out_is_terminal,
            colour_on_stderr: colour && err_is_terminal,
            watched: err_is_terminal,
        }
    }

    /// Writes a result, whole.
    pub(crate) fn result(&mut self, text: &str) -> Result<(), Stopped> {
        self.stdout.write_all(text.as_bytes())?;
        Ok(self.stdout.flush()?)
    }

    /// Writes something beside the results, with the end of its line. That nobody reads it is nothing to stop for.
    pub(crate) fn note(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{}", text.trim_end_matches('\n'));
        let _ = self.stderr.flush();
    }
}
