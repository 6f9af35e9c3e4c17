//! Cases are data: `tests/cases/<check>/<fact_as_english_name>/`.
//!
//! - `base/` and `head/`: the two trees; a folder that is left out is the empty tree.
//! - `policy.toml`: is `draftgate.toml` at base (and at head, unless head holds its own).
//! - `commits/NN/`: whole trees between base and head, in order, each with an optional message `NN.txt`.
//! - `message.txt`: the message of the head commit.
//! - `reports/head.*`, `reports/base.*`: coverage reports that are handed in with the change.
//! - `outcomes/base.txt`, `head.txt`, `old-tests.txt`, `new-tests.txt`, `mutants.txt`: what came of the tests of each tree, in place of a run.
//! - `expect.txt`: the verdict, a line a finding, and a line for each file that the check did not look at
//!   although there was something to look at. `DRAFTGATE_BLESS=1 cargo test cases` writes it.
//!
//! A first line `only: a, b` in `expect.txt` judges these checks in place of the folder's one; `only: all` is the whole
//! gate, as a user runs it (`tests/cases/gate/`): what two checks say of one fact shows there.
//! `DRAFTGATE_CASE=text cargo test cases` runs the cases whose path contains the text;
//! `DRAFTGATE_CASE_REPORTS=DIR` writes the JSON report of each into a folder, for `eval/same.py --cases`.
//!
//! File names and contents may hold `{{name:argument}}`, replaced at test time (see [`substitute`]), for what
//! must not stand in our own repository. A file called `x.@file`, `x.@executable`, `x.@symlink` (its text is
//! the target) or `x.@submodule` (its text is the commit) becomes `x` of that mode.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use draftgate::change::{self, Mode, RangeSpec, lines};
use draftgate::checks::registry;
use draftgate::finding::judgement::{Judgement, LedgerEntry, Outcome};
use draftgate::inputs::{HandedIn, Inputs, Outcomes, Source};
use draftgate::plan::Selection;
use draftgate::policy::Policy;
use draftgate::run::{Silent, judge};
use draftgate::secrets::sample;
use draftgate::text::visible;
use draftgate::unread::{self, Group};
use draftgate::verdict::decide;

#[test]
fn cases() {
    let wanted = std::env::var("DRAFTGATE_CASE").unwrap_or_default();
    let bless = std::env::var_os("DRAFTGATE_BLESS").is_some();
    let folders: Vec<PathBuf> = all()
        .into_iter()
        .filter(|folder| folder.to_string_lossy().contains(&wanted))
        .collect();
    assert!(!folders.is_empty(), "no case matches {wanted:?}");
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = run(folder, bless) {
                        failures.lock().expect("no panic").push((folder, why));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no panic");
    failures.sort();
    let mut text = String::new();
    for (folder, why) in &failures {
        let _ = writeln!(text, "\n{}:\n{why}", folder.display());
    }
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:{text}\nRead each difference; then DRAFTGATE_BLESS=1 cargo test cases",
        failures.len(),
        folders.len()
    );
}

/// All case folders, relative to the repository.
fn all() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = Vec::new();
    for check in entries(&root.join("tests/cases")) {
        folders.extend(entries(&check).into_iter().filter(|path| path.is_dir()));
    }
    folders
        .into_iter()
        .map(|path| path.strip_prefix(root).expect("inside").to_owned())
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder) {
        Ok(read) => read.map(|entry| entry.expect("readable").path()).collect(),
        Err(_) => Vec::new(),
    };
    paths.sort();
    paths
}

fn run(folder: &Path, bless: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let expect_path = root.join("expect.txt");
    let expected = std::fs::read_to_string(&expect_path).unwrap_or_default();
    let (directive, _) = split_directive(&expected);
    let check = folder.parent().and_then(Path::file_name);
    let only = match directive {
        Some("only: all") => Vec::new(),
        Some(line) => line["only:".len()..]
            .split(',')
            .map(|name| name.trim().to_owned())
            .collect(),
        None => vec![check.expect("a check").to_string_lossy().into_owned()],
    };
    let judged = judge_case(&root, only).map_err(|error| format!("  {error:#}"))?;
    if let Some(reports) = std::env::var_os("DRAFTGATE_CASE_REPORTS") {
        write_report(&Path::new(&reports).join(folder), &judged).map_err(|why| why.to_string())?;
    }
    let mut actual = directive.map_or(String::new(), |line| format!("{line}\n"));
    actual.push_str(&described(&judged));
    if actual == expected {
        return Ok(());
    }
    if bless {
        return std::fs::write(&expect_path, actual).map_err(|error| error.to_string());
    }
    Err(difference(&expected, &actual))
}

fn write_report(folder: &Path, judged: &Judgement) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let report = serde_json::to_vec_pretty(judged)?;
    Ok(std::fs::write(folder.join("report.json"), report)?)
}

fn split_directive(expected: &str) -> (Option<&str>, &str) {
    match expected.split_once('\n') {
        Some((line, rest)) if line.starts_with("only:") => (Some(line), rest),
        _ => (None, expected),
    }
}

fn judge_case(root: &Path, only: Vec<String>) -> anyhow::Result<Judgement> {
    let mut base = tree(&root.join("base"))?;
    let mut head = tree(&root.join("head"))?;
    let policy = std::fs::read(root.join("policy.toml")).ok();
    if let Some(policy) = &policy {
        let entry = (Mode::Regular, policy.clone());
        head.entry("draftgate.toml".to_owned())
            .or_insert_with(|| entry.clone());
        base.insert("draftgate.toml".to_owned(), entry);
    }
    let home = tempfile::tempdir()?;
    let repository = git2::Repository::init_bare(home.path())?;
    let first = commit(&repository, None, &base, "Base\n")?;
    let mut last = first;
    for path in entries(&root.join("commits")) {
        if path.is_dir() {
            let message = std::fs::read(path.with_extension("txt"));
            let message = message.unwrap_or_else(|_| b"Between\n".to_vec());
            let message = String::from_utf8(substitute(&message)?)?;
            last = commit(&repository, Some(last), &tree(&path)?, &message)?;
        }
    }
    let message = std::fs::read(root.join("message.txt")).unwrap_or_else(|_| b"Head\n".to_vec());
    let message = String::from_utf8(substitute(&message)?)?;
    last = commit(&repository, Some(last), &head, &message)?;

    let opened = change::open(home.path())?;
    let spec = RangeSpec::Range(format!("{first}..{last}"));
    let ends = opened.ends(&spec, None)?;
    let change = opened.change(&spec, ends)?;
    let inputs = Inputs {
        coverage: reports(&root.join("reports")),
        outcomes: outcomes(&root.join("outcomes")),
        ..Inputs::default()
    };
    let selection = Selection {
        only,
        skip: Vec::new(),
    };
    let policy = Policy::of(&change)?;
    Ok(judge(
        &change,
        &policy,
        &inputs,
        &registry(),
        &selection,
        1,
        &Silent,
    )
    .0)
}

/// What came of the tests of a case.
fn outcomes(folder: &Path) -> Option<Outcomes> {
    let text = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    folder.is_dir().then(|| Outcomes {
        base: text("base.txt").unwrap_or_default(),
        head: text("head.txt").unwrap_or_default(),
        old_tests: text("old-tests.txt"),
        new_tests: text("new-tests.txt"),
        mutants: text("mutants.txt"),
    })
}

/// The coverage reports of a case.
fn reports(folder: &Path) -> HandedIn {
    let of = |side: &str| -> Vec<Source> {
        let named = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == side);
        let paths = entries(folder).into_iter().filter(named);
        paths.map(Source::File).collect()
    };
    HandedIn {
        head: of("head"),
        base: of("base"),
    }
}

/// Writes a commit of these files, with no clock in it: the same case gives the same ids.
fn commit(
    repository: &git2::Repository,
    parent: Option<git2::Oid>,
    files: &Tree,
    message: &str,
) -> anyhow::Result<git2::Oid> {
    let mut index = git2::Index::new()?;
    for (path, (mode, bytes)) in files {
        let (mode, id) = match mode {
            Mode::Regular => (0o100_644, repository.blob(bytes)?),
            Mode::Executable => (0o100_755, repository.blob(bytes)?),
            Mode::Symlink => (0o120_000, repository.blob(bytes.trim_ascii_end())?),
            Mode::Submodule => {
                let id = std::str::from_utf8(bytes.trim_ascii_end())?;
                (0o160_000, git2::Oid::from_str(id)?)
            }
        };
        index.add(&git2::IndexEntry {
            ctime: git2::IndexTime::new(0, 0),
            mtime: git2::IndexTime::new(0, 0),
            dev: 0,
            ino: 0,
            mode,
            uid: 0,
            gid: 0,
            file_size: 0,
            id,
            flags: 0,
            flags_extended: 0,
            path: path.clone().into_bytes(),
        })?;
    }
    let tree = repository.find_tree(index.write_tree_to(repository)?)?;
    let parents: Vec<git2::Commit<'_>> = parent
        .map(|id| repository.find_commit(id))
        .transpose()?
        .into_iter()
        .collect();
    let parents: Vec<&git2::Commit<'_>> = parents.iter().collect();
    let when = git2::Time::new(1_750_000_000, 0);
    let who = git2::Signature::new("Ada", "ada@example.org", &when)?;
    Ok(repository.commit(None, &who, &who, message, &tree, &parents)?)
}

/// What `expect.txt` holds.
fn described(judged: &Judgement) -> String {
    let decision = decide(
        &judged.findings,
        &judged.checks,
        &judged.ledger,
        judged.obstacle.as_deref(),
    );
    let mut text = format!("{}\n", word(&decision.verdict));
    for finding in &judged.findings {
        let place = format!(
            "{}:{}:{}",
            visible(&finding.path),
            finding.line,
            finding.column
        );
        let (level, side) = (word(&finding.level), word(&finding.side));
        let commit = match &finding.commit {
            Some(id) => format!("@{} ", &id[..id.len().min(7)]),
            None => String::new(),
        };
        let waived = if finding.counts() { "" } else { "waived " };
        let message = visible(&finding.message);
        let rule = &finding.rule;
        let _ = writeln!(
            text,
            "{waived}{level} {rule} {place} {side} {commit}{message}"
        );
    }
    let told = |outcome| !matches!(outcome, Outcome::Ran | Outcome::NotApplicable);
    for check in judged.checks.iter().filter(|check| told(check.outcome)) {
        let (outcome, name) = (word(&check.outcome), &check.name);
        let _ = writeln!(text, "{outcome} {name}: {}", visible(&check.why));
    }
    for group in unread::groups(&judged.ledger) {
        let Group {
            language,
            paths,
            lines,
            checks,
            accepted,
        } = group;
        let paths: Vec<String> = paths.into_iter().map(visible).collect();
        let (paths, checks) = (paths.join(", "), Vec::from_iter(checks).join(", "));
        let accepted = accepted.map_or(String::new(), |why| format!("; {why}"));
        let _ = writeln!(
            text,
            "not-read {language}: {paths} ({lines} lines) by {checks}{accepted}"
        );
    }
    let single = |entry: &&LedgerEntry| told(entry.outcome) && entry.unread.is_none();
    for entry in judged.ledger.iter().filter(single) {
        let (outcome, path) = (word(&entry.outcome), visible(&entry.path));
        let _ = writeln!(text, "{outcome} {path}: {}", visible(&entry.why));
    }
    text
}

/// A value as the reports spell it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => panic!("no word: {other:?}"),
    }
}

fn difference(expected: &str, actual: &str) -> String {
    if expected.is_empty() {
        return format!("  no expect.txt, or an empty one; it would hold:\n{actual}");
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let mut text = String::new();
    for hunk in lines::hunks(expected, actual) {
        let (base, head) = (hunk.base, hunk.head);
        for line in old
            .get(base.start as usize..base.end as usize)
            .into_iter()
            .flatten()
        {
            let _ = writeln!(text, "  - {line}");
        }
        for line in new
            .get(head.start as usize..head.end as usize)
            .into_iter()
            .flatten()
        {
            let _ = writeln!(text, "  + {line}");
        }
    }
    text
}

type Tree = BTreeMap<String, (Mode, Vec<u8>)>;

/// The files under a folder of a case; none where it is not there.
fn tree(folder: &Path) -> anyhow::Result<Tree> {
    let mut files = Tree::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(entries(&path));
        } else if path.is_file() {
            let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
            let (name, mode) = mode(&name);
            let name = String::from_utf8(substitute(name.as_bytes())?)?;
            files.insert(name, (mode, substitute(&std::fs::read(&path)?)?));
        }
    }
    Ok(files)
}

fn mode(name: &str) -> (&str, Mode) {
    match name.rsplit_once(".@") {
        Some((name, "file")) => (name, Mode::Regular),
        Some((name, "executable")) => (name, Mode::Executable),
        Some((name, "symlink")) => (name, Mode::Symlink),
        Some((name, "submodule")) => (name, Mode::Submodule),
        _ => (name, Mode::Regular),
    }
}

/// The bytes with each `{{name:argument}}` of a known name replaced:
/// `{{char:U+202E}}` is that character, `{{byte:00}}` that byte, `{{tags:..}}` the argument with each
/// character as a tag character (U+E0000 block), `{{repeat:N:..}}` the argument N times. A new kind of
/// substitution is a new arm of [`replacement`].
fn substitute(bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Ok(bytes.to_vec());
    };
    let mut made = Vec::with_capacity(bytes.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        made.extend_from_slice(before.as_bytes());
        let known = after.split_once("}}").and_then(|(inside, tail)| {
            let (name, argument) = inside.split_once(':')?;
            let known = replacement(name, argument);
            let made = known.or_else(|| Some(Ok(sample::value(inside)?.into_bytes())))?;
            Some((made, tail))
        });
        match known {
            Some((bytes, tail)) => {
                made.extend(bytes?);
                rest = tail;
            }
            None => {
                made.extend_from_slice(b"{{");
                rest = after;
            }
        }
    }
    made.extend_from_slice(rest.as_bytes());
    Ok(made)
}

fn replacement(name: &str, argument: &str) -> Option<anyhow::Result<Vec<u8>>> {
    Some(match name {
        "char" => character(argument),
        "byte" => u8::from_str_radix(argument, 16)
            .map(|byte| vec![byte])
            .map_err(Into::into),
        "tags" => Ok(argument
            .chars()
            .filter_map(|c| char::from_u32(0xe0000 + u32::from(c)))
            .collect::<String>()
            .into_bytes()),
        "repeat" => argument
            .split_once(':')
            .ok_or_else(|| anyhow::anyhow!("{{{{repeat:N:text}}}}, not {argument:?}"))
            .and_then(|(count, text)| Ok(text.repeat(count.parse()?).into_bytes())),
        _ => return None,
    })
}

fn character(argument: &str) -> anyhow::Result<Vec<u8>> {
    let number = argument.strip_prefix("U+").unwrap_or(argument);
    let number = u32::from_str_radix(number, 16)?;
    let c = char::from_u32(number).ok_or_else(|| anyhow::anyhow!("no character {argument:?}"))?;
    Ok(c.to_string().into_bytes())
}
