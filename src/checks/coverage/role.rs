//! What a path is to the measurement: product code that tests should run, test code, or neither.
//!
//! Does not catch: product code in a folder called `tests`, tests in a folder that is called otherwise;
//! `paths.tests` of the policy names those.

use crate::language::conventions::telling_folders;
use crate::policy::Policy;

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::checks) enum Role {
    /// Code that tests should run.
    Product,
    /// Tests.
    Test,
    /// Code that no test runs by custom: examples, build scripts, documentation.
    Aside,
    /// No code that coverage is measured of.
    NoCode,
}

/// Endings of code that one of the formats measures.
const CODE: [&str; 24] = [
    "py", "rs", "go", "c", "cc", "cpp", "cxx", "h", "hpp", "js", "jsx", "mjs", "cjs", "ts", "tsx",
    "vue", "java", "kt", "scala", "swift", "rb", "php", "cs", "m",
];

/// Whether a path is code by its ending.
pub(in crate::checks) fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| CODE.contains(&ending))
}

/// What a path is.
pub(in crate::checks) fn of(policy: &Policy, path: &str) -> Role {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if !is_code(path) {
        return Role::NoCode;
    }
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let in_folder = |names: &[&str]| telling_folders(path).any(|part| names.contains(&part));
    let test_name = stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem.ends_with(".test")
        || stem.ends_with(".spec")
        || matches!(stem, "conftest" | "tests");
    if policy.is_test_path(path)
        || test_name
        || in_folder(&["tests", "test", "__tests__", "spec", "testdata"])
    {
        return Role::Test;
    }
    let build = folder.is_empty() && matches!(stem, "setup" | "noxfile" | "tasks" | "fabfile");
    if build
        || name == "build.rs"
        || in_folder(&[
            "docs",
            "doc",
            "examples",
            "example",
            "benches",
            "benchmarks",
            "fuzz",
        ])
    {
        return Role::Aside;
    }
    Role::Product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_code_is_told_from_what_surrounds_it() {
        let policy = Policy::builtin();
        for (path, role) in [
            ("src/click/core.py", Role::Product),
            ("src/click/testing.py", Role::Product),
            ("src/lib.rs", Role::Product),
            ("tests/test_a.py", Role::Test),
            ("tests/data/a.py", Role::Test),
            ("src/a/conftest.py", Role::Test),
            ("pkg/a_test.go", Role::Test),
            ("web/a.test.ts", Role::Test),
            ("docs/conf.py", Role::Aside),
            ("setup.py", Role::Aside),
            ("src/setup.py", Role::Product),
            ("src/checks/tests/x.rs", Role::Product),
            ("tests/x.rs", Role::Test),
            ("build.rs", Role::Aside),
            ("README.md", Role::NoCode),
            ("Makefile", Role::NoCode),
        ] {
            assert_eq!(of(&policy, path), role, "{path}");
        }
    }
}
