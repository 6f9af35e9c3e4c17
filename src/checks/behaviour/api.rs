//! Public functions that are gone, or that callers must call in another way.
//!
//! Where the change alters a caller beside the tests as well, its author knew of callers: that is a note.
//!
//! Does not catch: what a macro makes public; types and fields, but for those that the root of a library passes on.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::calls::Totals;
use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level, Place};
use crate::language::signature::{Parameter, ParameterKind, Signature, Signatures};
use crate::language::{Definition, DefinitionKind, Parsed};
use crate::text::{is_in_word, stands_in};

/// Names that are shown beside the first of those of which the same is said.
const SHOWN: usize = 5;

pub(super) fn check_file(
    context: &Context<'_>,
    file: &File,
    (base, head): (&Parsed, &Parsed),
    totals: &Totals,
    found: &mut Vec<Finding>,
) {
    let profile = head.language.profile();
    let signatures = [base, head].map(|side| side.language.signatures());
    let [Some(old), Some(new)] = signatures else {
        return;
    };
    if profile.is_inner(&file.path) || file.path.contains("/bin/") {
        return;
    }
    let read = |path: &str| {
        let blob = context.change.read(Side::Head, path).ok()??;
        context.trees.of(path, &blob)
    };
    if profile
        .roots
        .iter()
        .any(|root| file.path.ends_with(root.as_str()))
    {
        passed_on(file, base, head, found);
    }
    let after = public(head, new);
    // What is said of several functions in the same words is said once.
    let mut told: BTreeMap<(String, bool), (usize, Vec<&str>)> = BTreeMap::new();
    for (name, before) in public(base, old) {
        let Some(now) = after.get(name) else {
            // What a framework calls was there for whoever sees it, too.
            let plain = Definition {
                marks: Vec::new(),
                ..before.clone()
            };
            if (old.is_reached)(base, &plain, &file.path, &read) {
                removed(context, file, base, head, before, found);
            }
            continue;
        };
        if !file.touches(Side::Head, now.name_line.saturating_sub(1)..now.last_line) {
            continue;
        }
        let Some(why) = breaks(&(old.of)(base, before), &(new.of)(head, now)) else {
            continue;
        };
        if !(new.is_reached)(head, now, &file.path, &read) {
            continue;
        }
        let place = head.place_of(now.name_bytes());
        let rule = rules::PUBLIC_SIGNATURE_CHANGED;
        let message = format!("`{name}`: {why}");
        let mut finding = rule.finding(Side::Head, &file.path, place, message);
        if why.starts_with("the default") || totals.is_edited(&now.name) {
            finding.level = Level::Note;
        }
        match told.entry((why, finding.level == Level::Note)) {
            Entry::Occupied(mut others) => others.get_mut().1.push(name),
            Entry::Vacant(first) => {
                first.insert((found.len(), Vec::new()));
                found.push(finding);
            }
        }
    }
    for (at, others) in told.into_values().filter(|(_, others)| !others.is_empty()) {
        let shown: Vec<String> = others
            .iter()
            .take(SHOWN)
            .map(|name| format!("`{name}`"))
            .collect();
        let more = if others.len() > SHOWN { ", .." } else { "" };
        if let Some(finding) = found.get_mut(at) {
            let also = format!("; so it is for {}{more}", shown.join(", "));
            finding.message.push_str(&also);
        }
    }
}

/// Names that the root of a library passed on to its callers, and does not any more.
fn passed_on(file: &File, base: &Parsed, head: &Parsed, found: &mut Vec<Finding>) {
    let Some(before) = head.language.profile().passes_on_before.as_deref() else {
        return;
    };
    let names = |parsed: &'_ Parsed| -> BTreeMap<String, u32> {
        let imports = parsed.facts().imports.iter();
        // What a module within the file passes on may be for the file alone.
        let own = imports.filter(|import| import.inside.is_none());
        let passed = own.filter(|import| parsed.slice(&import.bytes).starts_with(before));
        let named = passed.filter_map(|import| {
            let name = import.alias.as_ref().or(import.name.as_ref())?;
            Some((name.clone(), import.line))
        });
        named.collect()
    };
    let after = names(head);
    let passes_all = after.contains_key("*");
    for (name, line) in names(base) {
        budget::charge(head.facts().definitions.len());
        let is_there = after.contains_key(&name) || passes_all || name == "*" || name == "_";
        let row = line.saturating_sub(1);
        if is_there || !file.touches(Side::Base, row..row + 1) {
            continue;
        }
        if head
            .facts()
            .definitions
            .iter()
            .any(|one| one.qualified == name)
        {
            continue;
        }
        let place = Place {
            line,
            column: 1,
            end_line: line,
            end_column: 1,
        };
        let message = format!("callers could take `{name}` from here, and no longer can");
        let rule = rules::PUBLIC_API_REMOVED;
        let mut finding = rule.finding(Side::Base, file.base_path(), place, message);
        finding.level = Level::Escalate;
        found.push(finding);
    }
}

/// The public functions of a file that have a name of their own: one that stands twice is one per `cfg` or per
/// version.
fn public(parsed: &Parsed, signatures: Signatures) -> BTreeMap<&str, &Definition> {
    super::named_once(parsed, |definition| {
        !definition.in_test && (signatures.is_public)(parsed, definition)
    })
}

/// A public function that is gone, unless its name lives on in the file or in another changed file.
fn removed(
    context: &Context<'_>,
    file: &File,
    base: &Parsed,
    head: &Parsed,
    before: &Definition,
    found: &mut Vec<Finding>,
) {
    let name = before.name.as_str();
    let parent_gone = before
        .parent
        .and_then(|at| base.facts().definitions.get(at))
        .is_some_and(|parent| {
            parent.kind != DefinitionKind::Impl
                && !head
                    .facts()
                    .definitions
                    .iter()
                    .any(|other| other.qualified == parent.qualified)
        });
    let elsewhere = super::defines(context, Side::Head, name);
    budget::charge(head.facts().definitions.len());
    budget::charge_text(head.source.len());
    if parent_gone || elsewhere || stands_in(&head.source, name, is_in_word).is_some() {
        return;
    }
    let place = base.place_of(before.name_bytes());
    let message = format!("`{}` was public, and is gone", before.qualified);
    found.push(rules::PUBLIC_API_REMOVED.finding(Side::Base, file.base_path(), place, message));
}

/// What callers would notice.
fn breaks(old: &Signature, new: &Signature) -> Option<String> {
    let (was, now) = (&old.parameters, &new.parameters);
    if !new.by_name {
        return by_place(was, now).or_else(|| swapped(was, now));
    }
    by_name(was, now).or_else(|| match (old.awaited, new.awaited) {
        (false, true) => Some("it must be awaited now".to_owned()),
        (true, false) => Some("it cannot be awaited any more".to_owned()),
        _ => None,
    })
}

/// What callers would notice who give parameters by their place, and may leave out the last ones.
fn by_place(old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let least = |list: &[Parameter]| {
        let last = list.iter().rposition(Parameter::is_required);
        last.map_or(0, |last| last + 1)
    };
    let most = |list: &[Parameter]| list.iter().filter(|one| one.is_plain()).count();
    let is_open = |list| has(list, ParameterKind::Rest);
    let (was, now) = (least(old), least(new));
    let (could, can) = (most(old), most(new));
    if now <= was && (can >= could || is_open(new)) {
        return None;
    }
    let said = |least: usize, most: usize, is_open: bool| match (is_open, least == most) {
        (true, _) => format!("{least} or more"),
        (false, true) => least.to_string(),
        (false, false) => format!("{least} to {most}"),
    };
    let was = said(was, could, is_open(old));
    let now = said(now, can, is_open(new));
    (was != now).then(|| format!("it took {was} parameters, and takes {now}"))
}

/// Two parameters of which each stands where the other stood.
fn swapped(old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let mut pairs = old
        .iter()
        .zip(new)
        .filter(|(was, now)| was.name != now.name);
    let ((was, now), (next_was, next_now)) = (pairs.next()?, pairs.next()?);
    (was.name == next_now.name && now.name == next_was.name).then(|| {
        format!(
            "`{}` stands where `{}` stood: callers that give them by place mean the other",
            now.name, was.name
        )
    })
}

/// What callers would notice who may give a parameter by its name, or leave it out.
fn by_name(old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let same = |list: &'_ [Parameter], name: &str| {
        let found = list.iter().find(|other| other.name == name);
        found.cloned()
    };
    let swallows = has(new, ParameterKind::NamedRest);
    let plain = || old.iter().filter(|parameter| parameter.is_plain());
    let harder = plain().find_map(|parameter| {
        let name = &parameter.name;
        match same(new, name) {
            None if swallows => None,
            None => Some(format!("the parameter `{name}` is gone")),
            Some(now) if !parameter.is_required() && now.is_required() => {
                Some(format!("the parameter `{name}` has no default any more"))
            }
            Some(_) => None,
        }
    });
    let added = || {
        let mut required = new.iter().filter(|parameter| parameter.is_required());
        let added = required.find(|parameter| same(old, &parameter.name).is_none())?;
        Some(format!("the new parameter `{}` has no default", added.name))
    };
    let changed = || {
        plain().find_map(|was| {
            let now = same(new, &was.name)?;
            (was.default != now.default && !was.default.is_empty()).then(|| {
                format!(
                    "the default of `{}` was `{}`, and is `{}`",
                    was.name, was.default, now.default
                )
            })
        })
    };
    harder
        .or_else(added)
        .or_else(|| places(old, new))
        .or_else(changed)
}

fn has(list: &[Parameter], kind: ParameterKind) -> bool {
    list.iter().any(|parameter| parameter.kind == kind)
}

/// Whether a parameter that callers could give by its place must be given in another way now.
fn places(old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let by_place = |list: &'_ [Parameter]| -> Vec<String> {
        let own = list.iter().take_while(|parameter| {
            matches!(
                parameter.kind,
                ParameterKind::Plain | ParameterKind::PlaceOnly
            )
        });
        let named = own.filter(|parameter| parameter.is_plain());
        named.map(|parameter| parameter.name.clone()).collect()
    };
    let (was, now) = (by_place(old), by_place(new));
    let Some((a, b)) = was.iter().zip(&now).find(|(a, b)| a != b) else {
        let lost = was.get(now.len())?;
        let kept = new.iter().any(|parameter| parameter.name == *lost);
        return (kept && !has(new, ParameterKind::Rest))
            .then(|| format!("the parameter `{lost}` can only be given by name now"));
    };
    (now.contains(a) && was.contains(b)).then(|| {
        format!("`{b}` stands where `{a}` stood: callers that give them by place mean the other")
    })
}
