//! `draftgate init`: a commented `draftgate.toml`, fitted to what the repository holds.
//!
//! It looks at names, at the first lines of source files, and at the configuration that tools read;
//! it starts nothing. What it cannot know it writes as a comment to fill in.
//!
//! Does not catch: tools that are configured outside the root, and generated files that do not say so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::exit::Code;
use crate::files;
use crate::policy::{FILE, Gate, Glob};
use crate::suite::usual_command;
use crate::tools::adapter::{self, Adapter};

/// Files looked at; the rest of a larger tree does not change what is written.
const MOST_FILES: usize = 20_000;

/// Folders that are never looked into: what tools leave behind.
const PASSED_OVER: [&str; 8] = [
    "node_modules",
    "target",
    "build",
    "dist",
    "venv",
    "env",
    "__pycache__",
    "site-packages",
];

/// Folders that by their name hold what a program wrote, somebody else's code, or tests that the
/// languages' own conventions do not know.
const GENERATED_FOLDERS: [&str; 4] = ["generated", "__generated__", "_generated", "autogen"];
const VENDORED_FOLDERS: [&str; 4] = ["third_party", "third-party", "external", "extern"];
const TEST_FOLDERS: [&str; 5] = ["testing", "spec", "specs", "e2e", "integration_tests"];

/// Writes `draftgate.toml` at the root of the repository.
///
/// # Errors
/// Where there is one already and `force` is false, or it cannot be written.
pub fn init(root: &Path, force: bool) -> Result<(String, Code)> {
    let target = root.join(FILE);
    if !force && target.symlink_metadata().is_ok() {
        bail!("{FILE} is there already; `draftgate init --force` overwrites it");
    }
    let text = draft(&Survey::of(root));
    files::replace(&target, text.as_bytes())
        .with_context(|| format!("writing {}", target.display()))?;
    let text = format!(
        "wrote {FILE}; it counts once it is on the branch that changes are compared with\n\
         see what it comes to: draftgate policy --policy-from worktree\n"
    );
    Ok((text, Code::Ready))
}

/// What a repository holds, as far as it matters for its policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Files by language name.
    languages: BTreeMap<&'static str, usize>,
    /// Tools that are configured, and where.
    tools: BTreeMap<&'static str, String>,
    generated: BTreeSet<String>,
    vendored: BTreeSet<String>,
    tests: BTreeSet<String>,
    /// The `package.json` at the root.
    manifest: String,
}

impl Survey {
    /// Looks at a working tree. Symbolic links are not followed; what cannot be read is passed over.
    pub fn of(root: &Path) -> Self {
        let mut survey = Self::default();
        let mut folders = vec![String::new()];
        let mut files = 0;
        while let Some(folder) = folders.pop() {
            for (name, is_folder) in listed(&root.join(&folder)) {
                let path = format!("{folder}{name}");
                if is_folder {
                    survey.folder(&name, &path);
                    if !name.starts_with('.') && !PASSED_OVER.contains(&name.as_str()) {
                        folders.push(format!("{path}/"));
                    }
                } else if files < MOST_FILES {
                    files += 1;
                    survey.file(root, &name, &path);
                }
            }
        }
        survey
    }

    fn folder(&mut self, name: &str, path: &str) {
        let list = if GENERATED_FOLDERS.contains(&name) {
            &mut self.generated
        } else if VENDORED_FOLDERS.contains(&name) {
            &mut self.vendored
        } else if TEST_FOLDERS.contains(&name) {
            &mut self.tests
        } else {
            return;
        };
        list.insert(format!("{}/**", escaped(path)));
    }

    fn file(&mut self, root: &Path, name: &str, path: &str) {
        let language = match name.rsplit_once('.') {
            Some((_, "py" | "pyi")) => "Python",
            Some((_, "rs")) => "Rust",
            Some((_, "ts" | "tsx")) => "TypeScript",
            Some((_, "js" | "jsx" | "mjs")) => "JavaScript",
            _ => {
                if name == path {
                    self.configuration(root, name);
                }
                return;
            }
        };
        *self.languages.entry(language).or_default() += 1;
        if name == path {
            self.configuration(root, name);
        }
        let in_known_folder =
            [&self.generated, &self.vendored]
                .into_iter()
                .flatten()
                .any(|pattern| {
                    pattern
                        .strip_suffix("**")
                        .is_some_and(|folder| escaped(path).starts_with(folder))
                });
        if !in_known_folder && says_generated(&start(&root.join(path))) {
            self.generated.insert(escaped(path));
        }
    }

    /// Tools whose configuration a file at the root is.
    fn configuration(&mut self, root: &Path, name: &str) {
        let mut tool = |tool, place: &str| {
            self.tools.entry(tool).or_insert_with(|| place.to_owned());
        };
        match name {
            "mypy.ini" | ".mypy.ini" => tool("mypy", name),
            "pyrightconfig.json" => tool("pyright", name),
            "ruff.toml" | ".ruff.toml" => tool("ruff", name),
            "ty.toml" => tool("ty", name),
            "pyrefly.toml" => tool("pyrefly", name),
            "tsconfig.json" => tool("tsc", name),
            "biome.json" | "biome.jsonc" => tool("biome", name),
            ".oxlintrc.json" | ".oxlintrc.jsonc" => tool("oxlint", name),
            "package.json" => {
                let text = text_of(root, name);
                self.manifest.clone_from(&text);
                for known in ["vue-tsc", "svelte-check", "eslintConfig"] {
                    if text.contains(&format!("\"{known}\":")) {
                        let own = if known == "eslintConfig" {
                            "eslint"
                        } else {
                            known
                        };
                        tool(own, &format!("{name} ({known})"));
                    }
                }
            }
            "Cargo.toml" => {
                tool("cargo-check", name);
                tool("clippy", name);
            }
            "pyproject.toml" => {
                let table: toml::Table = text_of(root, name).parse().ok().unwrap_or_default();
                let tools = table.get("tool").and_then(toml::Value::as_table);
                for known in ["basedpyright", "mypy", "pyrefly", "pyright", "ruff", "ty"] {
                    if tools.is_some_and(|tools| tools.contains_key(known)) {
                        tool(known, &format!("{name} [tool.{known}]"));
                    }
                }
            }
            "setup.cfg" => {
                let text = text_of(root, name);
                if text.lines().any(|line| line.trim() == "[mypy]") {
                    tool("mypy", "setup.cfg [mypy]");
                }
            }
            _ if name.starts_with("eslint.config.") || name.starts_with(".eslintrc") => {
                tool("eslint", name);
            }
            _ => {}
        }
    }
}

/// The entries of a folder, sorted; true stands for a folder. Names that are no UTF-8 are left out.
fn listed(folder: &Path) -> BTreeMap<String, bool> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let kind = entry.file_type().ok()?;
            let wanted = kind.is_dir() || kind.is_file();
            let name = entry.file_name().into_string().ok()?;
            wanted.then_some((name, kind.is_dir()))
        })
        .collect()
}

/// The text of a file at the root; empty where it cannot be read.
fn text_of(root: &Path, name: &str) -> String {
    files::in_tree(root, Path::new(name), files::MOST_BY_HAND)
        .map(|found| found.lossy())
        .unwrap_or_default()
}

/// A path as a pattern that matches it and nothing else.
fn escaped(path: &str) -> String {
    let mut pattern = String::new();
    for c in path.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '{' | '}') {
            pattern.extend(['[', c, ']']);
        } else {
            pattern.push(c);
        }
    }
    pattern
}

/// The first lines of a file.
fn start(path: &Path) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = files::open_own(path) {
        let _ = file.take(600).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a comment at the top says that a program wrote the file.
fn says_generated(start: &str) -> bool {
    const SAYINGS: [&str; 6] = [
        "@generated",
        "generated by",
        "auto generated",
        "auto-generated",
        "autogenerated",
        "automatically generated",
    ];
    start
        .lines()
        .take(5)
        .filter_map(|line| {
            let line = line.trim_start();
            ["#", "//", "/*"]
                .iter()
                .find_map(|mark| line.strip_prefix(mark))
        })
        .map(str::to_lowercase)
        .any(|comment| SAYINGS.iter().any(|saying| comment.contains(saying)))
}

/// The text of a policy for what a survey saw.
pub fn draft(survey: &Survey) -> String {
    let mut text = String::from(
        "# What draftgate holds a change against. Read from the base of a change, never from the change:\n\
         # an edit of this file counts once it is merged, and what it tightens counts at once.\n\
         # All keys are optional. `draftgate policy` shows the values that hold and where they come from.\n\
         schema = 1\n\n",
    );
    let _ = writeln!(text, "# Found here: {}.", languages(survey));
    text.push_str(
        "\n[gate]\n\
         # target = \"main\"         # what a branch is compared with; left out: the default branch\n\
         fail-on = \"blocked\"        # or \"needs-human\"\n\
         # Checks that are no pass when they break or cannot look. Left out: all but coverage, lint, proof and types.\n",
    );
    text.push_str(&required(survey));
    text.push_str(
        "disabled = []\n\n\
         [paths]\n\
         # Judged for secrets and hidden text only. Well known ones (node_modules/, vendor/, *_pb2.py,\n\
         # *.min.js, linguist-generated in .gitattributes) need no entry.\n",
    );
    for (key, patterns) in [
        ("generated", &survey.generated),
        ("vendored", &survey.vendored),
    ] {
        let _ = writeln!(text, "{key} = {}", list(patterns));
    }
    text.push_str("# Added to what the languages' own conventions say.\n");
    let _ = writeln!(text, "tests = {}", list(&survey.tests));
    text.push_str(
        "\n# A level of your own; the first match wins. A rule, a check, paths, or several of them.\n\
         # [[levels]]\n\
         # rule = \"print-in-library\"\n\
         # paths = [\"examples/**\"]\n\
         # level = \"off\"             # off | note | escalate | block\n\n\
         [checks.coverage]\n\
         # The check runs once it knows a report, or a test command: it is run on both sides (code of the change).\n",
    );
    let _ = writeln!(text, "# command = {}", test_command(survey));
    text.push_str(
        "# report = \"coverage.lcov\"\n\
         patch-threshold = \"80%\"    # of the executable lines that a change adds\n\n\
         [checks.proof]\n\
         # The check runs once it knows a test command: base's tests on the new code, new tests on base's (code of the\n\
         # change).\n",
    );
    let _ = writeln!(text, "# command = {}", test_command(survey));
    text.push_str(
        "\n\
         [checks.suppressions]\n\
         budget = 0                 # noqa, type: ignore, #[allow] and the like that a change may add\n\n\
         [checks.size]\n\
         max-lines = 400            # above it, a human is asked whether to split\n",
    );
    if !survey.tools.is_empty() {
        text.push_str("\n# Tools that are configured here; they run without an entry.\n");
        for (tool, place) in &survey.tools {
            let _ = writeln!(
                text,
                "# [tools.{tool}]            # {}",
                crate::text::visible(place)
            );
        }
        text.push_str("# time-limit = \"10m\"\n");
    }
    text.push_str(
        "\n[provenance.agent]\n\
         # When agent-written commits change code and its tests, a human must have approved the intent.\n\
         require-human-spec = false\n\n\
         # A human's decision on one finding; it counts once it is on the base.\n\
         # [[waivers]]\n\
         # fingerprint = \"b1946ac92492\"\n\
         # rule = \"sql-concatenation\"\n\
         # reason = \"table name comes from the fixed map in schema.py\"\n\
         # approved-by = \"ada\"\n\
         # until = \"2027-02-01\"\n",
    );
    text
}

/// The line of `gate.required`: the default, and the checks whose tools are configured. A comment where there are none.
fn required(survey: &Survey) -> String {
    let adapters = adapter::builtin().unwrap_or_default();
    let configured = adapters
        .iter()
        .filter(|adapter| survey.tools.contains_key(adapter.name.as_str()));
    let configured: Vec<&Adapter> = configured.collect();
    let mut names: BTreeSet<String> = Gate::default()
        .required()
        .iter()
        .map(|name| name.as_str().to_owned())
        .collect();
    names.extend(configured.iter().map(|adapter| adapter.check.clone()));
    let list: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    let line = format!("required = [{}]\n", list.join(", "));
    if configured.is_empty() {
        return format!("# {line}");
    }
    let mut text = String::from("# Here: those, and what the tools configured here answer.");
    let runs_code: Vec<&str> = configured
        .iter()
        .filter(|adapter| !adapter.executes.is_empty())
        .map(|adapter| adapter.name.as_str())
        .collect();
    if !runs_code.is_empty() {
        let _ = write!(
            text,
            "\n# A run of {} executes code of the change (build scripts, macros).",
            runs_code.join(" and ")
        );
    }
    format!("{text}\n{line}")
}

fn languages(survey: &Survey) -> String {
    let found: Vec<String> = survey
        .languages
        .iter()
        .map(|(language, files)| format!("{language} ({files} files)"))
        .collect();
    match found.is_empty() {
        true => "no source file of a language that draftgate reads".to_owned(),
        false => found.join(", "),
    }
}

fn test_command(survey: &Survey) -> String {
    let count = |language: &str| {
        let is_of = |name: &str| {
            let family = language == "typescript" && name == "JavaScript";
            name.eq_ignore_ascii_case(language) || family
        };
        let all = survey.languages.iter();
        let found = all.filter(|(name, _)| is_of(name));
        found.map(|(_, count)| *count).sum()
    };
    let usual = usual_command(count, &survey.manifest).unwrap_or(&["pytest", "-q"]);
    format!("{usual:?}")
}

/// A list as TOML, without what no policy would take (a path of extreme length).
fn list(patterns: &BTreeSet<String>) -> String {
    const MOST: usize = 50;
    let valid: Vec<toml::Value> = patterns
        .iter()
        .filter(|pattern| Glob::try_from((*pattern).clone()).is_ok())
        .take(MOST)
        .cloned()
        .map(toml::Value::String)
        .collect();
    toml::Value::Array(valid).to_string()
}
