//! First segments of Rust paths: each new one is a crate of the manifest, the tree's own, or reported.
//! The compiler says so too; this is what is left where nothing can be built.
//!
//! Does not catch: paths inside macro calls, and names that a macro makes; a name that any file of the
//! package declares is taken as known everywhere in it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::cargo::{Manifest, manifest};
use super::rules;
use crate::change::{Blob, Change, File, Side};
use crate::checks::Context;
use crate::finding::{Finding, Level};
use crate::language::{Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::parts;

/// What needs no declaration.
const SYSROOT: &[&str] = &[
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
const PRIMITIVES: &[&str] = &[
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

/// The packages of the tree at head.
pub(super) struct Rust<'c> {
    change: &'c Change,
    /// Manifests with a package, by folder.
    packages: BTreeMap<String, Manifest>,
    /// Names of all manifests.
    anywhere: BTreeSet<String>,
    /// Names declared in the files of a package, by folder.
    declared: RefCell<BTreeMap<String, BTreeSet<String>>>,
}

impl<'c> Rust<'c> {
    /// Reads the manifests.
    pub(super) fn read(change: &'c Change) -> Result<Self> {
        let mut packages = BTreeMap::new();
        let mut anywhere = BTreeSet::new();
        for path in change.paths(Side::Head)? {
            let Some(folder) = path.strip_suffix("Cargo.toml") else {
                continue;
            };
            let blob = change.read(Side::Head, path)?;
            let Some(read) = blob.as_ref().and_then(Blob::text).and_then(manifest) else {
                continue;
            };
            anywhere.extend(read.names.iter().cloned());
            anywhere.extend(read.dependencies.keys().map(|name| name.replace('-', "_")));
            if read.is_package {
                packages.insert(folder.trim_end_matches('/').to_owned(), read);
            }
        }
        Ok(Self {
            change,
            packages,
            anywhere,
            declared: RefCell::default(),
        })
    }

    /// Examines head's side of a Rust file.
    pub(super) fn examine(
        &self,
        context: &Context<'_>,
        file: &File,
        found: &mut Vec<Finding>,
    ) -> Result<()> {
        let Some((folder, package)) = self.package(&file.path) else {
            return Ok(());
        };
        let tree = |blob: &Option<Blob>, path: &str| {
            blob.as_ref().and_then(|blob| context.trees.of(path, blob))
        };
        let Some(parsed) = tree(&file.head, &file.path) else {
            return Ok(());
        };
        let before: BTreeSet<String> = tree(&file.base, file.base_path())
            .map(|parsed| roots(&parsed).into_iter().map(|root| root.name).collect())
            .unwrap_or_default();
        let own = declared_names(&parsed);
        let foreign_glob = own
            .globs
            .iter()
            .any(|root| !SYSROOT.contains(&root.as_str()) && !own.names.contains(root));
        let mut told = BTreeSet::new();
        for root in roots(&parsed) {
            let name = root.name.as_str();
            let known = SYSROOT.contains(&name)
                || package.names.contains(name)
                || before.contains(name)
                || (name.starts_with("rustc_") && parsed.source.contains("rustc_private"));
            let local = !root.absolute
                && (own.names.contains(name)
                    || (root.inline && (foreign_glob || PRIMITIVES.contains(&name))));
            if known || local || told.contains(name) {
                continue;
            }
            if !root.absolute && self.declared_in(&folder, name)? {
                continue;
            }
            told.insert(root.name.clone());
            let place = parsed.place_of(root.range.clone());
            let manifest = if folder.is_empty() {
                "Cargo.toml".to_owned()
            } else {
                format!("{folder}/Cargo.toml")
            };
            if self.anywhere.contains(name) {
                let message = format!(
                    "`{name}` is no dependency of {manifest}, though another manifest of this tree has it"
                );
                let mut finding = rules::UNKNOWN_CRATE
                    .finding(Side::Head, &file.path, place, message)
                    .with("crate", name);
                finding.level = Level::Escalate;
                found.push(finding);
            } else {
                let message = format!(
                    "`{name}` is no crate that {manifest} declares, and no module or name of this package"
                );
                found.push(
                    rules::UNKNOWN_CRATE
                        .finding(Side::Head, &file.path, place, message)
                        .with("crate", name),
                );
            }
        }
        Ok(())
    }

    /// The package whose manifest stands nearest above a path.
    fn package(&self, path: &str) -> Option<(String, &Manifest)> {
        let mut at = path;
        loop {
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
            if let Some(package) = self.packages.get(at) {
                return Some((at.to_owned(), package));
            }
            if at.is_empty() {
                return None;
            }
        }
    }

    /// Whether any Rust file of a package declares a name. Reads them once, when first asked.
    fn declared_in(&self, folder: &str, name: &str) -> Result<bool> {
        if let Some(known) = self.declared.borrow().get(folder) {
            return Ok(known.contains(name));
        }
        let mut names = BTreeSet::new();
        for path in self.change.paths(Side::Head)? {
            let ours = folder.is_empty()
                || path
                    .strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/'));
            if ours
                && path.ends_with(".rs")
                && let Some(blob) = self.change.read(Side::Head, path)?
                && let Some(text) = blob.text()
            {
                declaring_words(text, &mut names);
            }
        }
        let known = names.contains(name);
        self.declared.borrow_mut().insert(folder.to_owned(), names);
        Ok(known)
    }
}

/// Words that stand where a name is declared: after a keyword, or at the end of an imported path.
fn declaring_words(text: &str, names: &mut BTreeSet<String>) {
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
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut previous = "";
    let mut rest = text;
    while let Some(start) = rest.find(is_word) {
        let gap = rest.get(..start).unwrap_or_default();
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|c| !is_word(c)).unwrap_or(tail.len());
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
struct Root {
    name: String,
    range: std::ops::Range<usize>,
    /// Written with a leading `::`: always a crate.
    absolute: bool,
    /// In an expression or a type, not in a `use`.
    inline: bool,
}

/// The names that a file declares itself, and the roots of its glob imports.
#[derive(Default)]
struct Names {
    names: BTreeSet<String>,
    globs: BTreeSet<String>,
}

static ROOTS: Kinds = Kinds::new(
    RUST,
    &[
        "macro_definition",
        "token_tree",
        "use_declaration",
        "extern_crate_declaration",
        "scoped_identifier",
        "scoped_type_identifier",
    ],
);

/// First segments of the `use` trees, `extern crate` items and lower-case paths of a file.
fn roots(parsed: &Parsed) -> Vec<Root> {
    let mut found = Vec::new();
    let mut nodes = ROOTS.nodes(parsed);
    while let Some(node) = nodes.next() {
        nodes.skip_children();
        match node.kind() {
            "use_declaration" => {
                for leaf in leaves(parsed, node) {
                    found.extend(leaf.root);
                }
            }
            "extern_crate_declaration" => {
                if let Some(name) = node.child_by_field_name("name") {
                    found.push(root_at(parsed, name, true, false));
                }
            }
            "scoped_identifier" | "scoped_type_identifier" => {
                let parent = node.parent();
                let in_attribute = parent.is_some_and(|parent| parent.kind() == "attribute");
                if let Some((segment, absolute)) = first_segment(node) {
                    let root = root_at(parsed, segment, absolute, true);
                    let lower = root.name.starts_with(|c: char| c.is_lowercase());
                    let tool = in_attribute && TOOLS.contains(&root.name.as_str());
                    if lower && !tool && segment.kind() == "identifier" {
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
            "scoped_identifier" | "scoped_type_identifier" | "scoped_use_list" => {
                match at.child_by_field_name("path") {
                    Some(path) => at = path,
                    None => {
                        let name = at.child_by_field_name("name")?;
                        return Some((name, at.child(0).is_some_and(|first| first.kind() == "::")));
                    }
                }
            }
            "identifier" | "crate" | "self" | "super" | "metavariable" | "type_identifier" => {
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
            "use_list" => open.extend(
                parts(node)
                    .into_iter()
                    .map(|part| (part, rooted, above.clone())),
            ),
            "scoped_use_list" => {
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
            "use_wildcard" => {
                let path = parts(node).into_iter().next();
                found.push(Leaf {
                    binds: None,
                    glob: true,
                    root: path.and_then(root),
                });
            }
            "use_as_clause" => {
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
            "self" => found.push(Leaf {
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
        "mod_item",
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "type_item",
        "function_item",
        "const_item",
        "static_item",
        "macro_definition",
        "extern_crate_declaration",
        "token_tree",
        "use_declaration",
    ],
);

/// The names that the items and imports of a file bind, at any depth.
fn declared_names(parsed: &Parsed) -> Names {
    let mut found = Names::default();
    let mut nodes = DECLARATIONS.nodes(parsed);
    while let Some(node) = nodes.next() {
        match node.kind() {
            "extern_crate_declaration" => {
                if let Some(alias) = node.child_by_field_name("alias") {
                    found.names.insert(parsed.text(alias).to_owned());
                }
            }
            "token_tree" => nodes.skip_children(),
            "use_declaration" => {
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
