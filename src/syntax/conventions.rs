//! What a path says of a file by the conventions of its language: test code, input of tests, things that
//! are not shipped.
//!
//! Does not catch: tests under other names (the policy's `paths.tests` adds them), and inline test modules
//! (see [`super::facts::Definition::in_test`]).

fn folders(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').rev().skip(1)
}

/// Whether pytest, unittest or cargo take the file for test code, benchmarks and their support included.
pub fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || matches!(stem, "conftest" | "tests" | "test")
        || folders(path).any(|part| {
            matches!(
                part,
                "tests" | "test" | "testing" | "benches" | "benchmarks" | "fuzz" | "__tests__"
            ) || part.ends_with("_tests")
                || part.ends_with("-tests")
                || part == "test_suite"
        })
}

/// Whether the file is no part of what is shipped: tests, examples, documentation, scripts.
pub fn is_aside(path: &str) -> bool {
    is_test_path(path)
        || folders(path).any(|part| {
            matches!(
                part,
                "docs"
                    | "doc"
                    | "docs_src"
                    | "examples"
                    | "example"
                    | "scripts"
                    | "tools"
                    | "bench"
                    | "notebooks"
                    | "demo"
                    | "demos"
            )
        })
}

/// Whether the file is code that tests read and nothing runs: it may be wrong on purpose.
pub fn is_sample(path: &str) -> bool {
    let below_tests = path.split('/').any(|part| part.starts_with("test"));
    below_tests
        && folders(path).any(|part| {
            matches!(
                part,
                "data"
                    | "testdata"
                    | "test_data"
                    | "test-data"
                    | "fixtures"
                    | "samples"
                    | "snapshots"
                    | "cases"
                    | "golden"
                    | "resources"
                    | "ui"
                    | "compile-fail"
                    | "compile_fail"
                    | "fail"
                    | "input"
                    | "inputs"
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_they_are() {
        for path in [
            "tests/a.py",
            "src/test_a.py",
            "a/conftest.py",
            "crates/x/benches/b.rs",
            "src/tests.rs",
            "test_suite/tests/t.rs",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "src/contest.py",
            "src/latest.rs",
            "protest/a.py",
            "src/testament.py",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
        assert!(is_aside("docs/conf.py") && !is_aside("src/docs.py"));
        assert!(is_sample("tests/data/broken.py") && !is_sample("data/real.py"));
    }
}
