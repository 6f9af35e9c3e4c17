//! Where tools run when not in the user's working tree: a private folder in the cache directory, one a
//! repository, check and process, emptied when it is let go of.
//!
//! The folder keeps its name from run to run, so that what a build tool keeps by path is found again. Two
//! processes never share one: each holds its lock.
//!
//! Does not catch: a tool that writes somewhere else on its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::change::{Change, Side};
use crate::ending;
use crate::files;
use crate::process::{descendants, environment, interrupt};

/// A private folder.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
    _lock: File,
    _known: interrupt::Folder,
}

/// The cache directory: `$XDG_CACHE_HOME/draftgate`, `~/.cache/draftgate`, or a folder of the user's own in the
/// directory for temporary files.
pub fn cache_directory() -> PathBuf {
    let absolute = |name: &str| {
        environment::variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_CACHE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("draftgate")
}

impl Workspace {
    /// A folder for the tools of a check.
    ///
    /// # Errors
    /// Where none can be made or locked.
    #[expect(
        clippy::disallowed_methods,
        reason = "a lock is held on a file that stays, and nothing is written to it"
    )]
    pub fn open(change: &Change, check: &str) -> Result<Self> {
        const MOST: usize = 64;
        let of = match &change.worktree {
            Some(top) => top.display().to_string(),
            None => String::new(),
        };
        let name = crate::text::digest(of.as_bytes());
        let name = name.get(..12).unwrap_or_default();
        // A name of its own: what earlier versions put below `work` had its lock elsewhere.
        let all = cache_directory().join("runs");
        for number in 0..MOST {
            let name = format!("{name}-{check}-{number}");
            let folder = all.join(&name);
            make_private(&folder)
                .with_context(|| format!("no folder for tools: {}", folder.display()))?;
            // Beside the folder: what runs in it may write there.
            let lock = File::create(all.join(format!("{name}.lock")))?;
            if lock.try_lock().is_ok() {
                if is_left(&folder) {
                    descendants::end_orphans();
                    clear(&folder);
                }
                return Ok(Self {
                    _known: interrupt::Folder::at(&folder, clear),
                    folder,
                    _lock: lock,
                });
            }
        }
        bail!("{MOST} runs of draftgate are at work in {}", all.display());
    }

    /// An empty folder in it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn empty(&self, name: &str) -> Result<PathBuf> {
        let _held = ending::writing();
        let path = self.folder.join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir(&path)?;
        Ok(path.canonicalize()?)
    }

    /// A folder in it that outlives the run.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn build(&self) -> Result<PathBuf> {
        let path = self.folder.join("build");
        fs::create_dir_all(&path)?;
        Ok(path)
    }

    /// A side of the change as files, in a folder that looks like the top of a repository: tools that look
    /// for their configuration in the folders above stop there. `links` are folders of the user's
    /// working tree to be seen in it.
    ///
    /// # Errors
    /// Where the side cannot be read or written.
    pub fn tree(
        &self,
        change: &Change,
        side: Side,
        name: &str,
        links: &[String],
    ) -> Result<PathBuf> {
        let root = self.empty(name)?;
        let _held = ending::writing();
        change.export(side, &root)?;
        let git = root.join(".git");
        fs::create_dir_all(git.join("objects"))?;
        fs::create_dir_all(git.join("refs"))?;
        files::create(&git.join("HEAD"), b"ref: refs/heads/main\n")?;
        if let Some(top) = &change.worktree {
            for link in links {
                link_to(&top.join(link), &root.join(link));
            }
        }
        Ok(root)
    }
}

impl Drop for Workspace {
    fn drop(&mut self) {
        clear(&self.folder);
    }
}

/// A folder in the cache directory, beside those in which programs run, that holds these texts.
///
/// # Errors
/// Where it cannot be written.
pub fn fixed(name: &str, texts: &[(&str, &str)]) -> Result<PathBuf> {
    let folder = cache_directory().join(name);
    fs::create_dir_all(&folder)?;
    for (name, text) in texts {
        let path = folder.join(name);
        let is_there = files::own(&path, files::MOST_BY_HAND)
            .is_ok_and(|found| found.bytes == text.as_bytes());
        if !is_there {
            files::replace(&path, text.as_bytes())?;
        }
    }
    Ok(folder)
}

/// What is in a folder beside what is kept from run to run.
fn left(folder: &Path) -> impl Iterator<Item = fs::DirEntry> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name() != "build")
}

/// Whether a run was killed before it could empty its folder.
fn is_left(folder: &Path) -> bool {
    left(folder).next().is_some()
}

/// Empties a folder.
fn clear(folder: &Path) {
    for entry in left(folder) {
        // What cannot be taken away is taken away by the next run, or is in its way and told then.
        let _ = fs::remove_dir_all(entry.path());
    }
}

/// Makes a folder that only its owner can look into.
fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// A link to a folder, where there is one and nothing stands in its place.
pub fn link_to(from: &Path, to: &Path) {
    #[cfg(unix)]
    if from.is_dir() && to.symlink_metadata().is_err() {
        // Without it the tool says what it misses.
        let _ = std::os::unix::fs::symlink(from, to);
    }
    #[cfg(not(unix))]
    let _ = (from, to);
}
