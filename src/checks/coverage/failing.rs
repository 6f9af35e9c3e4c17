//! Tests that passed at base and fail at head: the strongest proof there is, told also where nothing could be measured.
//!
//! Does not catch: tests of a runner that says no names; what a failure says (check `proof`).

use anyhow::Result;

use super::gather;
use crate::change::Side;
use crate::checks::Context;
use crate::coverage::suite::Suite;
use crate::finding::Finding;
use crate::inputs::Source;
use crate::place::Place;
use crate::rule::built_in::coverage as rules;
use crate::text::visible;

/// A finding for each test that passed at base and fails at head.
pub(super) fn told(context: &Context<'_>, base: Option<&Suite>, head: &Suite) -> Vec<Finding> {
    let Some(base) = base else {
        return Vec::new();
    };
    let broken = head
        .failed
        .iter()
        .filter(|name| base.passed.contains_key(*name) && !base.failed.contains(*name));
    let finding = |name: &String| {
        let (side, path) = place(context, name);
        let message = format!("{} passed at base and fails now", visible(name));
        let finding = rules::TEST_BROKEN.finding(side, &path, Place::FILE, message);
        let mut finding = finding.with("test", name.clone());
        finding.anchor = Some(format!("test-broken {name}"));
        finding
    };
    broken.map(finding).collect()
}

/// The same of reports that were handed in; nothing where one says nothing of tests.
///
/// # Errors
/// Where one cannot be read.
pub(super) fn handed_in(
    context: &Context<'_>,
    head: &[Source],
    base: &[Source],
) -> Result<Vec<Finding>> {
    if head.is_empty() || base.is_empty() {
        return Ok(Vec::new());
    }
    let suite = |side: Side, sources: &[Source]| gather::read(context, side, sources);
    let Some(head) = suite(Side::Head, head)?
        .suite
        .filter(|suite| !suite.failed.is_empty())
    else {
        return Ok(Vec::new());
    };
    let base = suite(Side::Base, base)?.suite;
    Ok(told(context, base.as_ref(), &head))
}

/// The file that the name of a test begins with, as JUnit writes it (`tests.test_a::test_b`); else the change's first.
fn place(context: &Context<'_>, name: &str) -> (Side, String) {
    let module = name.split("::").next().unwrap_or(name).replace('.', "/");
    let paths = context.change.paths(Side::Head).unwrap_or_default();
    let is_of = |path: &&String| {
        let stem = path
            .rsplit_once('.')
            .map_or(path.as_str(), |(stem, _)| stem);
        module
            .strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match paths
        .iter()
        .find(is_of)
        .or_else(|| context.files.first().map(|file| &file.path))
    {
        Some(path) => (Side::Head, path.clone()),
        None => (Side::Head, String::new()),
    }
}
