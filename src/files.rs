//! Scenario files: which ones are meant, and what they name.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A path that means no scenario.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PathError {
    /// It cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A folder without scenarios.
    #[error("there is no *.yaml file in {} or below it", .0.display())]
    Empty(PathBuf),
}

/// The files that paths mean, each once: a file as it is, of a folder every `*.yaml` in it and below it, sorted. What is hidden
/// and links to folders are passed over.
pub(crate) fn collect(paths: &[PathBuf]) -> Result<Vec<PathBuf>, PathError> {
    let mut all: Vec<PathBuf> = Vec::new();
    for path in paths {
        let unreadable = |error| PathError::Unreadable { path: path.clone(), error };
        let mut found = Vec::new();
        if fs::metadata(path).map_err(unreadable)?.is_dir() {
            search(path, &mut found)?;
            if found.is_empty() {
                return Err(PathError::Empty(path.clone()));
            }
            found.sort();
        } else {
            found.push(path.clone());
        }
        for file in found {
            if !all.contains(&file) {
                all.push(file);
            }
        }
    }
    Ok(all)
}

fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), PathError> {
    let unreadable = |error| PathError::Unreadable { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type().map_err(unreadable)?);
        if kind.is_dir() {
            search(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "yaml") && !(kind.is_symlink() && path.is_dir()) {
            found.push(path);
        }
    }
    Ok(())
}

/// Reads a file that a scenario names: paths are relative to the scenario's file.
pub(crate) fn read_beside(scenario: &Path, named: &str) -> Result<Vec<u8>, String> {
    let path = scenario.parent().unwrap_or(Path::new("")).join(named);
    fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_searched_and_sorted() {
        let root = std::env::temp_dir().join(format!("tenantsim-files-{}", std::process::id()));
        fs::create_dir_all(root.join("b")).expect("a folder");
        fs::create_dir_all(root.join(".hidden")).expect("a folder");
        for name in ["z.yaml", "b/a.yaml", "b/data.csv", "a.yaml", ".hidden/x.yaml", "old.yml"] {
            fs::write(root.join(name), "").expect("a file");
        }
        let names = |paths: &[PathBuf]| -> Vec<String> {
            let all = collect(paths).expect("files");
            all.iter().map(|p| p.strip_prefix(&root).expect("below").to_string_lossy().replace('\\', "/")).collect()
        };
        assert_eq!(names(std::slice::from_ref(&root)), ["a.yaml", "b/a.yaml", "z.yaml"]);
        assert_eq!(names(&[root.join("old.yml"), root.join("z.yaml"), root.join("z.yaml")]), ["old.yml", "z.yaml"]);
        assert!(matches!(collect(&[root.join("nothing")]), Err(PathError::Unreadable { .. })));
        assert!(matches!(
            collect(&[root.join(".hidden").join("..").join("b").join("none")]),
            Err(PathError::Unreadable { .. })
        ));
        fs::create_dir_all(root.join("empty")).expect("a folder");
        assert!(matches!(collect(&[root.join("empty")]), Err(PathError::Empty(_))));
        fs::remove_dir_all(&root).expect("it goes");
    }
}
