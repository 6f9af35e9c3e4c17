//! How much an assertion pins down: the lattice that says whether an edit weakened it.
//!
//! ```text
//! exact        x == 3              assert_eq!(x, 3)           assert_called_once_with(3)
//! approx       x == approx(3)      (x - 3.0).abs() < 1e-9
//! pattern      "a" in x            x.starts_with("a")         matches!(x, Some(3))
//! shape        isinstance(x, int)  len(x) == 3                matches!(x, Some(_))
//! bound        x > 2, x != 3
//! not-none     x is not None       x.is_some(), x.is_ok()     called
//! truthy       x
//! constant     True
//! ```
//!
//! A higher row excludes more wrong values than a lower one for the same subject, so `exact` to
//! `bound` is weaker whatever the values are. Two assertions of the same row are compared by their
//! numbers where both have them ([`Tolerance`], bounds), and are otherwise equal in strength.
//!
//! Does not catch: a weaker assertion on the same row (`in` a longer list, a looser pattern).

use serde::{Deserialize, Serialize};

/// Rows of the lattice, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Holds whatever the code does.
    Constant,
    /// True or false of the value as a whole.
    Truthy,
    /// There is a value.
    NotNone,
    /// On one side of a value, or other than it.
    Bound,
    /// Of a type, a variant, a length.
    Shape,
    /// Holds a part, matches a pattern.
    Pattern,
    /// Equal up to a tolerance.
    Approx,
    /// Equal.
    Exact,
}

impl Strength {
    /// As a message says it.
    pub fn name(self) -> &'static str {
        match self {
            Strength::Constant => "a constant",
            Strength::Truthy => "truthiness",
            Strength::NotNone => "presence",
            Strength::Bound => "a bound",
            Strength::Shape => "type or shape",
            Strength::Pattern => "a pattern or a part",
            Strength::Approx => "equality up to a tolerance",
            Strength::Exact => "exact equality",
        }
    }
}

/// An argument that widens or narrows what passes.
#[derive(Clone, Debug, PartialEq)]
pub struct Tolerance {
    /// `abs`, `rel`, `delta`, `places`, `epsilon`, a bound's own operator, ..
    pub name: String,
    /// The number.
    pub value: f64,
}

impl Tolerance {
    /// Whether `after` lets more pass than `before`.
    pub fn widened(before: &Self, after: &Self) -> bool {
        if before.name == "places" && after.name == "delta" {
            // Agreeing to so many places is a difference below half of the last one.
            return after.value > 10_f64.powf(-before.value);
        }
        if before.name != after.name {
            return false;
        }
        match before.name.as_str() {
            // Digits that must agree, and lower bounds: fewer and lower is looser.
            "places" | "decimal" | "significant" | ">" | ">=" => after.value < before.value,
            _ => after.value > before.value,
        }
    }
}

/// A number as Python or Rust write it: underscores and a type suffix dropped.
pub fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let plain = ["f32", "f64", "usize", "isize"]
        .iter()
        .chain(&["u8", "u16", "u32", "u64", "u128"])
        .chain(&["i8", "i16", "i32", "i64", "i128"])
        .find_map(|suffix| plain.strip_suffix(suffix))
        .unwrap_or(&plain);
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, plain),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    // `10**-6`, the way tolerances are often written.
    if let Some((base, exponent)) = digits.split_once("**") {
        let (base, exponent) = (base.parse::<f64>().ok()?, exponent.parse::<i32>().ok()?);
        return Some(sign * base.powi(exponent));
    }
    digits.parse::<f64>().ok().map(|value| sign * value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_ordered_as_documented() {
        let rows = [
            Strength::Constant,
            Strength::Truthy,
            Strength::NotNone,
            Strength::Bound,
            Strength::Shape,
            Strength::Pattern,
            Strength::Approx,
            Strength::Exact,
        ];
        assert!(rows.is_sorted());
    }

    #[test]
    fn numbers_are_read_as_both_languages_write_them() {
        for (text, value) in [
            ("1e-6", 1e-6),
            ("1_000", 1000.0),
            ("0.5f32", 0.5),
            ("3u8", 3.0),
            ("-2", -2.0),
            ("10**-2", 0.01),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        assert_eq!(number("x"), None);
        assert_eq!(number("inf"), None);
    }

    #[test]
    fn fewer_places_are_looser_and_a_smaller_delta_is_not() {
        let of = |name: &str, value| Tolerance {
            name: name.into(),
            value,
        };
        assert!(Tolerance::widened(&of("places", 7.0), &of("places", 2.0)));
        assert!(!Tolerance::widened(&of("delta", 0.1), &of("delta", 0.01)));
        assert!(Tolerance::widened(&of("<", 1.0), &of("<", 5.0)));
        assert!(Tolerance::widened(&of(">", 5.0), &of(">", 1.0)));
    }
}
