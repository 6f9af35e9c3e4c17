//! Files that only a human should change: the gate's policy, code owners, hooks, what agents are told to do.
//!
//! Does not catch: instructions under names that no agent known here reads.

use anyhow::Result;

use super::{line_place, prose, rules};
use crate::change::{File, Side};
use crate::finding::{Finding, Level};
use crate::rule::Rule;
use crate::text::is_invisible;

/// A word for instructions.
const TOLD: &str = "what coding agents are told";

/// What a path is to us: the rule that tells of its edit, and a word for it.
pub(super) fn watched(path: &str) -> Option<(&'static Rule, &'static str)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    // All these folders are hidden ones.
    let is_hidden = path.starts_with('.') || path.contains("/.");
    let below = |folder: &str| {
        is_hidden
            && path.match_indices(folder).any(|(at, _)| {
                let (before, from) = path.split_at(at);
                (before.is_empty() || before.ends_with('/'))
                    && from
                        .get(folder.len()..)
                        .is_some_and(|rest| rest.starts_with('/'))
            })
    };
    if name == "draftgate.toml" || below(".draftgate") {
        return Some((rules::GATE_POLICY_EDITED, "the gate's policy"));
    }
    if name == "CODEOWNERS" {
        return Some((rules::GUARDRAIL_FILE_EDITED, "who must review what"));
    }
    if below(".husky")
        || below(".githooks")
        || matches!(
            name,
            "lefthook.yml"
                | ".lefthook.yml"
                | "lefthook.yaml"
                | "lefthook.toml"
                | ".pre-commit-hooks.yaml"
        )
    {
        return Some((rules::GUARDRAIL_FILE_EDITED, "git hooks"));
    }
    let instructions = matches!(
        name,
        "CLAUDE.md"
            | "CLAUDE.local.md"
            | "AGENTS.md"
            | "AGENT.md"
            | "GEMINI.md"
            | ".cursorrules"
            | ".windsurfrules"
            | ".clinerules"
            | ".roorules"
            | ".goosehints"
            | "copilot-instructions.md"
    ) || [
        ".cursor/rules",
        ".claude/commands",
        ".claude/agents",
        ".claude/skills",
        ".github/instructions",
        ".github/prompts",
        ".github/chatmodes",
        ".windsurf/rules",
        ".roo",
        ".clinerules",
        ".continue/rules",
        ".junie",
        ".kiro/steering",
        ".amazonq/rules",
        ".augment/rules",
    ]
    .iter()
    .any(|folder| below(folder));
    if instructions {
        return Some((rules::AGENT_INSTRUCTIONS_EDITED, TOLD));
    }
    let tools = matches!(
        name,
        ".mcp.json" | ".aider.conf.yml" | "opencode.json" | ".aiderignore" | ".cursorignore"
    ) || path.ends_with(".claude/settings.json")
        || path.ends_with(".claude/settings.local.json")
        || path.ends_with(".cursor/mcp.json")
        || path.ends_with(".cursor/hooks.json")
        || path.ends_with(".vscode/mcp.json")
        || path.ends_with(".gemini/settings.json")
        || path.ends_with(".codex/config.toml")
        || below(".claude/hooks");
    tools.then_some((
        rules::AGENT_INSTRUCTIONS_EDITED,
        "what coding agents may run",
    ))
}

pub(super) fn check_file(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let judged = watched(&file.path).or_else(|| watched(file.base_path()));
    let gate_workflow = super::ci::is_ci(file.base_path())
        && file
            .text(Side::Base)
            .is_some_and(|text| text.contains("draftgate"));
    let Some((rule, word)) =
        judged
            .or(gate_workflow
                .then_some((rules::GATE_POLICY_EDITED, "the workflow that runs the gate")))
    else {
        return Ok(());
    };
    let side = if file.head.is_some() {
        Side::Head
    } else {
        Side::Base
    };
    let first = match side {
        Side::Head => file.hunks.first().map(|hunk| hunk.head.start + 1),
        Side::Base => None,
    };
    let verb = match (&file.base, &file.head) {
        (None, _) => "adds",
        (_, None) => "deletes",
        _ => "edits",
    };
    let message = format!("the change {verb} {word}");
    let place = line_place(first.unwrap_or(1));
    let finding = found.push_mut(rule.finding(side, file.path_on(side), place, message));
    if word == TOLD && prose::is_plain(file) {
        finding.level = Level::Note;
        finding
            .message
            .push_str(": prose, in which nothing is run, allowed, hidden or left out");
    }
    if rule == rules::AGENT_INSTRUCTIONS_EDITED {
        hidden(file, found)?;
    }
    Ok(())
}

/// Characters in added lines that an agent reads and a reviewer does not see.
fn hidden(file: &File, found: &mut Vec<Finding>) -> Result<()> {
    let Some(text) = file.text(Side::Head) else {
        return Ok(());
    };
    for (number, line) in (0u32..).zip(text.lines()) {
        // A byte order mark at the start, and the joiners of emoji, are seen or harmless.
        let shown = if number == 0 {
            line.trim_start_matches('\u{feff}')
        } else {
            line
        };
        let odd = shown
            .chars()
            .filter(|c| is_invisible(*c) && !matches!(c, '\t' | '\r' | '\u{200d}'))
            .count();
        if odd > 0 && file.touches(Side::Head, number..number + 1) {
            let message = format!("{odd} invisible characters in what coding agents are told");
            found.push(rules::AGENT_INSTRUCTIONS_HIDDEN_TEXT.finding(
                Side::Head,
                &file.path,
                line_place(number + 1),
                message,
            ));
        }
    }
    Ok(())
}
