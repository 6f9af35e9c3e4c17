//! Writing a side of the change into a directory, for the tools that must see it as files.
//!
//! Only what the repository holds is written. Links are written last, and no file through a link, so
//! nothing lands outside the directory whatever a tree says.
//!
//! Does not catch: content that the repository does not have (LFS, submodules, lost objects): the file is
//! left out, or is the pointer that git stores.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use super::content::{Blob, Content, Mode};
use super::repository::{Kind, Stored};
use super::{Change, Side, paths};

impl Change {
    /// Writes all files of a side under `to`, which is there and empty. The paths that could not be
    /// written come back, sorted.
    ///
    /// # Errors
    /// Where the tree cannot be read or the directory not be written.
    pub fn export(&self, side: Side, to: &Path) -> Result<Vec<String>> {
        let snapshot = self.snapshot(side);
        let entries = match &snapshot.tree {
            Some(tree) => self.with_repository(|repository| repository.tree(tree))?,
            None => Vec::new(),
        };
        let mut left_out = Vec::new();
        let mut links = Vec::new();
        let mut put = |path: &str, mode: Mode, bytes: Option<Vec<u8>>| -> Result<()> {
            match (mode, bytes) {
                (Mode::Submodule, _) => left_out.push(path.to_owned()),
                (Mode::Symlink, Some(bytes)) => links.push((path.to_owned(), bytes)),
                (Mode::Regular | Mode::Executable, Some(bytes)) if is_safe(path) => {
                    write_file(to, path, mode, &bytes)
                        .with_context(|| format!("writing {path} of the {side:?} side"))?;
                }
                _ => left_out.push(path.to_owned()),
            }
            Ok(())
        };
        for entry in entries {
            if snapshot.overlay.contains_key(&entry.path) {
                continue;
            }
            let bytes = match entry.mode {
                Mode::Submodule => None,
                _ => self.bytes_of(&entry.id)?,
            };
            put(&entry.path, entry.mode, bytes)?;
        }
        for (path, state) in &snapshot.overlay {
            if let Some(blob) = state {
                put(path, blob.mode, self.overlay_bytes(blob)?)?;
            }
        }
        for (path, target) in links {
            if !is_safe(&path) || write_link(to, &path, &target).is_err() {
                left_out.push(path);
            }
        }
        left_out.sort();
        Ok(left_out)
    }

    /// Puts a file of a side in the place of whatever a written tree has there; takes that away where the side has none,
    /// or none that can be written.
    ///
    /// # Errors
    /// Where the file cannot be read or written.
    pub fn put(&self, side: Side, path: &str, to: &Path) -> Result<()> {
        let inside = is_safe(path)
            && paths::on_disk(to, path)
                .ancestors()
                .skip(1)
                .take_while(|folder| *folder != to)
                .all(|folder| !folder.is_symlink());
        anyhow::ensure!(inside, "{path} stands below a link");
        let at = paths::on_disk(to, path);
        if at.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            fs::remove_dir_all(&at)?;
        } else if at.symlink_metadata().is_ok() {
            fs::remove_file(&at)?;
        }
        let Some(blob) = self.read(side, path)? else {
            return Ok(());
        };
        match (blob.mode, self.overlay_bytes(&blob)?) {
            (Mode::Symlink, Some(target)) => write_link(to, path, &target),
            (Mode::Regular | Mode::Executable, Some(bytes)) => {
                write_file(to, path, blob.mode, &bytes)
            }
            _ => Ok(()),
        }
    }

    fn bytes_of(&self, id: &str) -> Result<Option<Vec<u8>>> {
        Ok(
            match self.with_repository(|repository| repository.object(id))? {
                Stored::Object(Kind::Blob, bytes) => Some(bytes),
                Stored::Object(..) | Stored::TooLarge(_) | Stored::Missing(_) => None,
            },
        )
    }

    fn overlay_bytes(&self, blob: &Blob) -> Result<Option<Vec<u8>>> {
        Ok(match &blob.content {
            Content::Text(text) => Some(text.as_bytes().to_vec()),
            Content::Undecodable(bytes) => Some(bytes.to_vec()),
            Content::Symlink(target) => Some(target.as_bytes().to_vec()),
            Content::Binary | Content::LfsPointer | Content::TooLarge => self.bytes_of(&blob.id)?,
            Content::Submodule(_) | Content::Missing(_) => None,
        })
    }
}

/// Whether a path stays inside the directory that it is joined to, and is none of git's own.
fn is_safe(path: &str) -> bool {
    path.split('/').all(|part| {
        !matches!(part, "" | "." | "..")
            && !part.eq_ignore_ascii_case(".git")
            && !part.contains('\0')
    })
}

fn write_file(to: &Path, path: &str, mode: Mode, bytes: &[u8]) -> Result<()> {
    let path = paths::on_disk(to, path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if mode == Mode::Executable {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o755);
    }
    options.open(path)?.write_all(bytes)?;
    Ok(())
}

#[cfg(unix)]
fn write_link(to: &Path, path: &str, target: &[u8]) -> Result<()> {
    let whole = paths::on_disk(to, path);
    if let Some(parent) = whole.parent() {
        // No tree of git's has a file below a link; one that was made up may.
        let through_link = parent
            .ancestors()
            .take_while(|folder| *folder != to)
            .any(Path::is_symlink);
        anyhow::ensure!(!through_link, "{path} stands below a link");
        fs::create_dir_all(parent)?;
    }
    std::os::unix::fs::symlink(paths::native(target), whole)?;
    Ok(())
}

#[cfg(not(unix))]
fn write_link(_: &Path, _: &str, _: &[u8]) -> Result<()> {
    anyhow::bail!("links are not written here")
}
