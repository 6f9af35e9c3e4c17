//! Where tests run: a private copy of a tree, with folders of its own for what they write.
//!
//! Does not catch: tests that reach out of their tree where the system has no means to keep them in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::process::{Finished, Program};
use crate::tools::adapter::Adapter;
use crate::tools::workspace::Workspace;

/// Where a tree's tests run.
#[derive(Clone, Debug)]
pub struct Place {
    /// The tree.
    pub root: PathBuf,
    /// An empty folder for what is written.
    pub private: PathBuf,
    /// A folder for temporary files.
    pub temporary: PathBuf,
    /// A folder that outlives the run, this tree's own.
    pub build: PathBuf,
    /// How long a program may take.
    pub limit: Duration,
}

impl Place {
    /// The folders for a tree that stands in a workspace.
    ///
    /// # Errors
    /// Where one cannot be made.
    pub fn of(workspace: &Workspace, name: &str, root: PathBuf, limit: Duration) -> Result<Self> {
        let build = workspace.build()?.join(name);
        std::fs::create_dir_all(&build)?;
        Ok(Self {
            root,
            private: workspace.empty(&format!("private-{name}"))?,
            temporary: workspace.empty(&format!("tmp-{name}"))?,
            build: build.canonicalize()?,
            limit,
        })
    }
}

/// A program with the variables of an adapter and their folders, confined to the place.
pub fn with_env(program: Program, adapter: &Adapter, place: &Place) -> Program {
    let mut program = program
        .confined(adapter.confinement(&place.private))
        .env("TMPDIR", &place.temporary);
    for (name, value) in &adapter.env {
        let value = value
            .replace("{private}", &place.private.display().to_string())
            .replace("{build}", &place.build.display().to_string());
        program = program.env(name, value);
    }
    program
}

/// Folders that hold what is imported, beside the top.
const SOURCES: [&str; 3] = ["src", "lib", "python"];

/// The import path of Python for a tree: it comes before whatever an editable install points to. `more` comes last.
pub fn import_path(root: &Path, more: Option<&Path>) -> Option<OsString> {
    let mut folders = vec![root.to_owned()];
    let sources = SOURCES.iter().map(|name| root.join(name));
    folders.extend(sources.filter(|folder| folder.is_dir()));
    folders.extend(more.map(Path::to_owned));
    std::env::join_paths(folders).ok()
}

/// What a program printed, for the trace.
pub fn keep(output: &mut String, what: &str, finished: &Finished) {
    const MOST: usize = 4000;
    for (name, bytes) in [("stdout", &finished.stdout), ("stderr", &finished.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        let count = text.chars().count();
        let end: String = text.chars().skip(count.saturating_sub(MOST)).collect();
        if !end.trim().is_empty() {
            output.push_str(&format!("{what}, end of {name}:\n{}\n", end.trim_end()));
        }
    }
}
