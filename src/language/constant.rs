//! What an expression comes to whatever the code does: constants folded, in no language. A language says what its
//! nodes are, and this what they come to.
//!
//! Does not catch: what a language's reader has no form for; nothing is known of it.

use std::cmp::Ordering;

/// Deeper than people nest conditions; the rest is unknown.
pub(in crate::language) const DEEPEST: usize = 40;

/// A value known without running anything.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::language) enum Value {
    /// The value for none.
    None,
    /// A truth value.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A text.
    Text(String),
    /// Another literal as it is written: equal to itself, and not ordered here.
    Literal(String),
    /// A display of known values.
    Items(Vec<Value>),
    /// Something true, of a type that does not compare here.
    True,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::language) enum Comparison {
    Equal,
    Unequal,
    Same,
    Other,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

impl Comparison {
    /// Of an operator, its white space left out.
    pub(in crate::language) fn of(operator: &str) -> Option<Self> {
        Some(match operator {
            "==" => Self::Equal,
            "!=" => Self::Unequal,
            "is" => Self::Same,
            "isnot" => Self::Other,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "in" => Self::In,
            "notin" => Self::NotIn,
            _ => return None,
        })
    }

    /// What holds where this does not.
    fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Same => Self::Other,
            Self::Other => Self::Same,
            Self::Less => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::Less,
            Self::Greater => Self::LessOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::In => Self::NotIn,
            Self::NotIn => Self::In,
        }
    }
}

/// What is known of an expression.
#[derive(Clone, Debug, Default)]
pub(in crate::language) struct Folded {
    /// Whether it is true; none where that depends.
    pub truth: Option<bool>,
    /// Its value, where it is one.
    pub value: Option<Value>,
    /// Whether it is a length, which nothing is below 0 of.
    is_length: bool,
}

impl Folded {
    /// A value.
    pub(in crate::language) fn value(value: Value) -> Self {
        let truth = match &value {
            Value::None => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Int(value) => Some(*value != 0),
            Value::Text(text) => Some(!text.is_empty()),
            Value::Items(items) => Some(!items.is_empty()),
            Value::Literal(_) => None,
            Value::True => Some(true),
        };
        Self {
            truth,
            value: Some(value),
            is_length: false,
        }
    }

    /// Something of which no more than this is known.
    pub(in crate::language) fn truth(truth: Option<bool>) -> Self {
        Self {
            truth,
            ..Self::default()
        }
    }

    /// A length.
    pub(in crate::language) fn length() -> Self {
        Self {
            is_length: true,
            ..Self::default()
        }
    }

    /// What is true where this is not.
    pub(in crate::language) fn not(&self) -> Self {
        Self::truth(self.truth.map(|truth| !truth))
    }

    /// Both of two, or either (`decides`: what one of them has to be to decide).
    pub(in crate::language) fn joined(left: &Self, right: &Self, decides: bool) -> Self {
        let sides = [left.truth, right.truth];
        let truth = if sides.contains(&Some(decides)) {
            Some(decides)
        } else if sides.contains(&None) {
            None
        } else {
            Some(!decides)
        };
        Self::truth(truth)
    }

    /// Two of them compared.
    pub(in crate::language) fn compared(left: &Self, by: Comparison, right: &Self) -> Self {
        Self::truth(compared(left, by, right))
    }

    /// A sum, a difference or a product.
    pub(in crate::language) fn computed(left: &Self, operator: &str, right: &Self) -> Self {
        let (Some(Value::Int(left)), Some(Value::Int(right))) = (&left.value, &right.value) else {
            return Self::default();
        };
        let number = match operator {
            "+" => left.checked_add(*right),
            "-" => left.checked_sub(*right),
            "*" => left.checked_mul(*right),
            _ => None,
        };
        number.map_or_else(Self::default, |number| Self::value(Value::Int(number)))
    }
}

fn compared(left: &Folded, by: Comparison, right: &Folded) -> Option<bool> {
    use Comparison::{Greater, GreaterOrEqual, In, Less, LessOrEqual};
    let is_below = |side: &Folded, number| side.value == Some(Value::Int(number));
    let any_length = match by {
        GreaterOrEqual => left.is_length && is_below(right, 0),
        Greater => left.is_length && is_below(right, -1),
        LessOrEqual => right.is_length && is_below(left, 0),
        Less => right.is_length && is_below(left, -1),
        _ => false,
    };
    if any_length {
        return Some(true);
    }
    let (left, right) = (left.value.as_ref()?, right.value.as_ref()?);
    if *left == Value::True || *right == Value::True {
        return None;
    }
    let equal = match (left, right) {
        (Value::Bool(flag), Value::Int(number)) | (Value::Int(number), Value::Bool(flag)) => {
            i64::from(*flag) == *number
        }
        _ => left == right,
    };
    let order = match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        _ => None,
    };
    match by {
        Comparison::Equal | Comparison::Same => Some(equal),
        Comparison::Unequal | Comparison::Other => Some(!equal),
        Less => order.map(Ordering::is_lt),
        LessOrEqual => order.map(Ordering::is_le),
        Greater => order.map(Ordering::is_gt),
        GreaterOrEqual => order.map(Ordering::is_ge),
        In | Comparison::NotIn => {
            let holds = match (left, right) {
                (_, Value::Items(items)) => items.contains(left),
                (Value::Text(part), Value::Text(whole)) => whole.contains(part.as_str()),
                _ => return None,
            };
            Some(holds == (by == In))
        }
    }
}

/// A side of an "or", as it is written without white space.
pub(in crate::language) struct Side {
    /// Itself.
    pub text: String,
    /// What it denies, where it is a denial.
    pub denies: Option<String>,
    /// Its operands and operator, where it compares two.
    pub compares: Option<(String, Comparison, String)>,
}

impl Side {
    /// Whether one of two sides holds in any case: `x or not x`, `x == y or x != y`. Whoever asks knows that nothing
    /// is called in them.
    pub(in crate::language) fn is_opposite(&self, other: &Self) -> bool {
        if other.denies.as_deref() == Some(self.text.as_str())
            || self.denies.as_deref() == Some(other.text.as_str())
        {
            return true;
        }
        match (&self.compares, &other.compares) {
            (Some((a, by, b)), Some((c, other, d))) => a == c && b == d && by.opposite() == *other,
            _ => false,
        }
    }
}
