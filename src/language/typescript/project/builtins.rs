//! Modules that Node.js has by itself, and since when.
//!
//! Does not catch: what other programs bring (Bun, Deno, Electron), which is under their own names.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::language::ecosystem::popular::lines;

/// What is known of a module of Node.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Builtin {
    /// The first version that has it: major and minor.
    pub(super) since: (u32, u32),
    /// Whether it is only there with `node:` before its name.
    pub(super) only_prefixed: bool,
}

static BUILTINS: LazyLock<HashMap<&'static str, Builtin>> = LazyLock::new(|| {
    let each = lines(include_str!("lists/builtins.txt")).filter_map(|line| {
        let (name, since) = line.split_once(' ')?;
        let (major, minor) = since.split_once('.')?;
        let builtin = Builtin {
            since: (major.parse().ok()?, minor.parse().ok()?),
            only_prefixed: name.ends_with('!'),
        };
        Some((name.trim_end_matches('!'), builtin))
    });
    each.collect()
});

/// What is known of a module by its name, without `node:`.
pub(super) fn builtin(name: &str) -> Option<Builtin> {
    BUILTINS.get(name).copied()
}

/// The name that was meant by one that is none.
pub(super) fn near(name: &str) -> Option<&'static str> {
    let distance = |known: &str| strsim::damerau_levenshtein(name, known);
    let known = BUILTINS
        .keys()
        .copied()
        .filter(|known| !known.starts_with('_'));
    let best = known.min_by_key(|known| (distance(known), *known))?;
    (name.len() > 2 && distance(best) <= 2).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_known_with_their_first_version() {
        assert_eq!(builtin("fs/promises").map(|it| it.since), Some((14, 0)));
        assert!(builtin("sqlite").is_some_and(|it| it.only_prefixed));
        assert_eq!(builtin("fss"), None);
        assert_eq!(near("child_proces"), Some("child_process"));
    }
}
