//! A unified diff, git's or plain, applied in memory.
//!
//! It must fit the base exactly: no fuzz, no moved hunks, since a change that was guessed together is not
//! the one that was asked about. Several patches of the same file (a series of mails) apply in turn.
//!
//! Does not catch: binary patches (refused, with the line), and text around the diffs, which is passed over.

use std::collections::BTreeMap;
use std::iter::Peekable;

use anyhow::{Context, Result, bail};

use super::backend::Backend;
use super::files::MOST_HELD;
use super::repository::{Kind, Stored};
use super::{Blob, Content, Mode, paths};

/// What the patch says of one file.
#[derive(Debug, Default)]
struct FilePatch<'a> {
    /// Line of the patch, 1-based.
    line: usize,
    old: Option<Vec<u8>>,
    new: Option<Vec<u8>>,
    mode: Option<Mode>,
    /// The old file stays.
    copied: bool,
    hunks: Vec<HunkPatch<'a>>,
}

/// A hunk: where it begins in the old file, and its lines with their signs.
#[derive(Debug)]
struct HunkPatch<'a> {
    line: usize,
    start: usize,
    lines: Vec<(Sign, &'a [u8])>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Kept,
    Gone,
    New,
}

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

/// No file that is judged has more lines.
const MOST_LINES: usize = u32::MAX as usize;

/// The lines of a patch with their 1-based numbers.
type Lines<'a> = Peekable<Box<dyn Iterator<Item = (usize, &'a [u8])> + 'a>>;

fn parse(patch: &[u8]) -> Result<Vec<FilePatch<'_>>> {
    let numbered: Box<dyn Iterator<Item = (usize, &[u8])>> =
        Box::new((1..).zip(patch.split_inclusive(|&byte| byte == b'\n')));
    let mut lines: Lines<'_> = numbered.peekable();
    let mut files: Vec<FilePatch<'_>> = Vec::new();
    // Whether the last file is one of git's whose `---` has not come yet.
    let mut open = false;
    let mut after_hunk = false;
    while let Some((number, line)) = lines.next() {
        let text = bare(line);
        let at_end_of_hunk = std::mem::take(&mut after_hunk);
        if let Some(names) = text.strip_prefix(b"diff --git ") {
            files.push(FilePatch {
                line: number,
                ..FilePatch::default()
            });
            open = true;
            if let (Some((old, new)), Some(file)) = (header_names(names), files.last_mut()) {
                (file.old, file.new) = (Some(old), Some(new));
            }
        } else if let Some(old) = text.strip_prefix(b"--- ")
            && let Some(new) = following(&mut lines)
        {
            if !open {
                files.push(FilePatch {
                    line: number,
                    ..FilePatch::default()
                });
            }
            open = false;
            if let Some(file) = files.last_mut() {
                name_sides(file, &name(old), &name(&new))
                    .with_context(|| format!("patch line {number}"))?;
            }
        } else if let Some(numbers) = text.strip_prefix(b"@@ ") {
            let Some(file) = files.last_mut() else {
                bail!(
                    "patch line {number}: a hunk of no file: `---` and `+++` lines must come first"
                );
            };
            open = false;
            file.hunks.push(hunk(number, numbers, &mut lines)?);
            after_hunk = true;
        } else if text == b"GIT binary patch"
            || text.starts_with(b"Binary files ")
            || text.starts_with(b"Only in ")
        {
            bail!(
                "patch line {number}: this file's bytes are not in the patch: commit it, and judge the range"
            );
        } else if open {
            if let Some(file) = files.last_mut() {
                extended_header(file, text).with_context(|| format!("patch line {number}"))?;
            }
        } else if at_end_of_hunk
            && matches!(text.first(), Some(b'+' | b'-' | b' '))
            && text != b"-- "
        {
            bail!(
                "patch line {number}: a line after the end of its hunk: the numbers in its `@@` line do not fit"
            );
        }
    }
    for file in &files {
        for path in [&file.old, &file.new].into_iter().flatten() {
            check_path(path).with_context(|| format!("patch line {}", file.line))?;
        }
        if file.old.is_none() && file.new.is_none() {
            bail!("patch line {}: no file is named", file.line);
        }
    }
    if files.is_empty() && patch.iter().any(|byte| !byte.is_ascii_whitespace()) {
        bail!("patch line 1: this is no unified diff: `git diff` makes one");
    }
    Ok(files)
}

/// The line without its end.
fn bare(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The rest of a `+++` line, where that is what comes next; it is taken.
fn following(lines: &mut Lines<'_>) -> Option<Vec<u8>> {
    let (_, line) = lines.peek()?;
    let rest = bare(line).strip_prefix(b"+++ ")?.to_owned();
    lines.next();
    Some(rest)
}

/// `-start[,count] +start[,count] @@`, and the lines that it promises.
fn hunk<'a>(number: usize, numbers: &[u8], lines: &mut Lines<'a>) -> Result<HunkPatch<'a>> {
    let text = String::from_utf8_lossy(numbers).into_owned();
    let mut words = text.split(' ');
    let mut range = |sign: char| -> Option<(usize, usize)> {
        let word = words.next()?.strip_prefix(sign)?;
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        let number = |text: &str| text.parse().ok().filter(|number| *number <= MOST_LINES);
        Some((number(start)?, number(count)?))
    };
    let (Some((start, mut old)), Some((_, mut new))) = (range('-'), range('+')) else {
        bail!(
            "patch line {number}: `@@ -LINE,COUNT +LINE,COUNT @@` is expected, with numbers up to {MOST_LINES}"
        );
    };
    let mut hunk = HunkPatch {
        line: number,
        // A hunk that takes nothing away stands after its line.
        start: if old == 0 {
            start
        } else {
            start.saturating_sub(1)
        },
        lines: Vec::new(),
    };
    while old > 0 || new > 0 {
        let Some((at, line)) = lines.next() else {
            bail!("patch line {number}: the patch ends in the middle of this hunk");
        };
        let (sign, mut text) = match line.split_first() {
            Some((b' ', text)) => (Sign::Kept, text),
            Some((b'-', text)) => (Sign::Gone, text),
            Some((b'+', text)) => (Sign::New, text),
            // Mail programs take the space of an empty line away.
            Some((b'\n' | b'\r', _)) => (Sign::Kept, line),
            _ => bail!("patch line {at}: a line of a hunk begins with a space, `+` or `-`"),
        };
        let fits = (sign == Sign::New || old > 0) && (sign == Sign::Gone || new > 0);
        if !fits {
            bail!("patch line {at}: the numbers in the `@@` line {number} do not fit its lines");
        }
        old -= usize::from(sign != Sign::New);
        new -= usize::from(sign != Sign::Gone);
        if lines
            .peek()
            .is_some_and(|(_, next)| next.starts_with(b"\\"))
        {
            lines.next();
            text = text.strip_suffix(b"\n").unwrap_or(text);
        }
        hunk.lines.push((sign, text));
    }
    Ok(hunk)
}

fn extended_header(file: &mut FilePatch<'_>, text: &[u8]) -> Result<()> {
    let after = |prefix: &str| text.strip_prefix(prefix.as_bytes());
    let mode = |text: &[u8]| {
        let text = String::from_utf8_lossy(text);
        let bits = u32::from_str_radix(text.trim(), 8).ok();
        bits.and_then(Mode::of)
            .with_context(|| format!("`{}` is no mode of a file", crate::text::visible(&text)))
    };
    if let Some(text) = after("new mode ") {
        file.mode = Some(mode(text)?);
    } else if let Some(text) = after("new file mode ") {
        file.mode = Some(mode(text)?);
        file.old = None;
    } else if after("deleted file mode ").is_some() {
        file.new = None;
    } else if let Some(path) = after("rename from ") {
        file.old = Some(name(path));
    } else if let Some(path) = after("copy from ") {
        (file.old, file.copied) = (Some(name(path)), true);
    } else if let Some(path) = after("rename to ").or(after("copy to ")) {
        file.new = Some(name(path));
    }
    Ok(())
}

/// The paths after `diff --git`: the same one twice, behind prefixes or not.
fn header_names(names: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
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
fn name_sides(file: &mut FilePatch<'_>, old: &[u8], new: &[u8]) -> Result<()> {
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
fn name(text: &[u8]) -> Vec<u8> {
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
fn check_path(path: &[u8]) -> Result<()> {
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
        fn nothing_makes_the_parser_panic(text in r"((diff --git |--- |\+\+\+ |@@ |rename from |new file mode )?[-+ ab/0-9,@\\\x22.]{0,12}\r?\n){0,16}") {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
            let _ = unquoted(&bytes);
            let _ = header_names(&bytes);
        }
    }

    fn refusal(patch: &str) -> String {
        match parse(patch.as_bytes()) {
            Ok(files) => panic!("{files:?}"),
            Err(error) => format!("{error:#}"),
        }
    }

    #[test]
    fn a_malformed_patch_is_refused_with_its_line() {
        assert!(refusal("hello\n").contains("line 1"));
        assert!(refusal("@@ -1 +1 @@\n-a\n+b\n").contains("line 1: a hunk of no file"));
        let head = "--- a/x\n+++ b/x\n";
        assert!(refusal(&format!("{head}@@ -1 +1 @@\n-a\n")).contains("line 3: the patch ends"));
        assert!(refusal(&format!("{head}@@ -1 +1 @@\n-a\n+b\n+c\n")).contains("line 6"));
        assert!(refusal(&format!("{head}@@ -1 +1 @@\n-a\n-b\n+c\n")).contains("line 5"));
        assert!(refusal(&format!("{head}@@ one @@\n")).contains("line 3"));
        // Numbers that no arithmetic on lines may meet.
        for number in [u64::MAX, u64::from(u32::MAX) + 1] {
            let refused = refusal(&format!("{head}@@ -{number},0 +1 @@\n+a\n"));
            assert!(refused.contains("line 3") && refused.contains("4294967295"));
        }
        assert!(refusal("--- a/../x\n+++ b/../x\n").contains("no path inside"));
        assert!(refusal("diff --git a/x b/x\nGIT binary patch\n").contains("line 2"));
    }

    #[test]
    fn names_come_out_of_every_kind_of_header() {
        let sides = |patch: &str| {
            let files = parse(patch.as_bytes()).unwrap();
            let text = |path: &Option<Vec<u8>>| path.as_deref().map(paths::encode);
            (text(&files[0].old), text(&files[0].new))
        };
        let both = |path: &str| (Some(path.to_owned()), Some(path.to_owned()));
        assert_eq!(sides("--- a/x y\t\n+++ b/x y\t\n"), both("x y"));
        assert_eq!(sides("--- x\t2026-01-01\n+++ x\t2026-01-02\n"), both("x"));
        assert_eq!(sides("--- old/d/x\n+++ new/d/x\n"), both("d/x"));
        assert_eq!(
            sides("diff --git i/x w/x\nold mode 100644\nnew mode 100755\n"),
            both("x")
        );
        assert_eq!(
            sides("diff --git b/x b/x\nold mode 100644\nnew mode 100755\n"),
            both("b/x")
        );
        assert_eq!(
            sides(
                "diff --git \"a/\\303\\244\" \"b/\\303\\244\"\nold mode 100644\nnew mode 100755\n"
            ),
            both("ä")
        );
        assert_eq!(
            sides("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n"),
            (Some("x".to_owned()), Some("y".to_owned()))
        );
        assert_eq!(
            sides("--- /dev/null\n+++ b/x\n"),
            (None, Some("x".to_owned()))
        );
    }
}
