//! `provenance`: which commits say that an agent wrote them, as a note that the policy can build on.
//!
//! Exact markers only: addresses, bot accounts and words that tools write. A person who is called Claude is
//! a person.
//!
//! Does not catch: agents that leave no marker. A missing marker says nothing.

use anyhow::Result;

use super::{Check, Context, Examined, Sight};
use crate::change::{Change, Commit, File, Person, Side};
use crate::finding::{Finding, Place};
use crate::language;
use crate::language::conventions::is_test_path;
use crate::rule::Rule;
use crate::rule::built_in::provenance as rules;

/// The check.
pub(super) struct Provenance;

impl Check for Provenance {
    fn name(&self) -> &'static str {
        "provenance"
    }

    fn question(&self) -> &'static str {
        "Who says to have written the commits, and did a human say what they should do?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["provenance"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    /// It looks at commits; any file will do.
    fn sight(&self, _file: &File) -> Sight {
        Sight::Sees
    }

    fn run(&self, context: &Context<'_>) -> Examined {
        if context.change.commits.is_empty() {
            return Examined::not_applicable(
                "the change has no commits (uncommitted work, or a patch)",
            );
        }
        examine(context).unwrap_or_else(Examined::broken)
    }
}

/// Addresses that agents commit under: all before the `@` where the domain is a tool's own, or the whole.
/// Seen in public histories.
const ADDRESSES: &[(&str, &str)] = &[
    ("noreply@anthropic.com", "Claude"),
    ("no-reply@anthropic.com", "Claude"),
    ("cursoragent@cursor.com", "Cursor"),
    ("openhands@all-hands.dev", "OpenHands"),
    ("opendevin@all-hands.dev", "OpenDevin"),
    ("aider@aider.chat", "aider"),
    ("noreply@aider.dev", "aider"),
    ("codex@openai.com", "Codex"),
    ("gemini@google.com", "Gemini"),
    ("noreply@opencode.ai", "opencode"),
];

/// Accounts of the form `<number>+<name>@users.noreply.github.com`.
const ACCOUNTS: &[(&str, &str)] = &[
    ("claude[bot]", "Claude"),
    ("copilot", "Copilot"),
    ("copilot-swe-agent[bot]", "Copilot"),
    ("github-advanced-security[bot]", "Copilot Autofix"),
    ("devin-ai-integration[bot]", "Devin"),
    ("chatgpt-codex-connector[bot]", "Codex"),
    ("google-labs-jules[bot]", "Jules"),
];

/// Numbers of the accounts whose name alone could be a person's.
const COPILOT: &[&str] = &["175728472", "198982749", "223556219"];

/// Sentences and trailers that tools write into a message.
const SENTENCES: &[(&str, &str)] = &[
    ("Generated with [Claude Code](https://claude.", "Claude"),
    ("Claude-Session: https://claude.ai/code/", "Claude"),
    ("Replit-Commit-Author: Agent", "Replit"),
];

/// The agent that an address belongs to.
fn agent_of(email: &str) -> Option<&'static str> {
    let email = email.trim().to_lowercase();
    if let Some((_, agent)) = ADDRESSES.iter().find(|(address, _)| *address == email) {
        return Some(agent);
    }
    let account = email.strip_suffix("@users.noreply.github.com")?;
    let (number, name) = account.split_once('+').unwrap_or(("", account));
    let (known, agent) = ACCOUNTS.iter().find(|(known, _)| *known == name)?;
    (known.ends_with("[bot]") || COPILOT.contains(&number)).then_some(*agent)
}

fn agent_of_person(person: &Person) -> Option<&'static str> {
    agent_of(&person.email).or_else(|| person.name.ends_with(" (aider)").then_some("aider"))
}

/// The trailers of a message: lines `Key: Name <address>`, key in lower case.
fn trailers(message: &str) -> impl Iterator<Item = (String, &str)> {
    message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        // git allows blanks before the colon.
        let key = key.trim_end();
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        is_key.then(|| (key.to_lowercase(), value.trim()))
    })
}

fn address(value: &str) -> Option<&str> {
    match value.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>'),
        None => (value.contains('@') && !value.contains(char::is_whitespace)).then_some(value),
    }
}

/// Words that agents go by where a trailer names a tool.
const TOOLS: &[&str] = &[
    "claude",
    "copilot",
    "cursor",
    "codex",
    "gemini",
    "devin",
    "aider",
    "opencode",
    "openhands",
];

/// A line of its own that a tool writes under its work, with or without a sign before it.
fn signs_its_work(message: &str) -> bool {
    message.lines().skip(1).any(|line| {
        let words = line
            .trim_start_matches(|c: char| !c.is_alphanumeric())
            .trim_end();
        words.trim_end_matches('.') == "Generated with Claude Code"
    })
}

/// The agent that says to have written a commit.
pub fn author(commit: &Commit) -> Option<&'static str> {
    let by_trailer = || {
        trailers(&commit.message).find_map(|(key, value)| match key.as_str() {
            "co-authored-by" => address(value).and_then(agent_of),
            // `Assisted-by: AGENT:MODEL [TOOL]`, as the Linux documentation asks for.
            "assisted-by" => {
                let (agent, model) = value.split_once(':')?;
                let word = agent.trim().to_lowercase();
                (TOOLS.iter().any(|known| word.contains(known)) && !model.is_empty())
                    .then_some("an agent (Assisted-by)")
            }
            "generated-by" => {
                let first = value.split(|c: char| !c.is_alphanumeric()).next()?;
                TOOLS
                    .contains(&first.to_lowercase().as_str())
                    .then_some("an agent (Generated-by)")
            }
            _ => None,
        })
    };
    let by_sentence = || {
        SENTENCES
            .iter()
            .find(|(sentence, _)| commit.message.contains(sentence))
            .map(|(_, agent)| *agent)
            .or_else(|| signs_its_work(&commit.message).then_some("Claude"))
    };
    agent_of_person(&commit.author)
        .or_else(|| agent_of_person(&commit.committer))
        .or_else(by_trailer)
        .or_else(by_sentence)
}

/// Whether a commit of the change says that an agent wrote it: what the policy's profile asks.
pub fn is_agent_written(change: &Change) -> bool {
    change.commits.iter().any(|commit| author(commit).is_some())
}

fn examine(context: &Context<'_>) -> Result<Examined> {
    let mut examined = Examined::default();
    let change = context.change;
    let written: Vec<(&Commit, &str)> = change
        .commits
        .iter()
        .filter_map(|commit| Some((commit, author(commit)?)))
        .collect();
    for commit in &change.commits {
        for (key, value) in trailers(&commit.message) {
            if key == "signed-off-by"
                && let Some(agent) = address(value).and_then(agent_of)
            {
                let message = format!(
                    "{agent} signed off commit {}: a sign-off is a person's word",
                    short(commit)
                );
                examined
                    .head
                    .push(finding(context, rules::AGENT_SIGNED_OFF, commit, message)?);
            }
        }
    }
    let Some((first, _)) = written.first() else {
        return Ok(examined);
    };
    let list: Vec<String> = written
        .iter()
        .take(5)
        .map(|(commit, agent)| format!("{} ({agent})", short(commit)))
        .collect();
    let more = if written.len() > 5 { ", .." } else { "" };
    let message = format!(
        "{} of {} commits say that an agent wrote them: {}{more}",
        written.len(),
        change.commits.len(),
        list.join(", ")
    );
    examined.head.push(finding(
        context,
        rules::AGENT_WRITTEN_COMMITS,
        first,
        message,
    )?);
    if context.policy.agent().require_human_spec {
        human_spec(context, &written, &mut examined)?;
    }
    Ok(examined)
}

/// Whether agent-written commits change production code and tests, and no other commit changes tests.
fn human_spec(
    context: &Context<'_>,
    written: &[(&Commit, &str)],
    examined: &mut Examined,
) -> Result<()> {
    let change = context.change;
    let is_test = |path: &str| is_test_path(path) || context.policy.is_test_path(path);
    let (mut code, mut tests) = (None, false);
    let mut by_human = false;
    for commit in change
        .commits
        .iter()
        .filter(|commit| commit.parents.len() < 2)
    {
        let agent = written.iter().any(|(other, _)| other.id == commit.id);
        for file in change.commit_files(commit, 0)? {
            let source = language::of(&file.path).is_some();
            if is_test(&file.path) {
                tests |= agent;
                by_human |= !agent;
            } else if agent && source {
                code.get_or_insert(commit);
                // Rust keeps unit tests beside the code.
                tests |= inline_tests_changed(context, &file);
            }
        }
    }
    if let (Some(commit), true, false) = (code, tests, by_human) {
        let message = "the same agent wrote code and the tests that judge it, and no commit of a human says what is intended";
        examined.head.push(finding(
            context,
            rules::AGENT_WROTE_CODE_AND_TESTS,
            commit,
            message.to_owned(),
        )?);
    }
    Ok(())
}

fn inline_tests_changed(context: &Context<'_>, file: &File) -> bool {
    let Some(parsed) = file
        .head
        .as_ref()
        .and_then(|blob| context.trees.of(&file.path, blob))
    else {
        return false;
    };
    parsed.facts().definitions.iter().any(|definition| {
        definition.is_test
            && file.touches(
                Side::Head,
                definition.first_line.saturating_sub(1)..definition.last_line,
            )
    })
}

fn short(commit: &Commit) -> &str {
    commit.id.get(..9).unwrap_or(&commit.id)
}

/// A finding about a commit stands on the change's first file.
fn finding(
    context: &Context<'_>,
    rule: &'static Rule,
    commit: &Commit,
    message: String,
) -> Result<Finding> {
    let file = context.files.first();
    let (side, path) = match file {
        Some(file) if file.head.is_none() => (Side::Base, file.base_path()),
        Some(file) => (Side::Head, file.path.as_str()),
        None => (Side::Head, ""),
    };
    let mut finding = rule.finding(side, path, Place::FILE, message);
    finding.anchor = Some(commit.message.lines().next().unwrap_or_default().to_owned());
    Ok(finding.with("commit", commit.id.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(name: &str, email: &str, message: &str) -> Commit {
        let person = Person {
            name: name.into(),
            email: email.into(),
        };
        Commit {
            id: "0123456789".into(),
            parents: Vec::new(),
            tree: String::new(),
            author: person,
            committer: Person {
                name: "GitHub".into(),
                email: "noreply@github.com".into(),
            },
            time: 0,
            message: message.into(),
        }
    }

    #[test]
    fn exact_markers_name_the_agent() {
        let human = |message: &str| commit("Ada", "ada@example.org", message);
        for (message, agent) in [
            (
                "x\n\nCo-Authored-By: Claude Opus 4.6 (1M context) <noreply@anthropic.com>",
                "Claude",
            ),
            (
                "x\n\nCo-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
                "Copilot",
            ),
            (
                "x\n\nCo-authored-by: Cursor <cursoragent@cursor.com>",
                "Cursor",
            ),
            (
                "x\n\nGenerated with [Claude Code](https://claude.com/claude-code)",
                "Claude",
            ),
            (
                "x\n\nCo-authored-by: aider (gpt-5) <aider@aider.chat>",
                "aider",
            ),
            (
                "x\n\nAssisted-by: Claude:claude-opus-4 [coccinelle]",
                "an agent (Assisted-by)",
            ),
        ] {
            assert_eq!(author(&human(message)), Some(agent), "{message}");
        }
        assert_eq!(
            author(&commit("Ada (aider)", "ada@example.org", "x")),
            Some("aider")
        );
        let devin = "158243242+devin-ai-integration[bot]@users.noreply.github.com";
        assert_eq!(author(&commit("devin", devin, "x")), Some("Devin"));
    }

    #[test]
    fn a_person_with_the_name_of_a_tool_is_a_person() {
        for (name, email) in [
            ("Claude Monet", "claude@example.org"),
            ("Jules", "jules@anthropic.example"),
            ("Cline", "12345+cline@users.noreply.github.com"),
            ("copilot", "1+copilot@users.noreply.github.com"),
            (
                "dependabot[bot]",
                "49699333+dependabot[bot]@users.noreply.github.com",
            ),
        ] {
            assert_eq!(
                author(&commit(name, email, "Claude and I looked at the cursor")),
                None,
                "{name}"
            );
        }
        let trailer = "x\n\nCo-authored-by: Claude Monet <claude@example.org>\nAssisted-by: Ada";
        assert_eq!(author(&commit("Ada", "ada@example.org", trailer)), None);
    }
}
