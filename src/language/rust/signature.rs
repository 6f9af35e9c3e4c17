//! What callers see of a Rust function.
//!
//! Does not catch: another type of a parameter. Lifetimes and `impl` wordings vary without a caller noticing; the
//! number of parameters does not.

use crate::language::rust::kind;
use crate::language::signature::{Parameter, ParameterKind, Read, Signature, Signatures};
use crate::language::{Definition, DefinitionKind, Kinds, Parsed, RUST};
use crate::syntax::Node;
use crate::syntax::walk::{flat, parts};
use crate::text::{is_in_word, stands_in};

pub(super) const SIGNATURES: Signatures = Signatures {
    is_public,
    is_reached,
    of: signature,
};

static USES: Kinds = Kinds::new(RUST, &[kind::USE_DECLARATION]);

/// In a library, and every module on the way to it is public, or a `pub use` above it passes its name on.
fn is_reached(parsed: &Parsed, definition: &Definition, path: &str, read: Read<'_>) -> bool {
    let Some((above, below)) = path
        .rsplit_once("src/")
        .filter(|(above, _)| is_folder(above))
    else {
        return true;
    };
    let root = format!("{above}src/lib.rs");
    let Some(library) = read(&root) else {
        // Of a crate with `[lib] path = ".."` nothing is known.
        return read(&format!("{above}src/main.rs")).is_none();
    };
    // A method is known by its type, which may be told of in another file.
    let (name, is_method) = match definition.qualified.split_once("::") {
        Some((outer, _)) => (outer, true),
        None => (definition.name.as_str(), false),
    };
    let defines = |parsed: &Parsed| {
        let mut all = parsed.facts().definitions.iter();
        all.any(|other| other.kind == DefinitionKind::Type && other.name == name)
    };
    if is_method && !defines(parsed) {
        return true;
    }
    let mut modules: Vec<&str> = below.trim_end_matches(".rs").split('/').collect();
    modules.pop_if(|last| matches!(*last, "mod" | "lib"));
    let mut file = library;
    let mut folder = format!("{above}src");
    let mut is_open = true;
    for module in modules {
        if passes_on(&file, name, module) {
            return true;
        }
        let mut declared = file.facts().definitions.iter();
        let declared = declared.find(|it| it.kind == DefinitionKind::Module && it.name == module);
        is_open &= declared.is_some_and(|module| is_visible(&file, module));
        folder = format!("{folder}/{module}");
        let files = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
        let Some(next) = files.iter().find_map(|path| read(path)) else {
            break;
        };
        file = next;
    }
    is_open
}

fn is_folder(above: &str) -> bool {
    above.is_empty() || above.ends_with('/')
}

/// Whether a `pub use` of a file passes on a name, or all of a module.
fn passes_on(parsed: &Parsed, name: &str, module: &str) -> bool {
    USES.nodes(parsed).any(|node| {
        let text = parsed.text(node);
        let has = |word: &str| stands_in(text, word, is_in_word).is_some();
        text.starts_with("pub") && (has(name) || (text.contains('*') && has(module)))
    })
}

fn function<'p>(parsed: &'p Parsed, definition: &Definition) -> Option<Node<'p>> {
    parsed.node(&definition.name_bytes())?.parent()
}

fn is_public(parsed: &Parsed, definition: &Definition) -> bool {
    let definitions = &parsed.facts().definitions;
    let parent = definition.parent.and_then(|at| definitions.get(at));
    let of_trait = parent
        .is_some_and(|parent| parent.kind == DefinitionKind::Impl && !parent.bases.is_empty());
    !of_trait && is_visible(parsed, definition)
}

/// Whether a definition is marked `pub`, and no less.
fn is_visible(parsed: &Parsed, definition: &Definition) -> bool {
    function(parsed, definition).is_some_and(|item| {
        let mut children = item.named_children();
        children
            .any(|child| child.kind() == kind::VISIBILITY_MODIFIER && parsed.text(child) == "pub")
    })
}

fn signature(parsed: &Parsed, definition: &Definition) -> Signature {
    let list = function(parsed, definition)
        .and_then(|function| function.child_by_field_name("parameters"));
    let parameters = list.map(parts).unwrap_or_default().into_iter();
    let parameters = parameters.map(|node| Parameter {
        name: flat(parsed, node.child_by_field_name("pattern").unwrap_or(node)),
        kind: ParameterKind::Plain,
        default: String::new(),
    });
    Signature {
        parameters: parameters.collect(),
        ..Signature::default()
    }
}
