//! The working tree and the index, and that no configuration alters what is judged.

use std::path::Path;

use draftgate::change::{Change, Content, Mode, Opened, RangeSpec, Side, Status};

use crate::repository::Repo;

const WORKTREE: RangeSpec = RangeSpec::Worktree { base: None };
const STAGED: RangeSpec = RangeSpec::Staged {
    base: None,
    index: None,
};

/// By libgit2 and by git, which must agree.
fn change(repo: &Repo, spec: &RangeSpec) -> Change {
    let change = repo.change(spec).unwrap();
    let opened = Opened::with_git(&repo.path).unwrap();
    let ends = opened.ends(spec, None).unwrap();
    let by_git = opened.change(spec, ends).unwrap();
    assert_eq!(format!("{:?}", change.files), format!("{:?}", by_git.files));
    change
}

fn refuses(repo: &Repo, spec: &RangeSpec) -> String {
    let opened = Opened::with_git(&repo.path).unwrap();
    let by_git = opened
        .ends(spec, None)
        .and_then(|ends| opened.change(spec, ends));
    let by_git = format!("{:#}", by_git.err().unwrap());
    let error = format!("{:#}", repo.change(spec).err().unwrap());
    assert_eq!(error, by_git);
    error
}

fn paths(change: &Change) -> Vec<(Status, &str)> {
    let files = change.files.iter();
    files
        .map(|file| (file.status, file.path.as_str()))
        .collect()
}

#[test]
fn staged_and_working_state_are_told_apart() {
    let repo = Repo::new();
    repo.write(".gitignore", "ignored\n");
    repo.write("both.py", "one\n");
    repo.write("gone.py", "x\n");
    repo.commit_file("kept.py", "kept\n");
    repo.write("both.py", "two\n");
    repo.git(&["add", "both.py"]);
    repo.write("both.py", "three\n");
    repo.write("ignored", "not seen\n");
    repo.write("dir/new.py", "new\n");
    repo.git(&["rm", "-q", "--cached", "gone.py"]);
    let staged = change(&repo, &STAGED);
    assert_eq!(
        paths(&staged),
        [(Status::Modified, "both.py"), (Status::Deleted, "gone.py")]
    );
    assert_eq!(
        staged.file("both.py").unwrap().text(Side::Head),
        Some("two\n")
    );
    let working = change(&repo, &WORKTREE);
    assert_eq!(
        paths(&working),
        [(Status::Modified, "both.py"), (Status::Added, "dir/new.py")]
    );
    assert_eq!(
        working.file("both.py").unwrap().text(Side::Head),
        Some("three\n")
    );
    // Any file of a side can be read, and listed.
    let read = |path| working.read(Side::Head, path).unwrap();
    assert_eq!(read("dir/new.py").unwrap().text(), Some("new\n"));
    assert_eq!(read("kept.py").unwrap().text(), Some("kept\n"));
    assert_eq!(read("ignored"), None);
    assert_eq!(
        working.paths(Side::Head).unwrap(),
        [".gitignore", "both.py", "dir/new.py", "gone.py", "kept.py"]
    );
}

#[test]
fn the_index_that_git_gives_to_a_hook_can_be_named() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.write("a.py", "two\n");
    let other = repo.path.join(".git/other-index");
    std::fs::copy(repo.path.join(".git/index"), &other).unwrap();
    repo.git(&["add", "a.py"]);
    std::fs::rename(repo.path.join(".git/index"), repo.path.join(".git/kept")).unwrap();
    std::fs::rename(&other, repo.path.join(".git/index")).unwrap();
    assert!(refuses(&repo, &STAGED).contains("nothing is staged"));
    let spec = RangeSpec::Staged {
        base: None,
        index: Some(repo.path.join(".git/kept")),
    };
    assert_eq!(paths(&change(&repo, &spec)), [(Status::Modified, "a.py")]);
}

#[test]
fn unmerged_paths_are_named_with_what_to_do() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.branch("other");
    repo.commit_file("a.py", "two\n");
    repo.checkout("main");
    repo.commit_file("a.py", "three\n");
    repo.try_git(&["merge", "other"]);
    assert!(refuses(&repo, &STAGED).contains("unmerged paths"));
    let working = change(&repo, &WORKTREE);
    assert!(
        working.files[0]
            .text(Side::Head)
            .unwrap()
            .contains("<<<<<<<")
    );
}

#[test]
fn line_ends_that_git_would_convert_are_no_change() {
    let repo = Repo::new();
    repo.write("stored_crlf.py", "a\r\nb\r\n");
    repo.commit_file("a.py", "one\ntwo\n");
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("a.py", "one\r\ntwo\r\n");
    assert!(refuses(&repo, &WORKTREE).contains("nothing to judge"));
    repo.write("a.py", "one\r\n2\r\n");
    repo.write("stored_crlf.py", "a\r\nc\r\n");
    let both = change(&repo, &WORKTREE);
    assert_eq!(
        both.file("a.py").unwrap().text(Side::Head),
        Some("one\n2\n")
    );
    assert_eq!(both.line_counts(), (2, 2));
    // Without the setting the bytes are the file's own.
    repo.git(&["config", "core.autocrlf", "false"]);
    assert_eq!(
        change(&repo, &WORKTREE)
            .file("a.py")
            .unwrap()
            .text(Side::Head),
        Some("one\r\n2\r\n")
    );
    repo.write(".gitattributes", "a.py text\n");
    assert_eq!(
        change(&repo, &WORKTREE)
            .file("a.py")
            .unwrap()
            .text(Side::Head),
        Some("one\n2\n")
    );
}

#[cfg(unix)]
#[test]
fn modes_links_submodules_and_names_that_are_not_text() {
    use std::os::unix::ffi::OsStrExt;
    let repo = Repo::new();
    let inner = Repo::new();
    let first = inner.commit_file("lib.py", "x\n");
    repo.write("run.sh", "echo\n");
    repo.write("becomes_link", "text\n");
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        inner.path.to_str().unwrap(),
        "lib",
    ]);
    repo.commit("first");
    inner.commit_file("lib.py", "y\n");
    let sub = Repo::at(repo.path.join("lib"));
    sub.git(&["pull", "-q"]);
    let second = sub.id("HEAD");
    std::fs::set_permissions(
        repo.path.join("run.sh"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    repo.remove("becomes_link");
    std::os::unix::fs::symlink("../outside", repo.path.join("becomes_link")).unwrap();
    repo.write(
        Path::new(std::ffi::OsStr::from_bytes(b"caf\xe9.txt")),
        "latin\n",
    );
    repo.write("latin1.txt", b"caf\xe9\n");
    repo.write("utf16.txt", b"\xff\xfea\0\n\0");
    repo.write("binary.bin", b"\0\x01");
    repo.write("no_newline.txt", "end");
    let working = change(&repo, &WORKTREE);
    let content = |path: &str| {
        working
            .file(path)
            .unwrap()
            .head
            .as_ref()
            .unwrap()
            .content
            .clone()
    };
    assert_eq!(
        content("becomes_link"),
        Content::Symlink("../outside".into())
    );
    assert_eq!(content("lib"), Content::Submodule(second));
    let lib = working.file("lib").unwrap().base.as_ref().unwrap();
    assert_eq!(lib.content, Content::Submodule(first));
    let run = working.file("run.sh").unwrap();
    assert_eq!(
        (run.status, run.head.as_ref().unwrap().mode),
        (Status::Modified, Mode::Executable)
    );
    assert!(run.hunks.is_empty());
    assert_eq!(content("caf\\xe9.txt"), Content::Text("latin\n".into()));
    assert!(matches!(content("latin1.txt"), Content::Undecodable(_)));
    assert_eq!(content("utf16.txt"), Content::Text("a\n".into()));
    assert_eq!(content("binary.bin"), Content::Binary);
    repo.commit("second");
    // The commit is what the working state was, but for what it stands on.
    let committed = repo.range("HEAD");
    assert_eq!(
        format!("{:?}", committed.files),
        format!("{:?}", working.files)
    );
    repo.write("latin1.txt", "café\n");
    let decoded = change(&repo, &WORKTREE);
    // Nobody could read it before: all of it is new.
    assert_eq!(decoded.files[0].added_lines().count(), 1);
}

#[test]
fn large_files_and_lfs_pointers_are_out_of_reach() {
    let repo = Repo::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    repo.commit_file("data.bin", pointer);
    std::fs::File::create(repo.path.join("huge.txt"))
        .unwrap()
        .set_len(33 * 1024 * 1024)
        .unwrap();
    repo.write("data.bin", pointer.replace("12345", "12346"));
    let working = change(&repo, &WORKTREE);
    assert!(
        working
            .file("data.bin")
            .unwrap()
            .head
            .as_ref()
            .unwrap()
            .is_lfs_pointer()
    );
    assert_eq!(
        working
            .file("huge.txt")
            .unwrap()
            .head
            .as_ref()
            .unwrap()
            .content,
        Content::TooLarge
    );
    repo.commit("huge");
    let committed = repo.range("HEAD");
    let huge = committed.file("huge.txt").unwrap().head.as_ref().unwrap();
    assert_eq!(
        (huge.content.clone(), huge.size),
        (Content::TooLarge, 33 * 1024 * 1024)
    );
    // Smudged by git-lfs, a file is the pointer that git would store.
    repo.write(".gitattributes", "data.bin filter=lfs\n");
    repo.write("data.bin", "the content itself\n");
    let smudged = repo.change(&WORKTREE).unwrap();
    let head = smudged
        .file("data.bin")
        .unwrap()
        .head
        .as_ref()
        .unwrap()
        .clone();
    assert!(head.is_lfs_pointer());
}

#[test]
fn no_head_yet_and_a_detached_one() {
    let repo = Repo::new();
    assert!(refuses(&repo, &WORKTREE).contains("nothing to judge"));
    repo.write("a.py", "one\n");
    repo.git(&["add", "a.py"]);
    repo.write("b.py", "two\n");
    for spec in [RangeSpec::Default, WORKTREE, RangeSpec::All { head: None }] {
        assert_eq!(
            paths(&change(&repo, &spec)),
            [(Status::Added, "a.py"), (Status::Added, "b.py")]
        );
    }
    assert_eq!(paths(&change(&repo, &STAGED)), [(Status::Added, "a.py")]);
    let root = repo.commit("root");
    let change_of_root = change(&repo, &RangeSpec::Range(root.clone()));
    assert_eq!(change_of_root.arguments, root);
    assert_eq!(
        change_of_root.base.label,
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    );
    assert_eq!(change_of_root.commits.len(), 1);
    repo.commit_file("c.py", "three\n");
    repo.git(&["checkout", "-q", "--detach"]);
    repo.commit_file("d.py", "four\n");
    let detached = change(&repo, &RangeSpec::Default);
    assert_eq!(paths(&detached), [(Status::Added, "d.py")]);
    let all = change(&repo, &RangeSpec::All { head: None });
    assert_eq!((all.files.len(), all.commits.len()), (4, 0));
    assert_eq!(all.arguments, format!("--all --head {}", repo.id("HEAD")));
}

#[test]
fn equal_commits_are_an_error_and_equal_trees_are_an_empty_change() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.commit("says nothing");
    for range in ["HEAD..HEAD", "main...HEAD", "main"] {
        let error = refuses(&repo, &RangeSpec::Range(range.into()));
        assert!(error.contains("HEAD~1..HEAD"), "{error}");
    }
    assert!(refuses(&repo, &RangeSpec::Default).contains("nothing to judge"));
    let empty = change(&repo, &RangeSpec::Range("HEAD~1..HEAD".into()));
    assert_eq!((empty.files.len(), empty.commits.len()), (0, 1));
    for (range, fix) in [
        ("nowhere..HEAD", "git fetch origin"),
        ("--output=x..HEAD", "no commit"),
    ] {
        let error = refuses(&repo, &RangeSpec::Range(range.into()));
        assert!(error.contains(fix), "{error}");
    }
}

#[test]
fn unrelated_histories_name_the_direct_range() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.commit_file("b.py", "two\n");
    let error = refuses(&repo, &RangeSpec::Range("other".into()));
    assert!(error.contains("no common ancestor"), "{error}");
    assert_eq!(
        change(&repo, &RangeSpec::Range("main..other".into()))
            .files
            .len(),
        1
    );
}

#[test]
fn no_target_branch_names_the_ways_to_give_one() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.git(&["branch", "-m", "trunk"]);
    let error = refuses(&repo, &RangeSpec::Default);
    assert!(
        error.contains("--base REF") && error.contains("target"),
        "{error}"
    );
    repo.branch("topic");
    repo.commit_file("b.py", "two\n");
    let opened = draftgate::change::open(&repo.path).unwrap();
    let ends = opened.ends(&RangeSpec::Default, Some("trunk")).unwrap();
    assert!(ends.by_target);
    assert!(ends.remarks[0].contains("compared with trunk (gate.target of the policy)"));
    assert!(
        opened
            .read_at(ends.base.as_deref().unwrap(), "a.py")
            .unwrap()
            .is_some()
    );
    assert_eq!(
        opened
            .change(&RangeSpec::Default, ends)
            .unwrap()
            .files
            .len(),
        1
    );
    let error = draftgate::change::open(&repo.path)
        .unwrap()
        .ends(&RangeSpec::Default, Some("gone"))
        .unwrap_err();
    assert!(
        error.to_string().contains("git fetch origin gone"),
        "{error}"
    );
}

#[test]
fn neither_the_change_nor_the_configuration_can_blind_it() {
    let repo = Repo::new();
    repo.write("old.rs", "fn a() {}\nfn b() {}\nfn c() {}\n");
    repo.commit_file("kept.rs", "fn k() {}\n");
    repo.branch("topic");
    repo.git(&["mv", "old.rs", "neu \u{e4}.rs"]);
    repo.write("kept.rs", "fn k() { evil() }\n");
    repo.commit("change");
    repo.write("later.rs", "fn l() {}\n");
    let told = |repo: &Repo| {
        let all = [
            RangeSpec::Range("main..topic".into()),
            RangeSpec::Default,
            WORKTREE,
        ];
        format!("{:?}", all.map(|spec| change(repo, &spec).files))
    };
    let before = told(&repo);
    let trap = repo.beside("trap");
    let set = |key: &str, value: &str| repo.git(&["config", key, value]);
    let touch = format!("touch {}", trap.display());
    for key in [
        "diff.external",
        "core.fsmonitor",
        "core.pager",
        "diff.evil.textconv",
        "diff.evil.command",
        "core.editor",
        "gpg.program",
    ] {
        set(key, &touch);
    }
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.renames", "false"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.orderFile", "nowhere"),
        ("core.quotePath", "true"),
        ("core.attributesFile", "/dev/null"),
        ("i18n.logOutputEncoding", "latin1"),
        ("i18n.commitEncoding", "latin1"),
        ("status.showUntrackedFiles", "no"),
        ("status.relativePaths", "true"),
        ("status.renames", "true"),
        ("log.showSignature", "true"),
        ("color.ui", "always"),
        ("column.ui", "always"),
    ] {
        set(key, value);
    }
    for hook in [
        "post-index-change",
        "post-checkout",
        "reference-transaction",
        "fsmonitor-watchman",
    ] {
        repo.write(
            format!(".git/hooks/{hook}"),
            format!("#!/bin/sh\n{touch}\n"),
        );
        let path = repo.path.join(".git/hooks").join(hook);
        #[cfg(unix)]
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .unwrap();
    }
    repo.write(
        ".git/info/attributes",
        "*.rs binary -diff diff=evil -text\n",
    );
    assert_eq!(told(&repo), before);
    assert!(!trap.exists());
    // Replaced objects are not looked at either.
    repo.git(&[
        "replace",
        &repo.id("topic:kept.rs"),
        &repo.id("main:kept.rs"),
    ]);
    // (That was git itself, with its hook; away with the trace.)
    std::fs::remove_file(&trap).unwrap();
    assert_eq!(told(&repo), before);
    // Attributes of the change itself: the file that sets them is seen, and so are the others.
    repo.write(".gitattributes", "* binary -diff diff=evil -text\n");
    let blinded = change(&repo, &WORKTREE);
    assert_eq!(
        paths(&blinded),
        [
            (Status::Added, ".gitattributes"),
            (Status::Added, "later.rs")
        ]
    );
    assert_eq!(blinded.line_counts(), (2, 0));
    assert!(!trap.exists());
}
