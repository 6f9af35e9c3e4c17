//! The first segments of the paths of a file, and the names that it declares itself.
//!
//! Does not catch: paths inside macro calls, and names that a macro makes.

use std::collections::BTreeSet;

use crate::language::rust::kind;
use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::parts;
use crate::text::is_in_word;

/// What needs no declaration.
pub(crate) const SYSROOT: &[&str] = &[
    "std",
    "core",
    "alloc",
    "proc_macro",
    "test",
    "crate",
    "self",
    "super",
    "Self",
];
/// Primitive types, which have associated items, and `macro` paths of tools.
pub(crate) const PRIMITIVES: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f16",
    "f32", "f64", "f128", "bool", "char", "str",
];
const TOOLS: &[&str] = &[
    "rustfmt",
    "clippy",
    "diagnostic",
    "miri",
    "rust_analyzer",
    "rustdoc",
    "kani",
    "coverage",
];

/// Words that stand where a name is declared: after a keyword, or at the end of an imported path.
pub(crate) fn declaring_words(text: &str, names: &mut BTreeSet<String>) {
    const KEYWORDS: &[&str] = &[
        "mod",
        "struct",
        "enum",
        "trait",
        "union",
        "type",
        "fn",
        "as",
        "macro_rules",
        "const",
        "static",
    ];
    let mut previous = "";
    let mut rest = text;
    while let Some(start) = rest.find(is_in_word) {
        let gap = rest.get(..start).unwrap_or_default();
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|c| !is_in_word(c)).unwrap_or(tail.len());
        let (word, after) = tail.split_at(end);
        let keyword =
            KEYWORDS.contains(&previous) && gap.trim_matches(['!', ' ', '\n', '\t']).is_empty();
        let leaf = gap.ends_with("::") && !previous.is_empty() && gap.len() == 2;
        let listed =
            gap.trim_end().ends_with(['{', ',']) && after.trim_start().starts_with([',', '}']);
        if keyword || leaf || listed {
            names.insert(word.to_owned());
        }
        previous = word;
        rest = after;
    }
}

/// A first segment.
pub(crate) struct Root {
    pub(crate) name: String,
    pub(crate) range: std::ops::Range<usize>,
    /// Written with a leading `::`: always a crate.
    pub(crate) absolute: bool,
    /// In an expression or a type, not in a `use`.
    pub(crate) inline: bool,
}

/// The names that a file declares itself, and the roots of its glob imports.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) names: BTreeSet<String>,
    pub(crate) globs: BTreeSet<String>,
}

static ROOTS: Kinds = Kinds::new(
    RUST,
    &[
        kind::MACRO_DEFINITION,
        kind::TOKEN_TREE,
        kind::USE_DECLARATION,
        kind::EXTERN_CRATE_DECLARATION,
        kind::SCOPED_IDENTIFIER,
        kind::SCOPED_TYPE_IDENTIFIER,
    ],
);

/// First segments of the `use` trees, `extern crate` items and lower-case paths of a file.
pub(crate) fn roots(parsed: &Parsed) -> Vec<Root> {
    let mut found = Vec::new();
    let mut nodes = ROOTS.nodes(parsed);
    while let Some(node) = nodes.next() {
        nodes.skip_children();
        match node.kind() {
            kind::USE_DECLARATION => {
                for leaf in leaves(parsed, node) {
                    found.extend(leaf.root);
                }
            }
            kind::EXTERN_CRATE_DECLARATION => {
                if let Some(name) = node.child_by_field_name("name") {
                    found.push(root_at(parsed, name, true, false));
                }
            }
            kind::SCOPED_IDENTIFIER | kind::SCOPED_TYPE_IDENTIFIER => {
                let parent = node.parent();
                let in_attribute = parent.is_some_and(|parent| parent.kind() == kind::ATTRIBUTE);
                if let Some((segment, absolute)) = first_segment(node) {
                    let root = root_at(parsed, segment, absolute, true);
                    let lower = root.name.starts_with(|c: char| c.is_lowercase());
                    let tool = in_attribute && TOOLS.contains(&root.name.as_str());
                    if lower && !tool && segment.kind() == kind::IDENTIFIER {
                        found.push(root);
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn root_at(parsed: &Parsed, node: Node<'_>, absolute: bool, inline: bool) -> Root {
    Root {
        name: parsed.text(node).trim_start_matches("r#").to_owned(),
        range: node.byte_range(),
        absolute,
        inline,
    }
}

/// The leftmost segment of a path, and whether `::` stands before it.
fn first_segment(node: Node<'_>) -> Option<(Node<'_>, bool)> {
    let mut at = node;
    loop {
        match at.kind() {
            kind::SCOPED_IDENTIFIER | kind::SCOPED_TYPE_IDENTIFIER | kind::SCOPED_USE_LIST => {
                match at.child_by_field_name("path") {
                    Some(path) => at = path,
                    None => {
                        let name = at.child_by_field_name("name")?;
                        return Some((name, at.child(0).is_some_and(|first| first.kind() == "::")));
                    }
                }
            }
            kind::IDENTIFIER
            | kind::CRATE
            | kind::SELF
            | kind::SUPER
            | kind::METAVARIABLE
            | kind::TYPE_IDENTIFIER => {
                return Some((at, false));
            }
            _ => return None,
        }
    }
}

/// A leaf of a use tree: what it binds, and the first segment of its path.
struct Leaf {
    binds: Option<String>,
    glob: bool,
    root: Option<Root>,
}

fn leaves(parsed: &Parsed, declaration: Node<'_>) -> Vec<Leaf> {
    let mut found = Vec::new();
    let Some(argument) = declaration.child_by_field_name("argument") else {
        return found;
    };
    // A tree below a path has no root of its own: `use a::{b, c}`.
    let mut open = vec![(argument, true, None::<String>)];
    while let Some((node, rooted, above)) = open.pop() {
        let root = |node: Node<'_>| {
            rooted
                .then(|| first_segment(node))
                .flatten()
                .map(|(segment, absolute)| root_at(parsed, segment, absolute, false))
        };
        match node.kind() {
            kind::USE_LIST => open.extend(
                parts(node)
                    .into_iter()
                    .map(|part| (part, rooted, above.clone())),
            ),
            kind::SCOPED_USE_LIST => {
                let path = node.child_by_field_name("path");
                let last = path.map(|path| last_segment(parsed, path));
                if let Some(path) = path {
                    found.push(Leaf {
                        binds: None,
                        glob: false,
                        root: root(path),
                    });
                }
                if let Some(list) = node.child_by_field_name("list") {
                    open.push((list, rooted && path.is_none(), last.or(above)));
                }
            }
            kind::USE_WILDCARD => {
                let path = parts(node).into_iter().next();
                found.push(Leaf {
                    binds: None,
                    glob: true,
                    root: path.and_then(root),
                });
            }
            kind::USE_AS_CLAUSE => {
                let path = node.child_by_field_name("path");
                let alias = node
                    .child_by_field_name("alias")
                    .map(|alias| parsed.text(alias).to_owned());
                found.push(Leaf {
                    binds: alias,
                    glob: false,
                    root: path.and_then(root),
                });
            }
            kind::SELF => found.push(Leaf {
                binds: above,
                glob: false,
                root: None,
            }),
            _ => {
                let binds = last_segment(parsed, node);
                found.push(Leaf {
                    binds: Some(binds),
                    glob: false,
                    root: root(node),
                });
            }
        }
    }
    found
}

fn last_segment(parsed: &Parsed, node: Node<'_>) -> String {
    let text = parsed.text(node);
    text.rsplit("::").next().unwrap_or(text).trim().to_owned()
}

static DECLARATIONS: Kinds = Kinds::new(
    RUST,
    &[
        kind::MOD_ITEM,
        kind::STRUCT_ITEM,
        kind::ENUM_ITEM,
        kind::UNION_ITEM,
        kind::TRAIT_ITEM,
        kind::TYPE_ITEM,
        kind::FUNCTION_ITEM,
        kind::CONST_ITEM,
        kind::STATIC_ITEM,
        kind::MACRO_DEFINITION,
        kind::EXTERN_CRATE_DECLARATION,
        kind::TOKEN_TREE,
        kind::USE_DECLARATION,
    ],
);

/// The names that the items and imports of a file bind, at any depth.
pub(crate) fn declared_names(parsed: &Parsed) -> Names {
    let mut found = Names::default();
    let mut nodes = DECLARATIONS.nodes(parsed);
    while let Some(node) = nodes.next() {
        match node.kind() {
            kind::EXTERN_CRATE_DECLARATION => {
                if let Some(alias) = node.child_by_field_name("alias") {
                    found.names.insert(parsed.text(alias).to_owned());
                }
            }
            kind::TOKEN_TREE => nodes.skip_children(),
            kind::USE_DECLARATION => {
                nodes.skip_children();
                let leaves = leaves(parsed, node);
                let roots: BTreeSet<&str> = leaves
                    .iter()
                    .filter_map(|leaf| Some(leaf.root.as_ref()?.name.as_str()))
                    .collect();
                for leaf in &leaves {
                    if let Some(binds) = &leaf.binds
                        && !roots.contains(binds.as_str())
                    {
                        found.names.insert(binds.clone());
                    }
                    if let (true, Some(root)) = (leaf.glob, &leaf.root) {
                        found.globs.insert(root.name.clone());
                    }
                }
            }
            _ => {
                if let Some(name) = node.child_by_field_name("name") {
                    found
                        .names
                        .insert(parsed.text(name).trim_start_matches("r#").to_owned());
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<String> {
        let parsed = Parsed::new(RUST, source.into()).unwrap();
        roots(&parsed).into_iter().map(|root| root.name).collect()
    }

    #[test]
    fn roots_of_every_form_of_path_are_read() {
        assert_eq!(read("use a::b;"), ["a"]);
        assert_eq!(read("use {a::b, c::{d, e}};").len(), 2);
        assert_eq!(read("use ::a::b as c;"), ["a"]);
        assert_eq!(read("extern crate a;"), ["a"]);
        assert_eq!(read("use a::b::*;"), ["a"]);
        assert_eq!(
            read("fn f() { a::b::c(); a::D::new(); x.y(); T::new(); a::m!(1) }").len(),
            3
        );
        assert_eq!(read("#[a::main] fn f(x: b::T) {}"), ["a", "b"]);
        assert_eq!(read("#[rustfmt::skip] fn f() {}"), Vec::<String>::new());
    }

    #[test]
    fn a_leaf_does_not_declare_its_own_root() {
        let names = |source: &str| declared_names(&Parsed::new(RUST, source.into()).unwrap()).names;
        assert!(!names("use a::{self, b};").contains("a"));
        assert!(names("use a::{self, b};").contains("b"));
        assert!(!names("use a;").contains("a"));
        assert!(names("use x::y::{self};").contains("y"));
        assert!(names("mod m { pub fn f() {} }").contains("f"));
    }

    #[test]
    fn words_in_declaring_places_are_read() {
        let mut names = BTreeSet::new();
        declaring_words(
            "macro_rules! m { () => { mod made {} } } use a::b; use c::{d, e}; use x as y; f::<T>();",
            &mut names,
        );
        for name in ["m", "made", "b", "d", "e", "y"] {
            assert!(names.contains(name), "{name}: {names:?}");
        }
        assert!(!names.contains("a") && !names.contains("x"), "{names:?}");
    }
}
