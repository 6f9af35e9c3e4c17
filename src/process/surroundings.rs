//! What a program inherits of our own environment: nothing that leads into a tree that is judged.
//!
//! A folder of `PATH` in the tree holds programs that the change may have brought, and so does a virtual environment or
//! a `CARGO_HOME` there; a folder by a relative path is one of wherever the program runs.
//!
//! Does not catch: a folder outside of the tree that somebody else can write to.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use super::environment;
use crate::files;

static JUDGED: RwLock<Vec<PathBuf>> = RwLock::new(Vec::new());

/// From now on nothing of this tree is inherited by a program.
pub fn keep_out(top: &Path) {
    let mut judged = JUDGED.write().unwrap_or_else(PoisonError::into_inner);
    if !judged.iter().any(|known| known == top) {
        judged.push(top.to_owned());
    }
}

/// A variable of ours without what leads into a judged tree; none where nothing is left.
pub fn value(name: &str) -> Option<OsString> {
    let value = environment::variable(name)?;
    let judged = JUDGED.read().unwrap_or_else(PoisonError::into_inner);
    let is_outside =
        |path: &Path| path.is_absolute() && !judged.iter().any(|top| files::leads_into(top, path));
    match name {
        "PATH" => {
            let kept = std::env::split_paths(&value).filter(|folder| is_outside(folder));
            std::env::join_paths(kept).ok()
        }
        "VIRTUAL_ENV" | "CARGO_HOME" | "RUSTUP_HOME" | "TMPDIR" => {
            is_outside(Path::new(&value)).then_some(value)
        }
        _ => Some(value),
    }
}
