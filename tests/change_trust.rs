//! What is kept beside the objects has no say in what is judged: grafts, cuts, the commit graph, bits of the index,
//! configuration; and nothing is fetched, or run, by looking.

use std::path::Path;
use std::process::{Command, Stdio};

use draftgate::change::{self, Change, Opened, RangeSpec};

use crate::cli::draftgate;
use crate::repository::Repo;

const WORKTREE: RangeSpec = RangeSpec::Worktree { base: None };

/// By whichever backend draftgate takes, and by git.
fn both(repo: &Repo, spec: &RangeSpec) -> [anyhow::Result<Change>; 2] {
    [change::open(&repo.path), Opened::with_git(&repo.path)].map(|opened| {
        let opened = opened?;
        let ends = opened.ends(spec, None)?;
        opened.change(spec, ends)
    })
}

fn commits(change: &Change) -> Vec<&str> {
    let commits = change.commits.iter();
    commits.map(|commit| commit.id.as_str()).collect()
}

/// Three commits after the first, the second of which adds what the third takes out.
fn hidden_between() -> (Repo, [String; 4]) {
    let repo = Repo::new();
    let base = repo.commit_file("app.py", "x = 1\n");
    let one = repo.commit_file("app.py", "x = 2\n");
    let two = repo.commit_file("token.txt", "hidden\n");
    repo.remove("token.txt");
    let three = repo.commit("take it out");
    (repo, [base, one, two, three])
}

#[test]
fn grafts_hide_no_commit() {
    let (repo, [base, one, two, three]) = hidden_between();
    repo.write(".git/info/grafts", format!("{three} {one}\n"));
    for change in both(&repo, &RangeSpec::Range(format!("{base}..{three}"))) {
        assert_eq!(commits(&change.unwrap()), [&one, &two, &three]);
    }
    // Nor do they say what a parent is.
    for change in both(&repo, &RangeSpec::Range(format!("{three}~1..{three}"))) {
        assert_eq!(change.unwrap().base.commit.as_deref(), Some(two.as_str()));
    }
    for change in both(&repo, &RangeSpec::Range("HEAD".into())) {
        assert_eq!(change.unwrap().base.commit.as_deref(), Some(two.as_str()));
    }
}

#[test]
fn a_cut_that_is_written_down_and_not_there_hides_no_commit() {
    let (repo, [base, one, two, three]) = hidden_between();
    repo.write(".git/shallow", format!("{three}\n"));
    for change in both(&repo, &RangeSpec::Range(format!("{base}..{three}"))) {
        assert_eq!(commits(&change.unwrap()), [&one, &two, &three]);
    }
}

#[test]
fn a_commit_graph_that_lies_hides_no_commit() {
    let (repo, [base, one, two, three]) = hidden_between();
    // A commit that follows the first, in place of the one that follows the second.
    let forged = repo.git(&[
        "commit-tree",
        &format!("{three}^{{tree}}"),
        "-p",
        &base,
        "-m",
        "x",
    ]);
    repo.git(&["update-ref", "refs/heads/forged", &forged]);
    repo.git(&["commit-graph", "write", "--reachable"]);
    let graph = repo.path.join(".git/objects/info/commit-graph");
    let mut bytes = std::fs::read(&graph).unwrap();
    // Ids are sorted in it; the parents of a true one become those of the forged one.
    let id = |text: &str| -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().collect();
        let pair = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
        digits.chunks(2).map(pair).collect()
    };
    let mut sorted = [&base, &one, &two, &three, &forged].map(|text| id(text));
    sorted.sort();
    let at = |wanted: &str| sorted.iter().position(|one| *one == id(wanted)).unwrap();
    let chunk = |name: &[u8]| {
        let entry = bytes.windows(4).position(|four| four == name).unwrap();
        let eight: [u8; 8] = bytes[entry + 4..entry + 12].try_into().unwrap();
        usize::try_from(u64::from_be_bytes(eight)).unwrap()
    };
    let data = chunk(b"CDAT");
    let row = |wanted: &str| data + at(wanted) * 36;
    let (from, to) = (row(&forged), row(&two));
    bytes.copy_within(from + 20..from + 28, to + 20);
    std::fs::set_permissions(&graph, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::write(&graph, bytes).unwrap();
    let lied_to = repo.git(&["rev-list", &format!("{base}..{three}")]);
    assert_eq!(lied_to.lines().count(), 2, "git itself believes it");
    for change in both(&repo, &RangeSpec::Range(format!("{base}..{three}"))) {
        assert_eq!(commits(&change.unwrap()), [&one, &two, &three]);
    }
}

#[test]
fn an_object_whose_bytes_are_not_its_own_is_not_believed() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2  # bad\n");
    let id = repo.git(&["rev-parse", "HEAD:app.py"]);
    let other = repo.git(&["rev-parse", "HEAD~1:app.py"]);
    let place = |id: &str| {
        repo.path
            .join(format!(".git/objects/{}/{}", &id[..2], &id[2..]))
    };
    std::fs::remove_file(place(&id)).unwrap();
    std::fs::copy(place(&other), place(&id)).unwrap();
    for change in both(&repo, &RangeSpec::Range("HEAD~1..HEAD".into())) {
        let error = format!("{:#}", change.err().unwrap());
        assert!(error.contains(&id), "{error}");
    }
}

#[test]
fn an_object_that_is_not_there_ends_the_judgement_with_the_line_that_brings_it() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    let id = repo.git(&["rev-parse", "HEAD:app.py"]);
    repo.remove(&format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    for change in both(&repo, &RangeSpec::Range("HEAD~1..HEAD".into())) {
        let error = format!("{:#}", change.err().unwrap());
        assert!(
            error.contains("app.py") && error.contains("git fetch --refetch"),
            "{error}"
        );
    }
    let output = draftgate(&repo.path, &["HEAD~1..HEAD"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn files_that_git_was_told_not_to_look_at_are_looked_at() {
    for bit in ["--assume-unchanged", "--skip-worktree"] {
        let repo = Repo::new();
        repo.write("gone.py", "y = 1\n");
        repo.write("same.py", "z = 1\n");
        repo.commit_file("app.py", "x = 1\n");
        repo.git(&["update-index", bit, "app.py", "gone.py", "same.py"]);
        repo.write("app.py", "x = 2\n");
        for change in both(&repo, &WORKTREE) {
            let change = change.unwrap();
            let paths: Vec<_> = change.files.iter().map(|file| file.path.as_str()).collect();
            assert_eq!(paths, ["app.py"], "{bit}");
        }
    }
}

#[test]
fn a_configuration_that_has_git_look_less_closely_hides_no_edit() {
    for (key, value) in [
        ("core.trustctime", "false"),
        ("core.checkStat", "minimal"),
        ("core.ignoreStat", "true"),
    ] {
        let repo = Repo::new();
        repo.commit_file("app.py", "x = 1\n");
        // The index is younger than the file, so that its times are taken at their word.
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        let file = std::fs::File::options()
            .write(true)
            .open(repo.path.join("app.py"))
            .unwrap();
        file.set_modified(old).unwrap();
        repo.git(&["update-index", "--refresh"]);
        repo.git(&["config", key, value]);
        repo.write("app.py", "x = 2\n");
        let file = std::fs::File::options()
            .write(true)
            .open(repo.path.join("app.py"))
            .unwrap();
        file.set_modified(old).unwrap();
        assert_eq!(repo.change(&WORKTREE).unwrap().files.len(), 1, "{key}");
    }
}

#[test]
fn a_pipe_in_place_of_what_git_reads_is_not_waited_for() {
    for place in [".gitignore", "new/.gitattributes", ".git/info/exclude"] {
        let repo = Repo::new();
        repo.commit_file("app.py", "x = 1\n");
        repo.write("app.py", "x = 2\r\n");
        std::fs::create_dir(repo.path.join("new")).unwrap();
        let pipe = repo.path.join(place);
        let _ = std::fs::remove_file(&pipe);
        assert!(
            Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .unwrap()
                .success()
        );
        for change in both(&repo, &WORKTREE) {
            let error = format!("{:#}", change.err().unwrap());
            assert!(error.contains("is a pipe"), "{error}");
        }
        let output = draftgate(&repo.path, &["--worktree"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
}

#[test]
fn a_pipe_among_gits_own_files_is_refused() {
    for place in ["info/grafts", "shallow", "packed-refs"] {
        let repo = Repo::new();
        repo.commit_file("app.py", "x = 1\n");
        let pipe = repo.path.join(".git").join(place);
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        let output = draftgate(&repo.path, &["--worktree"]);
        let told = String::from_utf8_lossy(&output.stdout);
        let words: Vec<&str> = told.split_whitespace().collect();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(
            words.join(" ").contains(&format!("{place} is a pipe")),
            "{told}"
        );
    }
}

#[test]
fn a_folder_that_became_a_link_is_the_link_and_not_what_lies_behind_it() {
    let repo = Repo::new();
    repo.commit_file("sub/app.py", "x = 1\n");
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("app.py"), "not in the tree\n").unwrap();
    std::fs::remove_dir_all(repo.path.join("sub")).unwrap();
    std::os::unix::fs::symlink(&outside, repo.path.join("sub")).unwrap();
    for change in both(&repo, &WORKTREE) {
        let change = change.unwrap();
        let of = |path: &str| {
            change
                .file(path)
                .unwrap()
                .head
                .as_ref()
                .map(|blob| blob.mode)
        };
        assert_eq!(of("sub"), Some(change::Mode::Symlink));
        assert_eq!(of("sub/app.py"), None);
        assert_eq!(change.files.len(), 2);
    }
}

#[test]
fn another_folder_is_not_taken_for_the_working_tree() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    let clean = repo.beside("clean");
    std::fs::create_dir(&clean).unwrap();
    std::fs::write(clean.join("app.py"), "x = 2\n").unwrap();
    repo.write("app.py", "x = 3  # what is here\n");
    repo.git(&["config", "core.worktree", clean.to_str().unwrap()]);
    for change in both(&repo, &WORKTREE) {
        let error = format!("{:#}", change.err().unwrap());
        assert!(error.contains("core.worktree"), "{error}");
    }
}

/// Keys and values of git's configuration.
type Settings = Vec<(String, String)>;

/// A clone without the files' bytes, whose remote is a program that says that it ran.
fn partial(program: &dyn Fn(&Path) -> Settings) -> (Repo, Repo) {
    let origin = Repo::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    origin.commit_file("app.py", "x = 1\n");
    origin.commit_file("app.py", "x = 2\n");
    let clone = origin.clone_with("partial", &["--filter=blob:none", "--no-checkout"]);
    for (key, value) in program(&origin.beside("MARK")) {
        clone.git(&["config", &key, &value]);
    }
    (origin, clone)
}

#[test]
fn a_partial_clone_runs_no_program_of_its_configuration() {
    let set = |pairs: &[(&str, String)]| -> Settings {
        let owned = pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), value.clone()));
        owned.collect()
    };
    let programs: [&dyn Fn(&Path) -> Settings; 3] = [
        &|mark| {
            set(&[(
                "remote.origin.uploadpack",
                format!("touch {};git-upload-pack", mark.display()),
            )])
        },
        &|mark| {
            set(&[
                (
                    "remote.origin.url",
                    format!("ext::touch {}", mark.display()),
                ),
                ("protocol.ext.allow", "always".to_owned()),
                ("protocol.allow", "always".to_owned()),
            ])
        },
        &|mark| {
            set(&[
                ("remote.origin.url", "ssh://localhost/x".to_owned()),
                ("core.sshCommand", format!("touch {};false", mark.display())),
            ])
        },
    ];
    for program in programs {
        let (origin, clone) = partial(program);
        for change in both(&clone, &RangeSpec::Range("HEAD~1..HEAD".into())) {
            let error = format!("{:#}", change.err().unwrap());
            assert!(error.contains("git fetch --refetch --no-filter"), "{error}");
        }
        let output = draftgate(&clone.path, &["HEAD~1..HEAD"]);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(!origin.beside("MARK").exists());
    }
}

#[test]
fn a_partial_clone_fetches_when_it_is_asked_to_and_never_over_a_protocol_that_runs_a_command() {
    let (origin, clone) = partial(&|_| Vec::new());
    let output = draftgate(&clone.path, &["HEAD~1..HEAD", "--fetch"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!origin.beside("MARK").exists());
    let (origin, clone) = partial(&|mark| {
        vec![
            (
                "remote.origin.url".to_owned(),
                format!("ext::touch {}", mark.display()),
            ),
            ("protocol.ext.allow".to_owned(), "always".to_owned()),
        ]
    });
    let output = draftgate(&clone.path, &["HEAD~1..HEAD", "--fetch"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!origin.beside("MARK").exists());
}

/// A history of `count` commits with branches and merges, the same for the same seed. `tame`: each is younger than its
/// parents.
fn history(seed: u64, count: usize, tame: bool) -> Repo {
    let repo = Repo::new();
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut below = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % most as u64) as usize
    };
    let mut stream = String::new();
    for number in 1..=count {
        let date = match tame {
            true => 1_700_000_000 + number,
            false => 1_700_000_000 + below(40),
        };
        stream.push_str(&format!(
            "commit refs/heads/c{number}\nmark :{number}\ncommitter A <a@b.c> {date} +0000\ndata 1\nx\n"
        ));
        if number > 1 && below(8) > 0 {
            let first = 1 + below(number - 1);
            stream.push_str(&format!("from :{first}\n"));
            let second = 1 + below(number - 1);
            if below(3) == 0 && second != first {
                stream.push_str(&format!("merge :{second}\n"));
            }
        }
        stream.push_str(&format!("M 100644 inline f{number}\ndata 1\nx\n\n"));
    }
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(&repo.path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(import.stdin.as_mut().unwrap(), stream.as_bytes()).unwrap();
    assert!(import.wait().unwrap().success());
    repo
}

#[test]
fn the_walk_over_commits_is_gits_own() {
    const COUNT: usize = 24;
    for seed in 1..=6 {
        for tame in [true, false] {
            let repo = history(seed, COUNT, tame);
            let opened = Opened::with_git(&repo.path).unwrap();
            for (one, two) in [(20, 24), (7, 23), (24, 12), (3, 22), (19, 21), (1, 24)] {
                let [one, two] = [one, two].map(|number| repo.id(&format!("c{number}")));
                let there = repo.git(&["rev-list", "--count", &format!("{one}..{two}")]);
                let ours = opened.between(&one, &two).unwrap().commits;
                let theirs: u64 = there.parse().unwrap();
                assert!(ours >= theirs, "{seed} {tame}: {ours} of {theirs}");
                let bases = repo.try_git(&["merge-base", "--all", &one, &two]).stdout;
                let bases = String::from_utf8(bases).unwrap();
                let base = opened.merge_base(&one, &two).unwrap();
                assert_eq!(base.is_some(), !bases.is_empty(), "{seed} {tame}");
                if tame {
                    assert_eq!(ours, theirs, "{seed}");
                    assert!(base.is_none_or(|base| bases.lines().any(|line| line == base)));
                } else if let Some(base) = base {
                    // Where dates lie: an ancestor of both, if not the nearest.
                    for end in [&one, &two] {
                        let ancestor = repo.try_git(&["merge-base", "--is-ancestor", &base, end]);
                        assert!(ancestor.status.success(), "{seed}");
                    }
                }
            }
        }
    }
}
