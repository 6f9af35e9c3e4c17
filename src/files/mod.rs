//! Files of the outside world: the one place that opens them.
//!
//! What lies in the tree that is judged may have been put there by the change, or by an agent that wrote it: a link to
//! `/dev/zero` in place of a report, a pipe that nobody writes to, a folder that leads elsewhere. So a file of that tree
//! is opened without following a link at any step of its path, must be a regular file, and is read up to a limit
//! ([`in_tree`]). A file outside of it that the user names may be what the user likes, a pipe of the shell included
//! ([`named`]); one that the policy names must be a regular file as well. Writing has the same two sides ([`deliver`]).
//!
//! Where the tree begins is asked of the file system, step by step, so that another spelling of the same folder (`..`,
//! a link of the user's that leads into the tree) is seen to be inside of it.
//!
//! Does not catch: a link of the user's own inside the tree, which is refused like one of the change's; a bind mount or
//! a hard link inside the tree; what is written to a file while it is read.

mod deliver;
#[cfg(not(unix))]
mod portable;
#[cfg(unix)]
mod unix;

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

pub use deliver::{append, create, deliver, replace};
#[cfg(not(unix))]
use portable as system;
#[cfg(unix)]
use unix as system;

/// Bytes of the longest path that a system has (`PATH_MAX` of Linux; no other has more).
pub const MOST_IN_PATH: usize = 4_096;
/// Most bytes of what a person writes (a policy, a rule file, settings, a hook): a hundred times of what any of them has.
pub const MOST_BY_HAND: u64 = 4 * 1024 * 1024;
/// Most bytes of what a program hands over (an event, a patch, a trace, a kept answer): ten times the largest event that
/// GitHub sends (25 MB), and an amount that can be held in memory a few times over.
pub const MOST_BY_PROGRAM: u64 = 256 * 1024 * 1024;

/// Links followed on the way to one file; the kernel's own limit.
const MOST_LINKS: usize = 40;

/// What was read.
#[derive(Clone, Debug)]
pub struct Contents {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// When the file was last written; none where the system does not say.
    pub modified: Option<SystemTime>,
}

impl Contents {
    /// The bytes as text; what is not UTF-8 is replaced.
    pub fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Who named a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The command line: a pipe outside the tree is the user's own.
    User,
    /// The policy.
    Policy,
}

/// Why a file is not read or written.
#[derive(Debug)]
pub enum Refused {
    /// There is none.
    NotThere,
    /// A link inside the tree, here.
    Link(PathBuf),
    /// No regular file, but this.
    Kind(&'static str),
    /// It has more bytes than this.
    TooLarge(u64),
    /// It lies in a repository's own directory.
    Git,
    /// The system's own words.
    System(io::Error),
}

impl Refused {
    /// Whether there is just no such file.
    pub fn is_not_there(&self) -> bool {
        matches!(self, Refused::NotThere)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NotThere => f.write_str("there is no such file"),
            Refused::Link(path) => write!(
                f,
                "{} is a link inside the tree that is judged, where the change can put one: name the file that it leads to, or a path outside of the tree",
                crate::text::visible(&path.display().to_string())
            ),
            Refused::Kind(kind) => write!(f, "it is {kind}: a regular file is wanted here"),
            Refused::TooLarge(most) => write!(
                f,
                "it has more than {} MiB, and no more is read here",
                most / (1024 * 1024)
            ),
            Refused::Git => f.write_str(
                "it is inside a `.git` directory, where git reads its configuration: name another path",
            ),
            Refused::System(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for Refused {}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Refused::NotThere,
            _ => Refused::System(error),
        }
    }
}

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, a pipe, a device.
    Other,
}

/// What stands at a path, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    Link,
    Other(&'static str),
}

impl Kind {
    /// In words.
    fn words(self) -> &'static str {
        match self {
            Kind::File => "a file",
            Kind::Folder => "a folder",
            Kind::Link => "a link",
            Kind::Other(what) => what,
        }
    }
}

/// Reads a file of a tree by its path in it.
///
/// # Errors
/// Where there is none, a step of the path is a link, it is no regular file, or it has more than `most` bytes.
pub fn in_tree(top: &Path, path: &Path, most: u64) -> Result<Contents, Refused> {
    let (folder, name) = folder_of(top, path)?;
    if folder.kind(&name)? == Kind::Link {
        return Err(Refused::Link(path.to_owned()));
    }
    regular(&folder, &name, most)
}

/// What a folder of a tree holds, by its path in it (empty: the top itself): names, and what each is. A name that is no
/// text is left out.
///
/// # Errors
/// Where there is none, a step of the path is a link, or it holds more than `most`.
pub fn entries(
    top: &Path,
    path: &Path,
    most: usize,
) -> Result<BTreeMap<String, EntryKind>, Refused> {
    let folder = entered(top, path.components())?;
    let mut found = BTreeMap::new();
    for (name, kind) in folder.entries(most)? {
        let kind = match kind {
            Kind::File => EntryKind::File,
            Kind::Folder => EntryKind::Folder,
            Kind::Link | Kind::Other(_) => EntryKind::Other,
        };
        if let Ok(name) = name.into_string() {
            found.insert(name, kind);
        }
    }
    Ok(found)
}

/// Reads a file that was named from outside: as [`in_tree`] does where its path leads into the tree.
///
/// # Errors
/// As of [`in_tree`]; links and, for [`By::User`], pipes outside of the tree are followed and read.
pub fn named(tree: Option<&Path>, path: &Path, by: By, most: u64) -> Result<Contents, Refused> {
    match place(tree, path)? {
        Place::Inside { top, path } => in_tree(&top, &path, most),
        Place::Outside(at) if by == By::Policy => own(&at, most),
        Place::Outside(_) | Place::Stream => whole(open(path)?, most),
    }
}

/// Whether a path leads into a tree, at its end or on the way to it; one that cannot be followed counts as if it did.
pub fn leads_into(top: &Path, path: &Path) -> bool {
    match place(Some(top), path) {
        Ok(Place::Inside { .. }) | Err(_) => true,
        Ok(Place::Outside(at)) => system::is_same(top, &at),
        Ok(Place::Stream) => false,
    }
}

/// Reads a file in a folder of draftgate's own or of the system's, where nothing of the change stands in its path; it
/// must be a regular file all the same, for a tool that ran may have written it.
///
/// # Errors
/// Where there is none, it is a link or no regular file, or has more than `most` bytes.
pub fn own(path: &Path, most: u64) -> Result<Contents, Refused> {
    let (folder, name) = beside(path)?;
    regular(&folder, &name, most)
}

/// A file of [`own`]'s kind, opened: for one that is only asked for its first bytes.
///
/// # Errors
/// Where there is none, or it is no regular file.
pub fn open_own(path: &Path) -> Result<File, Refused> {
    let (folder, name) = beside(path)?;
    open_regular(&folder, &name)
}

/// The top of the working tree around a directory, by the `.git` that stands in it: for commands that open no repository.
pub fn tree_around(directory: &Path) -> Option<PathBuf> {
    let whole = directory.canonicalize().ok()?;
    let mut above = whole.ancestors();
    above
        .find(|folder| folder.join(".git").symlink_metadata().is_ok())
        .map(Path::to_owned)
}

fn regular(folder: &system::Folder, name: &OsStr, most: u64) -> Result<Contents, Refused> {
    whole(open_regular(folder, name)?, most)
}

fn open_regular(folder: &system::Folder, name: &OsStr) -> Result<File, Refused> {
    match folder.kind(name)? {
        Kind::File => {}
        other => return Err(Refused::Kind(other.words())),
    }
    let file = folder.open(name)?;
    // It may be another one by now.
    if !file.metadata()?.is_file() {
        return Err(Refused::Kind("no file any more"));
    }
    Ok(file)
}

/// Reads to the end, or one byte over the limit.
fn whole(file: File, most: u64) -> Result<Contents, Refused> {
    let found = file.metadata()?;
    if found.is_dir() {
        return Err(Refused::Kind(Kind::Folder.words()));
    }
    if found.is_file() && found.len() > most {
        return Err(Refused::TooLarge(most));
    }
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Refused::TooLarge(most));
    }
    Ok(Contents {
        bytes,
        modified: found.modified().ok(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the module that opens files"
)]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Where a path leads.
enum Place {
    /// To a path of the tree whose top is this folder.
    Inside { top: PathBuf, path: PathBuf },
    /// To this path, which has no link in it.
    Outside(PathBuf),
    /// To one of the process's own open files.
    Stream,
}

/// Follows the user's links as far as the tree, or to the end.
fn place(tree: Option<&Path>, path: &Path) -> io::Result<Place> {
    let mut left: VecDeque<OsString> = steps(&std::path::absolute(path)?);
    let mut at = PathBuf::new();
    let mut links = 0;
    loop {
        if let Some(top) = tree.filter(|top| system::is_same(top, &at))
            && let Some(path) = beneath(&left)
        {
            return Ok(Place::Inside {
                top: top.to_owned(),
                path,
            });
        }
        let Some(step) = left.pop_front() else {
            return Ok(Place::Outside(at));
        };
        if step == ".." {
            at.pop();
            continue;
        }
        if system::holds_streams(&at) {
            return Ok(Place::Stream);
        }
        let next = at.join(&step);
        let Ok(target) = next.read_link() else {
            at = next;
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return Err(io::Error::other(format!(
                "more than {MOST_LINKS} links on the way to it"
            )));
        }
        for step in steps(&target).into_iter().rev() {
            left.push_front(step);
        }
        if target.is_absolute() {
            at = PathBuf::new();
        }
    }
}

/// The steps of a path; what begins it (`/`, a drive) is one.
fn steps(path: &Path) -> VecDeque<OsString> {
    let kept = path
        .components()
        .filter(|component| *component != Component::CurDir);
    kept.map(|component| component.as_os_str().to_owned())
        .collect()
}

/// The path that these steps are; none where they leave the folder that they begin in, or name just it.
fn beneath(steps: &VecDeque<OsString>) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    for step in steps {
        if step != ".." {
            path.push(step);
        } else if !path.pop() {
            return None;
        }
    }
    (!path.as_os_str().is_empty()).then_some(path)
}

/// The folder of a file of the tree, reached without a link, and the file's name.
fn folder_of(top: &Path, path: &Path) -> Result<(system::Folder, OsString), Refused> {
    let mut steps = path.components();
    let Some(Component::Normal(name)) = steps.next_back() else {
        return Err(Refused::NotThere);
    };
    Ok((entered(top, steps)?, name.to_owned()))
}

/// A folder of the tree, reached without a link.
fn entered<'p>(
    top: &Path,
    steps: impl Iterator<Item = Component<'p>>,
) -> Result<system::Folder, Refused> {
    let mut folder = system::Folder::at(top)?;
    let mut walked = PathBuf::new();
    for step in steps {
        let Component::Normal(name) = step else {
            return Err(Refused::NotThere);
        };
        walked.push(name);
        if folder.kind(name)? == Kind::Link {
            return Err(Refused::Link(walked));
        }
        folder = folder.enter(name)?;
    }
    Ok(folder)
}

/// The folder of a file, by whatever way, and the file's name.
fn beside(path: &Path) -> Result<(system::Folder, OsString), Refused> {
    let name = path.file_name().ok_or(Refused::NotThere)?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    Ok((system::Folder::at(parent)?, name.to_owned()))
}
