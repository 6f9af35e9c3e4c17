//! The names of a file in the lines above its hunks: quoted or not, behind prefixes or not.
//!
//! Does not catch: a plain diff whose two names differ in more than their first component; it is refused.

use anyhow::{Result, bail};

use super::parse::FilePatch;
use crate::change::paths;

/// The paths after `diff --git`: the same one twice, behind prefixes or not.
pub(super) fn header_names(names: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let (old, new) = if names.first() == Some(&b'"') {
        let (old, rest) = unquoted(names)?;
        (old, name(rest.strip_prefix(b" ")?))
    } else {
        // Both are equally long, as are git's prefixes, unless only one of them had to be quoted.
        let half = names.len() / 2;
        let (old, new) = (names.get(..half)?, names.get(half + 1..)?);
        if names.get(half) != Some(&b' ') {
            return None;
        }
        (old.to_owned(), new.to_owned())
    };
    Some(match without_prefixes(&old, &new) {
        Some((old, new)) => (old.to_owned(), new.to_owned()),
        None => (old, new),
    })
}

/// Both paths without their first component, where only that differs (`a/` and `b/`, `old/` and `new/`).
fn without_prefixes<'a>(old: &'a [u8], new: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    fn rest(path: &[u8]) -> Option<&[u8]> {
        let slash = path.iter().position(|&byte| byte == b'/')?;
        path.get(slash + 1..)
    }
    let (inner_old, inner_new) = (rest(old)?, rest(new)?);
    (old != new && inner_old == inner_new).then_some((inner_old, inner_new))
}

/// Takes the names of the `---` and `+++` lines. Where git's header has named the file, it holds.
pub(super) fn name_sides(file: &mut FilePatch<'_>, old: &[u8], new: &[u8]) -> Result<()> {
    const NONE: &[u8] = b"/dev/null";
    let named_by_header = file.old.is_some() || file.new.is_some();
    if !named_by_header {
        // Git's own prefixes; a plain diff of a new file has no pair to compare.
        let single = |path: &[u8]| {
            let inner = path.strip_prefix(b"a/").or(path.strip_prefix(b"b/"));
            inner.unwrap_or(path).to_owned()
        };
        (file.old, file.new) = match (old == NONE, new == NONE) {
            (true, true) => bail!("both sides are /dev/null"),
            (true, false) => (None, Some(single(new))),
            (false, true) => (Some(single(old)), None),
            (false, false) => match without_prefixes(old, new) {
                Some((old, new)) => (Some(old.to_owned()), Some(new.to_owned())),
                None if old == new => (Some(old.to_owned()), Some(new.to_owned())),
                None => {
                    bail!("`---` and `+++` name different files: `git diff` says which was renamed")
                }
            },
        };
    }
    if old == NONE {
        file.old = None;
    }
    if new == NONE {
        file.new = None;
    }
    Ok(())
}

/// A path as a header line gives it: quoted, or up to a tab and a date.
pub(super) fn name(text: &[u8]) -> Vec<u8> {
    if let Some((name, _)) = unquoted(text) {
        return name;
    }
    let end = text
        .iter()
        .position(|&byte| byte == b'\t')
        .unwrap_or(text.len());
    text.get(..end).unwrap_or_default().to_owned()
}

/// A path in C's quotes, and what comes after it.
fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut path = Vec::new();
    loop {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        match byte {
            b'"' => return Some((path, rest)),
            b'\\' => {
                let (&escaped, after) = rest.split_first()?;
                rest = after;
                path.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'0'..=b'3' => {
                        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
                        let low = u8::from_str_radix(digits, 8).ok()?;
                        rest = rest.get(2..)?;
                        (escaped - b'0') << 6 | low
                    }
                    other => other,
                });
            }
            other => path.push(other),
        }
    }
}

/// A path that leads out of the repository, or into git's own directory, is no path of a change.
pub(super) fn check_path(path: &[u8]) -> Result<()> {
    let bad = |part: &[u8]| {
        part.is_empty() || part == b"." || part == b".." || part.eq_ignore_ascii_case(b".git")
    };
    if path.split(|&byte| byte == b'/').any(bad) {
        bail!(
            "`{}` is no path inside the repository",
            crate::text::visible(&paths::encode(path))
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unquoted(&bytes);
            let _ = header_names(&bytes);
        }
    }
}
