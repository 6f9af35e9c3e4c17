//! The hook of a coding agent: asked when the agent wants to end its turn, it sends it back with the
//! `agent` report where something blocks.
//!
//! Sending back without end would hold the agent in a loop that it cannot leave, and agents have guards of
//! their own that let go silently. So it is sent back at most [`TRIES`] times a session, and only as long
//! as something changes; then it is let go, and told loudly that the change is not ready. CI asks again.
//!
//! Does not catch: an agent that takes the hook out of its settings.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::files;
use crate::finding::Level;
use crate::gate::Gated;
use crate::verdict::Verdict;

/// How often an agent is sent back.
pub const TRIES: u32 = 3;

/// Whose protocol is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Agent {
    /// Claude Code: `Stop` in `.claude/settings.json`.
    ClaudeCode,
    /// Codex CLI: `Stop` in `.codex/hooks.json`.
    Codex,
    /// Gemini CLI: `AfterAgent` in `.gemini/settings.json`.
    GeminiCli,
    /// Cursor: `stop` in `.cursor/hooks.json`.
    Cursor,
}

/// What the hook says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// Whether the process ends with 2, which sends the agent back; otherwise with 0.
    pub refused: bool,
}

/// What the hook is asked, as far as it matters; agents send more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    session_id: String,
    conversation_id: String,
}

/// What is remembered of a session.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Memory {
    tries: u32,
    fingerprints: Vec<String>,
}

impl Agent {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Agent::ClaudeCode => "claude-code",
            Agent::Codex => "codex",
            Agent::GeminiCli => "gemini-cli",
            Agent::Cursor => "cursor",
        }
    }

    /// The file that sets its hooks, below the top of the working tree, and a whole such file.
    pub fn settings(self) -> (&'static str, String) {
        let command = format!("draftgate hook agent {}", self.name());
        let (path, settings) = match self {
            Agent::ClaudeCode => (
                ".claude/settings.json",
                json!({ "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": command, "timeout": 600 } ] } ] } }),
            ),
            Agent::Codex => (
                ".codex/hooks.json",
                json!({ "hooks": { "Stop": [ { "hooks": [ { "type": "command", "command": command, "timeout": 600 } ] } ] } }),
            ),
            Agent::GeminiCli => (
                ".gemini/settings.json",
                json!({ "hooks": { "AfterAgent": [ { "hooks": [ { "type": "command", "command": command, "timeout": 600_000 } ] } ] } }),
            ),
            Agent::Cursor => (
                ".cursor/hooks.json",
                json!({ "version": 1, "hooks": { "stop": [ { "command": command, "loop_limit": 5 } ] } }),
            ),
        };
        (path, format!("{settings:#}\n"))
    }

    /// The turn may end.
    fn pass(self) -> Answer {
        let stdout = match self {
            Agent::Cursor => "{}\n".to_owned(),
            Agent::ClaudeCode | Agent::Codex | Agent::GeminiCli => String::new(),
        };
        Answer {
            stdout,
            ..Answer::default()
        }
    }

    /// The agent goes on, with a report to fix it by.
    fn refuse(self, report: &str) -> Answer {
        let on_stdout = |value: serde_json::Value| Answer {
            stdout: format!("{value}\n"),
            ..Answer::default()
        };
        match self {
            Agent::ClaudeCode | Agent::GeminiCli => Answer {
                stderr: report.to_owned(),
                refused: true,
                ..Answer::default()
            },
            Agent::Codex => on_stdout(json!({ "decision": "block", "reason": report })),
            Agent::Cursor => on_stdout(json!({ "followup_message": report })),
        }
    }

    /// The turn may end, and the user must hear that the change is not ready.
    fn let_go(self, why: &str) -> Answer {
        match self {
            Agent::Cursor => Answer {
                stdout: "{}\n".to_owned(),
                stderr: format!("{why}\n"),
                refused: false,
            },
            Agent::ClaudeCode | Agent::Codex | Agent::GeminiCli => Answer {
                stdout: format!("{}\n", json!({ "systemMessage": why })),
                stderr: format!("{why}\n"),
                refused: false,
            },
        }
    }
}

/// What an agent's hook is about.
#[derive(Clone, Copy)]
pub struct StopRequest<'a> {
    /// Whose protocol is spoken.
    pub agent: Agent,
    /// What the agent wrote to standard input.
    pub event: &'a [u8],
    /// The working state, judged.
    pub gated: &'a Gated,
    /// Its verdict.
    pub verdict: Verdict,
    /// Whether that verdict keeps a change back.
    pub stops: bool,
    /// The `agent` report.
    pub report: &'a str,
    /// A directory for what is remembered.
    pub state: &'a Path,
    /// How often the agent is sent back.
    pub tries: u32,
}

/// Answers an agent.
///
/// # Errors
/// Where the event is no JSON, or the state cannot be written.
pub fn answer(request: &StopRequest<'_>) -> Result<Answer> {
    let StopRequest {
        agent,
        event,
        gated,
        verdict,
        stops,
        report,
        state,
        tries,
    } = *request;
    let event: Event = match event.trim_ascii() {
        [] => Event::default(),
        event => serde_json::from_slice(event)
            .context("standard input is no JSON object, as the agent's hooks give it")?,
    };
    let session = [event.session_id, event.conversation_id].concat();
    let memory = file(state, agent, &session);
    if gated.empty || !stops {
        // Where there is nothing to forget, all is well too.
        let _ = std::fs::remove_file(&memory);
        return Ok(agent.pass());
    }
    let fingerprints = fingerprints(gated);
    let before: Memory = files::own(&memory, files::MOST_BY_HAND)
        .ok()
        .and_then(|read| serde_json::from_slice(&read.bytes).ok())
        .unwrap_or_default();
    let unchanged = before.tries > 0 && before.fingerprints == fingerprints;
    if before.tries >= tries || unchanged {
        let _ = std::fs::remove_file(&memory);
        let times = before.tries;
        let why = if unchanged {
            "the same findings came back unchanged".to_owned()
        } else {
            format!("it was sent back {times} times")
        };
        return Ok(agent.let_go(&format!(
            "draftgate: NOT RESOLVED: {} ({why}). `draftgate check` shows the report; CI will stop this change.",
            verdict.words()
        )));
    }
    let now = Memory {
        tries: before.tries + 1,
        fingerprints,
    };
    std::fs::create_dir_all(state)
        .map_err(anyhow::Error::from)
        .and_then(|()| Ok(files::replace(&memory, &serde_json::to_vec(&now)?)?))
        .with_context(|| format!("cannot write {}", memory.display()))?;
    Ok(agent.refuse(report))
}

fn file(state: &Path, agent: Agent, session: &str) -> PathBuf {
    let digest = crate::text::digest(session.as_bytes());
    let short = digest.get(..12).unwrap_or_default();
    state.join(format!("{}-{short}.json", agent.name()))
}

/// What the change is sent back for: fingerprints, or the obstacle.
fn fingerprints(gated: &Gated) -> Vec<String> {
    let judged = &gated.trace.judged;
    let mut fingerprints: Vec<String> = judged
        .findings
        .iter()
        .filter(|finding| finding.counts() && finding.level > Level::Note)
        .map(|finding| finding.fingerprint.clone())
        .chain(judged.obstacle.clone())
        .collect();
    fingerprints.sort();
    fingerprints
}
