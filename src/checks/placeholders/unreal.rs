//! The agent's own word that the code is not the real one ("In a real application, this would ..", "for now, return a
//! mock"), in a comment. Where what follows gives a constant, nobody has written the code.
//!
//! Does not catch: such words in prose, and in another language than English; a made-up value that is built.

use std::sync::LazyLock;

use regex::Regex;

use super::elided::{comment, compile, is_code};
use super::{Context, File, Finding, Side, changed_lines, parsed, rules};
use crate::finding::{Level, Place};
use crate::language;
use crate::language::conventions::{is_aside, is_example};

/// Lines behind the comment among which the value is looked for.
const NEAR: usize = 12;

static UNREAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const REAL: &str = "(?:real|production|actual|live|proper|full)(?:-world| world|-life)?";
    const PLACE: &str = "(?:applications?|apps?|systems?|implementations?|environments?|scenarios?|settings?|code|services?|deployments?|versions?|projects?|setups?|world)";
    const WOULD: &str = "(?:would|should|could|must|need(?:s)? to|will|'d)";
    let pattern = format!(
        r"\b(?:in|for|with) (?:an? |the )?{REAL}(?: {PLACE})?,? (?:\w+ ){{0,4}}{WOULD}\b|\b(?:an? |the ){REAL} (?:implementation|version|code|logic|api|integration|system|service|call) (?:would|should|will|goes|needs|could)\b|\b(?:this|it) is (?:just |only |currently )*(?:a |an )(?:placeholder|mock|stub|dummy|simulated|fake|toy)(?: (?:implementation|version|response|function|value|result|method)\b|\W*$|[.,;] )|\b(?:placeholder|mock|dummy|stub|fake|simulated) (?:implementation|response|result|value|data|logic)(?:$|[.,:;]| for now| until| -| here)|\b(?:simplified|simulated|hard-?coded|mocked|stubbed|faked) (?:here |it )?(?:for|as) (?:the |an? )?(?:demo|demonstration|example|illustration|now|simplicity)(?: purposes?)?\b|\bfor (?:demo|demonstration|illustration|example) purposes\b|\bsimulat(?:e|es|ing) (?:the |an? )?(?:\w+ ){{0,3}}(?:for now|response|call|request|success)\b|\b(?:replace|swap) (?:this|the|it|with)\b.{{0,30}}\b(?:real|actual|proper|production) \w+|\bfor now,? (?:we |just |simply |let's |i |it )*(?:return|returns|returning|pretend|assume|simulate|hard-?code|mock|fake)\b|\bnot (?:a real|the real|yet a real) (?:implementation|call|check)\b"
    );
    compile(&pattern)
});

/// What is said of work that is still to come as well: it counts over a constant alone.
static TO_COME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    const WORK: &str = "(?:integrate|connect|call|implement|hook up|wire|fetch|query|load|validate|verify|send|look up|talk to|use)";
    let pattern = format!(
        r"\b(?:todo|fixme):? (?:actually |really )?{WORK}\b|\bwould (?:normally|typically|usually|actually|really|eventually) {WORK}\b|\b(?:here|this is where) (?:you|we)(?:'d| would| should| could| can) {WORK}\b|\bin (?:production|reality|practice|a real \w+),? (?:you |we |please )?{WORK}\b|^placeholder\b|\bsimplified (?:version|implementation|logic|check)\b|\breal \w+ (?:is |was )?(?:omitted|left out|skipped|to follow)\b|\balways (?:succeeds?|returns? (?:true|success))\b.{{0,20}}\bfor now\b"
    );
    compile(&pattern)
});

pub(super) fn check_file(context: &Context<'_>, file: &File, side: Side, found: &mut Vec<Finding>) {
    let path = file.path_on(side);
    let language = language::of(path);
    if language.is_none() && !is_code(path) || is_aside(path) || is_example(path) {
        return;
    }
    if context.policy.is_test_path(path) {
        return;
    }
    let cells = match language::of_cells(path) {
        Some(_) => parsed(context, file, side),
        None => None,
    };
    let text = cells.as_ref().map(|cells| cells.source.as_ref());
    let text = text.or(file.text(side)).unwrap_or_default();
    for (number, offset, line) in changed_lines(file, side, text) {
        if !may_be(line) {
            continue;
        }
        let Some((at, words)) = comment(line) else {
            continue;
        };
        let find = |pattern: &'static Option<Regex>| pattern.as_ref()?.find(words);
        let is_sure = find(&UNREAL).is_some();
        let Some(said) = find(&UNREAL).or_else(|| find(&TO_COME)) else {
            continue;
        };
        if language.is_some() {
            let tree = parsed(context, file, side);
            let is_comment =
                tree.is_some_and(|tree| tree.facts().comment_at(offset + at).is_some());
            if !is_comment {
                continue;
            }
        }
        let rest = text.get(offset + line.len()..).unwrap_or_default();
        let is_constant = gives_constant(line, rest);
        if !is_sure && !is_constant {
            continue;
        }
        let end = crate::text::column(line, line.len());
        let place = Place {
            line: number + 1,
            column: crate::text::column(line, at),
            end_line: number + 1,
            end_column: end,
        };
        let shown = crate::text::visible(said.as_str());
        let message = match is_constant {
            true => format!(
                "A comment says that this is not the real code (\"{shown}\"), and what it stands by gives a constant"
            ),
            false => format!("A comment says that this is not the real code: \"{shown}\""),
        };
        let mut finding = rules::NOT_THE_REAL_CODE.finding(side, path, place, message);
        finding.level = match is_constant {
            true => Level::Escalate,
            false => Level::Note,
        };
        found.push(finding);
    }
}

/// Doubles of tests that code takes which is none of a test.
pub(super) fn check_doubles(context: &Context<'_>, file: &File, found: &mut Vec<Finding>) {
    /// Words of a path where doubles are at home.
    const FOR_TESTS: [&str; 7] = ["test", "mock", "fake", "stub", "fixture", "factor", "dev"];
    let Some(language) = language::of(&file.path) else {
        return;
    };
    let doubles = &language.profile().tests.double_modules;
    let lower = file.path.to_lowercase();
    let is_for_tests = FOR_TESTS.iter().any(|word| lower.contains(word))
        || is_aside(&file.path)
        || is_example(&file.path)
        || context.policy.is_test_path(&file.path);
    if doubles.is_empty() || is_for_tests {
        return;
    }
    let Some(head) = parsed(context, file, Side::Head) else {
        return;
    };
    let before = parsed(context, file, Side::Base);
    let is_double = |module: &str, name: Option<&str>| {
        let full = name.map_or(module.to_owned(), |name| format!("{module}.{name}"));
        doubles
            .iter()
            .any(|double| *double == module || *double == full)
    };
    let had = before.is_some_and(|before| {
        let mut imports = before.facts().imports.iter();
        imports.any(|import| is_double(&import.module, import.name.as_deref()))
    });
    let mut imports = head.facts().imports.iter().filter(|_| !had);
    let import = imports.find(|import| is_double(&import.module, import.name.as_deref()));
    let Some(import) = import.filter(|import| import.guard.is_none()) else {
        return;
    };
    let place = head.place_of(import.bytes.clone());
    let message = format!(
        "`{}` makes doubles for tests, and this is code that is shipped",
        import.module
    );
    let rule = rules::NOT_THE_REAL_CODE;
    found.push(rule.finding(Side::Head, &file.path, place, message));
}

fn may_be(line: &str) -> bool {
    const WORDS: [&str; 16] = [
        "todo",
        "fixme",
        " would",
        "simplified",
        "real",
        "production",
        "actual",
        "placeholder",
        "mock",
        "simul",
        "purposes",
        "for now",
        "dummy",
        "stub",
        "fake",
        "hardcoded",
    ];
    let lower = line.to_ascii_lowercase();
    line.len() < 1_000 && WORDS.iter().any(|word| lower.contains(word))
}

/// Whether the code around a comment gives a constant and does nothing else: what follows it as far as the value, or what
/// stands on its own line.
fn gives_constant(line: &str, rest: &str) -> bool {
    let own = before_comment(line);
    if own.trim_start().starts_with("return ") {
        return is_constant(own);
    }
    let indent = line.len() - line.trim_start().len();
    let mut value = String::new();
    let mut lines = rest.lines().take(NEAR);
    for line in lines.by_ref() {
        let code = before_comment(line);
        if code.trim().is_empty() {
            continue;
        }
        let depth = code.len() - code.trim_start().len();
        let closes = code.trim_start().starts_with(['}', ']', ')']);
        if depth < indent && !closes && value.is_empty() {
            break;
        }
        value.push_str(code.trim());
        value.push(' ');
        let open = value.matches(['(', '[', '{']).count();
        if open <= value.matches([')', ']', '}']).count() {
            break;
        }
    }
    // What a block ends with is what it gives, where no semicolon is behind it.
    let is_last = lines
        .next()
        .is_some_and(|line| line.trim_start().starts_with('}'));
    let is_tail = is_last && !value.contains([':', ';', '=']);
    // A comment above a function speaks of its body.
    let heads = ["def ", "fn ", "function ", "func ", "async "];
    let is_head = heads.iter().any(|word| value.trim_start().contains(word));
    (value.trim_start().starts_with("return") || value.trim_start().starts_with("Ok("))
        && is_constant(&value)
        || is_tail && is_constant(&value)
        || is_head
            && value.contains("return")
            && is_constant(value.split("return").nth(1).unwrap_or_default())
}

/// A line without the comment behind its code.
fn before_comment(line: &str) -> &str {
    let bare = line.trim_start();
    if bare.starts_with('#')
        || bare.starts_with("//")
        || bare.starts_with('*')
        || bare.starts_with("/*")
    {
        return "";
    }
    let end = [" # ", " // ", " /* "]
        .iter()
        .filter_map(|mark| line.find(mark))
        .min();
    line.get(..end.unwrap_or(line.len())).unwrap_or_default()
}

/// Whether an expression is made of literals alone.
fn is_constant(text: &str) -> bool {
    const WORDS: [&str; 26] = [
        "return",
        "True",
        "False",
        "None",
        "true",
        "false",
        "null",
        "nil",
        "undefined",
        "Ok",
        "Some",
        "Err",
        "new",
        "String",
        "from",
        "vec",
        "to_string",
        "into",
        "to_owned",
        "Promise",
        "resolve",
        "await",
        "as",
        "const",
        "dict",
        "list",
    ];
    let mut quote = None;
    let mut word = String::new();
    let mut escaped = false;
    let mut has_value = false;
    for c in text.chars().chain(std::iter::once(' ')) {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            // A text with a value put into it is built.
            (Some('`'), '$') => return false,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => {
                if matches!(word.as_str(), "f" | "rf" | "fr") {
                    return false;
                }
                word.clear();
                has_value = true;
                quote = Some(c);
            }
            (None, c) if c.is_alphanumeric() || c == '_' => word.push(c),
            (None, c) => {
                let is_number = word.starts_with(|c: char| c.is_ascii_digit());
                // The key of a map in JavaScript, or of a struct.
                let is_key = c == ':' && !word.is_empty();
                if !word.is_empty() && !is_number && !is_key && !WORDS.contains(&word.as_str()) {
                    return false;
                }
                has_value |= is_number
                    || matches!(
                        word.as_str(),
                        "True" | "False" | "None" | "true" | "false" | "null"
                    );
                word.clear();
            }
        }
    }
    has_value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(line: &str) -> bool {
        let words = comment(line).map(|(_, words)| words).unwrap_or_default();
        may_be(line) && UNREAL.as_ref().is_some_and(|regex| regex.is_match(words))
    }

    #[test]
    fn words_for_what_is_not_real_are_told() {
        for line in [
            "# In a real application, you would call the gateway here",
            "// In production, this would query the database",
            "# This is a placeholder implementation",
            "// TODO: replace this with the actual API",
            "# For now, just return a mock response",
            "// Simulate the API call",
            "# Simplified for demonstration purposes",
            "# A real implementation would check the role",
            "// hardcoded for now",
        ] {
            assert!(says(line), "{line}");
        }
        for line in [
            "# In production the provider answers within two seconds",
            "# The real path of the link",
            "// mock the clock in tests only",
            "# for now the list is short",
            "# the actual size is rounded up",
            "// simulates a fair coin",
            "# This is a stub file for type checkers",
        ] {
            assert!(!says(line), "{line}");
        }
    }

    #[test]
    fn a_value_of_literals_is_constant() {
        for text in [
            "return {\"ok\": True, \"id\": \"a\"}",
            "return 42;",
            "return { ok: true, id: 'a' };",
            "Ok(vec![1, 2])",
            "return [\"a\", None]",
        ] {
            assert!(is_constant(text), "{text}");
        }
        for text in [
            "return f(x)",
            "return f\"a{x}\"",
            "return self.a",
            "return `a${b}`",
            "return",
        ] {
            assert!(!is_constant(text), "{text}");
        }
    }
}
