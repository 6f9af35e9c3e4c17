//! What a node does to the way of a program, in no language's words.
//!
//! Does not catch: a condition that is constant through a name; what leaves a block by a call.

use super::Parsed;
use crate::syntax::Node;
use crate::syntax::walk::{parents, parts};

/// What a node is to the way of a program.
pub enum Shape<'t> {
    /// What stands in it runs under a condition.
    Branch(Branch<'t>),
    /// A function; what stands in it runs when it is called.
    Function,
    /// A function without a name: it runs when whoever got it says so.
    Closure,
    /// Statements, one after the other.
    Block,
    /// A statement that always leaves its block.
    Leaves,
    /// What follows it is compiled for debugging alone.
    DebugOnly,
    /// None of these.
    Other,
}

/// A condition and what stands under it.
pub struct Branch<'t> {
    /// The condition.
    pub condition: Node<'t>,
    /// What runs where it holds.
    pub then: Option<Node<'t>>,
    /// Whether it never holds.
    pub never: bool,
    /// Whether it holds in builds or runs for debugging alone.
    pub for_debugging: bool,
}

/// Whether a node is reached where its function runs, and not only for debugging.
pub fn is_live(parsed: &Parsed, node: Node<'_>) -> bool {
    let shape = |node| parsed.language.shape(parsed, node);
    let mut below = node;
    for parent in parents(node, parsed.root()) {
        match shape(parent) {
            Shape::Branch(branch) => {
                let off = branch.never || branch.for_debugging;
                if off && branch.then == Some(below) {
                    return false;
                }
            }
            Shape::Closure => return false,
            Shape::Function => return true,
            Shape::Block => {
                let before = parts(parent)
                    .into_iter()
                    .take_while(|other| other.start_byte() < below.start_byte());
                let mut last = Shape::Other;
                for other in before {
                    last = shape(other);
                    if matches!(last, Shape::Leaves) {
                        return false;
                    }
                }
                if matches!(last, Shape::DebugOnly) {
                    return false;
                }
            }
            Shape::Leaves | Shape::DebugOnly | Shape::Other => {}
        }
        below = parent;
    }
    true
}

/// The conditions that a node stands under, innermost first.
pub fn conditions<'p>(parsed: &'p Parsed, node: Node<'p>) -> impl Iterator<Item = &'p str> {
    parents(node, parsed.root()).filter_map(|parent| match parsed.language.shape(parsed, parent) {
        Shape::Branch(branch) => Some(parsed.text(branch.condition)),
        _ => None,
    })
}
