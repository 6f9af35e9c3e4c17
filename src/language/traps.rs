//! Traps of a language that syntax can see: code that does something else than it seems to.
//!
//! Does not catch: a trap behind a name.

use super::Parsed;
use crate::syntax::Node;

/// What finds the traps of a language in a file.
pub type Traps = for<'t> fn(&'t Parsed) -> Vec<Trap<'t>>;

/// A trap.
pub struct Trap<'t> {
    /// Where it is.
    pub node: Node<'t>,
    /// What it is.
    pub kind: TrapKind,
    /// What it does, as a sentence.
    pub message: String,
    /// Whether the code around says that it will be met.
    pub is_likely: bool,
}

/// What a trap is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrapKind {
    /// A default that all calls share and any may change.
    MutableDefault,
    /// Whether it is the same object is asked of a literal.
    IdentityOfLiteral,
    /// A number that binary fractions do not hold is compared for equality.
    FloatEquality,
    /// A time without its zone.
    NaiveTime,
    /// A conversion that drops what does not fit.
    NarrowingCast,
    /// Something is asked of a collection that may be empty.
    EmptyCollection,
    /// A quotient loses its fraction.
    LostFraction,
    /// A function that must be waited for, given to one that does not wait.
    AsyncForEach,
    /// Numbers sorted by their digits.
    SortedAsText,
    /// One object in each place of a list.
    SharedFill,
    /// What an effect sets up and never takes down.
    NeverUndone,
    /// A number read in whatever base its text asks for.
    RadixLeftOut,
}

impl<'t> Trap<'t> {
    /// A comparison for equality with a number that binary fractions do not hold.
    pub(super) fn float_equality(node: Node<'t>, number: &str) -> Self {
        Self {
            node,
            kind: TrapKind::FloatEquality,
            message: format!("a comparison with `{number}` for equality"),
            is_likely: false,
        }
    }
}

/// Whether a number is one that binary fractions do not hold: `0.1`, not `0.0` or `0.5`.
pub(super) fn is_inexact(text: &str) -> bool {
    let text = text.replace('_', "");
    let digits = text.trim_end_matches("f32").trim_end_matches("f64");
    let Ok(number) = digits.parse::<f64>() else {
        return false;
    };
    (number * 1024.0).fract() != 0.0
}

/// Whether names in a text are those of amounts, of which no part may be lost.
pub(super) fn is_of_money(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "amount", "balance", "cents", "charge", "cost", "discount", "fee", "invoice", "payment",
        "price", "qty", "quantity", "tax", "total",
    ];
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        let word = word.to_lowercase();
        WORDS.contains(&word.as_str()) || WORDS.contains(&word.trim_end_matches('s'))
    })
}
