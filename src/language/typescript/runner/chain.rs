//! Calls and members in a row, as one: `expect(x).not.toBe(3)`, `it.concurrent.each(rows)("adds", f)`.
//!
//! Does not catch: a row that is kept under a name in between.

use crate::language::Parsed;
use crate::language::typescript::kind;
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};

/// Links of a row that are read; a longer one is generated.
const LINKS: usize = 120;

/// A member, with what it is called with.
#[derive(Clone, Copy)]
pub(super) struct Link<'t> {
    /// Its name.
    pub name: &'t str,
    /// What it is called with, where it is called.
    pub given: Option<Node<'t>>,
    /// Where its name stands.
    pub at: Node<'t>,
    /// All up to it, and with what it is called with.
    pub whole: Node<'t>,
}

/// A row.
pub(super) struct Chain<'t> {
    /// What it begins with.
    pub root: Node<'t>,
    /// What that is called with, where it is called.
    pub given: Option<Node<'t>>,
    /// The beginning, with what it is called with.
    pub begin: Node<'t>,
    /// What follows.
    pub links: Vec<Link<'t>>,
    /// All of it.
    pub whole: Node<'t>,
}

/// Whether a node is the end of a row: no other member or call goes on behind it.
pub(super) fn is_end(node: Node<'_>) -> bool {
    let Some(around) = node.parent() else {
        return true;
    };
    let goes_on = match around.kind() {
        kind::MEMBER_EXPRESSION | kind::SUBSCRIPT_EXPRESSION => {
            around.child_by_field_name("object")
        }
        kind::CALL_EXPRESSION => around.child_by_field_name("function"),
        _ => None,
    };
    goes_on != Some(node)
}

impl<'t> Chain<'t> {
    /// The row that ends in a call or a member.
    pub(super) fn of(parsed: &'t Parsed, whole: Node<'t>) -> Self {
        let mut links = Vec::new();
        let mut at = whole;
        let mut called: Option<(Node<'t>, Node<'t>)> = None;
        for _ in 0..LINKS {
            match at.kind() {
                kind::CALL_EXPRESSION => {
                    let callee = at.child_by_field_name("function");
                    let given = at.child_by_field_name("arguments");
                    let (Some(callee), Some(given)) = (callee, given) else {
                        break;
                    };
                    // A call of what a call gave: `each(rows)("adds", f)`.
                    if let Some((given, whole)) = called {
                        links.push(Link {
                            name: "",
                            given: Some(given),
                            at,
                            whole,
                        });
                    }
                    called = Some((given, at));
                    at = callee;
                }
                kind::MEMBER_EXPRESSION => {
                    let property = at.child_by_field_name("property");
                    let object = at.child_by_field_name("object");
                    let (Some(property), Some(object)) = (property, object) else {
                        break;
                    };
                    let taken = called.take();
                    links.push(Link {
                        name: parsed.text(property),
                        given: taken.map(|(given, _)| given),
                        at: property,
                        whole: taken.map_or(at, |(_, whole)| whole),
                    });
                    at = object;
                }
                kind::SUBSCRIPT_EXPRESSION => {
                    let index = at
                        .child_by_field_name("index")
                        .filter(|index| index.is_string());
                    let (Some(index), Some(object)) = (index, at.child_by_field_name("object"))
                    else {
                        break;
                    };
                    let taken = called.take();
                    links.push(Link {
                        name: parsed.text(index).trim_matches(['"', '\'', '`']),
                        given: taken.map(|(given, _)| given),
                        at: index,
                        whole: taken.map_or(at, |(_, whole)| whole),
                    });
                    at = object;
                }
                kind::NON_NULL_EXPRESSION => match parts(at).first() {
                    Some(inner) => at = *inner,
                    None => break,
                },
                _ => break,
            }
        }
        links.reverse();
        Self {
            root: at,
            given: called.map(|(given, _)| given),
            begin: called.map_or(at, |(_, whole)| whole),
            links,
            whole,
        }
    }

    /// The name that it begins with; empty where that is none.
    pub(super) fn name(&self, parsed: &'t Parsed) -> &'t str {
        match self.root.kind() {
            kind::IDENTIFIER => parsed.text(self.root),
            _ => "",
        }
    }

    /// The last name of what is called in the end; empty where nothing is, or it has none.
    pub(super) fn called(&self, parsed: &'t Parsed) -> &'t str {
        match self.links.last() {
            Some(last) if last.given.is_some() => last.name,
            Some(_) => "",
            None if self.given.is_some() => self.name(parsed),
            None => "",
        }
    }

    /// Whether a member of this name is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.links.iter().any(|link| link.name == name)
    }

    /// What stands before a link, as one line.
    pub(super) fn before(&self, parsed: &Parsed, link: usize) -> String {
        let before = link.checked_sub(1).and_then(|last| self.links.get(last));
        flat(parsed, before.map_or(self.begin, |last| last.whole))
    }
}

/// What a call is given; none of a template.
pub(super) fn arguments(given: Option<Node<'_>>) -> Vec<Node<'_>> {
    given
        .filter(|given| given.kind() == kind::ARGUMENTS)
        .map(parts)
        .unwrap_or_default()
}

/// Whether a node is a function that is written out.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        kind::ARROW_FUNCTION | kind::FUNCTION_EXPRESSION | kind::GENERATOR_FUNCTION
    )
}

/// Without brackets, casts and what says that there is a value.
pub(super) fn unwrap(mut node: Node<'_>) -> Node<'_> {
    while matches!(
        node.kind(),
        kind::PARENTHESIZED_EXPRESSION
            | kind::AS_EXPRESSION
            | kind::SATISFIES_EXPRESSION
            | kind::NON_NULL_EXPRESSION
    ) {
        match parts(node).first() {
            Some(inner) => node = *inner,
            None => break,
        }
    }
    node
}
