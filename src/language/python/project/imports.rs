//! The import statements of a Python file, each with what guards it.
//!
//! Does not catch: imports through `importlib` or `__import__` of a name that is no literal.

use crate::language::python::kind;
use crate::language::{Kinds, PYTHON, Parsed};
use crate::place::Place;
use crate::syntax::Node;
use crate::syntax::walk::{field, parents, parts};

/// The statements that import, `from __future__` aside.
static STATEMENTS: Kinds = Kinds::new(
    PYTHON,
    &[
        kind::IMPORT_STATEMENT,
        kind::IMPORT_FROM_STATEMENT,
        kind::CALL,
    ],
);

/// One module that a statement imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// Leading dots.
    pub(crate) level: usize,
    /// The dotted module, without the dots; empty in `from . import x`.
    pub(crate) module: String,
    /// What `from` takes from it; empty for a plain import.
    pub(crate) names: Vec<String>,
    /// Where the module's name stands.
    pub(crate) place: Place,
    /// Why it may fail or never run, where the code says so.
    pub(crate) guarded: bool,
    /// Whether it stands in a function: it fails only when that runs.
    pub(crate) lazy: bool,
    /// Whether it is tried, and another import stands in for it where that fails.
    pub(crate) falls_back: bool,
    /// Whether a call imports it, by a name that it is given.
    pub(crate) by_name: bool,
}

impl Import {
    /// The first segment.
    pub(crate) fn top(&self) -> &str {
        self.module.split('.').next().unwrap_or_default()
    }
}

/// All imports of a file, in order.
pub(crate) fn imports(parsed: &Parsed) -> Vec<Import> {
    let skipped = import_or_skip(parsed);
    let mut found = Vec::new();
    for node in STATEMENTS.nodes(parsed) {
        let wanted: Vec<(Node<'_>, usize, String, Vec<String>)> = match node.kind() {
            kind::IMPORT_STATEMENT => parts(node)
                .into_iter()
                .map(|part| part.child_by_field_name("name").unwrap_or(part))
                .map(|name| (name, 0, dotted(parsed, name), Vec::new()))
                .collect(),
            kind::IMPORT_FROM_STATEMENT => {
                let Some(module) = node.child_by_field_name("module_name") else {
                    continue;
                };
                let text: String = parsed.text(module).split_whitespace().collect();
                let level = text.chars().take_while(|&c| c == '.').count();
                let name = text.trim_start_matches('.').to_owned();
                let names = node
                    .children_by_field_name("name")
                    .map(|part| part.child_by_field_name("name").unwrap_or(part))
                    .map(|part| parsed.text(part).to_owned())
                    .collect();
                vec![(module, level, name, names)]
            }
            kind::CALL => match by_name(parsed, node) {
                Some((name, module)) => vec![(name, 0, module, Vec::new())],
                None => continue,
            },
            _ => continue,
        };
        if wanted.is_empty() || node.has_error() {
            continue;
        }
        let (guarded, lazy) = surroundings(parsed, node);
        for (name, level, module, names) in wanted {
            let top = module.split('.').next().unwrap_or_default();
            let guarded = guarded || skipped.iter().any(|other| other == top);
            found.push(Import {
                level,
                place: parsed.place(name),
                module,
                names,
                guarded,
                lazy,
                falls_back: guarded && falls_back(parsed, node),
                by_name: node.kind() == kind::CALL,
            });
        }
    }
    found
}

/// The module that `__import__("..")` or `import_module("..")` is given, and where its name stands.
fn by_name<'t>(parsed: &Parsed, call: Node<'t>) -> Option<(Node<'t>, String)> {
    let callee = field(parsed, call, "function")?;
    let imports = matches!(
        callee,
        "__import__" | "import_module" | "importlib.import_module"
    );
    let given = call.child_by_field_name("arguments").filter(|_| imports)?;
    let first = parts(given).into_iter().next()?;
    let text = parsed.text(first);
    let quote = text
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let name = text.trim_matches(quote);
    let is_segment = |part: &str| {
        let starts = part.starts_with(|c: char| c.is_alphabetic() || c == '_');
        starts && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    name.split('.')
        .all(is_segment)
        .then(|| (first, name.to_owned()))
}

fn dotted(parsed: &Parsed, node: Node<'_>) -> String {
    parsed.text(node).split_whitespace().collect()
}

/// Modules named in `importorskip("..")` or `find_spec("..")` anywhere in the file.
fn import_or_skip(parsed: &Parsed) -> Vec<String> {
    let mut found = Vec::new();
    for marker in ["importorskip(", "find_spec("] {
        for rest in parsed.source.split(marker).skip(1) {
            let quoted = rest.trim_start().strip_prefix(['"', '\'']);
            let name = quoted.and_then(|rest| rest.split(['"', '\'', '.']).next());
            found.extend(name.map(str::to_owned));
        }
    }
    found
}

/// Conditions that make an import depend on interpreter, platform or type checker.
const CONDITIONS: &[&str] = &[
    "TYPE_CHECKING",
    "sys.version",
    "version_info",
    "platform",
    "os.name",
    "PY2",
    "PY3",
    "find_spec",
    "implementation",
    "HAS_",
    "HAVE_",
    "_AVAILABLE",
    "_available",
    "_INSTALLED",
];

/// Whether something around an import guards it, and whether it stands in a function.
pub(super) fn surroundings(parsed: &Parsed, node: Node<'_>) -> (bool, bool) {
    let (mut guarded, mut lazy) = (false, false);
    for parent in parents(node, parsed.root()) {
        guarded |= match parent.kind() {
            kind::TRY_STATEMENT => handles_import_errors(parsed, parent),
            kind::IF_STATEMENT | kind::ELIF_CLAUSE | kind::CONDITIONAL_EXPRESSION => parent
                .child_by_field_name("condition")
                .is_some_and(|condition| is_guard(parsed.text(condition))),
            kind::WITH_STATEMENT => {
                let head = parsed.text(parent).lines().next().unwrap_or_default();
                head.contains("suppress(") && head.contains("Import") || head.contains("raises(")
            }
            kind::DECORATED_DEFINITION => parts(parent)
                .iter()
                .filter(|part| part.kind() == kind::DECORATOR)
                .any(|part| parsed.text(*part).contains("skip")),
            _ => false,
        };
        lazy |= parent.kind() == kind::FUNCTION_DEFINITION;
    }
    (guarded, lazy)
}

/// Whether the handlers around an import import under the same name.
fn falls_back(parsed: &Parsed, node: Node<'_>) -> bool {
    let above = parents(node, parsed.root()).find(|above| above.kind() == kind::TRY_STATEMENT);
    let handlers = above.into_iter().flat_map(|above| above.children());
    let handlers = handlers.filter(|child| child.kind() == kind::EXCEPT_CLAUSE);
    let handlers: Vec<Node<'_>> = handlers.collect();
    let within = |handler: &Node<'_>| handler.byte_range().contains(&node.start_byte());
    let imports = |handler: &Node<'_>| parsed.text(*handler).contains("import ");
    !handlers.iter().any(within) && handlers.iter().any(imports)
}

fn is_guard(condition: &str) -> bool {
    CONDITIONS.iter().any(|word| condition.contains(word))
}

fn handles_import_errors(parsed: &Parsed, node: Node<'_>) -> bool {
    node.children()
        .filter(|child| child.kind() == kind::EXCEPT_CLAUSE)
        .any(|clause| {
            let text = parsed.text(clause);
            let head = text.split(':').next().unwrap_or(text);
            head.trim() == "except"
                || ["ImportError", "ModuleNotFoundError", "Exception"]
                    .iter()
                    .any(|name| head.contains(name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(source: &str) -> Vec<Import> {
        imports(&Parsed::new(PYTHON, source.into()).unwrap())
    }

    #[test]
    fn every_form_of_import_is_read() {
        let found = read(
            "import a.b, c as d\nfrom e.f import (g, h as i)\nfrom . import j\nfrom ..k import l\n",
        );
        let seen: Vec<(usize, &str, String)> = found
            .iter()
            .map(|import| (import.level, import.module.as_str(), import.names.join(",")))
            .collect();
        assert_eq!(
            seen,
            [
                (0, "a.b", String::new()),
                (0, "c", String::new()),
                (0, "e.f", "g,h".into()),
                (1, "", "j".into()),
                (2, "k", "l".into())
            ]
        );
    }

    #[test]
    fn what_guards_an_import_is_seen() {
        for source in [
            "try:\n    import a\nexcept ImportError:\n    import b\n",
            "if TYPE_CHECKING:\n    import a\n",
            "if sys.version_info >= (3, 11):\n    import a\nelse:\n    import b\n",
            "a = pytest.importorskip('a')\ndef f():\n    import a\n",
            "with contextlib.suppress(ImportError):\n    import a\n",
        ] {
            assert!(read(source).iter().all(|import| import.guarded), "{source}");
        }
        assert!(!read("try:\n    import a\nexcept ValueError:\n    pass\n")[0].guarded);
        assert!(!read("if flag:\n    import a\n")[0].guarded);
    }

    #[test]
    fn an_import_in_a_string_is_none() {
        assert!(read("x = '''\nimport a\n'''\n").is_empty());
    }
}
