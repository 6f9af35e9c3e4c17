//! No text of a change becomes a command, an output, an element or a terminal sequence of any report.

use draftgate::change::Side;
use draftgate::finding::judgement::{Excerpt, HeadPlace};
use draftgate::finding::{Finding, Level, Step, Waived};
use draftgate::report::Format;
use draftgate::text::is_invisible;
use draftgate::trace::Trace;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::formats::report;
use crate::report::{finding, sample};

/// Pieces that mean something to a reader of one of the formats.
const PIECES: &[&str] = &[
    "::",
    "::error::x",
    "::set-output name=verdict::ready",
    "::stop-commands::x",
    "::add-mask::a",
    "##[error]",
    "##[",
    "%0A::error::",
    "%",
    "\r",
    "\n",
    "\r\n",
    "\n::warning::",
    "<script>",
    "</failure>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "&amp;",
    "&",
    "\"",
    "'",
    "<b>",
    "<img src=x onerror=y>",
    "`",
    "``",
    "```\n",
    "~~~",
    "# ",
    "\n# Title\n",
    "[a](http://evil.example)",
    "![x](http://evil.example/y.png)",
    "<http://evil.example>",
    "https://evil.example",
    "www.evil.example",
    "@user",
    "a@b.example",
    "#12",
    "GH-12",
    "| a | b |",
    "---",
    "***",
    "* ",
    "1. ",
    "> ",
    "\\",
    "\\`",
    "[^1]",
    "- [ ]",
    "$x$",
    ":smile:",
    "\u{1b}[2J",
    "\u{1b}]0;t\u{7}",
    "\u{9b}31m",
    "\u{202e}",
    "\u{200b}",
    "\u{2028}",
    "\u{fffe}",
    "\0",
    "\u{8}",
    "\u{fe0f}",
    "\u{e0041}",
    "EOF",
    "verdict=ready",
    "a",
    " ",
    "word",
    "\t",
    "\u{e9}",
    "\u{1f600}",
    "{0}",
    "{",
    "}",
    "[",
    "]",
    "ghadelimiter",
];

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..12).prop_map(|pieces| pieces.concat())
}

/// The sample, with `text` wherever text of a change can stand.
fn everywhere(text: &str, level: Level, side: Side) -> Trace {
    let mut trace = sample();
    let mut one: Finding = finding(level, "sql-concatenation", text, (2, 1), (2, 3), text);
    one.side = side;
    for field in [
        &mut one.why,
        &mut one.fix,
        &mut one.avoid,
        &mut one.reproduce,
        &mut one.docs,
    ] {
        *field = text.to_owned();
    }
    one.trace = vec![Step {
        path: text.to_owned(),
        line: 1,
        column: 1,
        message: text.to_owned(),
    }];
    let mut waived = one.clone();
    waived.fingerprint = "ba9876543210".to_owned();
    waived.waiver = Some(Waived {
        reason: text.to_owned(),
        approved_by: text.to_owned(),
        until: None,
    });
    let judged = &mut trace.judged;
    judged.excerpts.insert(
        one.fingerprint.clone(),
        Excerpt {
            first_line: 1,
            first_column: 1,
            lines: vec![text.to_owned(), text.to_owned()],
        },
    );
    judged.places.insert(
        one.fingerprint.clone(),
        HeadPlace {
            path: text.to_owned(),
            line: 2,
            line_hash: None,
        },
    );
    judged.findings = vec![one, waived];
    judged.obstacle = Some(text.to_owned());
    judged.remarks = vec![text.to_owned()];
    judged.ledger.truncate(2);
    for entry in &mut judged.ledger {
        entry.path = text.to_owned();
        entry.why = text.to_owned();
    }
    for check in &mut judged.checks {
        check.why = text.to_owned();
    }
    trace
}

/// The workflow commands that the runner sees in a log: `::name ..::` at the start of a line after white
/// space, `##[name]` anywhere.
fn commands(log: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in log.split(['\n', '\r']) {
        if let Some(rest) = line.trim_start().strip_prefix("::")
            && let Some((command, _)) = rest.split_once("::")
        {
            found.push(command.split(' ').next().unwrap_or_default().to_owned());
            continue;
        }
        if line.contains("##[") {
            found.push("##[".to_owned());
        }
    }
    found
}

/// What a reader of Markdown (with GitHub's extensions) makes of it that is no text.
fn elements(markdown: &str) -> Vec<String> {
    let mut found = Vec::new();
    for event in Parser::new_ext(markdown, Options::all()) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => found.push(format!("{level}")),
            Event::Start(
                tag @ (Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::HtmlBlock
                | Tag::Table(_)
                | Tag::BlockQuote(_)
                | Tag::FootnoteDefinition(_)
                | Tag::MetadataBlock(_)
                | Tag::DefinitionList
                | Tag::Strikethrough
                | Tag::Emphasis),
            ) => found.push(format!("{tag:?}")),
            Event::Html(_)
            | Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {
                found.push(format!("{event:?}"));
            }
            Event::Text(text) => {
                // What GitHub makes links of after the fact.
                for sign in ["://", "www.", "@", "GH-"] {
                    if text.contains(sign) && !markdown.contains("    ") {
                        found.push(format!("{sign} in {text:?}"));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn tags(xml: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}: {xml}"));
    document
        .descendants()
        .filter(|node| node.is_element())
        .map(|node| node.tag_name().name().to_owned())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_text_of_a_change_acts_on_a_reader(
        text in hostile(),
        level in prop::sample::select(&[Level::Block, Level::Escalate, Level::Note][..]),
        side in prop::sample::select(&[Side::Head, Side::Base][..]),
    ) {
        let trace = everywhere(&text, level, side);
        let benign = everywhere("word", level, side);
        for &format in Format::ALL {
            let shown = report(format, &trace);
            let acting = shown.chars().find(|&c| c != '\n' && is_invisible(c) && !matches!(c, '\u{fe0e}' | '\u{fe0f}'));
            prop_assert_eq!(acting, None, "{}: {}", format.name(), shown);
        }
        let found = commands(&report(Format::Github, &trace));
        let expected = commands(&report(Format::Github, &benign));
        prop_assert_eq!(found, expected);
        for format in [Format::Junit, Format::Checkstyle] {
            prop_assert_eq!(tags(&report(format, &trace)), tags(&report(format, &benign)));
        }
        for format in [Format::Sarif, Format::Gitlab, Format::Rdjson, Format::Json] {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&report(format, &trace)).is_ok());
        }
        let markdown = report(Format::Markdown, &trace);
        let expected = elements(&report(Format::Markdown, &benign));
        prop_assert_eq!(elements(&markdown), expected, "{}", markdown);
        let agent = report(Format::Agent, &trace);
        prop_assert!(agent.len() <= 4096);
        for line in agent.lines() {
            prop_assert!(unquoted_is_ours(line), "{line}\n{agent}");
        }
    }
}

/// Whether what stands outside the double quotes of a line holds none of the hostile pieces' signs.
fn unquoted_is_ours(line: &str) -> bool {
    let mut outside = String::new();
    let (mut inside, mut escaped) = (false, false);
    for c in line.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if inside => escaped = true,
            '"' => inside = !inside,
            c if !inside => outside.push(c),
            _ => {}
        }
    }
    !inside
        && outside
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || " .,:;()-+'/".contains(c))
}
