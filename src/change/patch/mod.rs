//! A unified diff, git's or plain, applied in memory.
//!
//! It must fit the base exactly: no fuzz, no moved hunks, since a change that was guessed together is not
//! the one that was asked about. Several patches of the same file (a series of mails) apply in turn.
//!
//! Does not catch: binary patches (refused, with the line), and text around the diffs, which is passed over.

mod names;
mod parse;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use self::parse::{FilePatch, HunkPatch, Sign, parse};
use super::backend::Backend;
use super::files::MOST_HELD;
use super::repository::{Kind, Stored};
use super::{Blob, Content, Mode, paths};

/// The state of a path while the patch applies.
type State = Option<(Mode, Vec<u8>)>;

/// What the patch makes of the tree.
pub(super) fn apply(
    backend: &dyn Backend,
    tree: Option<&str>,
    patch: &[u8],
) -> Result<BTreeMap<String, Option<Blob>>> {
    let mut states: BTreeMap<String, State> = BTreeMap::new();
    let mut made = 0_u64;
    for file in parse(patch)? {
        let bytes = apply_file(backend, tree, &mut states, &file)
            .with_context(|| format!("the patch does not apply, at its line {}", file.line))?;
        // A line of a patch copies a file of any size.
        made = made.saturating_add(bytes as u64);
        if made > MOST_HELD {
            bail!(
                "patch line {}: what it makes is over {MOST_HELD} bytes: split it",
                file.line
            );
        }
    }
    let mut overlay = BTreeMap::new();
    for (path, state) in states {
        let blob = match state {
            None => None,
            Some((Mode::Submodule, bytes)) => {
                let id = String::from_utf8_lossy(bytes.strip_prefix(SUBMODULE).unwrap_or(&bytes))
                    .trim()
                    .to_owned();
                Some(Blob {
                    id: id.clone(),
                    mode: Mode::Submodule,
                    size: 0,
                    content: Content::Submodule(id),
                })
            }
            Some((mode, bytes)) => Some(Blob::new(backend.id_of(&bytes)?, mode, bytes)),
        };
        overlay.insert(path, blob);
    }
    Ok(overlay)
}

/// What a diff shows in place of a submodule.
const SUBMODULE: &[u8] = b"Subproject commit ";

/// Applies what it says of one file; how many bytes that has then.
fn apply_file(
    backend: &dyn Backend,
    tree: Option<&str>,
    states: &mut BTreeMap<String, State>,
    file: &FilePatch<'_>,
) -> Result<usize> {
    let state = |path: &str| -> Result<State> {
        if let Some(state) = states.get(path) {
            return Ok(state.clone());
        }
        let repository = backend.as_repository();
        let Some(entry) = tree
            .map(|tree| repository.entry(tree, path))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        if entry.mode == Mode::Submodule {
            return Ok(Some((
                entry.mode,
                [SUBMODULE, entry.id.as_bytes(), b"\n"].concat(),
            )));
        }
        match repository.object(&entry.id)? {
            Stored::Object(Kind::Blob, bytes) => Ok(Some((entry.mode, bytes))),
            Stored::Object(..) => bail!("{path} is no file at base"),
            Stored::TooLarge(size) => bail!("{path} is too large: {size} bytes"),
            Stored::Missing(why) => bail!("{path}: {why}"),
        }
    };
    let old = file.old.as_deref().map(paths::encode);
    let new = file.new.as_deref().map(paths::encode);
    let before = match &old {
        Some(path) => match state(path)? {
            Some(before) => Some(before),
            None => {
                bail!("{path} is not at base: name what the patch was made from with `--base REF`")
            }
        },
        None => None,
    };
    if let Some(path) = new.as_ref().filter(|&path| old.as_ref() != Some(path))
        && state(path)?.is_some()
    {
        bail!("{path} is at base already: name what the patch was made from with `--base REF`");
    }
    let (mode, bytes) = before.unwrap_or((Mode::Regular, Vec::new()));
    let named = new.as_ref().or(old.as_ref()).cloned().unwrap_or_default();
    let bytes = apply_hunks(&bytes, &file.hunks, &named)?;
    let made = bytes.len();
    if let Some(old) = old.filter(|old| !file.copied && new.as_ref() != Some(old)) {
        states.insert(old, None);
    }
    if let Some(new) = new {
        states.insert(new, Some((file.mode.unwrap_or(mode), bytes)));
    } else if !bytes.is_empty() {
        bail!("{named} is deleted, and the patch does not take all of its lines away");
    }
    Ok(made)
}

fn apply_hunks(bytes: &[u8], hunks: &[HunkPatch<'_>], path: &str) -> Result<Vec<u8>> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|&byte| byte == b'\n').collect();
    let mut result = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for hunk in hunks {
        let Some(kept) = lines.get(at..hunk.start) else {
            bail!(
                "patch line {}: the hunk begins at line {} of {path}, which has {} lines, or before the end of the last hunk",
                hunk.line,
                hunk.start + 1,
                lines.len()
            );
        };
        result.extend(kept.iter().flat_map(|line| line.iter()));
        at = hunk.start;
        for (number, (sign, text)) in hunk.lines.iter().enumerate() {
            if *sign != Sign::New {
                if lines.get(at) != Some(text) {
                    bail!(
                        "patch line {}: line {} of {path} is another at base: name what the patch was made from with `--base REF`",
                        hunk.line + 1 + number,
                        at + 1
                    );
                }
                at += 1;
            }
            if *sign != Sign::Gone {
                result.extend_from_slice(text);
            }
        }
    }
    result.extend(
        lines
            .get(at..)
            .unwrap_or_default()
            .iter()
            .flat_map(|line| line.iter()),
    );
    Ok(result)
}
