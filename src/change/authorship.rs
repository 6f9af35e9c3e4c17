//! Which commits say that an agent wrote them.
//!
//! Exact markers only: addresses, bot accounts and words that tools write. A person who is called Claude is
//! a person.
//!
//! Does not catch: agents that leave no marker. A missing marker says nothing.

use super::{Commit, Person};

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
pub fn agent_of(email: &str) -> Option<&'static str> {
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
pub fn trailers(message: &str) -> impl Iterator<Item = (String, &str)> {
    message.lines().filter_map(|line| {
        let (key, value) = line.split_once(':')?;
        // git allows blanks before the colon.
        let key = key.trim_end();
        let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
        is_key.then(|| (key.to_lowercase(), value.trim()))
    })
}

/// The address of a trailer's value.
pub fn address(value: &str) -> Option<&str> {
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

/// Whether one of the commits says that an agent wrote it: what the policy's profile asks.
pub fn is_agent_written(commits: &[Commit]) -> bool {
    commits.iter().any(|commit| author(commit).is_some())
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
