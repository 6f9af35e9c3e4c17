//! Kinds of repositories: the right answer, or an error that names the line which fixes it.

use draftgate::change::{self, Blob, Change, Opened, RangeSpec};

use crate::repository::Repo;

/// Two commits on `main`, and a `topic` from the first with a rename, a change and a new file.
fn sample(arguments: &[&str]) -> Repo {
    let repo = Repo::with(arguments);
    let text: String = (0..30).map(|line| format!("line {line}\n")).collect();
    repo.write("src/moved.py", &text);
    repo.write("src/deep/changed.rs", "fn a() {}\n");
    repo.write("other/excluded.py", "same\n");
    repo.commit_file("untouched.txt", "same\n");
    repo.branch("topic");
    repo.remove("src/moved.py");
    repo.write("src/here.py", text + "one more\n");
    repo.write("src/deep/changed.rs", "fn a() {}\nfn b() {}\n");
    repo.commit_file("added.py", "x = 1\n");
    repo.checkout("main");
    repo.commit_file("later.txt", "main goes on\n");
    repo
}

/// What the change comes to, in lines.
fn told(change: &Change) -> Vec<String> {
    let line = |file: &change::File| {
        let id = |blob: &Option<Blob>| blob.as_ref().map_or("-".to_owned(), |b| b.id.clone());
        let (status, old) = (file.status, file.old_path.as_deref());
        let (base, head) = (id(&file.base), id(&file.head));
        format!(
            "{status:?} {} {old:?} {base} {head} {:?}",
            file.path, file.hunks
        )
    };
    let commits = change.commits.iter().map(|commit| commit.id.clone());
    change.files.iter().map(line).chain(commits).collect()
}

fn with_git(repo: &Repo, spec: &RangeSpec) -> Change {
    let opened = Opened::with_git(&repo.path).unwrap();
    let ends = opened.ends(spec, None).unwrap();
    opened.change(spec, ends).unwrap()
}

/// The change of `topic`, which must be as it is in the repository that everything can read.
fn assert_reads(repo: &Repo) {
    let change = repo.range("origin/main...topic");
    assert_eq!(told(&change).len(), 4, "{:?}", told(&change));
    assert_eq!(
        told(&change),
        told(&with_git(
            repo,
            &RangeSpec::Range("origin/main...topic".into())
        ))
    );
    let file = change.file("src/here.py").unwrap();
    assert_eq!(file.old_path.as_deref(), Some("src/moved.py"));
    assert_eq!(file.added_lines().collect::<Vec<_>>(), [30]);
    // The working tree is as HEAD has it, and says so whoever reads it.
    for spec in [
        RangeSpec::Worktree { base: None },
        RangeSpec::Staged {
            base: None,
            index: None,
        },
    ] {
        assert_refuses(repo, &spec, "nothing to judge");
    }
    repo.write("src/deep/changed.rs", "fn c() {}\n");
    repo.write("untracked.py", "y = 2\n");
    let change = repo.change(&RangeSpec::Worktree { base: None }).unwrap();
    let paths: Vec<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/deep/changed.rs", "untracked.py"]);
    repo.git(&["add", "untracked.py"]);
    let change = repo
        .change(&RangeSpec::Staged {
            base: None,
            index: None,
        })
        .unwrap();
    let paths: Vec<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["untracked.py"]);
}

fn refusal(repo: &Repo, spec: &RangeSpec) -> String {
    match repo.change(spec) {
        Ok(change) => panic!("{:?}", told(&change)),
        Err(error) => format!("{error:#}"),
    }
}

fn assert_refuses(repo: &Repo, spec: &RangeSpec, fix: &str) {
    let error = refusal(repo, spec);
    assert!(error.contains(fix), "{error}");
}

/// A clone with both branches.
fn cloned(origin: &Repo, arguments: &[&str]) -> Repo {
    let clone = origin.clone_with("clone", arguments);
    clone.checkout("topic");
    clone
}

#[test]
fn a_full_clone() {
    let origin = sample(&[]);
    assert_reads(&cloned(&origin, &[]));
}

#[test]
fn a_linked_worktree_with_a_configuration_of_its_own() {
    let origin = sample(&[]);
    let clone = origin.clone_with("clone", &[]);
    clone.git(&["config", "extensions.worktreeConfig", "true"]);
    let path = origin.beside("linked");
    clone.git(&["worktree", "add", "-q", path.to_str().unwrap(), "topic"]);
    let linked = Repo::at(path);
    linked.git(&["config", "--worktree", "core.quotePath", "true"]);
    assert_reads(&linked);
}

#[test]
fn commit_graph_multi_pack_and_index_version_4() {
    let origin = sample(&[]);
    let clone = cloned(&origin, &[]);
    clone.git(&["repack", "-q", "-a", "-d"]);
    clone.git(&["multi-pack-index", "write"]);
    clone.git(&["commit-graph", "write", "--reachable"]);
    clone.git(&["update-index", "--index-version", "4"]);
    assert_reads(&clone);
}

#[test]
fn a_split_index() {
    let origin = sample(&[]);
    let clone = cloned(&origin, &[]);
    clone.git(&["update-index", "--split-index"]);
    assert_reads(&clone);
}

#[test]
fn reftable() {
    let origin = sample(&[]);
    assert_reads(&cloned(&origin, &["--ref-format=reftable"]));
}

#[test]
fn sha256() {
    let origin = sample(&["--object-format=sha256"]);
    let clone = cloned(&origin, &[]);
    assert_reads(&clone);
    assert_eq!(
        clone.range("HEAD").files[0].head.as_ref().unwrap().id.len(),
        64
    );
}

#[test]
fn partial_clones_fetch_what_they_lack_when_they_are_asked_to() {
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        let origin = sample(&[]);
        origin.git(&["config", "uploadpack.allowFilter", "true"]);
        origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let clone = origin.clone_with("partial", &[filter, "--no-checkout"]);
        let spec = RangeSpec::Range("origin/main...origin/topic".into());
        let fix = "git fetch --refetch --no-filter";
        assert_refuses(&clone, &spec, fix);
        let mut opened = change::open(&clone.path).unwrap();
        opened.allow_fetch();
        let ends = opened.ends(&spec, None).unwrap();
        let change = opened.change(&spec, ends).unwrap();
        assert_eq!(told(&change), told(&origin.range("main...topic")));
        // What was fetched is there from then on; the line that the message names brings the rest.
        clone.git(&["fetch", "-q", "--refetch", "--no-filter"]);
        clone.checkout("topic");
        assert_reads(&clone);
    }
}

#[test]
fn a_partial_clone_whose_remote_is_gone_says_what_is_missing() {
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        let origin = sample(&[]);
        origin.git(&["config", "uploadpack.allowFilter", "true"]);
        let clone = origin.clone_with("partial", &[filter, "--no-checkout"]);
        clone.git(&["remote", "set-url", "origin", "file:///nowhere"]);
        let spec = RangeSpec::Range("origin/main...origin/topic".into());
        assert_refuses(&clone, &spec, "git fetch");
        let mut opened = change::open(&clone.path).unwrap();
        opened.allow_fetch();
        let ends = opened.ends(&spec, None).unwrap();
        let error = format!("{:#}", opened.change(&spec, ends).err().unwrap());
        assert!(error.contains("git fetch"), "{error}");
    }
}

#[test]
fn a_shallow_clone_names_the_line_that_deepens_it() {
    let origin = sample(&[]);
    let clone = origin.clone_with("shallow", &["--depth=1", "--no-single-branch"]);
    clone.checkout("topic");
    for spec in [
        RangeSpec::Default,
        RangeSpec::Range("origin/main...topic".into()),
        RangeSpec::Range("topic".into()),
        RangeSpec::Range("HEAD".into()),
        RangeSpec::Range("HEAD~1..HEAD".into()),
    ] {
        assert_refuses(&clone, &spec, "git fetch --deepen");
        assert_refuses(&clone, &spec, "fetch-depth: 0");
    }
    // Both trees of a two-dot range are here.
    let change = clone.range("origin/main..topic");
    assert_eq!(change.files.len(), 4);
    // What the commit at the cut changed is not.
    let error = change.commit_files(&change.commits[0], 0).unwrap_err();
    assert!(
        format!("{error:#}").contains("git fetch --deepen"),
        "{error:#}"
    );
}

#[test]
fn sparse_checkouts_have_no_deletions() {
    for arguments in [
        &["--cone"][..],
        &["--cone", "--sparse-index"],
        &["--no-cone"],
    ] {
        let origin = sample(&[]);
        let clone = cloned(&origin, &[]);
        clone.git(&[&["sparse-checkout", "set"], arguments, &["src/deep"]].concat());
        assert!(!clone.path.join("other").exists(), "{arguments:?}");
        assert_refuses(
            &clone,
            &RangeSpec::Worktree { base: None },
            "nothing to judge",
        );
        assert_eq!(told(&clone.range("origin/main...topic")).len(), 4);
        clone.write("src/deep/changed.rs", "fn c() {}\n");
        let change = clone.change(&RangeSpec::Worktree { base: None }).unwrap();
        assert_eq!(change.files.len(), 1, "{arguments:?}: {:?}", told(&change));
    }
}

#[test]
fn an_unknown_extension_is_refused_with_gits_own_words() {
    let repo = sample(&[]);
    repo.git(&["config", "core.repositoryFormatVersion", "1"]);
    repo.git(&["config", "extensions.unheardOf", "true"]);
    assert_refuses(&repo, &RangeSpec::Default, "unheardof");
    assert_refuses(&repo, &RangeSpec::Default, "git --version");
}

#[cfg(unix)]
#[test]
fn another_owner_is_refused_with_the_line_that_trusts_it() {
    let repo = sample(&[]);
    let chown = |path: &std::path::Path| std::os::unix::fs::chown(path, Some(54321), Some(54321));
    if chown(&repo.path.join(".git"))
        .and_then(|()| chown(&repo.path))
        .is_err()
    {
        // Only root can give a directory away.
        return;
    }
    assert_refuses(
        &repo,
        &RangeSpec::Default,
        "git config --global --add safe.directory",
    );
    let error = Opened::with_git(&repo.path).err().unwrap();
    assert!(format!("{error:#}").contains("safe.directory"), "{error:#}");
}

#[test]
fn a_bare_repository_has_ranges_and_no_working_state() {
    let origin = sample(&[]);
    let bare = origin.clone_with("bare.git", &["--bare"]);
    assert_eq!(bare.range("main...topic").files.len(), 3);
    assert_eq!(
        bare.change(&RangeSpec::All { head: None })
            .unwrap()
            .files
            .len(),
        5
    );
    assert_refuses(&bare, &RangeSpec::Default, "name a range");
}

#[test]
fn no_repository_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let error = change::open(dir.path()).err().unwrap();
    assert!(format!("{error:#}").contains("-C DIR"), "{error:#}");
}
