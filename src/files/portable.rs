//! A folder by its path, where the system has no folders that are held open: a link is looked for before each step, and
//! somebody who is quick enough can put one there in between.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::Kind;

/// There are none here.
pub(super) type Permissions = u32;

/// A folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// The one at a path, links followed.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        if !path.metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path.to_owned()))
    }

    /// The one of this name in it, which must not be a link.
    pub(super) fn enter(&self, name: &OsStr) -> io::Result<Self> {
        match self.kind(name)? {
            Kind::Folder => Ok(Self(self.0.join(name))),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// What has this name.
    pub(super) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
        let found = self.0.join(name).symlink_metadata()?;
        Ok(if found.is_symlink() {
            Kind::Link
        } else if found.is_dir() {
            Kind::Folder
        } else if found.is_file() {
            Kind::File
        } else {
            Kind::Other("a device")
        })
    }

    /// The names in it with what each is; an error where there are more than `most`.
    pub(super) fn entries(&self, most: usize) -> io::Result<Vec<(OsString, Kind)>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&self.0)? {
            if found.len() == most {
                return Err(io::Error::other("it holds too much"));
            }
            let name = entry?.file_name();
            let kind = self.kind(&name)?;
            found.push((name, kind));
        }
        Ok(found)
    }

    /// The permissions of what has this name: there are none here.
    pub(super) fn permissions(&self, _name: &OsStr) -> io::Result<Permissions> {
        Ok(0)
    }

    /// Opens a file to read it.
    pub(super) fn open(&self, name: &OsStr) -> io::Result<File> {
        super::open(&self.0.join(name))
    }

    /// Makes a file that was not there.
    pub(super) fn create(&self, name: &OsStr, _permissions: Permissions) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(self.0.join(name))
    }

    /// Opens a file to write at its end; makes it where it is not there.
    pub(super) fn append(&self, name: &OsStr) -> io::Result<File> {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.0.join(name))
    }

    /// Opens a file that is there to write it anew.
    pub(super) fn overwrite(&self, name: &OsStr) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .truncate(true)
            .open(self.0.join(name))
    }

    /// Gives a file another name in the same folder, in place of what has it.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        std::fs::rename(self.0.join(from), self.0.join(to))
    }

    /// Takes a file away.
    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        std::fs::remove_file(self.0.join(name))
    }
}

/// Whether two paths lead to the same folder.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().ok();
    whole(one).is_some_and(|one| whole(other) == Some(one))
}

/// Whether what is in a folder are open files of a process.
pub(super) fn holds_streams(_folder: &Path) -> bool {
    false
}
