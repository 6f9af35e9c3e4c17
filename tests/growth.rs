//! Work grows no faster than the size of what is judged (times its logarithm), counted in steps and not in time.
//!
//! `tests/growth/*.txt` hold one template or more for each kind of node that a grammar has; a kind without one
//! fails the test. Each template is grown: repeated, nested in itself (at `¤`), and widened (what stands between
//! `«` and `»` again and again; `№` counts). All native checks judge each at three sizes, as new and as changed
//! files of code and of tests, and what twice the size adds must be about twice of what the size before added. What
//! grows deeper may cost its depth on top, which is limited (`Source::new`), and more than that for no check but the
//! engine, which has a budget of its own.
//!
//! Does not catch: loops that neither look at nodes nor charge their steps; see `src/budget.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use draftgate::change::memory::{self, Files};
use draftgate::checks::registry;
use draftgate::inputs::Inputs;
use draftgate::plan::Selection;
use draftgate::policy::Policy;
use draftgate::run::{Silent, judge};

/// Files that grow.
struct Grammar {
    name: &'static str,
    templates: &'static str,
    node_types: &'static str,
    language: fn() -> tree_sitter::Language,
    /// Paths of code and of tests.
    paths: [&'static str; 2],
    /// By section: what a template stands in, and what stands in its innermost hole.
    sections: &'static [(&'static str, &'static str, &'static str)],
}

fn grammars() -> [Grammar; 4] {
    [
        Grammar {
            name: "python",
            templates: include_str!("growth/python.txt"),
            node_types: tree_sitter_python::NODE_TYPES,
            language: || tree_sitter_python::LANGUAGE.into(),
            paths: ["shop/code.py", "tests/test_code.py"],
            sections: &[
                ("expression", "x№ = ¤", "x"),
                ("statement", "¤", "assert f(1) == 1"),
                ("pattern", "match a:\n    case ¤:\n        pass", "x"),
                ("type", "def f№(a: ¤): pass", "T"),
            ],
        },
        Grammar {
            name: "rust",
            templates: include_str!("growth/rust.txt"),
            node_types: tree_sitter_rust::NODE_TYPES,
            language: || tree_sitter_rust::LANGUAGE.into(),
            paths: ["src/code.rs", "tests/code.rs"],
            sections: &[
                ("expression", "fn f№() { let x = ¤; }", "x"),
                ("statement", "¤", "fn inner() { f(1); }"),
                ("pattern", "fn f№() { match a { ¤ => 1 } }", "x"),
                ("type", "fn f№(a: ¤) {}", "T"),
                ("use", "use ¤;", "x"),
            ],
        },
        Grammar {
            name: "go",
            templates: include_str!("growth/go.txt"),
            node_types: tree_sitter_go::NODE_TYPES,
            language: || tree_sitter_go::LANGUAGE.into(),
            paths: ["shop/code.go", "shop/code_test.go"],
            sections: &[
                ("expression", "func f№() { x := ¤ }", "x"),
                ("statement", "func f№() {\n\t¤\n}", "g(1)"),
                ("declaration", "¤", "var inner = 1"),
                ("type", "func f№(a ¤) {}", "T"),
            ],
        },
        Grammar {
            name: "typescript",
            templates: include_str!("growth/typescript.txt"),
            node_types: tree_sitter_typescript::TSX_NODE_TYPES,
            language: || tree_sitter_typescript::LANGUAGE_TSX.into(),
            paths: ["src/code.tsx", "src/code.test.tsx"],
            sections: &[
                (
                    "expression",
                    "export async function* f№() { const x = ¤; }",
                    "x",
                ),
                ("statement", "¤", "f(1);"),
                ("type", "type A№ = ¤;", "T"),
            ],
        },
    ]
}

/// A template, with what it stands in and what stands in its innermost hole.
struct Template {
    text: String,
    around: &'static str,
    innermost: &'static str,
}

impl Grammar {
    fn templates(&self) -> Vec<Template> {
        let mut found = Vec::new();
        let of = |line: &str| self.sections.iter().find(|s| line == format!("[{}]", s.0));
        let mut section = None;
        // An expression is a line; what may have several lines ends with an empty one.
        let mut text = String::new();
        for line in self.templates.lines() {
            if let Some(next) = of(line) {
                section = Some(next);
                continue;
            }
            let (name, around, innermost) = section.expect("a section");
            if !line.is_empty() {
                text.push_str(line);
                text.push('\n');
            }
            if (*name == "expression" || line.is_empty()) && !text.is_empty() {
                let text = std::mem::take(&mut text).trim_end_matches('\n').to_owned();
                found.push(Template {
                    text,
                    around,
                    innermost,
                });
            }
        }
        found
    }
}

/// Puts a text where the first hole is; where that stands alone on its line, indented as it is.
fn fill(text: &str, inner: &str) -> String {
    let Some((before, after)) = text.split_once('¤') else {
        return text.to_owned();
    };
    let indent = before.rsplit('\n').next().unwrap_or_default();
    let inner = match indent.trim().is_empty() {
        true => inner.replace('\n', &format!("\n{indent}")),
        false => inner.to_owned(),
    };
    format!("{before}{inner}{after}")
}

fn numbered(text: &str, number: usize) -> String {
    text.replace('№', &number.to_string())
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Repeated,
    Nested,
    Wide,
}

impl Template {
    /// Whole with this in all of its holes.
    fn whole(&self, inner: &str) -> String {
        let text = fill(&self.text, inner).replace('¤', self.innermost);
        fill(self.around, &text)
    }

    /// Grown to a size; none where it cannot be in this way.
    fn grown(&self, shape: Shape, size: usize, first: usize) -> Option<String> {
        let is_wide = self.text.contains('«');
        match shape {
            Shape::Repeated if is_wide => None,
            Shape::Repeated => {
                let one = self.whole(self.innermost);
                let all = (first..first + size).map(|at| numbered(&one, at));
                Some(all.collect::<Vec<_>>().join("\n"))
            }
            Shape::Nested if is_wide || !self.text.contains('¤') => None,
            Shape::Nested => {
                let other = |text: &str| text.replace('¤', self.innermost);
                let mut inner = self.innermost.to_owned();
                for at in (first..first + size).rev() {
                    let (before, after) = self.text.split_once('¤')?;
                    let one = numbered(&format!("{before}¤{}", other(after)), at);
                    inner = fill(&one, &inner);
                }
                Some(numbered(&fill(self.around, &inner), first))
            }
            Shape::Wide => {
                let (before, rest) = self.text.split_once('«')?;
                let (again, after) = rest.split_once('»')?;
                let many: String = (first..first + size)
                    .map(|at| numbered(again, at))
                    .collect();
                let text = format!("{before}{many}{after}").replace('¤', self.innermost);
                Some(numbered(&fill(self.around, &text), first))
            }
        }
    }
}

/// The steps of each check over a change.
fn steps(base: Files, head: Files) -> BTreeMap<String, u64> {
    let change = memory::change(base, head).expect("a change");
    let (policy, selection) = (Policy::builtin(), Selection::default());
    let inputs = Inputs::default();
    let (_, log) = judge(
        &change,
        &policy,
        &inputs,
        &registry(),
        &selection,
        1,
        &Silent,
    );
    log.steps
}

/// The steps over a text as new and as changed files of code and of tests.
fn steps_of(paths: [&str; 2], base: &str, head: &str) -> BTreeMap<String, u64> {
    let mut files = [Files::new(), Files::new()];
    for path in paths {
        let (folder, name) = path.rsplit_once('/').expect("a folder");
        let (stem, ending) = name.rsplit_once('.').expect("an ending");
        files[0].insert(path.to_owned(), base.as_bytes().to_vec());
        files[1].insert(path.to_owned(), head.as_bytes().to_vec());
        let new = format!("{folder}/{stem}_new.{ending}");
        files[1].insert(new, head.as_bytes().to_vec());
    }
    let [base, head] = files;
    steps(base, head)
}

/// What grows too fast: by check, the steps at three sizes.
fn too_fast(at: [&BTreeMap<String, u64>; 3], is_deeper: bool) -> TooFast {
    /// What a logarithm, a table that doubles and a finding or two may add.
    const SLACK: u64 = 9_000;
    let [_, _, large] = at;
    let of = |check: &String| at.map(|steps| steps.get(check).copied().unwrap_or(0));
    large
        .keys()
        .map(|check| (check.clone(), of(check)))
        .filter(|(check, [one, two, four])| {
            let (first, second) = (two.saturating_sub(*one), four.saturating_sub(*two));
            let most = match (is_deeper, check.as_str()) {
                (false, _) => first * 13 / 5,
                (true, "vulnerabilities") => first * 9,
                (true, _) => first * 9 / 2,
            };
            second > most + SLACK && *four > two * 23 / 10 + SLACK
        })
        .collect()
}

/// By check, steps at three sizes that grow too fast.
type TooFast = Vec<(String, [u64; 3])>;
/// A name, and what to run.
type Job = (String, Box<dyn Fn() -> TooFast + Sync + Send>);

/// Runs the jobs on all cores, and fails with what they said.
fn assert_none_fails(jobs: &[Job]) {
    let failures = Mutex::new(BTreeMap::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((name, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let failed = job();
                    if !failed.is_empty() {
                        failures.lock().expect("no panic").insert(name, failed);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no panic");
    let mut text = String::new();
    for (name, checks) in &failures {
        for (check, [one, two, four]) in checks {
            let _ = writeln!(text, "{check}: {one}, {two}, {four} steps: {name}");
        }
    }
    assert!(
        failures.is_empty(),
        "work grows faster than its input:\n{text}"
    );
}

#[test]
fn work_grows_no_faster_than_the_code() {
    let wanted = std::env::var("DRAFTGATE_GROWTH").unwrap_or_default();
    let mut jobs: Vec<Job> = Vec::new();
    for grammar in grammars() {
        for template in grammar.templates() {
            for shape in [Shape::Repeated, Shape::Nested, Shape::Wide] {
                let name = format!("{} {shape:?} {:?}", grammar.name, template.text);
                if template.grown(shape, 1, 0).is_none() || !name.contains(&wanted) {
                    continue;
                }
                let texts = [32, 64, 128].map(|size| {
                    let of = |first| template.grown(shape, size, first).unwrap_or_default();
                    (of(1), of(0))
                });
                let paths = grammar.paths;
                let language = grammar.language;
                let job = move || {
                    let steps = texts
                        .each_ref()
                        .map(|(base, head)| steps_of(paths, base, head));
                    let [small, _, large] = texts.each_ref().map(|(_, head)| depth(language, head));
                    too_fast([&steps[0], &steps[1], &steps[2]], large > small)
                };
                jobs.push((name, Box::new(job)));
            }
        }
    }
    assert_none_fails(&jobs);
}

/// Nodes that stand in one another, at most.
#[expect(
    clippy::disallowed_types,
    reason = "the parser's own tree says how deep it is"
)]
fn depth(language: fn() -> tree_sitter::Language, text: &str) -> usize {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&language()).expect("a language");
    let tree = parser.parse(text, None).expect("a tree");
    let (mut cursor, mut depth, mut most) = (tree.walk(), 0_usize, 0);
    loop {
        most = most.max(depth);
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return most;
            }
            depth -= 1;
        }
    }
}

/// Names in `node-types.json` that a tree can have.
fn kinds(node_types: &str) -> BTreeSet<String> {
    let types: Vec<serde_json::Value> = serde_json::from_str(node_types).expect("JSON");
    let concrete = types
        .iter()
        .filter(|kind| kind["named"] == true && kind.get("subtypes").is_none());
    concrete
        .map(|kind| kind["type"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
#[expect(
    clippy::disallowed_types,
    reason = "kinds of the parser's own tree are compared with the grammar's"
)]
fn every_kind_of_node_has_a_template() {
    for grammar in grammars() {
        let mut parser = tree_sitter::Parser::new();
        parser
            .set_language(&(grammar.language)())
            .expect("a language");
        let mut seen = BTreeSet::new();
        for template in grammar.templates() {
            for shape in [Shape::Repeated, Shape::Wide] {
                let Some(text) = template.grown(shape, 2, 1) else {
                    continue;
                };
                let tree = parser.parse(text + "\n", None).expect("a tree");
                let mut nodes = vec![tree.root_node()];
                while let Some(node) = nodes.pop() {
                    seen.insert(node.kind().to_owned());
                    let mut cursor = node.walk();
                    nodes.extend(node.children(&mut cursor));
                }
            }
        }
        let missing: Vec<String> = kinds(grammar.node_types)
            .difference(&seen)
            .cloned()
            .collect();
        assert!(
            missing.is_empty(),
            "tests/growth/{}.txt has no template for {missing:?}",
            grammar.name
        );
    }
}

/// Files that are no code: a path, and a text of a size.
type Text = (&'static str, fn(usize) -> String);

const TEXTS: &[Text] = &[
    (".gitattributes", |n| repeat(n, "**/*№* -diff\n")),
    (".gitattributes", |n| {
        repeat(n, "/a№/** linguist-generated\n")
    }),
    (".github/CODEOWNERS", |n| repeat(n, "**/**/*№*/**/x @a№\n")),
    (".gitleaks.toml", |n| {
        repeat(n, "[[rules]]\nid = \"a№\"\nregex = '''a№[0-9]{20}'''\n")
    }),
    ("z.txt", |n| repeat(n, "№\n")),
    ("z.txt", |n| repeat(n, "a = 1\nb = 1\n")),
    ("z.txt", |n| repeat(n, "password = \"hunter№two№\"\n")),
    ("z.txt", |n| repeat(n, "api_key = \"A1b2C3d4")),
    ("z.txt", |n| repeat(n, "eyJ№.eyJ№.")),
    ("z.txt", |n| repeat(n, "-----BEGIN PRIVATE KEY-----\n")),
    ("z.txt", |n| repeat(n, "\u{202e}№\n")),
    ("z.txt", |n| repeat(n, "аdmin№ ")),
    ("z.txt", |n| repeat(n, "<<<<<<< a\n=======\n>>>>>>> b\n")),
    ("z.md", |n| {
        repeat(n, "# №\n\nhttps://example.com/№?token=№\n")
    }),
    ("requirements.txt", |n| repeat(n, "package-№==1.0.№\n")),
    ("requirements.txt", |n| repeat(n, "-r other№.txt\n")),
    ("pyproject.toml", |n| repeat(n, "[tool.a№]\nb = №\n")),
    ("pyproject.toml", |n| {
        format!("[project]\ndependencies = [{}]\n", repeat(n, "\"a№\", "))
    }),
    ("pyproject.toml", |n| {
        format!("x = {}{}\n", "[".repeat(n), "]".repeat(n))
    }),
    ("pyproject.toml", |n| format!("[{}a]\n", "a.".repeat(n))),
    ("pyproject.toml", |n| {
        format!("[tool.ruff.lint]\nignore = [{}]\n", repeat(n, "\"E№\", "))
    }),
    ("Cargo.toml", |n| {
        format!("[dependencies]\n{}", repeat(n, "a№ = \"№\"\n"))
    }),
    ("Cargo.lock", |n| {
        repeat(n, "[[package]]\nname = \"p№\"\nversion = \"1.0.№\"\n\n")
    }),
    ("ruff.toml", |n| {
        repeat(n, "[per-file-ignores№]\n\"a№\" = [\"E№\"]\n")
    }),
    ("setup.cfg", |n| repeat(n, "[a№]\nb = №\n")),
    ("tox.ini", |n| {
        repeat(n, "[testenv:a№]\ncommands = pytest -k a№\n")
    }),
    ("pytest.ini", |n| {
        format!("[pytest]\naddopts = {}\n", repeat(n, "--deselect a№ "))
    }),
    (".coveragerc", |n| {
        format!("[run]\nomit =\n{}", repeat(n, "    a№/*\n"))
    }),
    ("package.json", |n| {
        format!(
            "{{\"dependencies\": {{{}\"z\": \"1\"}}}}",
            repeat(n, "\"a№\": \"№\", ")
        )
    }),
    ("package.json", |n| {
        format!("{{\"a\": {}1{}}}", "[".repeat(n), "]".repeat(n))
    }),
    (".github/workflows/z.yml", |n| {
        format!(
            "on: push\njobs:\n{}",
            repeat(n, "  a№:\n    steps:\n      - run: pytest\n")
        )
    }),
    (".github/workflows/z.yml", |n| {
        format!(
            "on: push\njobs:\n  a:\n    steps:\n{}",
            repeat(n, "      - run: cargo test a№ || true\n")
        )
    }),
    (".github/workflows/z.yml", |n| {
        format!(
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n{}",
            repeat(n, "          if pytest a№\n")
        )
    }),
    (".github/workflows/z.yml", |n| {
        format!("a0: &a0 [x]\n{}", repeat(n, "b№: *a0\n"))
    }),
    (".github/workflows/z.yml", |n| {
        format!(
            "on: pull_request\njobs: {}{}\n",
            "[".repeat(n),
            "]".repeat(n)
        )
    }),
    (".pre-commit-config.yaml", |n| {
        format!(
            "repos:\n{}",
            repeat(
                n,
                "  - repo: https://example.com/a№\n    hooks:\n      - id: a№\n"
            )
        )
    }),
    (".gitlab-ci.yml", |n| {
        repeat(n, "a№:\n  script:\n    - pytest\n")
    }),
    ("Makefile", |n| repeat(n, "a№:\n\tpytest a№\n")),
    ("scripts/a.sh", |n| repeat(n, "pytest a№ || true\n")),
    ("AGENTS.md", |n| repeat(n, "- rule №\n")),
    (".mcp.json", |n| {
        format!(
            "{{\"mcpServers\": {{{}\"z\": {{}}}}}}",
            repeat(n, "\"a№\": {\"command\": \"b№\"}, ")
        )
    }),
    ("tests/__snapshots__/a.snap", |n| {
        repeat(n, "exports[`a №`] = `№`;\n")
    }),
];

fn repeat(size: usize, text: &str) -> String {
    (0..size).map(|at| numbered(text, at)).collect()
}

#[test]
fn work_grows_no_faster_than_texts() {
    let mut jobs: Vec<Job> = Vec::new();
    for (path, text) in TEXTS {
        let texts = [64, 128, 256].map(text);
        let name = format!(
            "{path}: {:?}",
            texts[0].chars().take(60).collect::<String>()
        );
        let job = move || {
            let steps = texts.each_ref().map(|text| {
                let file =
                    |text: &str| Files::from([((*path).to_owned(), text.as_bytes().to_vec())]);
                let half = text.len() / 2;
                let half = (half..text.len()).find(|at| text.is_char_boundary(*at));
                let base = text.get(..half.unwrap_or(0)).unwrap_or_default();
                steps(file(base), file(text))
            });
            too_fast([&steps[0], &steps[1], &steps[2]], false)
        };
        jobs.push((name, Box::new(job)));
    }
    assert_none_fails(&jobs);
}

#[test]
fn work_grows_no_faster_than_the_number_of_files() {
    type Grown = fn(usize) -> Files;
    let shapes: [(&str, Grown, Grown); 4] = [
        (
            "new files",
            |_| Files::new(),
            |n| files(n, "d№/f№.py", "X = №\n"),
        ),
        (
            "renamed files",
            |n| files(n, "d/f№.py", "X = №\nY = 2\nZ = 3\n"),
            |n| files(n, "e/g№.py", "X = №\nY = 2\nZ = 4\n"),
        ),
        (
            "deleted files",
            |n| files(n, "d/f№.py", "X = №\n"),
            |_| Files::new(),
        ),
        (
            "tests",
            |n| {
                files(
                    n,
                    "tests/test_f№.py",
                    "def test_a№():\n    assert f(№) == 1\n",
                )
            },
            |n| {
                files(
                    n,
                    "tests/test_f№.py",
                    "def test_b№():\n    assert f(№) == 2\n",
                )
            },
        ),
    ];
    let mut jobs: Vec<Job> = Vec::new();
    for (name, base, head) in shapes {
        let job = move || {
            let steps = [32, 64, 128].map(|size| steps(base(size), head(size)));
            too_fast([&steps[0], &steps[1], &steps[2]], false)
        };
        jobs.push((name.to_owned(), Box::new(job)));
    }
    assert_none_fails(&jobs);
}

fn files(size: usize, path: &str, text: &str) -> Files {
    let file = |at| (numbered(path, at), numbered(text, at).into_bytes());
    (0..size).map(file).collect()
}
