//! `size`: is the change larger than a human reviews well?
//!
//! Counted are added lines of product code, without blank lines, comments and docstrings, and without lines that were only moved; a
//! line of more than 200 characters counts by hundreds, or by its `;`. Tests, examples, documentation, scripts, generated and vendored
//! files, locks and snapshots are not counted: a reviewer reads ten good tests sooner than ten lines of what they hold true.
//!
//! Does not catch: a small change that is hard, and many small changes that are one large one; code in notebooks,
//! and a header that says `generated` over code that nobody generated.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use anyhow::Result;

use super::{Applicability, Check, CheckResult, Context, head_text};
use crate::change::{File, Side};
use crate::finding::Place;
use crate::language;
use crate::language::conventions::{is_code, is_example, is_sample, is_test_path, says_generated};
use crate::rule::built_in::size as rules;

/// The check.
pub(super) struct Size;

impl Check for Size {
    fn name(&self) -> &'static str {
        "size"
    }

    fn question(&self) -> &'static str {
        "Is the change small enough to be reviewed well?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &["size"]
    }

    fn applicability(&self, file: &File) -> Applicability {
        if !is_counted(&file.path) {
            return Applicability::NotApplicable("no product code".to_owned());
        }
        head_text(file)
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        examine(context).unwrap_or_else(CheckResult::broken)
    }
}

fn is_counted(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    is_code(path)
        && !is_test_path(path)
        && !is_example(path)
        && !matches!(path.split('/').next(), Some("docs" | "doc" | "scripts"))
        && !name.contains(".min.")
        && !is_sample(path)
        && !path
            .split('/')
            .any(|part| matches!(part, "snapshots" | "__snapshots__" | "node_modules"))
}

/// A line as it is compared, where it is code.
fn code(line: &str) -> Option<String> {
    let folded: String = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let comment = ["#", "//", "/*", "* ", "*/", "--", "\"\"\"", "'''"]
        .iter()
        .any(|mark| folded.starts_with(mark))
        && !folded.starts_with("#[");
    (!folded.is_empty() && !comment).then_some(folded)
}

/// Which lines stand in a text over several lines that is a statement of its own: it says what the code is for.
fn documentation(lines: &[&str]) -> Vec<bool> {
    /// What a line ends with that goes on in the next one.
    const GOES_ON: [&str; 10] = ["(", "[", "{", ",", "=", "\\", "+", "%", "return", "in"];
    let mut found = Vec::with_capacity(lines.len());
    let (mut open, mut last) = (None, "");
    for line in lines.iter().map(|line| line.trim()) {
        let text = line.strip_prefix(['r', 'u']).unwrap_or(line);
        let mut marks = ["\"\"\"", "'''"].into_iter();
        match open {
            Some(mark) => {
                found.push(true);
                open = open.filter(|_| !line.contains(mark));
            }
            None => {
                let goes_on = GOES_ON.iter().any(|end| last.ends_with(end));
                let begins =
                    |mark: &&str| text.starts_with(mark) && text.matches(mark).count() == 1;
                open = marks.find(begins).filter(|_| !goes_on);
                found.push(open.is_some());
            }
        }
        if !line.is_empty() {
            last = line;
        }
    }
    found
}

/// The lines of code that a change adds (head) or takes out (base), without those of tests in the file.
fn lines<'f>(
    context: &Context<'_>,
    file: &'f File,
    side: Side,
) -> impl Iterator<Item = String> + 'f {
    let text = file.text(side).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    let numbers: Vec<u32> = match side {
        Side::Head => file.added_lines().collect(),
        Side::Base => file.deleted_lines().collect(),
    };
    let tests = tests(context, file, side);
    let documents = documentation(&all);
    numbers
        .into_iter()
        .filter(move |number| {
            let before = tests.partition_point(|test| test.start <= *number);
            let last = before.checked_sub(1).and_then(|at| tests.get(at));
            last.is_none_or(|test| !test.contains(number))
        })
        .filter(move |number| documents.get(*number as usize) != Some(&true))
        .filter_map(move |number| code(all.get(number as usize)?))
}

/// The 0-based lines of the tests in a file, outermost first.
fn tests(context: &Context<'_>, file: &File, side: Side) -> Vec<Range<u32>> {
    let path = file.path_on(side);
    // Elsewhere tests have files of their own.
    let language = language::of(path).filter(|language| language.profile().tests.beside_code);
    let blob = file.blob(side).filter(|_| language.is_some());
    let parsed = blob.and_then(|blob| context.trees.of(path, blob));
    let mut found: Vec<Range<u32>> = Vec::new();
    for definition in parsed.iter().flat_map(|parsed| &parsed.facts().definitions) {
        let lines = definition.first_line.saturating_sub(1)..definition.last_line;
        let is_known = found.last().is_some_and(|test| test.contains(&lines.start));
        if definition.in_test && !is_known {
            found.push(lines);
        }
    }
    found
}

fn examine(context: &Context<'_>) -> Result<CheckResult> {
    let mut gone: HashMap<String, usize> = HashMap::new();
    for file in &context.change.files {
        // A trivial line (`}`, `else:`) moves nowhere; it is counted where it is added.
        for line in lines(context, file, Side::Base).filter(|line| line.len() > 4) {
            *gone.entry(line).or_default() += 1;
        }
    }
    let mut counts: Vec<(usize, &File)> = Vec::new();
    for file in &context.files {
        let is_test = context.policy.is_test_path(&file.path);
        if is_test || file.text(Side::Head).is_none_or(says_generated) {
            continue;
        }
        let mut count = 0;
        for line in lines(context, file, Side::Head) {
            match gone.get_mut(&line) {
                Some(left) if *left > 0 => *left -= 1,
                _ => count += rows(&line),
            }
        }
        counts.push((count, file));
    }
    let total: usize = counts.iter().map(|(count, _)| count).sum();
    let allowed = context.policy.checks().size.max_lines as usize;
    let mut result = CheckResult::default();
    let Some((_, largest)) = counts
        .iter()
        .max_by_key(|(count, file)| (*count, std::cmp::Reverse(&file.path)))
    else {
        return Ok(result);
    };
    if total > allowed {
        let message = format!(
            "{total} new lines of product code, and the policy's limit is {allowed}: {}",
            split(context, &counts)
        );
        let mut finding = rules::OVERSIZED_CHANGE
            .finding(Side::Head, &largest.path, Place::FILE, message)
            .with("lines", total)
            .with("limit", allowed);
        finding.anchor = Some("size of the change".to_owned());
        result.head.push(finding);
    }
    Ok(result)
}

/// The rows that a line takes to read: one, and more where no formatter would have left it so long.
fn rows(line: &str) -> usize {
    match line.len() {
        0..=200 => 1,
        long => (long / 100).max(line.matches(';').count()),
    }
}

/// Where the change could be split: its commits, or the folders that it touches, largest first.
fn split(context: &Context<'_>, counts: &[(usize, &File)]) -> String {
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for (count, file) in counts.iter().filter(|(count, _)| *count > 0) {
        let folder = file
            .path
            .rsplit_once('/')
            .map_or("the root", |(folder, _)| folder);
        *groups.entry(folder.to_owned()).or_default() += count;
    }
    let mut sorted: Vec<(String, usize)> = groups.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let commits = context.change.commits.len();
    let by_commit = if commits > 1 {
        format!("its {commits} commits could go one by one; ")
    } else {
        String::new()
    };
    let parts: Vec<String> = sorted
        .iter()
        .take(4)
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    format!("{by_commit}by folder: {}", parts.join(", "))
}
