//! SARIF 2.1.0: results of all runs, with the level and page of their rule.
//!
//! Does not catch: results that the tool itself marked as suppressed; those are passed over.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Parsed, at, placed, position, text};
use crate::tools::diagnostic::{Diagnostic, Severity};

pub(super) fn parse(output: &str) -> Result<Parsed> {
    let document: Value = serde_json::from_str(output).context("its output is no JSON")?;
    let runs = document
        .get("runs")
        .and_then(Value::as_array)
        .context("its output has no runs: it is no SARIF")?;
    let mut diagnostics = Vec::new();
    for run in runs {
        // SARIF 2.1.0, 3.14.23: a run that found nothing has an empty list; one that has none did not look.
        let results = run
            .get("results")
            .and_then(Value::as_array)
            .context("a run of its output has no results: it looked at nothing")?;
        let mut invocations = run
            .get("invocations")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        ensure!(
            invocations.all(|one| one.get("executionSuccessful") != Some(&Value::Bool(false))),
            "a run of its output says that it did not succeed"
        );
        diagnostics.extend(
            results
                .iter()
                .filter(|result| is_open(result))
                .map(|result| diagnostic(run, result)),
        );
    }
    Ok(Parsed {
        diagnostics,
        ..Parsed::default()
    })
}

/// Whether a result is a finding that stands: not one that was suppressed, that passed, or that is gone.
fn is_open(result: &Value) -> bool {
    let suppressed = result.get("suppressions").and_then(Value::as_array);
    let is = |key: &str, words: &[&str]| {
        let word = result.get(key).and_then(Value::as_str);
        word.is_none_or(|word| words.contains(&word))
    };
    suppressed.is_none_or(Vec::is_empty)
        && is("kind", &["fail", "review", "open"])
        && is("baselineState", &["new", "unchanged", "updated"])
}

fn diagnostic(run: &Value, result: &Value) -> Diagnostic {
    let place = at(result, "locations.0.physicalLocation");
    let field = |keys: &str| place.and_then(|place| at(place, keys));
    let number = |keys: &str| position(field(keys), 1);
    let uri = text(field("artifactLocation.uri"));
    // 3.4.4: a relative one may stand on a named base.
    let base = text(field("artifactLocation.uriBaseId"));
    let base = at(run, "originalUriBaseIds").and_then(|all| Some(text(all.get(&base)?.get("uri"))));
    let uri = match base {
        Some(base) if base.starts_with("file:///") && !uri.contains(':') => format!("{base}{uri}"),
        _ => uri,
    };
    let mut found = placed(
        decoded(uri.strip_prefix("file://").unwrap_or(&uri)),
        (number("region.startLine"), number("region.startColumn")),
        (number("region.endLine"), number("region.endColumn")),
    );
    found.rule = text(result.get("ruleId").or_else(|| at(result, "rule.id")));
    found.message = text(at(result, "message.text"));
    let rules = at(run, "tool.driver.rules").and_then(Value::as_array);
    let rule = rules
        .into_iter()
        .flatten()
        .find(|rule| text(rule.get("id")) == found.rule);
    found.docs = text(rule.and_then(|rule| rule.get("helpUri")));
    let level = result
        .get("level")
        .or_else(|| rule.and_then(|rule| at(rule, "defaultConfiguration.level")));
    // SARIF 2.1.0, 3.27.10: without any level it is a warning.
    found.severity = level.map_or(Severity::Warning, |level| Severity::of(&text(Some(level))));
    found
}

/// A URI's path with its percent escapes resolved.
fn decoded(uri: &str) -> String {
    let mut bytes = Vec::with_capacity(uri.len());
    let mut rest = uri.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = match rest {
            [b'%', high, low, ..] => std::str::from_utf8(&[*high, *low])
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok()),
            _ => None,
        };
        if let Some(byte) = escaped {
            bytes.push(byte);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
