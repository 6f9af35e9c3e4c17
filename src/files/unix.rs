//! A folder held open: each step is taken from it, so nobody can change the way that was walked.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, RawMode, openat, renameat, statat, unlinkat,
};

use super::Kind;

/// To step through a folder, reading it is not needed where the system knows the difference.
#[cfg(target_os = "linux")]
const STEP: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const STEP: OFlags = OFlags::RDONLY;

/// Who may do what with a file, in bits.
pub(super) type Permissions = RawMode;

/// A folder.
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// The one at a path, links followed.
    pub(super) fn at(path: &Path) -> io::Result<Self> {
        let flags = STEP | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(openat(CWD, path, flags, Mode::empty())?))
    }

    /// The one of this name in it, which must not be a link.
    pub(super) fn enter(&self, name: &OsStr) -> io::Result<Self> {
        let flags = STEP | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(Self(openat(&self.0, name, flags, Mode::empty())?))
    }

    /// What has this name.
    pub(super) fn kind(&self, name: &OsStr) -> io::Result<Kind> {
        let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => Kind::File,
            FileType::Directory => Kind::Folder,
            FileType::Symlink => Kind::Link,
            FileType::Fifo => Kind::Other("a pipe"),
            FileType::Socket => Kind::Other("a socket"),
            _ => Kind::Other("a device"),
        })
    }

    /// The names in it with what each is; an error where there are more than `most`.
    pub(super) fn entries(&self, most: usize) -> io::Result<Vec<(OsString, Kind)>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = Dir::new(openat(&self.0, c".", flags, Mode::empty())?)?;
        let mut found = Vec::new();
        for entry in folder {
            let name = OsStr::from_bytes(entry?.file_name().to_bytes()).to_owned();
            if name == "." || name == ".." {
                continue;
            }
            if found.len() == most {
                return Err(io::Error::other("it holds too much"));
            }
            let kind = self.kind(&name)?;
            found.push((name, kind));
        }
        Ok(found)
    }

    /// The permissions of what has this name.
    pub(super) fn permissions(&self, name: &OsStr) -> io::Result<Permissions> {
        let found = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        Ok(Mode::from_raw_mode(found.st_mode).bits() & 0o777)
    }

    /// Opens a file to read it; a link is refused, and a pipe does not hang.
    pub(super) fn open(&self, name: &OsStr) -> io::Result<File> {
        self.file(name, OFlags::RDONLY | OFlags::NONBLOCK, 0)
    }

    /// Makes a file that was not there.
    pub(super) fn create(&self, name: &OsStr, permissions: Permissions) -> io::Result<File> {
        self.file(
            name,
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL,
            permissions,
        )
    }

    /// Opens a file to write at its end; makes it where it is not there.
    pub(super) fn append(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::NONBLOCK;
        self.file(name, flags, 0o666)
    }

    /// Opens a file that is there to write it anew.
    pub(super) fn overwrite(&self, name: &OsStr) -> io::Result<File> {
        self.file(name, OFlags::WRONLY | OFlags::TRUNC, 0)
    }

    /// Gives a file another name in the same folder, in place of what has it.
    pub(super) fn rename(&self, from: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.0, from, &self.0, to)?)
    }

    /// Takes a file away.
    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    fn file(&self, name: &OsStr, flags: OFlags, permissions: Permissions) -> io::Result<File> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::NOCTTY | OFlags::CLOEXEC;
        let mode = Mode::from_bits_truncate(permissions);
        Ok(openat(&self.0, name, flags, mode)?.into())
    }
}

/// Whether two paths lead to the same folder, however they are spelt.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| {
        let found = path.metadata().ok()?;
        Some((found.dev(), found.ino()))
    };
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// Whether what is in a folder are open files of a process: `/proc/<id>/fd`, `/dev/fd`.
pub(super) fn holds_streams(folder: &Path) -> bool {
    let in_proc = folder.starts_with("/proc") && folder.ends_with("fd");
    in_proc || folder == Path::new("/dev/fd")
}
