//! Vulnerable patterns: what reaches a sink that it must not reach, and calls that are weak by what
//! they are given. The engine is [`crate::rule`]; the rules are those of a folder with a language's name in `rules/`,
//! and those that the base keeps in its own folder; one of those with the id of a built-in rule takes its place.
//!
//! A finding with a flow is new when a line of the flow is: its fingerprint is made of all of them. So
//! is one that base had not, because a sanitizer or a guard stood there.
//!
//! In templates it looks only for values that are no longer escaped ([`templates`]).
//!
//! Does not catch: flows through files that the change does not import, through a database, a queue or
//! a template; languages that are not brought into the form that the engine reads.

mod examine;
mod project;
mod suppress;
mod templates;

use std::sync::LazyLock;

use anyhow::{Context as _, Result};

use super::{Applicability, Check, CheckResult, Context, foreign, head_text};
use crate::change::{Blob, File, Side};
use crate::language::{self, Lang};
use crate::rule::compile::Engine;
use crate::rule::{self, Rule};

/// The check.
pub(super) struct Vulnerabilities;

const NAME: &str = "vulnerabilities";

/// Folders of rules: those of the languages, and that of what no engine finds.
static AREAS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let languages = language::ALL.into_iter().map(|language| language.name());
    let languages = languages.filter(|name| crate::embedded::folders().any(|known| known == *name));
    languages.chain([NAME]).collect()
});

static BUILTIN: LazyLock<Result<Engine>> = LazyLock::new(|| Engine::new(builtin()?, &[]));

fn builtin() -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for area in AREAS.iter().filter(|area| **area != NAME) {
        rules.extend(rule::with_engine(area)?);
    }
    Ok(rules)
}

impl Check for Vulnerabilities {
    fn name(&self) -> &'static str {
        NAME
    }

    fn question(&self) -> &'static str {
        "Does the change bring in a vulnerable pattern?"
    }

    fn areas(&self) -> &'static [&'static str] {
        &AREAS
    }

    fn applicability(&self, file: &File) -> Applicability {
        let text = file.head.as_ref().and_then(Blob::text);
        match language::of_file(&file.path, text.unwrap_or_default()) {
            Some(language) if language.lowering().is_some() => head_text(file),
            _ if templates::is_template(&file.path) => head_text(file),
            _ => foreign(file, DATA_FLOW),
        }
    }

    fn run(&self, context: &Context<'_>) -> CheckResult {
        // Nothing to look at: no need to read the rules.
        if context.files.is_empty() {
            return CheckResult::default();
        }
        let own = match own_rules(context) {
            Ok(own) => own,
            Err(error) => return CheckResult::broken(format!("{error:#}")),
        };
        let judge = |engine: &Engine| {
            let mut result = examine::examine(context, engine);
            result.head.extend(templates::check(context));
            result
        };
        if own.is_empty() {
            return match &*BUILTIN {
                Ok(engine) => judge(engine),
                Err(error) => CheckResult::broken(format!("{error:#}")),
            };
        }
        let engine = builtin().and_then(|mut rules| {
            let ids: Vec<String> = own.iter().map(|rule| rule.id.to_string()).collect();
            rules.retain(|rule| !own.iter().any(|one| one.id == rule.id));
            rules.extend(own);
            Engine::new(rules, &ids)
        });
        match engine {
            Ok(engine) => judge(&engine),
            Err(error) => CheckResult::broken(format!("{error:#}")),
        }
    }
}

/// What the check asks of a language.
const DATA_FLOW: &str = "data flow";

/// What is said of a language in which values are not followed.
fn not_followed(language: Lang) -> String {
    format!("no {DATA_FLOW} for {}", language.profile().title)
}

/// The rules of this repository, from base.
fn own_rules(context: &Context<'_>) -> Result<Vec<Rule>> {
    let folder = &context.policy.checks().vulnerabilities.rules_dir;
    let folder = folder.trim_end_matches('/');
    let inside = |path: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/') && rest.ends_with(".toml"))
    };
    if folder.is_empty() {
        return Ok(Vec::new());
    }
    let mut rules = Vec::new();
    for path in context
        .change
        .paths(Side::Base)?
        .iter()
        .filter(|path| inside(path))
    {
        let blob = context.change.read(Side::Base, path)?;
        let text = blob
            .as_ref()
            .and_then(|blob| blob.text())
            .unwrap_or_default();
        for mut rule in rule::parse(text).with_context(|| format!("{path} at base"))? {
            if rule.engine.is_some() {
                rule.check = NAME.into();
                rules.push(rule);
            }
        }
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_expression_and_query_of_our_own_rules_compiles() {
        let rules = builtin().unwrap();
        let ids: Vec<String> = rules.iter().map(|rule| rule.id.to_string()).collect();
        let engine = Engine::new(rules, &ids).unwrap();
        for language in engine.languages() {
            engine.of(language).unwrap().0.verify().unwrap();
        }
    }
}
