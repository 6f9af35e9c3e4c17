//! Public functions that are gone, or that callers must call in another way.
//!
//! Does not catch: what a decorator or a macro makes public; re-exports; types and fields.

use std::collections::BTreeMap;

use anyhow::Result;

use super::rules;
use crate::budget;
use crate::change::{File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::language::{Definition, DefinitionKind, Known, Lang, PYTHON, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{Walk, flat, parts};

/// A parameter as callers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Parameter {
    name: String,
    /// The default, or in Rust the type; empty where there is none.
    rest: String,
    /// Whether it may be left out.
    optional: bool,
}

pub(super) fn look(
    context: &Context<'_>,
    file: &File,
    base: &Parsed,
    head: &Parsed,
    found: &mut Vec<Finding>,
) -> Result<()> {
    if file
        .path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with('_') && name != "__init__.py")
        || file.path.ends_with("main.rs")
        || file.path.contains("/bin/")
    {
        return Ok(());
    }
    let after = public(head);
    for (name, before) in public(base) {
        let Some(now) = after.get(&name) else {
            removed(context, file, base, head, before, found)?;
            continue;
        };
        let (old, new) = (parameters(base, before), parameters(head, now));
        let is_async = |parsed: &Parsed, definition: &Definition| {
            let text = parsed.slice(&definition.bytes);
            let mut lines = text.lines().map(str::trim_start);
            lines.any(|line| line.starts_with("async def ") && line.contains(&definition.name))
        };
        let why = breaks(&old, &new, head.language).or_else(|| {
            let python = head.language == PYTHON;
            match (is_async(base, before), is_async(head, now)) {
                (false, true) if python => Some("it must be awaited now".to_owned()),
                (true, false) if python => Some("it cannot be awaited any more".to_owned()),
                _ => None,
            }
        });
        let Some(why) = why else {
            continue;
        };
        let place = head.place_of(header(head, now));
        let row = place.line.saturating_sub(1);
        if !file.touches(Side::Head, row..now.last_line) {
            continue;
        }
        let mut finding = rules::PUBLIC_SIGNATURE_CHANGED.finding(
            Side::Head,
            &file.path,
            place,
            format!("`{name}`: {why}"),
        );
        if why.starts_with("the default") {
            finding.level = Level::Note;
        }
        found.push(finding);
    }
    Ok(())
}

/// The public functions of a file that have a name of their own.
fn public(parsed: &Parsed) -> BTreeMap<String, &Definition> {
    let mut found: BTreeMap<String, &Definition> = BTreeMap::new();
    let mut twice = Vec::new();
    let facts = parsed.facts();
    for definition in facts
        .definitions
        .iter()
        .filter(|definition| definition.kind == DefinitionKind::Function && !definition.in_test)
    {
        let parent = definition.parent.and_then(|at| facts.definitions.get(at));
        let is_public = match parsed.language.known() {
            Known::Python => {
                let in_function =
                    parent.is_some_and(|parent| parent.kind == DefinitionKind::Function);
                let hidden = definition
                    .qualified
                    .split('.')
                    .any(|part| part.starts_with('_') && part != "__init__" && part != "__call__");
                let overload = definition.marks.iter().any(|mark| {
                    mark.contains("overload") || mark.contains("setter") || mark.contains("fixture")
                });
                !in_function && !hidden && !overload
            }
            Known::Rust => {
                let of_trait = parent.is_some_and(|parent| {
                    parent.kind == DefinitionKind::Impl && !parent.bases.is_empty()
                });
                !of_trait
                    && parsed
                        .slice(&header_line(parsed, definition))
                        .trim_start()
                        .starts_with("pub ")
            }
            Known::Other => false,
        };
        if is_public
            && found
                .insert(definition.qualified.clone(), definition)
                .is_some()
        {
            twice.push(definition.qualified.clone());
        }
    }
    // A name that stands twice is one per `cfg` or per version.
    for name in twice {
        found.remove(&name);
    }
    found
}

/// From the line of the name to the body.
fn header_line(parsed: &Parsed, definition: &Definition) -> std::ops::Range<usize> {
    let end = definition
        .body
        .as_ref()
        .map_or(definition.bytes.end, |body| body.start);
    let header = parsed
        .source
        .get(definition.bytes.start..end)
        .unwrap_or_default();
    let skip = definition.name_line.saturating_sub(definition.first_line) as usize;
    let offset: usize = header.split_inclusive('\n').take(skip).map(str::len).sum();
    definition.bytes.start + offset..end
}

fn header(parsed: &Parsed, definition: &Definition) -> std::ops::Range<usize> {
    let line = header_line(parsed, definition);
    let at = parsed.slice(&line).find(&definition.name).unwrap_or(0);
    line.start + at..line.start + at + definition.name.len()
}

/// A public function that is gone, unless its name lives on in the file or in another changed file.
fn removed(
    context: &Context<'_>,
    file: &File,
    base: &Parsed,
    head: &Parsed,
    before: &Definition,
    found: &mut Vec<Finding>,
) -> Result<()> {
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
    let elsewhere = context.change.files.iter().any(|other| {
        let tree = other
            .head
            .as_ref()
            .and_then(|blob| context.trees.of(&other.path, blob));
        tree.is_some_and(|tree| {
            budget::charge(tree.facts().definitions.len());
            tree.facts()
                .definitions
                .iter()
                .any(|definition| definition.name == name)
        })
    });
    budget::charge(head.facts().definitions.len());
    budget::charge_text(head.source.len());
    if parent_gone || elsewhere || mentions(&head.source, name) {
        return Ok(());
    }
    let place = base.place_of(header(base, before));
    let message = format!("`{}` was public, and is gone", before.qualified);
    found.push(rules::PUBLIC_API_REMOVED.finding(Side::Base, file.base_path(), place, message));
    Ok(())
}

fn mentions(text: &str, word: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        edge(text.get(..at).and_then(|before| before.chars().next_back()))
            && edge(
                text.get(at + word.len()..)
                    .and_then(|after| after.chars().next()),
            )
    })
}

fn parameters(parsed: &Parsed, definition: &Definition) -> Vec<Parameter> {
    let line = header_line(parsed, definition);
    let node = parsed
        .root()
        .descendant_for_byte_range(line.start, line.end.saturating_sub(1).max(line.start));
    let list = node
        .into_iter()
        .flat_map(|node| std::iter::successors(Some(node), Node::parent))
        .find(|node| {
            matches!(
                node.kind(),
                "function_definition" | "function_item" | "function_signature_item"
            )
        })
        .and_then(|function| function.child_by_field_name("parameters"))
        .or_else(|| {
            Walk::new(parsed.root()).find(|node| {
                matches!(node.kind(), "parameters")
                    && node.start_byte() >= line.start
                    && node.end_byte() <= line.end
            })
        });
    let Some(list) = list else { return Vec::new() };
    parts(list)
        .into_iter()
        .map(|part| parameter(parsed, part))
        .collect()
}

fn parameter(parsed: &Parsed, node: Node<'_>) -> Parameter {
    let text = flat(parsed, node);
    let field = |name: &str| {
        node.child_by_field_name(name)
            .map(|child| flat(parsed, child))
    };
    match parsed.language.known() {
        Known::Python => {
            let default = field("value").unwrap_or_default();
            let name = field("name")
                .unwrap_or_else(|| text.split([':', '=']).next().unwrap_or(&text).to_owned());
            let star = text.starts_with('*') || text == "/";
            Parameter {
                name,
                optional: !default.is_empty() || star,
                rest: default,
            }
        }
        Known::Rust | Known::Other => Parameter {
            name: field("pattern").unwrap_or_else(|| text.clone()),
            rest: field("type").unwrap_or_default(),
            optional: false,
        },
    }
}

/// What callers would notice.
fn breaks(old: &[Parameter], new: &[Parameter], language: Lang) -> Option<String> {
    if language == RUST {
        if old.len() != new.len() {
            return Some(format!(
                "it took {} parameters, and takes {}",
                old.len(),
                new.len()
            ));
        }
        // Lifetimes and `impl` wordings vary without a caller noticing; the number does not.
        return None;
    }
    // The receiver is no parameter to callers, whatever it is called.
    let receiver = |list: &[Parameter]| {
        list.first().is_some_and(|first| {
            first.name.trim_start_matches('_') == "self" || first.name == "cls"
        })
    };
    let old = old.get(usize::from(receiver(old))..).unwrap_or(old);
    let new = new.get(usize::from(receiver(new))..).unwrap_or(new);
    let swallows = new.iter().any(|parameter| parameter.name.starts_with("**"));
    for parameter in old
        .iter()
        .filter(|parameter| !parameter.name.starts_with('*') && parameter.name != "/")
    {
        match new.iter().find(|other| other.name == parameter.name) {
            None if swallows => {}
            None => return Some(format!("the parameter `{}` is gone", parameter.name)),
            Some(now) if parameter.optional && !now.optional => {
                return Some(format!(
                    "the parameter `{}` has no default any more",
                    parameter.name
                ));
            }
            Some(_) => {}
        }
    }
    if let Some(added) = new.iter().find(|parameter| {
        !parameter.optional && !old.iter().any(|other| other.name == parameter.name)
    }) {
        return Some(format!("the new parameter `{}` has no default", added.name));
    }
    if let Some(why) = places(old, new) {
        return Some(why);
    }
    let changed = old.iter().find_map(|parameter| {
        let now = new.iter().find(|other| other.name == parameter.name)?;
        (parameter.rest != now.rest && !parameter.rest.is_empty()).then_some((parameter, now))
    });
    changed.map(|(was, now)| {
        format!(
            "the default of `{}` was `{}`, and is `{}`",
            was.name, was.rest, now.rest
        )
    })
}

/// Whether a parameter that callers could give by its place must be given in another way now.
fn places(old: &[Parameter], new: &[Parameter]) -> Option<String> {
    let by_place = |list: &'_ [Parameter]| -> Vec<String> {
        let own = list
            .iter()
            .take_while(|parameter| !parameter.name.starts_with('*'));
        let named = own.filter(|parameter| parameter.name != "/");
        named.map(|parameter| parameter.name.clone()).collect()
    };
    let (was, now) = (by_place(old), by_place(new));
    was.iter().zip(&now).find(|(a, b)| a != b).map_or_else(
        || {
            let lost = was.get(now.len())?;
            let rest = new.iter().any(|parameter| {
                parameter.name.starts_with('*')
                    && parameter.name.len() > 1
                    && !parameter.name.starts_with("**")
            });
            let kept = new.iter().any(|parameter| parameter.name == *lost);
            (kept && !rest).then(|| format!("the parameter `{lost}` can only be given by name now"))
        },
        |(a, b)| {
            let both = now.contains(a) && was.contains(b);
            both.then(|| {
                format!(
                    "`{b}` stands where `{a}` stood: callers that give them by place mean the other"
                )
            })
        },
    )
}
