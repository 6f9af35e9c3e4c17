//! `draftgate policy`: the effective policy, and where each value of it comes from.
//!
//! Does not catch: a policy that does not load; that is the error of the stage, with exit code 2.

use crate::exit::Code;
use crate::finding::judgement::PolicySource;
use crate::policy::{FILE, Policy};
use crate::text::visible;

/// The text of `draftgate policy`: TOML that, saved as `draftgate.toml`, is the same policy again.
/// What was decided on the way stands above it as comments.
pub fn policy(policy: &Policy) -> (String, Code) {
    let source = match policy.identity.source {
        PolicySource::Base => format!("{FILE} at base"),
        PolicySource::Default => {
            format!("the built-in default: there is no {FILE} at base, `draftgate init` writes one")
        }
        PolicySource::Worktree => format!("{FILE} of the working tree"),
    };
    let mut text = format!("# {source}\n# {}\n", policy.identity.digest);
    for remark in &policy.remarks {
        for line in remark.lines() {
            text.push_str(&format!("# {}\n", visible(line)));
        }
    }
    text.push('\n');
    text.push_str(&policy.explained());
    (text, Code::Ready)
}
