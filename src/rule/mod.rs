//! Rules: what each one is called, says and advises, with its own examples; one TOML file a rule
//! under `rules/<area>/`, inside the binary.
//!
//! A rule file holds one rule at its top level, or several as `[[rule]]`:
//!
//! ```toml
//! schema = 1
//! id = "bidi-control"
//! check = "hidden-text"
//! level = "block"            # note | escalate | block
//! severity = "high"          # info | low | medium | high | critical
//! confidence = "high"        # low | medium | high | proven
//! summary = "One line: what the rule finds"
//! why = "..."
//! fix = "..."
//! avoid = "..."
//! cwe = [1007]
//! docs = "https://..."
//! same-as = ["other-rule"]   # or a check: what both find at one place is told once, at the stronger level
//!
//! [[bad]]                    # the rule must fire
//! path = "src/a.py"
//! base = "..."               # left out: the file is new
//! head = "..."               # left out: the file is deleted
//! [[good]]                   # the near miss: the rule must not fire
//! files = [ { path = "a.py", base = "..", head = ".." }, .. ]   # or several files
//! message = "..."            # of the commit; left out: not committed
//! policy = "..."             # the text of draftgate.toml; left out: the default
//! ```
//!
//! A rule that an engine looks for (secrets, vulnerabilities) says how in its table `engine`, which this module
//! keeps unread in [`Rule::engine`]. All others are constants of [`built_in`], and the check says them itself.

pub mod built_in;
mod charset;
pub mod compile;
mod effect;
pub mod expression;
pub mod index;
pub mod library;
pub mod path;
pub mod pattern;
pub mod taint;
mod written;

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use include_dir::{Dir, include_dir};
use serde::Deserialize;

use crate::budget;
use crate::change::Side;
use crate::day::Day;
use crate::embedded;
use crate::finding::{Confidence, Finding, Introduced, Level, Place, Severity};
use crate::inputs::Outcomes;

/// The files as they are written, examples and all.
static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// Named sets of the engine, and what tools are.
const NO_RULES: [&str; 3] = ["lib", "adapters", "languages"];

/// One rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Format of the file, 1; given once a file.
    #[serde(default)]
    pub schema: Option<u32>,
    /// Kebab-case, unique over all checks.
    pub id: Cow<'static, str>,
    /// The check that says it.
    pub check: Cow<'static, str>,
    /// What a finding does by default.
    pub level: Level,
    /// How bad it is if right.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// One line: what the rule finds.
    pub summary: Cow<'static, str>,
    /// Why it matters.
    pub why: Cow<'static, str>,
    /// How to fix it.
    pub fix: Cow<'static, str>,
    /// What not to do instead.
    #[serde(default)]
    pub avoid: Cow<'static, str>,
    /// CWE numbers.
    #[serde(default)]
    pub cwe: Cow<'static, [u32]>,
    /// Where to read more.
    #[serde(default)]
    pub docs: Cow<'static, str>,
    /// Rules, or checks for all of theirs, that may find the same fact at the same place: it is told once, at the
    /// stronger level.
    #[serde(default)]
    pub same_as: Cow<'static, [Cow<'static, str>]>,
    /// What an engine reads; none: the check says the rule itself, by its constant in [`built_in`].
    #[serde(default)]
    pub engine: Option<toml::Table>,
    /// Changes in which the rule must fire.
    #[serde(default)]
    pub bad: Vec<Example>,
    /// Near misses in which it must not.
    #[serde(default)]
    pub good: Vec<Example>,
}

/// A change in small: one file, or several.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Example {
    /// Path of the one file.
    #[serde(default)]
    pub path: Option<String>,
    /// Its text before; none: it is new.
    #[serde(default)]
    pub base: Option<String>,
    /// Its text after; none: it is deleted.
    #[serde(default)]
    pub head: Option<String>,
    /// Several files in place of the one.
    #[serde(default)]
    pub files: Vec<ExampleFile>,
    /// The message of the one commit that makes the change; none: it is not committed.
    #[serde(default)]
    pub message: Option<String>,
    /// The policy in force; none: the default.
    #[serde(default)]
    pub policy: Option<String>,
    /// Coverage reports that come with it.
    #[serde(default)]
    pub reports: ExampleReports,
    /// What came of tests.
    #[serde(default)]
    pub outcomes: Option<Outcomes>,
    /// What registries hold: names with the day of their first release. Base is then of 2026-01-01.
    #[serde(default)]
    pub registered: Option<BTreeMap<String, Day>>,
    /// Files of installed packages, by their paths in the folder of an environment that holds them.
    #[serde(default)]
    pub installed: Option<BTreeMap<String, String>>,
}

/// Coverage reports of an example, in any format that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleReports {
    /// Of the text before.
    #[serde(default)]
    pub base: Option<String>,
    /// Of the text after.
    #[serde(default)]
    pub head: Option<String>,
}

/// One file of an example.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ExampleFile {
    /// Path.
    pub path: String,
    /// Text before.
    #[serde(default)]
    pub base: Option<String>,
    /// Text after.
    #[serde(default)]
    pub head: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Several {
    schema: u32,
    rule: Vec<Rule>,
}

/// Two rules are the same where their ids are.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// All rules of a file.
///
/// # Errors
/// Where the text is no rule file; the message names line and column.
pub fn parse(text: &str) -> Result<Vec<Rule>> {
    let (schema, rules) = if text.lines().any(|line| line.trim() == "[[rule]]") {
        let several: Several = toml::from_str(text)?;
        (Some(several.schema), several.rule)
    } else {
        let rule: Rule = toml::from_str(text)?;
        (rule.schema, vec![rule])
    };
    match schema {
        Some(1) => Ok(rules),
        Some(other) => bail!("schema = {other}: this draftgate reads schema 1"),
        None => bail!("no `schema = 1` at the top"),
    }
}

/// The rules of one area (a folder of `rules/`), by id, without their examples.
///
/// # Errors
/// Where there is no such area, or one of its rules is none; a test reads them all.
pub fn area(name: &str) -> Result<BTreeMap<String, Rule>> {
    let constants = built_in::area(name).iter().map(|rule| (*rule).clone());
    let rules = with_engine(name)?.into_iter().chain(constants);
    Ok(rules.map(|rule| (rule.id.to_string(), rule)).collect())
}

/// The rules of one area that an engine reads, sorted by id. Read at each call: a check keeps them.
///
/// # Errors
/// As [`area`].
pub fn with_engine(name: &str) -> Result<Vec<Rule>> {
    let mut rules: Vec<Rule> = embedded::tables(name)?;
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(rules)
}

/// The rules of one area with their examples, from the files.
///
/// # Errors
/// As [`area`]; the message names the file.
pub fn with_examples(name: &str) -> Result<BTreeMap<String, Rule>> {
    let mut rules = BTreeMap::new();
    let Some(folder) = FILES.get_dir(name) else {
        bail!("no rules in rules/{name}/");
    };
    for file in folder.files() {
        let path = file.path().display().to_string();
        let text = file
            .contents_utf8()
            .with_context(|| format!("rules/{path} is no UTF-8"))?;
        for rule in parse(text).with_context(|| format!("rules/{path}"))? {
            rules.insert(rule.id.to_string(), rule);
        }
    }
    Ok(rules)
}

/// Names of all areas, sorted.
pub fn areas() -> Vec<String> {
    embedded::folders()
        .filter(|name| !NO_RULES.contains(name))
        .map(str::to_owned)
        .collect()
}

/// Steps that a finding is counted as, so that a file cannot have a run hold millions of them.
const FINDING: usize = 4_000;

impl Rule {
    /// Whether a finding is this rule's.
    pub fn made(&self, finding: &Finding) -> bool {
        self.id == finding.rule
    }

    /// A finding of this rule in a file of `side`, with the rule's level and advice. Fingerprint,
    /// `introduced` and `reproduce` are filled in later, by the run.
    pub fn finding(
        &self,
        side: Side,
        path: &str,
        place: Place,
        message: impl Into<String>,
    ) -> Finding {
        budget::charge(FINDING);
        Finding {
            check: self.check.to_string(),
            rule: self.id.to_string(),
            level: self.level,
            severity: self.severity,
            confidence: self.confidence,
            path: path.to_owned(),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
            side,
            commit: None,
            message: message.into(),
            why: self.why.to_string(),
            fix: self.fix.to_string(),
            avoid: self.avoid.to_string(),
            cwe: self.cwe.to_vec(),
            docs: self.docs.to_string(),
            reproduce: String::new(),
            fingerprint: String::new(),
            introduced: Introduced::New,
            waiver: None,
            trace: Vec::new(),
            evidence: BTreeMap::new(),
            anchor: None,
            same_as: self.same_as.clone(),
        }
    }
}
