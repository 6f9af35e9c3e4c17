//! What the options of a checker's command come to, from `options.toml`: what it lets pass, what it asks for, where it
//! looks, and whether its failure counts at all. Commands of the two sides are compared by that, not by their words.
//!
//! Does not catch: options behind variables, and those of a tool that is not in the file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use anyhow::Result;
use serde::Deserialize;

use super::ci::Run;
use super::lists::Names;
use super::{line_place, rules};
use crate::budget;
use crate::change::{Change, Side};
use crate::finding::{Finding, Level};
use crate::language::conventions::{is_aside, is_test_path};
use crate::text;

/// Why the failure of a checker does not count that would fail only where it is asked to.
pub(super) const UNASKED: &str = "nothing asks it to fail";

/// The options of one tool; what each list is for stands in the file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Tool {
    fails_with: Names,
    forgives: Names,
    strict: Names,
    lax: Names,
    lets_pass: Names,
    asks_for: Names,
    at_most: Names,
    parts: Names,
    levels: BTreeMap<String, Vec<String>>,
    looks_at: Names,
    forms: Names,
}

/// Runs of one tool that are compared.
const MOST: usize = 500;

const TEXT: &str = include_str!("options.toml");

/// By tool; a test reads the file.
static TOOLS: LazyLock<BTreeMap<String, Tool>> =
    LazyLock::new(|| toml::from_str(TEXT).unwrap_or_default());

/// Why the failure of a run of a tool does not count, as its own words say; `behind` is the command from its name on.
pub(super) fn forgiven(tool: &str, behind: &str) -> Option<&'static str> {
    let known = TOOLS.get(tool)?;
    let words = own_words(behind);
    let plain = words.join(" ").replace('=', " ");
    let plain = format!(" {plain} ");
    let stands = |option: &&str| plain.contains(&format!(" {option} "));
    if let Some(option) = known.forgives.iter().find(stands) {
        return Some(option);
    }
    let mut asks = known.fails_with.iter().peekable();
    let is_unasked = asks.peek().is_some() && !asks.any(|option| stands(&option));
    is_unasked.then_some(UNASKED)
}

/// What the words of a command let pass that nothing lets pass by itself.
pub(super) fn let_pass(tool: &str, words: &str) -> BTreeSet<String> {
    let known = TOOLS.get(tool);
    known.map_or_else(BTreeSet::new, |known| Asked::of(known, words).lets_pass)
}

/// The words of a command up to where the next one begins, without quotes.
fn own_words(behind: &str) -> Vec<String> {
    let words = text::words(behind).into_iter();
    words
        .take_while(|word| !matches!(word.as_str(), "&&" | ";" | "|" | "||" | ">" | ">>" | "&"))
        .map(|word| {
            word.replace(['"', '\''], "")
                .trim_end_matches(';')
                .to_owned()
        })
        .collect()
}

/// What one command comes to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    form: Option<String>,
    strict: BTreeSet<String>,
    parts: BTreeSet<String>,
    lets_pass: BTreeSet<String>,
    asks_for: BTreeMap<String, BTreeSet<String>>,
    numbers: BTreeMap<String, u64>,
    ranks: BTreeMap<String, usize>,
}

impl Asked {
    fn of(tool: &Tool, behind: &str) -> Self {
        let mut asked = Self::default();
        let mut words = own_words(behind).into_iter().peekable();
        while let Some(word) = words.next() {
            let (option, inline) = match word.split_once('=') {
                Some((option, value)) => (option.to_owned(), Some(value.to_owned())),
                None => (word.clone(), None),
            };
            if tool.strict.contains(&word) || tool.strict.contains(&option) && inline.is_none() {
                asked.strict.insert(word);
                continue;
            }
            if tool.lax.contains(&word)
                || tool.lax.contains(&option) && inline.as_deref() == Some("true")
            {
                asked.lets_pass.insert(option);
                continue;
            }
            if asked.form.is_none() && tool.forms.contains(&word) {
                asked.form = Some(word);
                continue;
            }
            if tool.parts.contains(&word) {
                asked.parts.insert(word);
                continue;
            }
            let known = [&tool.lets_pass, &tool.asks_for, &tool.at_most];
            let is_known = known.iter().any(|names| names.contains(&option))
                || tool.levels.contains_key(&option);
            let Some(value) = is_known.then(|| inline.or_else(|| words.next())).flatten() else {
                continue;
            };
            let values = value
                .split([',', '\n'])
                .map(str::trim)
                .filter(|value| !value.is_empty());
            if tool.lets_pass.contains(&option) {
                asked
                    .lets_pass
                    .extend(values.map(|value| format!("{option} {value}")));
            } else if tool.asks_for.contains(&option) {
                let all = asked.asks_for.entry(option).or_default();
                all.extend(values.map(str::to_owned));
            } else if let Some(rank) = tool.levels.get(&option) {
                if let Some(rank) = rank.iter().position(|level| *level == value) {
                    asked.ranks.insert(option, rank);
                }
            } else if let Ok(number) = value.parse() {
                asked.numbers.insert(option, number);
            }
        }
        asked
    }

    /// What it lets pass that another one did not, in words.
    fn losses(&self, before: &Self, tool: &Tool) -> Vec<String> {
        let new = self.lets_pass.difference(&before.lets_pass);
        let mut lost: Vec<String> = new.map(|option| format!("`{option}` is new")).collect();
        let gone = before.strict.difference(&self.strict);
        lost.extend(gone.map(|option| format!("`{option}` is gone")));
        let mut all = tool.parts.iter().map(str::to_owned);
        let is_lost = |part: &String| {
            let asked = before.parts.is_empty() || before.parts.contains(part);
            asked && !self.parts.is_empty() && !self.parts.contains(part)
        };
        if let Some(part) = all.find(is_lost) {
            lost.push(format!("it looks at `{part}` no more"));
        }
        for (option, words) in &self.asks_for {
            match before.asks_for.get(option) {
                None => lost.push(format!(
                    "`{option}` is new, and asks for {} alone",
                    listed(words)
                )),
                Some(old)
                    if !words.contains("ALL") && old.iter().any(|word| !words.contains(word)) =>
                {
                    let gone: BTreeSet<String> = old.difference(words).cloned().collect();
                    lost.push(format!("`{option}` asks no longer for {}", listed(&gone)));
                }
                Some(_) => {}
            }
        }
        for (option, number) in &before.numbers {
            match self.numbers.get(option) {
                None => lost.push(format!("`{option} {number}` is gone")),
                Some(now) if now > number => {
                    lost.push(format!("`{option}` is {now}, and was {number}"));
                }
                Some(_) => {}
            }
        }
        for (option, levels) in &tool.levels {
            let unset = levels.iter().position(String::is_empty);
            let rank = |asked: &Self| asked.ranks.get(option).copied().or(unset);
            if let (Some(was), Some(now)) = (rank(before), rank(self))
                && now < was
                && let Some(word) = levels.get(now)
            {
                lost.push(match word.is_empty() {
                    true => format!("`{option}` is gone"),
                    false => format!("`{option}` is {word} now"),
                });
            }
        }
        lost
    }
}

fn listed(words: &BTreeSet<String>) -> String {
    let few: Vec<String> = words
        .iter()
        .take(4)
        .map(|word| format!("`{word}`"))
        .collect();
    few.join(", ")
}

/// Compares what the runs of both sides ask for; `who` runs them.
///
/// # Errors
/// Where the paths of a side cannot be read.
pub(super) fn compare(
    change: &Change,
    base: &[Run],
    head: &[Run],
    who: &str,
    is_changed: impl Fn(&str) -> bool,
    found: &mut Vec<Finding>,
) -> Result<()> {
    for (name, tool) in TOOLS.iter() {
        let live = |runs: &'_ [Run]| -> Vec<Run> {
            let mut runs: Vec<Run> = runs
                .iter()
                .filter(|run| run.tool == name && run.ignored.is_none())
                .take(MOST)
                .cloned()
                .collect();
            runs.dedup_by(|one, other| one.text == other.text && one.path == other.path);
            runs
        };
        let (before, after) = (live(base), live(head));
        let has = |runs: &[Run], one: &Run| runs.iter().any(|other| other.text == one.text);
        let gone: Vec<&Run> = before.iter().filter(|run| !has(&after, run)).collect();
        let new: Vec<&Run> = after.iter().filter(|run| !has(&before, run)).collect();
        if gone.is_empty() || new.is_empty() {
            continue;
        }
        let mut all: Vec<(Asked, &Run)> = after
            .iter()
            .map(|run| (Asked::of(tool, run.behind()), run))
            .collect();
        // Parts are asked for in one command or in several.
        let parts: BTreeSet<String> = match all.iter().any(|(asked, _)| asked.parts.is_empty()) {
            true => BTreeSet::new(),
            false => all
                .iter()
                .flat_map(|(asked, _)| asked.parts.clone())
                .collect(),
        };
        for (asked, _) in &mut all {
            asked.parts.clone_from(&parts);
        }
        let mut told = false;
        for run in &gone {
            let was = Asked::of(tool, run.behind());
            let kin = || all.iter().filter(|(asked, _)| asked.form == was.form);
            if !budget::charge(all.len())
                || kin().any(|(asked, _)| asked.losses(&was, tool).is_empty())
            {
                continue;
            }
            let mine = kin().filter(|(_, run)| is_changed(&run.path) && !has(&before, run));
            let least = mine.min_by_key(|(asked, _)| asked.losses(&was, tool).len());
            let Some((asked, now)) = least.filter(|_| !told) else {
                continue;
            };
            told = true;
            let lost = asked.losses(&was, tool).join("; ");
            let message = format!("{who} runs `{name}` so that it lets more pass: {lost}");
            push(rules::CHECKER_LOOSENED, now, message, found);
        }
        if !told && let Some((run, path)) = unseen(change, tool, &gone, &after, &new, &is_changed)?
        {
            let path = text::visible(&path);
            let message =
                format!("{who} no longer gives `{name}` all that it looked at: `{path}`, for one");
            let rule = match tool.looks_at.contains("tests") {
                true => rules::CI_TESTS_NARROWED,
                false => rules::CHECKER_LOOSENED,
            };
            push(rule, run, message, found);
        }
    }
    Ok(())
}

fn push(rule: &'static crate::rule::Rule, run: &Run, message: String, found: &mut Vec<Finding>) {
    let mut finding = rule.finding(Side::Head, &run.path, line_place(run.line), message);
    finding.level = Level::Escalate;
    found.push(finding);
}

/// A file of head that the runs of base looked at and those of head do not, with the run that could.
fn unseen<'r>(
    change: &Change,
    tool: &Tool,
    gone: &[&Run],
    after: &[Run],
    new: &[&'r Run],
    is_changed: &impl Fn(&str) -> bool,
) -> Result<Option<(&'r Run, String)>> {
    if tool.looks_at.iter().next().is_none() {
        return Ok(None);
    }
    let paths = change.paths(Side::Head)?;
    let of_runs = |runs: &mut dyn Iterator<Item = &Run>, is_now: bool| -> Option<Vec<String>> {
        let each: Option<Vec<Vec<String>>> =
            runs.map(|run| given(tool, run, paths, is_now)).collect();
        Some(each?.into_iter().flatten().collect())
    };
    let was = of_runs(&mut gone.iter().copied(), false);
    let now = of_runs(&mut after.iter(), true);
    let (Some(was), Some(now)) = (was, now) else {
        return Ok(None);
    };
    let Some(run) = new.iter().find(|run| is_changed(&run.path)) else {
        return Ok(None);
    };
    let sees = |given: &[String], path: &str| {
        given.iter().any(|below| {
            let rest = path.strip_prefix(below.as_str());
            below.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    for path in paths {
        if !budget::charge(1 + was.len() + now.len()) {
            return Ok(None);
        }
        if is_looked_at(tool, path) && sees(&was, path) && !sees(&now, path) {
            return Ok(Some((run, path.clone())));
        }
    }
    Ok(None)
}

/// Whether a tool looks at a file: at the project's own code, or at its tests.
fn is_looked_at(tool: &Tool, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    if tool.looks_at.contains("tests") {
        let named = stem.starts_with("test_") || stem.ends_with("_test");
        return ending == "py" && named && is_test_path(path);
    }
    tool.looks_at.contains(ending) && !is_aside(path) && path.contains('/')
}

/// The folders and files of a tree that a run is given, the whole tree as ``; `None` where that is not known.
fn given(tool: &Tool, run: &Run, paths: &[String], is_now: bool) -> Option<Vec<String>> {
    let words = own_words(run.behind());
    let is_open = words.iter().any(|word| word.contains(['$', '*', '{', '`']));
    if is_open || run.text.contains("cd ") || run.is_elsewhere {
        return None;
    }
    // What follows an option may be its value.
    let mut after_option = false;
    let plain: Vec<(&str, bool)> = words
        .iter()
        .filter_map(|word| {
            let follows = std::mem::replace(&mut after_option, word.starts_with('-'));
            let is_word = !word.starts_with('-') && !tool.forms.contains(word);
            is_word.then_some((word.as_str(), follows))
        })
        .collect();
    let is_there = |word: &str| {
        let below = format!("{word}/");
        let at = paths.partition_point(|path| path.as_str() < word);
        let folder = paths.partition_point(|path| path.as_str() < below.as_str());
        paths.get(at).is_some_and(|path| {
            path == word && tool.looks_at.iter().any(|ending| word.ends_with(ending))
        }) || paths
            .get(folder)
            .is_some_and(|path| path.starts_with(&below))
    };
    let named: Vec<String> = plain
        .iter()
        .map(|(word, _)| word.trim_start_matches("./").trim_end_matches('/'))
        .filter(|word| matches!(*word, "." | "") || is_there(word))
        .map(|word| word.trim_start_matches('.').to_owned())
        .collect();
    match (named.is_empty(), plain.is_empty()) {
        (true, true) => Some(vec![String::new()]),
        // A path that is not there leads nowhere.
        (true, false) if is_now && plain.iter().all(|(_, follows)| !follows) => Some(named),
        (true, false) => None,
        (false, _) => Some(named),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let tools: BTreeMap<String, Tool> = toml::from_str(TEXT).unwrap();
        assert!(tools["mypy"].strict.contains("--strict"));
    }

    #[test]
    fn a_failure_that_nothing_asks_for_does_not_count() {
        assert_eq!(
            forgiven("gitleaks", " git . --exit-code 0"),
            Some("--exit-code 0")
        );
        assert_eq!(forgiven("gitleaks", " git . --exit-code=3"), None);
        assert_eq!(forgiven("trivy", " fs --exit-code=1 ."), None);
        assert_eq!(forgiven("trivy", " fs ."), Some(UNASKED));
        assert_eq!(forgiven("semgrep", " ci"), None);
        assert_eq!(
            forgiven("semgrep", " scan . && semgrep scan --error"),
            Some(UNASKED)
        );
    }

    #[test]
    fn commands_are_compared_by_what_they_ask_for() {
        let lost = |name: &str, base: &str, head: &str| {
            let tool = &TOOLS[name];
            let (was, now) = (Asked::of(tool, base), Asked::of(tool, head));
            now.losses(&was, tool).len()
        };
        for (name, base, head) in [
            ("mypy", " --strict src", " src"),
            ("ruff", " check .", " check --ignore E ."),
            ("ruff", " check --select E,F,S .", " check --select E,F ."),
            ("bandit", " -r src", " -r src --confidence-level high"),
            ("eslint", " . --max-warnings 0", " . --max-warnings=50"),
            ("trivy", " fs --severity HIGH,LOW", " fs --severity HIGH"),
            ("grype", " . --fail-on low", " . --fail-on critical"),
        ] {
            assert_eq!(lost(name, base, head), 1, "{name} {head}");
            assert_eq!(lost(name, head, base), 0, "{name} {base}");
        }
        assert_eq!(lost("bandit", " -r src", " -r src -f json -q"), 0);
    }
}
