//! Comments that stand in place of code: "... existing code ...", "rest of the file unchanged",
//! "implementation goes here".
//!
//! Does not catch: elisions in prose (a Markdown example may leave out what it likes), in another language without dots, and in files of
//! no known language.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use super::{Context, File, Finding, Side, changed_lines, parsed, rules};
use crate::finding::{Level, Place};
use crate::language;

/// Longer comments are prose.
const LONGEST: usize = 100;
/// Lines of a file at base from which on a cut-off tail is told as such.
const LARGE_FILE: usize = 40;

/// Something is left out: said with dots, or as "unchanged", "omitted".
static ELISION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const THING: &str = "(?:code|file|implementations?|function|method|class|module|program|logic|body|imports?|methods|functions|classes|fields|tests|cases|content|contents|lines|definitions|components?|sections?|parts?|handlers?|hooks?|styles|markup|template|config(?:uration)?|routes|settings|elements|variables|constants|types|interfaces|properties|props|script|page|form|table|structs?|impls?|strings|entries|items|dependencies|keys|values|resources|rows|records|options|attributes|tags|endpoints|rules|lists?|columns|buttons|inputs|links|header|footer|sidebar|navigation|jsx|children)";
    const OLD: &str =
        "(?:existing|previous|original|remaining|other|unchanged|same|current|earlier)";
    const DOTS: &str = r"(?:\.{3}|…)";
    const SAME: &str = r"(?:(?:remains?|stays?|is|are|kept|left)\s+)?(?:unchanged|the same|as before|as is|omitted(?: for brevity)?|unmodified|not changed)";
    let rest = format!(
        r"(?:the\s+)?(?:rest|remainder) of (?:the |your |this |my )*(?:\w+\s+)?{THING}(?:'s \w+)?"
    );
    // The same in other languages, after dots alone: without them it may be prose.
    const FOREIGN: &str = "permanecen? igual(?:es)?|quedan? igual(?:es)?|sin cambios|el resto del (?:c[oó]digo|archivo)|otras funciones|bleib(?:t|en) (?:unverändert|gleich|wie)|unverändert|rest (?:der|des|vom) (?:datei|code|codes|klasse|funktion)|restent? (?:inchangée?s?|identiques?|les? mêmes?)|inchangée?s?|le reste du (?:code|fichier)|permanecem? (?:igual|iguais|inalterad[oa]s?)|restante do c[oó]digo|resto (?:do|del) (?:c[oó]digo|codice|file|arquivo)|riman(?:e|gono) (?:invariat[oia]|ugual[ei])|invariato|без изменений|остальн\\w+ (?:код|часть)|保持不变|其余|不变|変更なし|残りの|そのまま|나머지|동일|그대로|ongewijzigd|bez zmian|oförändrad";
    compile(&format!(
        r"^(?:{DOTS}\s*\(?[^.…]{{0,60}}(?:{FOREIGN})[^.…]{{0,30}}\)?\s*{DOTS}?\W*|{DOTS}?\s*(?:keep|leave) (?:the |all |your |my )*(?:(?:rest|remainder)(?: of (?:the |your |this )?(?:\w+\s+)?{THING})?|{OLD} (?:\w+ )?{THING}) (?:{SAME}|intact)\W*|{DOTS}\s*no (?:other |further )?changes?\b[^.…]{{0,30}}{DOTS}?\W*|{DOTS}\s*\(?(?:{rest}|(?:keep |the |your |all |rest of )*{OLD} (?:\w+ )?{THING})\b[^.…]{{0,30}}{DOTS}?\)?|{DOTS}?\s*(?:{rest})\s*(?:{DOTS}|{SAME}|goes here|(?:continues )?here)\W*|(?:the |your )?{OLD} (?:\w+ )?{THING}\s*(?:{DOTS}|{SAME})\W*|{DOTS}?\s*(?:{THING}) (?:omitted|elided|truncated)(?: for (?:brevity|clarity))?\W*|{DOTS}\s*(?:the )?(?:rest|others?|everything else) {SAME}\W*{DOTS}?|{DOTS}\s*(?:unchanged|omitted|same as (?:before|above|original))\W*{DOTS}?)$"
    ))
});

/// Something is still to be written.
static TO_WRITE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    compile(
        r"^(?:todo:?\s*)?(?:(?:your|the|actual|real|add|put|insert|write) )*(?:implementation|code|logic|function body) (?:goes|would go|should go|comes|will go|belongs) here\W*$|^(?:todo:?\s*)?(?:add|put|insert|write) (?:your|the|actual|real) (?:\w+ )?(?:implementation|code|logic) here\W*$",
    )
});

pub(super) fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(4 << 20)
        .build()
        .ok()
}

pub(super) fn check_file(context: &Context<'_>, file: &File, side: Side, found: &mut Vec<Finding>) {
    let path = file.path_on(side);
    let language = language::of(path);
    if language.is_none() && !is_code(path) {
        return;
    }
    let mut last = None;
    let cells = match language::of_cells(path) {
        Some(_) => parsed(context, file, side),
        None => None,
    };
    let text = cells.as_ref().map(|cells| cells.source.as_ref());
    let text = text.or(file.text(side)).unwrap_or_default();
    for (number, offset, line) in changed_lines(file, side, text) {
        if line.len() > 4 * LONGEST || !may_elide(line) {
            continue;
        }
        let spoken = comment(line).map(|(at, text)| (at, text.to_owned()));
        let spoken = spoken.or_else(|| in_json(line).filter(|_| is_json(path)));
        let Some((at, comment)) = spoken else {
            continue;
        };
        let Some(mut level) = judge(&comment) else {
            continue;
        };
        // The tree says whether it is a comment; what documents is prose.
        if language.is_some() {
            let Some(parsed) = parsed(context, file, side) else {
                continue;
            };
            let facts = parsed.facts();
            // Among elements a comment stands in braces.
            let in_braces = line.get(at..).is_some_and(|rest| rest.starts_with("{/*"));
            let stands = facts
                .comment_at(offset + at + usize::from(in_braces))
                .filter(|comment| !comment.is_doc);
            let Some(stands) = stands else {
                continue;
            };
            // What a test gives to a macro may be a sample of code.
            let definition = facts.definition_at(stands.line);
            if stands.in_macro && definition.is_some_and(|definition| definition.in_test) {
                level = Level::Note;
            }
        }
        let column = |byte: usize| crate::text::column(line, byte);
        let place = Place {
            line: number + 1,
            column: column(at),
            end_line: number + 1,
            end_column: column(line.len()),
        };
        let shown = crate::text::visible(&comment);
        let message = match level {
            Level::Block | Level::Note => {
                format!("A comment stands in place of code: \"{shown}\"")
            }
            Level::Escalate => {
                format!("A comment says that the code is still to be written: \"{shown}\"")
            }
        };
        let mut finding = rules::ELIDED_CODE.finding(side, path, place, message);
        finding.level = level;
        last = (level == Level::Block).then_some((number, place));
        found.push(finding);
    }
    if let Some((number, place)) = last.filter(|_| side == Side::Head) {
        truncated(file, number, place, found);
    }
}

/// A large file that ends with the elision lost its tail.
fn truncated(file: &File, number: u32, place: Place, found: &mut Vec<Finding>) {
    let (Some(base), Some(head)) = (file.text(Side::Base), file.text(Side::Head)) else {
        return;
    };
    let after = head.lines().skip(number as usize + 1);
    let ends = after
        .take(4)
        .all(|line| line.trim().trim_matches(['}', ')', ']', ';']).is_empty())
        && head.lines().count() <= number as usize + 4;
    let before = base.lines().count();
    let gone = file.deleted_lines().count();
    if !ends || before < LARGE_FILE || gone * 4 < before {
        return;
    }
    let message =
        format!("The file ends in this comment, and {gone} of its {before} lines are gone");
    let rule = rules::TRUNCATED_FILE;
    found.push(rule.finding(Side::Head, &file.path, place, message));
}

fn may_elide(line: &str) -> bool {
    const WORDS: [&str; 11] = [
        "existing",
        "rest of",
        "remain",
        " here",
        "omitted",
        "elided",
        "unchanged",
        "previous",
        "original",
        "same as",
        "truncated",
    ];
    let lower = line.to_ascii_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
        || lower.contains("other")
        || lower.contains("current")
        || lower.contains("no changes")
        || lower.contains("unverändert")
        || (line.contains("...") || line.contains('…')) && line.len() < 2 * LONGEST
}

/// The comment of a line: where it starts, and its words without marks.
pub(super) fn comment(line: &str) -> Option<(usize, &str)> {
    const MARKS: [&str; 9] = ["{/*", "<!--", "//", "/*", "#", "--", ";;", "%", "*"];
    let start = line.len() - line.trim_start().len();
    let body = line.get(start..)?;
    let begins = MARKS.iter().any(|mark| body.starts_with(mark));
    let at = if begins {
        start
    } else {
        [" // ", " # ", "\t# ", " /* "]
            .iter()
            .filter_map(|mark| line.find(mark))
            .min()?
            + 1
    };
    let marks: &[char] = &[
        '/', '*', '#', '-', ';', '%', '<', '>', '!', '{', '}', ' ', '\t', '=', '[',
    ];
    let text = line.get(at..)?.trim_matches(marks).trim_end_matches(']');
    (text.len() <= LONGEST).then_some((at, text))
}

fn judge(comment: &str) -> Option<Level> {
    // Brackets around the whole are no part of what it says.
    let comment = comment.trim_start_matches('(').trim_end_matches([')', ' ']);
    let is = |pattern: &Option<Regex>| {
        pattern
            .as_ref()
            .is_some_and(|regex| regex.is_match(comment))
    };
    if is(&ELISION) {
        Some(Level::Block)
    } else if is(&TO_WRITE) {
        Some(Level::Escalate)
    } else {
        None
    }
}

/// Languages whose comments are told from the line.
pub(super) fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(
        name.rsplit_once('.').map_or("", |(_, ending)| ending),
        "js" | "mjs"
            | "cjs"
            | "jsx"
            | "ts"
            | "tsx"
            | "vue"
            | "svelte"
            | "go"
            | "java"
            | "kt"
            | "kts"
            | "scala"
            | "c"
            | "h"
            | "cc"
            | "cpp"
            | "cxx"
            | "hpp"
            | "cs"
            | "m"
            | "swift"
            | "rb"
            | "php"
            | "pl"
            | "lua"
            | "sh"
            | "bash"
            | "zsh"
            | "ps1"
            | "sql"
            | "html"
            | "css"
            | "scss"
            | "less"
            | "yaml"
            | "yml"
            | "toml"
            | "tf"
            | "ex"
            | "exs"
            | "erl"
            | "hs"
            | "ml"
            | "dart"
            | "zig"
            | "r"
            | "jl"
            | "nix"
            | "proto"
            | "gradle"
            | "cmake"
            | "xml"
            | "xsd"
            | "xaml"
            | "svg"
            | "plist"
            | "resx"
            | "csproj"
            | "props"
            | "targets"
            | "htm"
            | "xhtml"
    ) || is_json(path)
        || matches!(name, "Makefile" | "Dockerfile" | "Jenkinsfile")
}

/// Whether what is left out may be said by a key or a text, for want of comments.
fn is_json(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "json" | "jsonc" | "json5" | "webmanifest" | "arb")
}

/// What a line of JSON says in place of values: `"...": "existing settings"`, `"... rest of the entries"`; where it starts,
/// and its words.
fn in_json(line: &str) -> Option<(usize, String)> {
    let body = line.trim_start();
    let at = line.len() - body.len();
    let body = body.trim_end().trim_end_matches(',').trim_end();
    let (key, value) = match body.split_once(':') {
        Some((key, value)) => (key.trim_end(), value.trim_start()),
        None => (body, ""),
    };
    let text = |quoted: &str| {
        let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
        (!inner.contains('"')).then(|| inner.to_owned())
    };
    let said = match value {
        "" => text(key)?,
        value => match text(key)?.as_str() {
            dots @ ("..." | "…") => format!("{dots} {}", text(value)?),
            _ => return None,
        },
    };
    let is_left_out = said.starts_with("...") || said.starts_with('…');
    (is_left_out && said.len() <= LONGEST).then_some((at, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(line: &str) -> Option<Level> {
        comment(line).and_then(|(_, text)| judge(text))
    }

    #[test]
    fn the_patterns_compile() {
        assert!(ELISION.is_some() && TO_WRITE.is_some());
    }

    #[test]
    fn comments_in_place_of_code_are_told() {
        for line in [
            "# ... existing code ...",
            "    // ... rest of the code ...",
            "// ... (rest of the file remains unchanged)",
            "# Rest of the implementation unchanged",
            "# rest of the file stays the same",
            "{/* ... existing imports ... */}",
            "// … existing methods …",
            "# existing code unchanged",
            "# ... other methods ...",
            "/* previous implementation omitted */",
            "// code omitted for brevity",
            "x = 1  # ... rest of the function",
            "# [rest of the class remains the same]",
            "# The rest of your code here",
            "// ... keep existing code",
            "// (...rest of implementations)",
            "// (...no changes below)",
            "# ... other parts remain the same",
            "{/* leave the rest of the page unchanged */}",
            "# (remainder of the script unchanged)",
            "// ... (las otras funciones permanecen igual)",
            "# ... der Rest des Codes bleibt unverändert ...",
            "// ... 其余代码保持不变",
            "<!-- ... existing strings ... -->",
            "// ... rest unchanged",
            "  <!-- rest of the dependencies remain the same -->",
        ] {
            assert_eq!(level(line), Some(Level::Block), "{line}");
        }
        for line in [
            "# implementation goes here",
            "// TODO: your code goes here",
            "# Add your logic here",
        ] {
            assert_eq!(level(line), Some(Level::Escalate), "{line}");
        }
    }

    #[test]
    fn json_leaves_out_by_keys_and_texts() {
        let level = |line: &str| in_json(line).and_then(|(_, text)| judge(&text));
        for line in [
            "  \"...\": \"existing configuration\",",
            "  \"... rest of the entries\"",
            "  \"… other keys unchanged\",",
        ] {
            assert_eq!(level(line), Some(Level::Block), "{line}");
        }
        for line in [
            "  \"prompt\": \"... existing configuration\",",
            "  \"...\",",
            "  \"...\": \"more\",",
            "  \"Loading ...\"",
        ] {
            assert_eq!(level(line), None, "{line}");
        }
    }

    #[test]
    fn ordinary_comments_are_not() {
        for line in [
            "# existing code relies on this order",
            "# the rest of the file is read lazily",
            "# Keep the previous implementation as a fallback for old servers.",
            "// The remaining methods are the same as in the trait.",
            "# same as before, but with the other sign",
            "# ... and so on",
            "# unchanged",
            "# the code here is hot",
            "// Other tests are in tests/other.rs ...",
            "# This is where the rest of the code expects the cursor to be",
            "# Skip the rest of the line",
            "# ... no change is made to the file before it is closed, so that it can be read",
            "// El resto queda igual porque ya estaba ordenada.",
            "// Keep the rest of the queue until the lock is free.",
        ] {
            assert_eq!(level(line), None, "{line}");
        }
    }
}
