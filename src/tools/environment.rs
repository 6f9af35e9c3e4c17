//! Folders of programs: which of them may be believed.
//!
//! What lies in the tree that is judged may have been put there by the change, or by the agent that made it, tracked or
//! not: a program there says what its author wants, and a package there runs when a tool starts. So nothing of the tree
//! is run, unless base's policy names the folder by the digest of all that is in it (`environments`).
//!
//! A digest is over paths, modes, targets of links and bytes, with the place of the tree taken out of the bytes, so that
//! another clone has the same one. Compiled Python is left out of it, and is not read when such an environment runs.
//!
//! A tool outside of the tree whose environment has a path into it (an editable installation) imports nothing from there:
//! [`WALL`] stands before all imports.
//!
//! Does not catch: what is written into the folder after it was read; programs outside of the tree that somebody put
//! there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use super::adapter::Adapter;
use super::workspace;
use crate::change::Change;
use crate::files;
use crate::policy::Environment;
use crate::text::hex;

/// `sitecustomize.py`, which Python imports before anything that could be the change's.
const WALL: &str = include_str!("sitecustomize.py");

/// The folder in which [`WALL`] stands, for `PYTHONPATH`.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn wall() -> Result<PathBuf> {
    workspace::fixed(
        "wall",
        &[("sitecustomize.py", WALL), ("usercustomize.py", "")],
    )
}

/// The digest of a folder of the tree whose top this is, as the policy has it.
///
/// # Errors
/// Where something in it cannot be read.
pub(super) fn digest(top: &Path, folder: &Path) -> Result<String> {
    static KNOWN: Mutex<BTreeMap<PathBuf, String>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(digest) = known.get(folder) {
        return Ok(digest.clone());
    }
    let mut whole = Sha256::new();
    add(top, folder, "", &mut whole).with_context(|| format!("reading {}", folder.display()))?;
    let digest = format!("sha256:{}", hex(&whole.finalize()));
    known.insert(folder.to_owned(), digest.clone());
    Ok(digest)
}

/// Folders of the user's working tree that a private copy for this tool may lead into. What the tool runs of it must be
/// named by the policy; what it only reads need not be.
pub fn links(adapter: &Adapter, change: &Change, environments: &[Environment]) -> Vec<String> {
    let runs = adapter.is_own() || !adapter.executes.is_empty();
    let is_named = |link: &String| {
        let Some(top) = &change.worktree else {
            return false;
        };
        environments
            .iter()
            .filter(|named| named.path.trim_end_matches('/') == link)
            .any(|named| {
                digest(top, &top.join(link)).is_ok_and(|digest| named.digest == Some(digest))
            })
    };
    let links = adapter.links.iter().cloned();
    links.filter(|link| !runs || is_named(link)).collect()
}

/// What no program is run from: compiled Python, and lists of what was installed with bytes that hold the tree's place.
fn is_left_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "__pycache__" || path == ".cache" || path.ends_with(".dist-info/RECORD")
}

fn add(top: &Path, folder: &Path, path: &str, whole: &mut Sha256) -> Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let path = match path {
            "" => name.to_string_lossy().into_owned(),
            above => format!("{above}/{}", name.to_string_lossy()),
        };
        if is_left_out(&path) {
            continue;
        }
        let at = entry.path();
        let kind = entry.file_type()?;
        let (mode, bytes) = if kind.is_dir() {
            add(top, &at, &path, whole)?;
            continue;
        } else if kind.is_symlink() {
            let target = at.read_link()?;
            ('l', without(top, target.as_os_str().as_encoded_bytes()))
        } else {
            let found = files::own(&at, files::MOST_BY_PROGRAM)?;
            let mode = if is_executable(&entry) { 'x' } else { 'f' };
            (mode, without(top, &found.bytes))
        };
        whole.update(format!("{mode} {} {path}\0{}\0", path.len(), bytes.len()));
        whole.update(&bytes);
    }
    Ok(())
}

/// Bytes with the place of the tree taken out.
fn without(top: &Path, bytes: &[u8]) -> Vec<u8> {
    let place = top.as_os_str().as_encoded_bytes();
    let mut left = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for at in memchr::memmem::find_iter(bytes, place) {
        left.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        from = at + place.len();
    }
    left.extend_from_slice(bytes.get(from..).unwrap_or_default());
    left
}

#[cfg(unix)]
fn is_executable(entry: &fs::DirEntry) -> bool {
    use std::os::unix::fs::PermissionsExt;
    entry
        .metadata()
        .is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(_: &fs::DirEntry) -> bool {
    false
}

/// A file of the tree that Python would run by itself when a program of this environment starts: one that customises
/// its start, in a folder that the environment adds to the import path.
pub(super) fn runs_at_start(top: &Path, environment: &Path) -> Option<PathBuf> {
    let libraries = ["lib", "lib64", "Lib"].map(|name| environment.join(name));
    let versions = libraries.iter().flat_map(|folder| {
        let below = fs::read_dir(folder).into_iter().flatten().flatten();
        below.map(|entry| entry.path()).chain([folder.clone()])
    });
    let mut added = Vec::new();
    for site in versions.flat_map(|at| [at.join("site-packages"), at.join("dist-packages")]) {
        for entry in fs::read_dir(&site).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|ending| ending != "pth") {
                continue;
            }
            let text = files::own(&path, files::MOST_BY_HAND).map(|found| found.lossy());
            for line in text.unwrap_or_default().lines() {
                let line = line.trim_end();
                if !line.is_empty()
                    && !line.starts_with(['#', ' ', '\t'])
                    && !line.starts_with("import")
                {
                    added.push(site.join(line));
                }
            }
        }
    }
    let names = [
        "sitecustomize.py",
        "usercustomize.py",
        "sitecustomize",
        "usercustomize",
    ];
    added
        .into_iter()
        .filter(|folder| files::leads_into(top, folder))
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|path| path.symlink_metadata().is_ok())
}
