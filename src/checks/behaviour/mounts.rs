//! Guards that a framework was given before what it calls, and is given no more: `app.use(auth)`, and
//! `router.post("/pay", requireLogin, pay)`.
//!
//! A guard is known by its name. One that stands as often in the change as before was moved.
//!
//! Does not catch: a guard whose name says nothing; one that a list holds which is made elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::Finding;
use crate::language::shape::Shape;
use crate::language::{Call, Parsed};
use crate::syntax::walk::{parts, tokens};

/// Parts of the names of guards, in lower case.
const GUARDS: [&str; 19] = [
    "authenticat",
    "authoriz",
    "requireauth",
    "requirelogin",
    "requireuser",
    "requirerole",
    "requireadmin",
    "isauth",
    "isadmin",
    "isloggedin",
    "permission",
    "csrf",
    "helmet",
    "ratelimit",
    "limiter",
    "verifytoken",
    "verifyjwt",
    "protect",
    "guard",
];

/// Tokens of an argument that are looked at.
const LOOKED_AT: usize = 64;

/// Names that are a guard as a whole.
const WHOLE: [&str; 5] = ["auth", "jwt", "authmiddleware", "checkauth", "ensureauth"];

/// How often each guard stands in the calls of the changed files: at base, and at head.
pub(super) struct Mounted(BTreeMap<String, (usize, usize)>);

impl Mounted {
    /// Counts.
    pub(super) fn of(context: &Context<'_>) -> Self {
        let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for file in &context.change.files {
            for side in [Side::Base, Side::Head] {
                let tree = file
                    .blob(side)
                    .and_then(|blob| context.trees.of(file.path_on(side), blob));
                let Some(tree) = tree else {
                    continue;
                };
                for mount in mounts(&tree) {
                    for guard in mount.guards {
                        let count = counts.entry(guard).or_default();
                        match side {
                            Side::Base => count.0 += 1,
                            Side::Head => count.1 += 1,
                        }
                    }
                }
            }
        }
        Self(counts)
    }

    fn is_fewer(&self, guard: &str) -> bool {
        self.0.get(guard).is_some_and(|(base, head)| head < base)
    }
}

/// A call that tells a framework what to call.
struct Mount<'p> {
    call: &'p Call,
    /// What it is about, as it is known again: the method and the path, or what all goes through.
    of: String,
    /// Whether all that comes later goes through it.
    is_for_all: bool,
    /// The guards that it is given.
    guards: BTreeSet<String>,
}

fn mounts(parsed: &Parsed) -> Vec<Mount<'_>> {
    let profile = parsed.language.profile();
    if profile.mounts.is_empty() && profile.routes.is_empty() {
        return Vec::new();
    }
    let calls = parsed.facts().calls.iter();
    calls.filter_map(|call| mount(parsed, call)).collect()
}

fn mount<'p>(parsed: &'p Parsed, call: &'p Call) -> Option<Mount<'p>> {
    let profile = parsed.language.profile();
    let name = parsed.slice(&call.name);
    let is_for_all = profile.mounts.iter().any(|own| own == name);
    let is_route = profile.routes.iter().any(|own| own == name);
    let callee = parsed.slice(&call.callee);
    if !is_for_all && !is_route || callee == name || callee.len() > 80 {
        return None;
    }
    let arguments = parsed.node(&call.bytes)?.child_by_field_name("arguments")?;
    let given = parts(arguments);
    let first = given.first()?;
    let path = first.is_string().then(|| parsed.text(*first));
    // The last one is what answers.
    let least = usize::from(path.is_some());
    let most = given.len().saturating_sub(usize::from(is_route));
    if is_route && path.is_none() {
        return None;
    }
    let mut guards = BTreeSet::new();
    for one in given.get(least..most).unwrap_or_default() {
        if matches!(parsed.language.shape(parsed, *one), Shape::Closure) {
            continue;
        }
        let names = tokens(*one).take(LOOKED_AT).map(|token| parsed.text(token));
        guards.extend(names.filter(|name| is_guard(name)).map(str::to_owned));
    }
    Some(Mount {
        call,
        of: match path {
            Some(path) => format!("{callee} {}", path.trim_matches(['"', '\'', '`'])),
            None => callee.to_owned(),
        },
        is_for_all,
        guards,
    })
}

fn is_guard(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let name = name.to_lowercase().replace('_', "");
    let answers = ["route", "controller", "handler", "service"];
    begins
        && (WHOLE.contains(&name.as_str()) || GUARDS.iter().any(|word| name.contains(word)))
        && !answers.iter().any(|word| name.contains(word))
}

/// Tells of the guards that a file gives no more.
pub(super) fn check_file(
    file: &File,
    (base, head): (&Parsed, &Parsed),
    mounted: &Mounted,
    found: &mut Vec<Finding>,
) {
    let after = mounts(head);
    let before = mounts(base);
    let known: BTreeSet<&String> = before.iter().flat_map(|mount| &mount.guards).collect();
    for mount in &before {
        let lost = mount.guards.iter().find(|guard| mounted.is_fewer(guard));
        let Some(lost) = lost else {
            continue;
        };
        let rows = mount.call.line.saturating_sub(1);
        let place = base.place_of(mount.call.bytes.clone());
        if !file.touches(Side::Base, rows..place.end_line) {
            continue;
        }
        budget::charge(after.len());
        // Another one in its place, or nothing left that it stood before.
        let is_new = |guard: &String| !known.contains(guard);
        let receiver = mount.of.split(['.', ' ']).next().unwrap_or_default();
        let mut same = after.iter().filter(|other| match mount.is_for_all {
            true => other.of.split(['.', ' ']).next() == Some(receiver),
            false => other.of == mount.of,
        });
        let replaced = after.iter().flat_map(|other| &other.guards).any(is_new);
        let still = same.any(|other| mount.is_for_all || !other.guards.contains(lost));
        if replaced || !still {
            continue;
        }
        let what = match mount.is_for_all {
            true => format!("`{receiver}` no longer goes through `{lost}`"),
            false => format!("`{}` no longer stands behind `{lost}`", mount.of),
        };
        let message = format!("{what}, and nothing in the change does so in its place");
        let rule = rules::PROTECTION_DROPPED;
        found.push(rule.finding(Side::Base, file.base_path(), place, message));
    }
}
