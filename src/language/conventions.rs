//! What a path says of a file by the conventions of its language: test code, input of tests, things that
//! are not shipped.
//!
//! Below the folder where a language keeps its code (`code-folder` of its `language.toml`), the names of folders say
//! nothing: `src/checks/tests/` of a crate is code like any other. [`super::test_folders`] asks who declares it.
//!
//! Does not catch: tests under other names (the policy's `paths.tests` adds them), and inline test modules
//! (see [`super::facts::Definition::in_test`]).

/// The folders of a path whose names say something.
pub fn telling_folders(path: &str) -> impl Iterator<Item = &str> {
    let code = super::of(path).and_then(|language| language.profile().code_folder.as_deref());
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders
        .split('/')
        .take_while(move |part| code != Some(*part))
}

/// Whether a folder is called like one of tests.
pub fn is_test_folder(name: &str) -> bool {
    matches!(
        name,
        "tests" | "test" | "testing" | "benches" | "benchmarks" | "fuzz" | "__tests__"
    ) || name.ends_with("_tests")
        || name.ends_with("-tests")
        || name == "test_suite"
}

/// Whether pytest, unittest or cargo take the file for test code, benchmarks and their support included.
pub fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || matches!(stem, "conftest" | "tests" | "test")
        || telling_folders(path).any(is_test_folder)
}

/// Whether a file is test code: by its name, or by its folder together with what is in it.
pub fn is_test_file(path: &str, source: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut profiles = super::ALL.iter().map(|language| language.profile());
    let inside = telling_folders(path)
        .any(|folder| matches!(folder, "tests" | "test" | "testing" | "benches"));
    profiles.any(|profile| {
        let stated = |word: &String| source.contains(word.as_str());
        profile.is_test_name(name) || inside && profile.test_words.iter().any(stated)
    })
}

/// Whether a file says what a project is made of, in any language.
pub fn is_manifest(path: &str) -> bool {
    let mut profiles = super::ALL.iter().map(|language| language.profile());
    path.rsplit('/').next() == Some("package.json") || profiles.any(|one| one.is_manifest(path))
}

/// Whether a configuration of this name is that of all that a project is, and not of one tool.
pub fn is_general(name: &str) -> bool {
    let mut profiles = super::ALL.iter().map(|language| language.profile());
    profiles.any(|profile| profile.general.iter().any(|own| own == name))
}

/// Whether the `lints` tables of a manifest of this name say levels.
pub fn says_lint_levels(name: &str) -> bool {
    let mut profiles = super::ALL.iter().map(|language| language.profile());
    profiles.any(|profile| profile.lint_levels.iter().any(|own| own == name))
}

/// Whether a file says what is installed: a change in it can change what any tool says of the code.
pub fn says_what_is_installed(path: &str) -> bool {
    let foreign = matches!(
        path.rsplit('/').next().unwrap_or(path),
        "package.json" | "package-lock.json" | "yarn.lock" | "pnpm-lock.yaml"
    );
    foreign
        || super::ALL
            .iter()
            .any(|language| language.profile().says_what_is_installed(path))
}

/// Whether the file is no part of what is shipped: tests, examples, documentation, scripts, notebooks.
pub fn is_aside(path: &str) -> bool {
    is_test_path(path)
        || is_example(path)
        || super::of_cells(path).is_some()
        || telling_folders(path).any(|part| {
            matches!(
                part,
                "docs" | "doc" | "scripts" | "tools" | "bench" | "notebooks"
            )
        })
}

/// Whether the file shows how something is used.
pub fn is_example(path: &str) -> bool {
    telling_folders(path)
        .any(|part| matches!(part, "docs_src" | "examples" | "example" | "demo" | "demos"))
}

/// Whether the file is code that tests read and nothing runs: it may be wrong on purpose.
pub fn is_sample(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let below_tests =
        name.starts_with("test") || telling_folders(path).any(|part| part.starts_with("test"));
    below_tests
        && telling_folders(path).any(|part| {
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

/// Whether the file is a text for people, in a markup that has listings.
pub fn is_document(path: &str) -> bool {
    let ending = path.rsplit('.').next().unwrap_or_default();
    matches!(
        ending,
        "md" | "markdown" | "mdx" | "rst" | "adoc" | "asciidoc"
    )
}

/// Whether a program made the text of a file to be loaded by browsers: its lines are as long as nobody writes them.
pub fn is_bundle(path: &str, text: &str) -> bool {
    const LONG_TEXT: usize = 4_000;
    const LONG_LINE: usize = 500;
    let ending = path.rsplit('.').next().unwrap_or_default();
    matches!(ending, "js" | "mjs" | "cjs" | "css")
        && text.len() >= LONG_TEXT
        && text.len() / text.lines().count().max(1) >= LONG_LINE
}

/// Whether the ending is that of a programming language.
pub fn is_code(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit('.').next().unwrap_or_default();
    super::of_text(path).is_some()
        || matches!(
            ending,
            "js" | "jsx"
                | "ts"
                | "tsx"
                | "mjs"
                | "cjs"
                | "vue"
                | "svelte"
                | "go"
                | "java"
                | "kt"
                | "scala"
                | "c"
                | "cc"
                | "cpp"
                | "h"
                | "hpp"
                | "cs"
                | "rb"
                | "php"
                | "swift"
                | "sh"
                | "bash"
                | "sql"
                | "pyw"
                | "pyx"
                | "lua"
                | "pl"
                | "ex"
                | "exs"
                | "erl"
                | "hs"
                | "ml"
                | "zig"
                | "css"
                | "scss"
        )
}

/// Whether the first lines say that a program wrote the file. That nobody should edit it is no such word.
pub fn says_generated(text: &str) -> bool {
    text.lines().take(8).any(|line| {
        let lower = line.to_ascii_lowercase();
        [
            "@generated",
            "generated by",
            "generated from",
            "generated using",
            "generated with",
            "generated file",
            "generated code",
            "autogenerated",
            "auto-generated",
            "automatically generated",
        ]
        .iter()
        .any(|mark| lower.contains(mark))
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
            "tests/common/src/lib.rs",
            "src/tests/a.py",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "src/contest.py",
            "src/latest.rs",
            "protest/a.py",
            "src/testament.py",
            "src/checks/tests/x.rs",
            "crates/a/src/testing/x.rs",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
        assert!(is_aside("docs/conf.py") && !is_aside("src/docs.py"));
        assert!(is_aside("tools/release.rs") && !is_aside("src/tools/run.rs"));
        assert!(is_sample("tests/data/broken.py") && !is_sample("data/real.py"));
    }
}
