//! What a file is to the search: its path decides whether bare values are literals, and how rare a
//! generic value must be.
//!
//! Does not catch: a configuration file with the ending of a programming language.

/// What a path says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    /// Values without quotes are literals here.
    pub(super) bare: bool,
    /// Tests, fixtures, examples, documentation: made-up values are usual.
    pub(super) sketch: bool,
    /// In a folder or a file of tests, fixtures or examples.
    pub(super) sample: bool,
    /// Made by a program and full of digests: known formats only.
    pub(super) generated: bool,
}

const LOCK_FILES: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "bun.lock",
    "deno.lock",
    "cargo.lock",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pipfile.lock",
    "pixi.lock",
    "go.sum",
    "go.work.sum",
    "gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "flake.lock",
    "gradle.lockfile",
    "mix.lock",
    "pubspec.lock",
    "podfile.lock",
    "package.resolved",
    "verification-metadata.xml",
    "modules.txt",
    "conda-lock.yml",
    "module.bazel.lock",
];

const BARE: &[&str] = &[
    "yml",
    "yaml",
    "env",
    "ini",
    "properties",
    "conf",
    "cfg",
    "cnf",
    "config",
    "sh",
    "bash",
    "zsh",
    "fish",
    "csh",
    "tcsh",
    "ksh",
    "cmake",
    "mk",
    "ps1",
    "bat",
    "cmd",
    "tfvars",
    "toml",
    "envrc",
    "netrc",
    "npmrc",
    "pypirc",
    "htpasswd",
    "service",
    "dockerfile",
    "log",
    "http",
    "rest",
    "plist",
    "desktop",
    "list",
    "sql",
    "txt",
    "md",
    "rst",
    "adoc",
    "csv",
    "tsv",
    "example",
    "template",
    "sample",
    "dist",
];

/// What the path says.
pub(super) fn of(path: &str) -> Kind {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let dotted = name.starts_with('.') && !matches!(ending, "py" | "rs" | "js" | "ts" | "json");
    let bare = ending.is_empty()
        || dotted
        || BARE.contains(&ending)
        || name.starts_with("dockerfile")
        || name.starts_with(".env")
        || name.starts_with("env.");
    let documentation = matches!(
        ending,
        "md" | "rst"
            | "adoc"
            | "ipynb"
            | "mdx"
            | "txt"
            | "html"
            | "example"
            | "sample"
            | "template"
            | "dist"
    );
    let in_sample = |part: &str| {
        let stem = part.split_once('.').map_or(part, |(stem, _)| stem);
        matches!(
            stem,
            "test"
                | "tests"
                | "testing"
                | "spec"
                | "specs"
                | "example"
                | "examples"
                | "fixture"
                | "fixtures"
                | "testdata"
                | "docs"
                | "doc"
                | "mock"
                | "mocks"
                | "__tests__"
                | "samples"
                | "sample"
                | "demo"
                | "demos"
                | "snapshots"
                | "__snapshots__"
                | "bench"
                | "benches"
                | "changelog"
                | "cassettes"
                | "e2e"
                | "conftest"
                | "testutils"
                | "stubs"
        ) || stem.starts_with("test_")
            || stem.ends_with("_test")
            || stem.ends_with("_tests")
            || stem.ends_with("test") && part.contains('.') && stem.len() > 4
            || stem.ends_with("tests") && part.contains('.')
            || part.contains(".test.")
            || part.contains(".spec.")
            || part.ends_with("_spec.rb")
    };
    let sample = lower.split('/').any(in_sample);
    let in_documents = |part: &str| {
        let stem = part.split_once('.').map_or(part, |(stem, _)| stem);
        matches!(stem, "docs" | "doc" | "changelog")
    };
    let sketch = documentation || sample || lower.split('/').any(in_documents);
    let generated = LOCK_FILES.contains(&name)
        || name.contains(".min.")
        || matches!(
            ending,
            "svg" | "map" | "lock" | "snap" | "sum" | "pbtxt" | "ipynb" | "pot" | "po"
        )
        || name.ends_with("-lock.json")
        || name.ends_with("-lock.yaml");
    Kind {
        bare,
        sketch,
        sample,
        generated,
    }
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn a_path_says_what_the_file_is() {
        assert!(
            of("tests/test_x.py").sketch && of("docs/a.py").sketch && of("src/foo_test.go").sketch
        );
        assert!(of("README.md").sketch && !of("src/latest/main.py").sketch);
        assert!(
            of("deploy/values.yaml").bare && of(".env.production").bare && of("Dockerfile").bare
        );
        assert!(!of("src/a.py").bare && !of("src/main.rs").bare);
        assert!(
            of("Cargo.lock").generated
                && of("web/yarn.lock").generated
                && of("a/b.min.js").generated
        );
    }
}
