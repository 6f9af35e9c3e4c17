//! Comments that silence a checker, as the checkers themselves read them.
//!
//! Does not catch: suppressions in a checker's configuration (the guardrails check), and comments of
//! languages that it knows only by the marks of a comment, inside a string with an odd quote.

use std::ops::Range;

use super::spellings::{Codes, FORMS};
use crate::language::{Form, Marker};
use crate::text::is_in_word;

/// The suppressions of a comment that stands at `start`.
pub(super) fn in_comment(comment: &str, start: usize, found: &mut Vec<Marker>) {
    // Most comments hold none of the letters that all forms begin with after a comment mark.
    for (at, _) in comment.match_indices(['#', '/', '*', '-', ';']) {
        let rest = comment.get(at + 1..).unwrap_or_default();
        if rest.starts_with(['#', '/', '*', '-', '!']) {
            continue;
        }
        let text = rest.trim_start();
        let offset = at + 1 + (rest.len() - text.len());
        if at > 0 && !boundary(comment.get(..at).unwrap_or_default()) {
            continue;
        }
        if let Some(marker) = read(text, start + offset) {
            found.push(marker);
        }
    }
}

/// Whether a mark after this text can begin a comment: it follows the comment's own marks, or a blank.
fn boundary(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || matches!(c, '#' | '/' | '*' | '-' | '!' | '<' | '&'))
}

/// The suppression that a text begins with.
fn read(text: &str, start: usize) -> Option<Marker> {
    let line = text.lines().next().unwrap_or_default();
    if !line.is_char_boundary(0) || line.is_empty() {
        return None;
    }
    FORMS.iter().find_map(|form| {
        let length = beginning(line, form.begins)?;
        let rest = line.get(length..)?;
        if rest.starts_with(is_in_word)
            && !form.begins.ends_with("report")
            && !form.begins.ends_with(['-', '['])
        {
            return None;
        }
        // A mark that ends with the bracket has its rules behind it.
        let (codes, after) = match form.begins.ends_with('[') {
            true => codes(Codes::Brackets, line.get(length - 1..)?),
            false => codes(form.codes, rest),
        };
        let blanket = match form.codes {
            Codes::Everything => true,
            Codes::Never => false,
            Codes::Colon | Codes::Brackets | Codes::Words | Codes::Equals => {
                codes.is_empty() || codes.iter().any(|code| code == "all" || code == "ALL")
            }
        };
        let named = form.begins.ends_with('-') || form.begins.ends_with("report");
        let after = match named {
            true => after
                .split_once(char::is_whitespace)
                .map_or("", |(_, rest)| rest),
            false => after,
        };
        // Another mark begins words of their own: a reason, where they are no suppression too.
        let mut parts = after.split('#').take(4);
        let has_reason = parts.next().is_some_and(is_reason)
            || parts.any(|part| is_reason(part) && read(part.trim_start(), start).is_none());
        Some(Marker {
            kind: form.kind,
            codes,
            blanket,
            scope: form.scope,
            has_reason,
            form: Form::Comment,
            bytes: start..start + length,
        })
    })
}

/// Whether words are enough to say why.
pub(super) fn is_reason(words: &str) -> bool {
    let words = words.split('*').next().unwrap_or_default();
    words.chars().filter(|c| c.is_alphabetic()).count() >= 8
}

/// How much of the line is this beginning, case and blanks after a colon aside.
fn beginning(line: &str, begins: &str) -> Option<usize> {
    let mut at = 0;
    let bytes = line.as_bytes();
    for wanted in begins.bytes() {
        if wanted == b' ' {
            while bytes
                .get(at)
                .is_some_and(|byte| *byte == b' ' || *byte == b'\t')
            {
                at += 1;
            }
            continue;
        }
        if !bytes.get(at)?.eq_ignore_ascii_case(&wanted) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn codes(form: Codes, rest: &str) -> (Vec<String>, &str) {
    let is_code = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@' | '/' | ':');
    let list = |text: &str| -> Vec<String> {
        let mut codes: Vec<String> = text
            .split([',', ' '])
            .map(|code| code.trim().to_owned())
            .filter(|code| !code.is_empty() && code.chars().all(is_code))
            .collect();
        codes.sort();
        codes
    };
    match form {
        Codes::Brackets => match rest
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once(']'))
        {
            Some((inside, after)) => (list(inside), after),
            None => (Vec::new(), rest),
        },
        Codes::Colon | Codes::Equals => {
            let mark = if form == Codes::Colon { ':' } else { '=' };
            let Some(after) = rest.trim_start().strip_prefix(mark) else {
                return (Vec::new(), rest);
            };
            // The list ends at the first word that no comma joins to it.
            let mut end = 0;
            let mut joined = true;
            for word in after.split_inclusive([' ', ',', '\t']) {
                let bare = word.trim_end_matches([' ', ',', '\t']);
                let code = bare.is_empty() || looks_like_code(bare);
                if !code
                    || (!joined && !bare.is_empty() && !bare.chars().any(|c| c.is_ascii_digit()))
                {
                    break;
                }
                if !bare.is_empty() {
                    joined = word.ends_with(',');
                } else {
                    joined |= word.contains(',');
                }
                end += word.len();
            }
            let (names, after) = after.split_at(end);
            (list(names), after)
        }
        Codes::Words => {
            let text = rest.trim_start().trim_start_matches(':').trim_start();
            let end = text
                .find(" --")
                .or_else(|| text.find(": "))
                .or_else(|| text.find("*/"))
                .unwrap_or(text.len());
            let (names, after) = text.split_at(end);
            let named: Vec<String> = list(names)
                .into_iter()
                .filter(|name| looks_like_rule(name))
                .collect();
            (named, after)
        }
        Codes::Never | Codes::Everything => (Vec::new(), rest),
    }
}

/// `E501`, `arg-type`, `line-too-long`, `python.lang.security.x`.
fn looks_like_code(word: &str) -> bool {
    !word.is_empty()
        && word
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@' | ':'))
}

/// A word that names a rule and is no English: it has a digit, or a `-`, `/` or `_` inside.
fn looks_like_rule(word: &str) -> bool {
    looks_like_code(word)
        && (word
            .chars()
            .any(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '_'))
            || word.contains("::"))
        || word.starts_with("Py")
        || [
            "semi",
            "eqeqeq",
            "camelcase",
            "curly",
            "complexity",
            "quotes",
        ]
        .contains(&word)
}

/// Comments of a text in a language without a grammar here: start and end of each.
pub(super) fn comments(path: &str, text: &str) -> Vec<Range<usize>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let marks: &[&str] = match name.rsplit('.').next().unwrap_or_default() {
        "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte" | "go"
        | "java" | "kt" | "c" | "cc" | "cpp" | "h" | "hpp" | "cs" | "swift" | "php" | "scss"
        | "css" => &["//", "/*"],
        "sh" | "bash" | "zsh" | "yml" | "yaml" | "tf" | "rb" | "toml" | "dockerfile"
        | "Dockerfile" | "Makefile" => &["#"],
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let first = marks.iter().filter_map(|mark| line.find(mark)).min();
        if let Some(at) = first {
            let before = line.get(..at).unwrap_or_default();
            let quoted = ['"', '\'', '`']
                .iter()
                .any(|quote| before.matches(*quote).count() % 2 == 1);
            if !quoted {
                found.push(start + at..start + line.len());
            }
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(comment: &str) -> Marker {
        let mut found = Vec::new();
        in_comment(comment, 0, &mut found);
        assert_eq!(found.len(), 1, "{comment}: {found:?}");
        found.remove(0)
    }

    #[test]
    fn forms_are_read_with_their_codes() {
        let seen = |comment: &str| {
            let marker = one(comment);
            (marker.kind, marker.codes.join(","), marker.blanket)
        };
        assert_eq!(seen("# noqa"), ("noqa", String::new(), true));
        assert_eq!(
            seen("#noqa: E501,F401"),
            ("noqa", "E501,F401".into(), false)
        );
        assert_eq!(
            seen("# NOQA:E501 F401"),
            ("noqa", "E501,F401".into(), false)
        );
        assert_eq!(seen("# type: ignore"), ("type-ignore", String::new(), true));
        assert_eq!(
            seen("# type:ignore[arg-type]"),
            ("type-ignore", "arg-type".into(), false)
        );
        assert_eq!(
            seen("# pylint: disable=all"),
            ("pylint", "all".into(), true)
        );
        assert_eq!(seen("# nosec"), ("nosec", String::new(), true));
        assert_eq!(
            seen("# nosec B602, B603"),
            ("nosec", "B602,B603".into(), false)
        );
        assert_eq!(
            seen("// eslint-disable-next-line no-console"),
            ("eslint", "no-console".into(), false)
        );
        assert_eq!(
            seen("/* eslint-disable */"),
            ("eslint", String::new(), true)
        );
        assert_eq!(
            seen("# pragma: no cover"),
            ("no-cover", String::new(), false)
        );
        assert_eq!(
            seen("//nolint:errcheck"),
            ("nolint", "errcheck".into(), false)
        );
    }

    #[test]
    fn reasons_are_seen_and_prose_is_no_suppression() {
        assert!(one("# noqa: E501 the address must stay whole").has_reason);
        assert!(!one("# noqa: E501").has_reason);
        assert!(one("# type: ignore[misc]  # the stub is wrong").has_reason);
        for prose in [
            "# see the noqa page",
            "# a type: ignore would do",
            "# noqable",
            "# the nosec marker",
        ] {
            let mut found = Vec::new();
            in_comment(prose, 0, &mut found);
            assert!(found.is_empty(), "{prose}: {found:?}");
        }
    }

    #[test]
    fn two_in_one_comment_are_two() {
        let mut found = Vec::new();
        in_comment("# type: ignore[misc]  # noqa: E501", 7, &mut found);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].kind, "noqa");
        assert!(!found[0].has_reason && !found[1].has_reason);
    }
}
