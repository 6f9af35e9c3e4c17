//! The working tree's files, as git would store them.
//!
//! The bytes are the file's own. Where the attributes or `core.autocrlf` would have git turn CRLF into
//! LF, that is done here too, so that a file which differs in nothing else is no change; a file under
//! Git LFS whose committed form is a pointer becomes the pointer. No filter program is run.
//!
//! Does not catch: files that git was told to take as unchanged (`assume-unchanged`), what other filters
//! would store, ignored files.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};

use super::backend::{Backend, LineEnds, Uncommitted};
use super::repository::TreeEntry;
use super::{Blob, Content, Mode, paths};
use crate::files;

/// What a path of the working tree is; none where there is nothing that git would store. `held` is what
/// the index has there.
pub(super) fn mode(root: &Path, path: &str, held: Option<Mode>) -> Option<Mode> {
    let path = paths::on_disk(root, path);
    let above = path
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root);
    if above.into_iter().any(Path::is_symlink) {
        // What lies behind a link is not in the tree.
        return None;
    }
    let found = path.symlink_metadata().ok()?;
    if found.is_symlink() {
        return Some(Mode::Symlink);
    }
    if found.is_dir() {
        let is_repository = held == Some(Mode::Submodule) || path.join(".git").exists();
        return is_repository.then_some(Mode::Submodule);
    }
    if !found.is_file() {
        return None;
    }
    #[cfg(unix)]
    if std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o100 != 0 {
        return Some(Mode::Executable);
    }
    Some(Mode::Regular)
}

/// Git reads these in every folder, whatever they are.
const READ_BY_GIT: [&str; 2] = [".gitignore", ".gitattributes"];

/// A pipe in place of what git reads would have it wait for ever.
fn refuse_pipes(root: &Path, common: &Path) -> Result<()> {
    let about = ["exclude", "attributes"].map(|name| common.join("info").join(name));
    about.iter().try_for_each(|path| refuse_pipe(path))?;
    let mut left = vec![root.to_owned()];
    while let Some(folder) = left.pop() {
        // A folder that cannot be listed is git's to tell.
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if READ_BY_GIT.iter().any(|read| name == *read) {
                refuse_pipe(&entry.path())?;
            } else if name != ".git" && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                left.push(entry.path());
            }
        }
    }
    Ok(())
}

#[cfg(unix)]
fn refuse_pipe(path: &Path) -> Result<()> {
    use std::os::unix::fs::FileTypeExt;
    let is_pipe = path
        .metadata()
        .is_ok_and(|found| found.file_type().is_fifo());
    anyhow::ensure!(
        !is_pipe,
        "{} is a pipe, and git would wait for what it says: remove it",
        crate::text::visible(&path.display().to_string())
    );
    Ok(())
}

#[cfg(not(unix))]
fn refuse_pipe(_: &Path) -> Result<()> {
    Ok(())
}

/// The state of the working tree over `HEAD`'s tree.
pub(super) fn overlay(
    backend: &dyn Backend,
    tree: Option<&str>,
) -> Result<BTreeMap<String, Option<Blob>>> {
    let root = backend
        .place()
        .worktree
        .clone()
        .context("a bare repository has no working tree")?;
    refuse_pipes(&root, &backend.place().common)?;
    let mut overlay = BTreeMap::new();
    for changed in backend.working()? {
        let committed = match tree {
            Some(tree) => backend.as_repository().entry(tree, &changed.path)?,
            None => None,
        };
        let state = read(backend, &root, &changed, committed.as_ref())
            .with_context(|| format!("reading {}", changed.path))?;
        let same = match (&state, &committed) {
            (Some(state), Some(committed)) => {
                state.id == committed.id && state.mode == committed.mode
            }
            (None, None) => true,
            _ => false,
        };
        if !same {
            overlay.insert(changed.path, state);
        }
    }
    Ok(overlay)
}

fn read(
    backend: &dyn Backend,
    root: &Path,
    changed: &Uncommitted,
    committed: Option<&TreeEntry>,
) -> Result<Option<Blob>> {
    let Some(mode) = changed.mode else {
        return Ok(None);
    };
    let path = paths::on_disk(root, &changed.path);
    if let (Some(id), true) = (&changed.id, mode != Mode::Submodule) {
        let entry = TreeEntry {
            path: changed.path.clone(),
            id: id.clone(),
            mode,
        };
        return backend.as_repository().blob(&entry).map(Some);
    }
    let bytes = match mode {
        Mode::Submodule => return Ok(submodule(&path, committed)),
        Mode::Symlink => paths::bytes(std::fs::read_link(&path)?.as_os_str()),
        Mode::Regular | Mode::Executable => {
            let size = path.symlink_metadata()?.len();
            if size > Blob::LIMIT {
                // Its id would take reading it; size and mode tell it from other states.
                return Ok(Some(Blob {
                    id: format!("worktree-{size}"),
                    mode,
                    size,
                    content: Content::TooLarge,
                }));
            }
            let native = paths::native(&paths::decode(&changed.path));
            let read = files::in_tree(root, &native, Blob::LIMIT)?;
            as_stored(backend, &changed.path, read.bytes, committed)?
        }
    };
    let id = backend.id_of(&bytes)?;
    Ok(Some(Blob::new(id, mode, bytes)))
}

fn as_stored(
    backend: &dyn Backend,
    path: &str,
    bytes: Vec<u8>,
    committed: Option<&TreeEntry>,
) -> Result<Vec<u8>> {
    let has_crlf = |bytes: &[u8]| bytes.windows(2).any(|pair| pair == b"\r\n");
    let committed = committed
        .map(|entry| backend.as_repository().blob(entry))
        .transpose()?;
    let is_pointer = committed.as_ref().is_some_and(Blob::is_lfs_pointer);
    if !is_pointer && !has_crlf(&bytes) {
        return Ok(bytes);
    }
    let clean = backend.clean(path)?;
    if is_pointer && clean.lfs && !Blob::new(String::new(), Mode::Regular, &bytes).is_lfs_pointer()
    {
        let digest = crate::text::digest(&bytes);
        let pointer = format!(
            "version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {}\n",
            bytes.len()
        );
        return Ok(pointer.into_bytes());
    }
    let stored_with_crlf = committed
        .as_ref()
        .and_then(Blob::text)
        .is_some_and(|text| has_crlf(text.as_bytes()));
    let convert = match clean.line_ends {
        LineEnds::Kept => false,
        LineEnds::Normalised => true,
        LineEnds::Guessed => !stored_with_crlf && !bytes.contains(&0),
    };
    if !convert {
        return Ok(bytes);
    }
    let mut stored = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        if byte != b'\r' || rest.peek() != Some(&&b'\n') {
            stored.push(byte);
        }
    }
    Ok(stored)
}

/// A submodule at the commit that is checked out in it; one that is not checked out is as committed.
fn submodule(path: &Path, committed: Option<&TreeEntry>) -> Option<Blob> {
    let checked_out = path
        .join(".git")
        .exists()
        .then(|| super::open(path).ok()?.resolve("HEAD").ok())
        .flatten();
    let id = checked_out
        .or_else(|| committed.map(|entry| entry.id.clone()))
        .unwrap_or_else(|| "0".repeat(40));
    Some(Blob {
        id: id.clone(),
        mode: Mode::Submodule,
        size: 0,
        content: Content::Submodule(id),
    })
}
