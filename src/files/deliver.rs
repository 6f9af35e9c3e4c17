//! Writing files: beside and renamed, so that a name never holds half of it, and never through a link of the change.
//!
//! Outside the tree the user's own things go on working: a link is followed, `/dev/stdout` and a pipe are written to,
//! and a file whose folder takes no other file (a mount of a single file) is written in place.
//!
//! Does not catch: a loss of power after the file has its name.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Component, Path};

use super::{Kind, Place, Refused, beside, folder_of, place, system};

/// Names tried for a file beside the one that is written.
const MOST_NAMES: usize = 16;

/// Writes a file that the user asked for: a report, a trace.
///
/// # Errors
/// Where it lies in the tree below a link, is one, or is no regular file; lies in a `.git` directory; or cannot be
/// written.
pub fn deliver(tree: Option<&Path>, path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    match place(tree, path)? {
        Place::Inside { top, path } => {
            refuse_git(&path)?;
            let (folder, name) = folder_of(&top, &path)?;
            match folder.kind(&name) {
                Ok(Kind::Link) => return Err(Refused::Link(path)),
                Ok(Kind::File) => {}
                Ok(other) => return Err(Refused::Kind(other.words())),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
            Ok(renamed(&folder, &name, bytes)?)
        }
        Place::Outside(at) => {
            refuse_git(&at)?;
            let (folder, name) = beside(&at)?;
            match folder.kind(&name) {
                Ok(Kind::Folder) => Err(Refused::Kind(Kind::Folder.words())),
                Ok(Kind::Other(_)) => Ok(to_stream(path, bytes)?),
                Ok(Kind::File) => Ok(renamed(&folder, &name, bytes)
                    .or_else(|error| in_place(&folder, &name, bytes, error))?),
                Ok(Kind::Link) | Err(_) => Ok(renamed(&folder, &name, bytes)?),
            }
        }
        Place::Stream => Ok(to_stream(path, bytes)?),
    }
}

/// Adds to a file that the user or the runner named; makes it where it is not there.
///
/// # Errors
/// As of [`deliver`].
pub fn append(tree: Option<&Path>, path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    let (folder, name) = match place(tree, path)? {
        Place::Inside { top, path } => {
            refuse_git(&path)?;
            let (folder, name) = folder_of(&top, &path)?;
            match folder.kind(&name) {
                Ok(Kind::Link) => return Err(Refused::Link(path)),
                Ok(Kind::File) | Err(_) => {}
                Ok(other) => return Err(Refused::Kind(other.words())),
            }
            (folder, name)
        }
        Place::Outside(at) => {
            refuse_git(&at)?;
            let (folder, name) = beside(&at)?;
            if matches!(folder.kind(&name), Ok(Kind::Other(_))) {
                return Ok(to_stream(path, bytes)?);
            }
            (folder, name)
        }
        Place::Stream => return Ok(to_stream(path, bytes)?),
    };
    Ok(folder.append(&name)?.write_all(bytes)?)
}

/// Writes a file of draftgate's own, or one whose name is fixed: beside and renamed, in place of whatever has the name.
///
/// # Errors
/// Where it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    let (folder, name) = beside(path)?;
    Ok(renamed(&folder, &name, bytes)?)
}

/// Makes a file in a folder of draftgate's own.
///
/// # Errors
/// Where there is something of this name, a link for instance, or it cannot be written.
pub fn create(path: &Path, bytes: &[u8]) -> Result<(), Refused> {
    let (folder, name) = beside(path)?;
    Ok(folder.create(&name, 0o666)?.write_all(bytes)?)
}

/// In any spelling that a file system could take for it.
fn refuse_git(path: &Path) -> Result<(), Refused> {
    let is_git = |step: Component<'_>| step.as_os_str().eq_ignore_ascii_case(".git");
    match path.components().any(is_git) {
        true => Err(Refused::Git),
        false => Ok(()),
    }
}

fn renamed(folder: &system::Folder, name: &OsStr, bytes: &[u8]) -> io::Result<()> {
    let permissions = match folder.kind(name) {
        Ok(Kind::File) => folder.permissions(name)?,
        _ => 0o666,
    };
    // A signal waits until the other name is gone again.
    let _held = crate::ending::writing();
    let (mut file, other) = made_beside(folder, name, permissions)?;
    let written = file
        .write_all(bytes)
        .and_then(|()| folder.rename(&other, name));
    if written.is_err() {
        // The error that is told is the first one.
        let _ = folder.remove(&other);
    }
    written
}

fn made_beside(
    folder: &system::Folder,
    name: &OsStr,
    permissions: system::Permissions,
) -> io::Result<(File, OsString)> {
    let mut tried = 0;
    loop {
        tried += 1;
        let mut other = OsString::from(".");
        // Long names must leave room for what is added.
        other.push(crate::text::digest(name.as_encoded_bytes()).split_at(12).0);
        other.push(format!(".{}", crate::text::unguessable()));
        match folder.create(&other, permissions) {
            Ok(file) => return Ok((file, other)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tried < MOST_NAMES => {}
            Err(error) => return Err(error),
        }
    }
}

/// A folder may take no new file, and a file may be a mount that no other can take the place of.
fn in_place(
    folder: &system::Folder,
    name: &OsStr,
    bytes: &[u8],
    error: io::Error,
) -> io::Result<()> {
    match error.kind() {
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ResourceBusy
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::CrossesDevices => folder.overwrite(name)?.write_all(bytes),
        _ => Err(error),
    }
}

/// What is no file cannot be cut, and a file that is one of our streams (`>> log`) has more in it than this.
fn to_stream(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().append(true).open(path)?.write_all(bytes)
}
