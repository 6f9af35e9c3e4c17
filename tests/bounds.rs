//! What is over a bound is said, and costs no more than what is within it.

use std::process::{Command, Output};

use draftgate::change::memory::{self, Files};
use draftgate::change::{RangeSpec, Side};

use crate::repository::Repo;

fn judged(repo: &Repo, arguments: &[&str]) -> (Output, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .arg("check")
        .args(arguments)
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (done, words)
}

#[test]
fn more_changed_files_than_can_be_judged_are_refused() {
    let head: Files = (0..50_001)
        .map(|number| (format!("{number}.txt"), b"x\n".to_vec()))
        .collect();
    let error = memory::change(Files::new(), head).map(drop).unwrap_err();
    assert!(error.to_string().contains("50000 files"), "{error:#}");
}

#[test]
fn bytes_over_what_is_held_are_left_out_by_name() {
    let mut head: Files = (0..20_u8)
        .map(|number| (format!("{number:02}.txt"), vec![b'a' + number; 30 << 20]))
        .collect();
    head.insert("zz.txt".to_owned(), b"small\n".to_vec());
    let change = memory::change(Files::new(), head).expect("a change");
    let left_out = |at: usize| {
        let blob = change.files[at].head.as_ref().expect("a side");
        blob.out_of_reach()
            .is_some_and(|why| why.contains("left out"))
    };
    let kept = (0..change.files.len()).filter(|at| !left_out(*at)).count();
    // Eight of 30 MiB fit. After as many again no byte more is read, not even of a small one.
    assert_eq!((kept, left_out(20)), (8, true));
}

#[test]
fn code_that_nests_without_end_needs_a_human() {
    let repo = Repo::new();
    repo.commit_file("a.py", "X = 1\n");
    repo.commit_file(
        "b.py",
        format!("X = {}{}\n", "(".repeat(50_000), ")".repeat(50_000)),
    );
    let (done, text) = judged(&repo, &["HEAD~1..HEAD", "--skip", "coverage"]);
    assert_eq!(done.status.code(), Some(3), "{text}");
    assert!(text.contains("b.py"), "{text}");
}

#[test]
fn of_findings_without_end_the_first_thousand_are_told() {
    let repo = Repo::new();
    // The project's own name their rules.
    repo.commit_file("a.py", "x = 1  # noqa: E501\n".repeat(5));
    repo.commit_file("b.py", "x = 1  # noqa\n".repeat(1_200));
    let (done, text) = judged(&repo, &["HEAD~1..HEAD", "--only", "suppressions"]);
    assert_eq!(done.status.code(), Some(1), "{text}");
    assert!(text.contains("200 more findings of"), "{text}");
}

#[test]
fn a_tool_that_says_a_thing_of_each_of_a_hundred_thousand_lines_is_not_believed() {
    let repo = Repo::new();
    repo.write("lint.sh", "grep -rn TODO *.txt && exit 1; exit 0\n");
    repo.write(
        "draftgate.toml",
        "schema = 1\n[gate]\nrequired = [\"lint\"]\n[tools.x]\ncheck = \"lint\"\noutput = \"regex\"\n\
         pattern = '(?P<path>[^:]+):(?P<line>[0-9]+):(?P<message>.*)'\ncommand = [\"sh\", \"lint.sh\"]\n",
    );
    repo.commit_file("a.txt", "one\n");
    repo.commit_file("b.txt", "TODO\n".repeat(100_001));
    let (done, text) = judged(&repo, &["HEAD~1..HEAD", "--only", "lint"]);
    assert_eq!(done.status.code(), Some(2), "{text}");
    assert!(text.contains("more than 100000 findings"), "{text}");
}

/// Ten paths in each of ten folders in each of ten .., all of them one file.
const UNFOLDS: &str = r#"
set -e
tree=$(git rev-parse HEAD:x)
for depth in 1 2 3 4 5; do
    tree=$(for n in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\td%s\n' $tree $n; done | git mktree)
done
top=$(printf '040000 tree %s\tx\n' $tree | git mktree)
base=$(git commit-tree $top -m base </dev/null)
more=$(printf 'import yaml\n' | git hash-object -w --stdin)
top=$(printf '040000 tree %s\tx\n100644 blob %s\tb.py\n' $tree $more | git mktree)
git tag bomb $base
git tag after $(git commit-tree $top -p $base -m head </dev/null)
"#;

#[test]
fn a_tree_that_unfolds_costs_what_it_holds() {
    let repo = Repo::new();
    repo.commit_file("x/f0.py", "X = 1\n");
    let made = Command::new("sh")
        .args(["-c", UNFOLDS])
        .current_dir(&repo.path)
        .env("GIT_AUTHOR_NAME", "a")
        .env("GIT_AUTHOR_EMAIL", "a@example.org")
        .env("GIT_COMMITTER_NAME", "a")
        .env("GIT_COMMITTER_EMAIL", "a@example.org")
        .status();
    assert!(made.expect("a shell").success());
    // That it comes into being is over the bound of a change.
    let whole = RangeSpec::All {
        head: Some("bomb".to_owned()),
    };
    let error = repo.change(&whole).map(drop).unwrap_err();
    assert!(format!("{error:#}").contains("50000 files"), "{error:#}");
    let change = repo.range("bomb..after");
    assert_eq!(change.paths(Side::Base).expect("paths").len(), 100_000);
    let mut texts = 0;
    change
        .texts(Side::Base, &|path| path.ends_with(".py"), |_| texts += 1)
        .expect("texts");
    assert_eq!(texts, 1, "each content is read once");
}

#[test]
fn a_patch_that_copies_a_file_over_and_over_is_refused() {
    let repo = Repo::new();
    repo.commit_file("big.txt", "0123456789abcde\n".repeat(1 << 20));
    let copies: String = (0..200)
        .map(|n| {
            format!(
                "diff --git a/big.txt b/{n}.txt\nsimilarity index 100%\ncopy from big.txt\ncopy to {n}.txt\n"
            )
        })
        .collect();
    let asked = RangeSpec::Patch {
        text: copies.into_bytes(),
        base: None,
    };
    let error = repo.change(&asked).map(drop).unwrap_err();
    let told = format!("{error:#}");
    assert!(
        told.contains("patch line 65") && told.contains("split it"),
        "{told}"
    );
}

#[test]
fn an_ignore_file_that_is_in_the_change_itself_is_told() {
    let repo = Repo::new();
    repo.commit_file("a.py", "X = 1\n");
    repo.write(".gitignore", "b.py\n");
    repo.write("b.py", "X = 2\n");
    let (_, text) = judged(&repo, &["--worktree"]);
    assert!(text.contains(".gitignore is in this change"), "{text}");
}
