//! A unified diff as text: the files that it speaks of, and their hunks.
//!
//! Does not catch: see [`super`]; what a hunk has to do with the file is asked when it is applied.

use std::iter::Peekable;

use anyhow::{Context, Result, bail};

use super::names::{check_path, header_names, name, name_sides};
use crate::change::Mode;

/// What the patch says of one file.
#[derive(Debug, Default)]
pub(super) struct FilePatch<'a> {
    /// Line of the patch, 1-based.
    pub(super) line: usize,
    pub(super) old: Option<Vec<u8>>,
    pub(super) new: Option<Vec<u8>>,
    pub(super) mode: Option<Mode>,
    /// The old file stays.
    pub(super) copied: bool,
    pub(super) hunks: Vec<HunkPatch<'a>>,
}

/// A hunk: where it begins in the old file, and its lines with their signs.
#[derive(Debug)]
pub(super) struct HunkPatch<'a> {
    pub(super) line: usize,
    pub(super) start: usize,
    pub(super) lines: Vec<(Sign, &'a [u8])>,
}

/// What a line of a hunk says of the file's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Kept,
    Gone,
    New,
}

/// No file that is judged has more lines.
const MOST_LINES: usize = u32::MAX as usize;

/// The lines of a patch with their 1-based numbers.
type Lines<'a> = Peekable<Box<dyn Iterator<Item = (usize, &'a [u8])> + 'a>>;

/// The files of a patch, in its order.
///
/// # Errors
/// Where it is no unified diff, or has a file's bytes left out; the message names the line.
pub(super) fn parse(patch: &[u8]) -> Result<Vec<FilePatch<'_>>> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::paths;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_makes_the_parser_panic(text in r"((diff --git |--- |\+\+\+ |@@ |rename from |new file mode )?[-+ ab/0-9,@\\\x22.]{0,12}\r?\n){0,16}") {
            let _ = parse(text.as_bytes());
        }

        #[test]
        fn no_bytes_make_the_parser_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
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
