//! Sentences that tell a reviewer, human or machine, what to conclude.
//!
//! Does not catch: instructions in other words, or in another language than English.

use std::sync::LazyLock;

use anyhow::Result;
use regex::{Regex, RegexBuilder};

use super::{line_place, rules};
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::language::Position;
use crate::language::conventions::is_test_path;

/// What nobody writes but to steer whoever reads the change.
static STEERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Machines that review, by their names.
    const WHO: &str = r"(?:(?:ai|llm|automated|machine|artificial|coding)[\s-]+(?:code[\s-]+)?(?:reviewers?|review\s+(?:tools?|bots?|agents?|systems?|models?)|assistants?|agents?|models?|graders?|bots?|scanners?)|(?:large\s+)?language\s+models?|llms?|(?:agents?|models?|assistants?|bots?)\s+(?:reviewing|evaluating|grading|judging|summari[sz]ing|analy[sz]ing)\s+(?:this|the)\s+(?:change|code|diff|pr|pull\s+request|commit|file|patch))";
    const WHAT: &str = r"(?:this|the)\s+(?:file|change|code|pr|pull\s+request|diff|commit|function|module|merge\s+request|patch)";
    const STEER: &str = r"(?:ignore|skip|approve|do\s+not|don't|never|treat|trust|respond|answer|lgtm|verified|audited|vetted|reviewed|cleared|safe|score|disregard|no\s+need)";
    let pattern = format!(
        r"(?ix)
        \b(ignore|disregard|forget|override|bypass)\s+(all\s+|any\s+|the\s+|your\s+)*(previous|prior|earlier|above|preceding|system)\s+(instructions?|prompts?|rules|directions|guidelines)\b
        | \b(ignore|disregard|forget|override|bypass)\s+(all\s+|any\s+|the\s+|your\s+|these\s+|those\s+|my\s+)*(instructions?|prompts?|rules|directions|guidelines|polic(y|ies)|constraints)\s+(above|before|you\s+(were|have\s+been)\s+given|from\s+the\s+(system|user|developers?))\b
        | \b(approve|accept|merge)\s+(this|the)\s+(pull\s+request|pr|change|merge\s+request|diff|commit)\s+(without|immediately|automatically|now)\b
        | \b(you|reviewers?)\s+(may|can|should|must)\s+(safely\s+)?(approve|merge|accept)\b.{{0,20}}\bwithout\s+(looking|reading|reviewing|checking)\b
        | \b(ai|llm|automated|code)\s+(reviewers?|review\s+(bots?|agents?|tools?)|assistants?|agents?)\s*[:,]?\s*(must|should|please|you\s+(must|should))\s+(not\s+)?(approve|ignore|skip|pass|accept|report|flag)\b
        | \b{WHO}\s+(must|should|shall|may|can|are\s+to|is\s+to)\s+(not\s+)?(treat|approve|ignore|skip|pass|accept|report|flag|give|rate|trust|conclude|mention|disregard)\b
        | \b(dear|attention|notes?|messages?|instructions?|reminders?|hints?|to)\s*(to|for)?\s*:?\s+(all\s+|any\s+|the\s+|every\s+|future\s+)*({WHO}|ai)\s*[:,.;!].{{0,160}}\b{STEER}\b
        | (^|[\#/*<!-]\s*)({WHO}|ai)\s*[:,]\s.{{0,160}}\b{STEER}\b
        | \b{WHO}\s+(who\s+are\s+|that\s+are\s+)?(reviewing|reading|processing|checking|grading|evaluating|scanning)\b.{{0,160}}\b{STEER}\b
        | \b(do\s+not|don't|never)\s+(report|flag|mention|reveal|raise)\s+(this|these|any|it)\b.{{0,40}}\b(review|reviewers?|users?|findings?|issues?|vulnerabilit|security|summary)
        | \b(when|while|before|after|if\s+you\s+are)\s+(summari[sz]ing|reviewing|evaluating|describing|grading|judging)\s+{WHAT}\s*,?\s*(please\s+)?(say|state|respond|report|conclude|do\s+not|don't|never|only|always|ignore|approve)\b
        | \b(mark|treat|consider|rate)\s+(this|the)\s+(following\s+)?(file|change|code|pr|pull\s+request|diff|function|module)\s+as\s+(safe|approved|reviewed|secure|trusted)\b
        | \b(respond|reply|answer|output|comment|conclude)\s+(only\s+)?(with\s+|that\s+)?[\x22'`]?(lgtm|approved|no\s+(issues|findings|problems|concerns|vulnerabilities))\b
        | \b(respond|reply|answer|say|state|conclude|report)\s+that\s+{WHAT}\s+(looks|is)\s+(good|safe|fine|correct|secure)\b
        | \b(already|previously|been)\s+(been\s+)?(fully\s+|security\s+)?(audited|reviewed|approved|vetted|cleared|verified)\b.{{0,60}}\b((you\s+(can|may|should|must)|please|so|and)\s+(skip|ignore|pass\s+over|approve|do\s+not\s+(review|flag|report|analy[sz]e))|skip\s+(it|this)|no\s+(further\s+)?review\s+(is\s+)?(needed|required|necessary))
        | \bno\s+need\s+(for\s+you\s+)?to\s+(examine|review|inspect|audit|flag|report)\s+(it|this|them|any\s+\w+|{WHAT})\b
        | \byou\s+are\s+(no\s+longer\s+an?|now\s+an?)\s+(\w+\s+){{0,2}}(reviewer|assistant|approver)\b
        | \b(you\s+act\s+as|act\s+as|pretend\s+to\s+be)\s+an?\s+(\w+\s+){{0,3}}(reviewer|assistant|approver)\s+(who|that|which)\s+(always\s+|only\s+)?(approves?|accepts?|passes)\b
        | \bif\s+you\s+are\s+an?\s+(ai|llm|language\s+model|automated|coding\s+agent)\b
        "
    );
    RegexBuilder::new(&pattern)
        .size_limit(32 << 20)
        .build()
        .ok()
});

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    found: &mut Vec<Finding>,
) -> Result<()> {
    let (Some(steers), Some(text)) = (STEERS.as_ref(), file.text(Side::Head)) else {
        return Ok(());
    };
    if !may_steer(text) {
        return Ok(());
    }
    let tree = file
        .head
        .as_ref()
        .and_then(|blob| context.trees.of(&file.path, blob));
    let mut start = 0;
    let mut in_comment = false;
    let mut lines = (0u32..).zip(text.split_inclusive('\n')).peekable();
    while let Some((number, line)) = lines.next() {
        let opens = line.contains("<!--");
        let hidden = in_comment || opens;
        in_comment =
            (in_comment || opens) && !line.rsplit("<!--").next().unwrap_or(line).contains("-->");
        let offset = start;
        start += line.len();
        if !file.touches(Side::Head, number..number + 1) {
            continue;
        }
        // A sentence may go on in the next line.
        let next = lines.peek().map_or("", |(_, line)| line);
        let rest = next
            .trim()
            .trim_start_matches(['#', '/', '*', '-', '!', ';', ' ']);
        let sentence = format!("{} {rest}", line.trim_end());
        let Some(matched) = steers.find(&sentence).filter(|at| at.start() < line.len()) else {
            continue;
        };
        // In a string of code it may be a prompt, or a test of one.
        let in_literal = tree.as_ref().is_some_and(|tree| {
            let at = offset + matched.start();
            let facts = tree.facts();
            // What documents is read like a comment.
            facts.position(at) == Position::Literal && !documents(text, at)
        });
        if in_literal && is_test_path(&file.path) {
            continue;
        }
        let message = format!(
            "a sentence that steers whoever reviews: \"{}\"",
            crate::text::visible(matched.as_str())
        );
        let mut finding = rules::REVIEWER_INSTRUCTION.finding(
            Side::Head,
            &file.path,
            line_place(number + 1),
            message,
        );
        if hidden {
            finding.message.push_str(", in a comment that is not shown");
            finding.level = Level::Block;
        } else if in_literal {
            finding.level = Level::Note;
        }
        found.push(finding);
    }
    Ok(())
}

/// Whether a byte inside of a literal belongs to one that documents: it stands alone, at the beginning of what it is about.
fn documents(text: &str, at: usize) -> bool {
    if !budget::charge_text(at) {
        return false;
    }
    let before = text.get(..at).unwrap_or_default();
    let marks = ["\"\"\"", "'''"]
        .iter()
        .filter_map(|mark| before.rfind(mark));
    let Some(before) = marks.max().and_then(|open| before.get(..open)) else {
        return false;
    };
    let before = before.trim_end_matches(['r', 'R', 'u', 'U']);
    let (above, own) = before.rsplit_once('\n').unwrap_or(("", before));
    let above = above.trim_end();
    own.trim().is_empty() && (above.is_empty() || above.ends_with(':'))
}

/// A cheap look: one of the verbs, and one of those who are told.
fn may_steer(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "instruction",
        "prompt",
        "review",
        "approve",
        "as safe",
        "if you are a",
        "reveal",
        "agent",
        "assistant",
        "lgtm",
        "guideline",
        "no need",
        "audited",
        "language model",
        "llm",
        "for ai",
        "to ai",
        "ai:",
        "summariz",
        "evaluating",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
