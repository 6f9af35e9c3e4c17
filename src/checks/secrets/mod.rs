//! The check `secrets`: credentials that this change would publish.
//!
//! What is asked is not "is there a secret in these files" but "does this change publish one": the tip,
//! every commit on the way to it, what a merge resolved by hand, names of new files, and the commit messages ([`scope`]). A
//! value that base has already, anywhere, is not new.
//!
//! What blocks is a proof (a checksum, a structure) or a shape that nothing else has; a name with a rare
//! value next to it goes to a human. A wrong checksum never blocks.
//!
//! Does not catch: a secret in a binary file, an archive or an encrypted text; one that has no known
//! format, no telling name and no URL around it; whether it is still live, as nobody is asked.

mod gitleaks;
mod keyed;
mod occurrence;
mod scope;
mod suppress;

use std::collections::BTreeSet;

use crate::change::{Content, File, Side};
use crate::checks::{Applicability, Check, CheckResult, Context, head_text};
use crate::finding::{Confidence, Finding, Level};
use crate::language::conventions::is_test_path;
use crate::secrets::{Finder, Tier};

use occurrence::{Occurrence, State};

/// The check.
pub(super) struct Secrets;

impl Check for Secrets {
    fn name(&self) -> &'static str {
        "secrets"
    }

    fn question(&self) -> &'static str {
        "Does the change publish a credential or personal data?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["secrets"]
    }

    fn judges_generated(&self) -> bool {
        true
    }

    fn applicability(&self, file: &File) -> Applicability {
        match file.head.as_ref().map(|blob| &blob.content) {
            Some(Content::Undecodable(_) | Content::Symlink(_)) => Applicability::Sees,
            Some(Content::Submodule(_)) => Applicability::NotApplicable(
                "a submodule: only a commit id is in the change".to_owned(),
            ),
            _ => head_text(file),
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        match scope::search(context) {
            Ok(found) => {
                let mut result = CheckResult {
                    remarks: found.remarks,
                    secrets: found.shown,
                    searched: true,
                    ..CheckResult::default()
                };
                if found.new.is_empty() && context.files.is_empty() {
                    return result;
                }
                let allows = match suppress::Allows::load(context) {
                    Ok(allows) => allows,
                    Err(error) => return CheckResult::broken(error),
                };
                let all = found.new.iter();
                let places = all.map(|it| (it.path.as_str(), &*it.hit.one.rule.id));
                let places: BTreeSet<(&str, &str)> = places.collect();
                for one in &found.new {
                    let mut told = finding(one);
                    if is_half(one, &places) {
                        told.level = told.level.min(Level::Escalate);
                    }
                    result.head.extend(allows.judge(one, told));
                }
                result.head.extend(allows.added(context, &found.new));
                result
            }
            Err(error) => CheckResult::broken(error),
        }
    }
}

/// Whether a value is one half of a pair whose other half the change does not publish in the same file.
/// `places` are the paths and rules of all values.
fn is_half(found: &Occurrence, places: &BTreeSet<(&str, &str)>) -> bool {
    let others = &found.hit.one.spec.half_of;
    let mut ids = others.iter().map(String::as_str);
    !others.is_empty() && !ids.any(|id| places.contains(&(found.path.as_str(), id)))
}

/// Whether a file's name says that it is a key, and nothing else.
fn is_key_file(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    matches!(ending, Some("pem" | "key"))
}

/// What is said of a secret that this change publishes.
fn finding(found: &Occurrence) -> Finding {
    let (hit, rule) = (&found.hit, &found.hit.one.rule);
    let spec = &found.hit.one.spec;
    let mut finding = rule.finding(Side::Head, &found.path, found.place, message(found));
    match hit.tier {
        Tier::Proven => finding.confidence = Confidence::Proven,
        Tier::Shaped | Tier::StrongGeneric | Tier::Generic => {}
        Tier::Disproved => {
            finding.level = Level::Note;
            finding.confidence = Confidence::Low;
        }
    }
    // A server that tests start has its key beside them: who asks what else trusts it is a human.
    let key_of_tests =
        spec.finder == Finder::Pem && is_key_file(&found.path) && is_test_path(&found.path);
    if hit.tier <= Tier::Generic || key_of_tests {
        finding.level = finding.level.min(Level::Escalate);
    }
    finding.fix = fix(found);
    finding.commit = found.state.commit().map(str::to_owned);
    finding.anchor = Some(found.hash.clone());
    finding
        .with("issuer", spec.issuer.as_str())
        .with("tier", tier(hit.tier))
        .with("value", found.hash.clone())
        .with("state", found.state.name())
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Proven => "proven",
        Tier::Shaped => "shaped",
        Tier::StrongGeneric | Tier::Generic => "generic",
        Tier::Disproved => "checksum-wrong",
    }
}

fn message(found: &Occurrence) -> String {
    let (hit, rule) = (&found.hit, &found.hit.one.rule);
    let mut message = rule.summary.trim_end_matches('.').to_owned();
    if let Some(name) = &hit.name {
        let how = match found.hit.one.spec.finder {
            Finder::Repository => "rule",
            _ => "given to",
        };
        message.push_str(&format!(", {how} `{}`", crate::text::visible(name)));
    }
    message.push_str(&format!(" ({} characters", hit.value.chars().count()));
    match hit.tier {
        Tier::Proven => message.push_str(", verified offline"),
        Tier::Disproved => {
            message.push_str(", but its checksum or structure is wrong: not a live one");
        }
        Tier::Shaped | Tier::StrongGeneric | Tier::Generic => {}
    }
    message.push(')');
    if !hit.via.is_empty() {
        message.push_str(&format!(", seen through {}", hit.via.join(" in ")));
    }
    match &found.state {
        State::Tip => {}
        State::Name => message.push_str("; in the name of the file"),
        State::Gone { commit } => message.push_str(&format!(
            "; removed at the tip, still in commit {}",
            short(commit)
        )),
        State::Message { commit } => {
            message.push_str(&format!("; in the message of commit {}", short(commit)));
        }
    }
    message
}

/// The first digits of an object id.
fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

fn fix(found: &Occurrence) -> String {
    let spec = &found.hit.one.spec;
    if found.hit.tier == Tier::Disproved {
        return "If it was ever a real one, revoke it; otherwise write a placeholder that nobody can take for one.".to_owned();
    }
    let out = match &found.state {
        State::Tip => {
            "read it from the environment or a secret store instead, and rewrite the commits of this range that hold it (`git rebase -i`, or `git reset --soft` to the base and one new commit): a further commit that deletes the line leaves it in the history"
        }
        State::Name => {
            "give the file another name, and rewrite the commits of this range that have the old one (`git rebase -i`, or `git reset --soft` to the base and one new commit)"
        }
        State::Gone { .. } => {
            "squash the commits of this range (`git reset --soft` to the base, one new commit) and push that: whoever fetches the branch still gets it"
        }
        State::Message { .. } => {
            "reword the message (`git rebase -i`, `reword`) before the branch is pushed"
        }
    };
    if spec.finder == Finder::Personal {
        return format!(
            "Put a made-up value in its place, {}; then {out}.",
            spec.revoke
        );
    }
    format!(
        "Revoke it first: {}. Then {out}.",
        spec.revoke.trim_end_matches('.')
    )
}
