//! What kind of text a hidden character stands in: that decides how bad it is.
//!
//! Does not catch: for languages without a grammar here, comments and strings over several lines; they
//! are told from the one line.

use crate::language::Position;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A program.
    Source,
    /// Text for people.
    Prose,
    /// Texts of a user interface, in any language.
    Translation,
    /// What coding agents are told to follow.
    Instructions,
    /// Values.
    Data,
}

impl Kind {
    /// What a path holds, by its name.
    pub(super) fn of(path: &str) -> Self {
        let lower = path.to_lowercase();
        let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
        let inside = |wanted: &[&str]| folder.split('/').any(|part| wanted.contains(&part));
        if is_instructions(folder, name) {
            return Kind::Instructions;
        }
        match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
            "po" | "pot" | "ftl" | "xlf" | "xliff" | "arb" | "strings" | "resx" => {
                Kind::Translation
            }
            "json" | "yaml" | "yml" | "toml" | "properties" | "xml"
                if inside(&["locale", "locales", "lang", "i18n", "l10n", "translations"]) =>
            {
                Kind::Translation
            }
            "md" | "markdown" | "mdx" | "rst" | "txt" | "adoc" | "org" | "tex" | "html" | "htm" => {
                Kind::Prose
            }
            "json" | "yaml" | "yml" | "toml" | "csv" | "tsv" | "xml" | "svg" | "lock" | "ini"
            | "cfg" | "snap" | "out" | "properties" | "log" | "srt" | "vtt" | "ipynb" => Kind::Data,
            "" if matches!(
                name,
                "license"
                    | "readme"
                    | "authors"
                    | "changelog"
                    | "notice"
                    | "copying"
                    | "contributors"
                    | "thanks"
                    | "news"
            ) =>
            {
                Kind::Prose
            }
            _ => Kind::Source,
        }
    }
}

/// Files that agents read as orders (the list of the research notes, section 2 item 12).
fn is_instructions(folder: &str, name: &str) -> bool {
    matches!(
        name,
        "claude.md"
            | "agents.md"
            | "gemini.md"
            | ".cursorrules"
            | ".windsurfrules"
            | ".clinerules"
            | "copilot-instructions.md"
            | ".aider.conf.yml"
            | ".mcp.json"
            | "skill.md"
    ) || folder.split('/').any(|part| {
        matches!(
            part,
            ".cursor" | ".claude" | ".roo" | ".windsurf" | ".clinerules"
        )
    }) || folder.ends_with(".github/instructions")
}

/// What a byte of a line belongs to, told from the line alone.
pub(super) fn position(line: &str, byte: usize) -> Position {
    let start = line.trim_start();
    if ["*", "/*", "//", "#", "--", "<!--", ";", "%"]
        .iter()
        .any(|mark| start.starts_with(mark))
    {
        return Position::Comment;
    }
    let mut quote = None;
    let mut escaped = false;
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        if at >= byte {
            break;
        }
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            None if c == '/' && previous == '/' => return Position::Comment,
            None if c == '#' && previous.is_whitespace() => return Position::Comment,
            None if c == '*' && previous == '/' => return Position::Comment,
            None => {}
        }
        previous = c;
    }
    match quote {
        Some(_) => Position::Literal,
        None => Position::Code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_code_from_comment_and_literal() {
        let at = |line: &str| position(line, line.find('@').unwrap());
        assert_eq!(at("let a@ = 1;"), Position::Code);
        assert_eq!(at("let a = '@';"), Position::Literal);
        assert_eq!(at("let a = 'b' + @;"), Position::Code);
        assert_eq!(at("let a = 1; // @"), Position::Comment);
        assert_eq!(at(" * @"), Position::Comment);
        assert_eq!(at("url = 'https://@'"), Position::Literal);
    }

    #[test]
    fn a_path_tells_what_the_file_holds() {
        assert_eq!(Kind::of("src/a.go"), Kind::Source);
        assert_eq!(Kind::of("docs/README.MD"), Kind::Prose);
        assert_eq!(Kind::of("app/locales/he.json"), Kind::Translation);
        assert_eq!(Kind::of("CLAUDE.md"), Kind::Instructions);
        assert_eq!(Kind::of(".cursor/rules/a.mdc"), Kind::Instructions);
        assert_eq!(Kind::of("package.json"), Kind::Data);
        assert_eq!(Kind::of("Makefile"), Kind::Source);
    }
}
