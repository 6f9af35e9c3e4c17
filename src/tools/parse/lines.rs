//! Lines of text that an expression with named groups matches.
//!
//! Does not catch: lines that the expression does not match; a tool that fails and whose lines all do not
//! match has crashed.

use anyhow::{Context, Result};
use regex::Regex;

use super::{Parsed, placed};
use crate::tools::diagnostic::Severity;

pub(super) fn parse(output: &str, pattern: &str) -> Result<Parsed> {
    let pattern = Regex::new(pattern).context("its pattern is no expression")?;
    let mut diagnostics = Vec::new();
    for line in output.lines() {
        let Some(groups) = pattern.captures(line) else {
            continue;
        };
        let group = |name: &str| groups.name(name).map(|found| found.as_str().trim());
        let number = |name: &str| {
            group(name)?
                .parse::<u32>()
                .ok()
                .filter(|number| *number > 0)
        };
        let path = group("path").unwrap_or_default().to_owned();
        let mut found = placed(path, (number("line"), number("column")), (None, None));
        found.rule = group("rule").unwrap_or_default().to_owned();
        found.message = group("message").unwrap_or_default().to_owned();
        found.severity = group("severity").map_or(Severity::Error, Severity::of);
        diagnostics.push(found);
    }
    Ok(Parsed {
        diagnostics,
        ..Parsed::default()
    })
}
