//! A hash that stands for a secret value in fingerprints and suppressions.
//!
//! Keyed with the rule, so that equal values of different rules do not match, and stretched: the values
//! of the generic rules may be guessable, and a report is read by many.
//!
//! Does not catch: somebody who guesses a weak password can confirm the guess, at the cost of the
//! stretching for each one.

use sha2::{Digest, Sha256};

const ROUNDS: usize = 4_096;

/// The first 16 hexadecimal digits of the stretched hash of a value under a rule.
pub(super) fn hash(rule: &str, value: &str) -> String {
    let mut state = Sha256::new();
    state.update(b"draftgate secret 1\0");
    state.update(rule.as_bytes());
    state.update([0]);
    state.update(value.as_bytes());
    let mut digest = state.finalize();
    for _ in 0..ROUNDS {
        let mut again = Sha256::new();
        again.update(rule.as_bytes());
        again.update(digest);
        digest = again.finalize();
    }
    let mut hash = crate::text::hex(&digest);
    hash.truncate(16);
    hash
}

#[cfg(test)]
mod tests {
    use super::hash;

    #[test]
    fn the_hash_depends_on_rule_and_value_only() {
        assert_eq!(hash("a", "v"), hash("a", "v"));
        assert_ne!(hash("a", "v"), hash("b", "v"));
        assert_ne!(hash("a", "v"), hash("a", "w"));
    }
}
