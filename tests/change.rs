//! The change: what was asked, and the files that it comes to.

use draftgate::change::{Change, RangeSpec, Status};

use crate::repository::Repo;

/// Status, path, old path.
fn files(change: &Change) -> Vec<(Status, &str, Option<&str>)> {
    let about = change.files.iter();
    about
        .map(|file| (file.status, file.path.as_str(), file.old_path.as_deref()))
        .collect()
}

#[test]
fn a_range_has_its_files_hunks_and_commits() {
    let repo = Repo::new();
    let base = repo.commit_file("a.py", "one\ntwo\nthree\n");
    repo.write("b.py", "new\n");
    let head = repo.commit_file("a.py", "one\n2\nthree\nfour");
    let change = repo.range("HEAD~1..HEAD");
    assert_eq!(
        files(&change),
        [
            (Status::Modified, "a.py", None),
            (Status::Added, "b.py", None)
        ]
    );
    assert_eq!(change.line_counts(), (3, 1));
    assert_eq!(change.arguments, format!("{base}..{head}"));
    assert_eq!(change.commits.len(), 1);
    assert_eq!(change.commits[0].author.email, "ada@example.org");
    assert_eq!(change.commits[0].message, "write a.py\n");
}

#[test]
fn the_default_is_the_working_state_against_the_target() {
    let repo = Repo::new();
    let base = repo.commit_file("a.py", "one\n");
    repo.branch("topic");
    repo.commit_file("b.py", "two\n");
    repo.write("c.py", "three\n");
    repo.write("a.py", "changed\n");
    let change = repo.change(&RangeSpec::Default).unwrap();
    assert_eq!(
        files(&change),
        [
            (Status::Modified, "a.py", None),
            (Status::Added, "b.py", None),
            (Status::Added, "c.py", None)
        ]
    );
    assert_eq!(change.head.label, "worktree");
    assert_eq!(change.base.commit, Some(base.clone()));
    assert_eq!(change.arguments, format!("--base {base}"));
    assert!(
        change.remarks[0].contains("compared with main"),
        "{:?}",
        change.remarks
    );
}

#[test]
fn renames_and_copies_are_found() {
    let repo = Repo::new();
    let text: String = (0..40).map(|line| format!("line {line}\n")).collect();
    repo.write("kept.py", text.replace("line", "kept"));
    repo.commit_file("old.py", &text);
    repo.remove("old.py");
    repo.write("src/new.py", text.replace("line 7\n", "line seven\n"));
    repo.write("kept.py", text.replace("line", "kept") + "more\n");
    repo.write("copy.py", text.replace("line", "kept") + "other\n");
    repo.commit("move");
    let change = repo.range("HEAD");
    assert_eq!(
        files(&change),
        [
            (Status::Copied, "copy.py", Some("kept.py")),
            (Status::Modified, "kept.py", None),
            (Status::Renamed, "src/new.py", Some("old.py")),
        ]
    );
    assert_eq!(change.files[2].added_lines().collect::<Vec<_>>(), [7]);
}

#[test]
fn a_merge_is_compared_with_its_first_parent_and_has_the_commits_it_brought() {
    let repo = Repo::new();
    repo.commit_file("a.py", "a\n");
    for name in ["one", "two"] {
        repo.checkout("main");
        repo.branch(name);
        repo.commit_file(&format!("{name}.py"), format!("{name}\n"));
    }
    repo.checkout("main");
    repo.commit_file("main.py", "main\n");
    let first = repo.id("HEAD");
    let octopus = repo.merge(&["one", "two"]);
    let change = repo.range("HEAD");
    assert_eq!(
        files(&change),
        [
            (Status::Added, "one.py", None),
            (Status::Added, "two.py", None)
        ]
    );
    assert_eq!(change.base.commit, Some(first));
    assert_eq!(change.commits.len(), 3);
    let last = change.commits.last().unwrap();
    assert_eq!((&last.id, last.parents.len()), (&octopus, 3));
    let against_two = change.commit_files(last, 2).unwrap();
    let paths: Vec<&str> = against_two.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["main.py", "one.py"]);
}
