//! The ready file: where a server that was just started can be reached, for whoever started it.

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// A ready file that was written. It goes when the server does.
#[derive(Debug)]
pub(crate) struct ReadyFile {
    path: PathBuf,
    content: String,
}

impl ReadyFile {
    /// Writes the file, so that whoever sees it sees all of it.
    pub(crate) fn write(path: &Path, value: &Value) -> Result<Self, String> {
        let content = format!("{value:#}\n");
        let mut temporary = path.as_os_str().to_owned();
        temporary.push(format!(".{}.tmp", std::process::id()));
        let temporary = PathBuf::from(temporary);
        let written = fs::write(&temporary, &content).and_then(|()| fs::rename(&temporary, path));
        written.map_err(|error| {
            let _ = fs::remove_file(&temporary);
            format!("cannot write the ready file {}: {error}", path.display())
        })?;
        Ok(Self { path: path.to_owned(), content })
    }
}

impl Drop for ReadyFile {
    fn drop(&mut self) {
        // Another server may have written its own in the meantime.
        if fs::read_to_string(&self.path).is_ok_and(|content| content == self.content) {
            let _ = fs::remove_file(&self.path);
        }
    }
}
