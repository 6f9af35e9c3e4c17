//! Files of the outside world: nothing that the change puts into the tree is followed, waited for, or written through.

use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use draftgate::files::{self, By, Refused};

use crate::cli::draftgate;
use crate::repository::Repo;

/// Runs a shell command that has the binary as `$0`; a hang is a failure.
fn shell(directory: &Path, script: &str) -> Output {
    let child = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_draftgate")])
        .current_dir(directory)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (tell, told) = channel();
    std::thread::spawn(move || tell.send(child.wait_with_output()));
    let output = told.recv_timeout(Duration::from_secs(120));
    output.expect("it hangs").unwrap()
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// `main`, and a change of two lines after it that is ready.
fn honest() -> Repo {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\ny = 3\n");
    repo
}

const RANGE: &str = "HEAD~1..HEAD";

/// The policy names a report that the tests of the project write.
fn with_coverage() -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", "/out\n");
    repo.write(
        "draftgate.toml",
        "schema = 1\n[gate]\nrequired = [\"coverage\"]\n[checks.coverage]\nreport = \"out/coverage.lcov\"\n",
    );
    repo.commit_file("app.py", "def f():\n    return 1\n");
    repo.commit_file("app.py", "def f():\n    return 2\n");
    std::fs::create_dir(repo.path.join("out")).unwrap();
    repo
}

fn fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[test]
fn a_report_that_is_a_link_to_an_endless_device_is_not_read() {
    let repo = with_coverage();
    symlink("/dev/zero", repo.path.join("out/coverage.lcov")).unwrap();
    let output = shell(&repo.path, "ulimit -v 4000000; exec $0 HEAD~1..HEAD");
    assert_eq!(code(&output), Some(2), "{}", said(&output));
    let said = said(&output);
    let flat = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("out/coverage.lcov is a link inside the tree"),
        "{said}"
    );
}

#[test]
fn a_report_that_is_a_pipe_is_not_waited_for() {
    let repo = with_coverage();
    fifo(&repo.path.join("out/coverage.lcov"));
    let output = shell(&repo.path, "exec $0 HEAD~1..HEAD");
    assert_eq!(code(&output), Some(2), "{}", said(&output));
    assert!(said(&output).contains("it is a pipe"), "{}", said(&output));
}

#[test]
fn a_folder_of_the_tree_that_is_a_link_leads_to_no_report() {
    let repo = with_coverage();
    let outside = repo.beside("elsewhere");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(
        outside.join("coverage.lcov"),
        "TN:\nSF:app.py\nDA:1,1\nDA:2,1\nend_of_record\n",
    )
    .unwrap();
    std::fs::remove_dir(repo.path.join("out")).unwrap();
    symlink(&outside, repo.path.join("out")).unwrap();
    let output = draftgate(&repo.path, &[RANGE]);
    assert_eq!(code(&output), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("is a link inside"),
        "{}",
        said(&output)
    );
    // The user may name the file itself.
    let at = outside.join("coverage.lcov");
    let output = draftgate(&repo.path, &[RANGE, "--coverage", at.to_str().unwrap()]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
}

#[test]
fn a_pipe_of_the_users_shell_is_read() {
    let repo = with_coverage();
    let report = "printf 'TN:\\nSF:app.py\\nDA:1,1\\nDA:2,1\\nend_of_record\\n'";
    let output = shell(
        &repo.path,
        &format!("{report} | $0 HEAD~1..HEAD --coverage /dev/stdin"),
    );
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    let pipe = repo.beside("pipe");
    fifo(&pipe);
    let output = shell(
        &repo.path,
        &format!(
            "{report} > {0} & $0 HEAD~1..HEAD --coverage {0}",
            pipe.display()
        ),
    );
    assert_eq!(code(&output), Some(0), "{}", said(&output));
}

#[test]
fn a_policy_of_the_working_tree_that_is_a_link_or_a_pipe_is_refused() {
    let repo = honest();
    let policy = repo.path.join("draftgate.toml");
    symlink("/dev/zero", &policy).unwrap();
    for kind in ["is a link inside the tree", "it is a pipe"] {
        let output = shell(&repo.path, "exec $0 HEAD~1..HEAD --policy-from worktree");
        assert_eq!(code(&output), Some(2), "{}", said(&output));
        let flat = said(&output)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(flat.contains(kind), "{flat}");
        std::fs::remove_file(&policy).unwrap();
        fifo(&policy);
    }
}

#[test]
fn a_patch_and_an_event_inside_the_tree_are_regular_files() {
    let repo = honest();
    symlink("/dev/zero", repo.path.join("link")).unwrap();
    fifo(&repo.path.join("pipe"));
    for name in ["link", "pipe"] {
        for command in ["--patch", "ci --event-name push --event", "replay"] {
            let output = shell(
                &repo.path,
                &format!("ulimit -v 4000000; exec $0 {command} {name}"),
            );
            assert_eq!(
                code(&output),
                Some(2),
                "{command} {name}: {}",
                said(&output)
            );
            let flat = said(&output)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let expected = ["is a link inside the tree", "it is a pipe"];
            assert!(expected.iter().any(|words| flat.contains(words)), "{flat}");
        }
    }
}

#[test]
fn init_and_hooks_read_and_write_no_link_of_the_change() {
    let repo = Repo::new();
    let victim = repo.beside("victim");
    std::fs::write(&victim, "keep").unwrap();
    symlink(&victim, repo.path.join("draftgate.toml")).unwrap();
    symlink("/dev/zero", repo.path.join("pyproject.toml")).unwrap();
    fifo(&repo.path.join("setup.cfg"));
    std::fs::create_dir(repo.path.join(".claude")).unwrap();
    symlink(repo.beside("new"), repo.path.join(".claude/settings.json")).unwrap();
    let output = shell(&repo.path, "ulimit -v 4000000; exec $0 init --force");
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(
        repo.path
            .join("draftgate.toml")
            .symlink_metadata()
            .unwrap()
            .is_file()
    );
    let output = shell(&repo.path, "exec $0 hook install --agent claude-code");
    assert_eq!(code(&output), Some(2), "{}", said(&output));
    assert!(!repo.beside("new").exists());
    assert_eq!(std::fs::read_to_string(victim).unwrap(), "keep");
}

/// A link of the change in every place to which something is written.
#[test]
fn nothing_is_written_through_a_link_of_the_change() {
    let repo = honest();
    let victim = repo.beside("victim");
    std::fs::write(&victim, "keep").unwrap();
    let outside = repo.beside("outside");
    std::fs::create_dir(&outside).unwrap();
    symlink(&victim, repo.path.join("file")).unwrap();
    symlink(&outside, repo.path.join("folder")).unwrap();
    symlink(repo.beside("new"), repo.path.join("dangling")).unwrap();
    let trace = repo.beside("trace");
    let output = draftgate(&repo.path, &[RANGE, "--trace", trace.to_str().unwrap()]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    std::fs::create_dir(repo.path.join("sub")).unwrap();
    for path in [
        "file",
        "folder/new",
        "dangling",
        "sub/../file",
        "../repo/file",
    ] {
        let report = format!("json={path}");
        for arguments in [
            vec![RANGE, "--report", &report],
            vec![RANGE, "--trace", path],
            vec!["replay", trace.to_str().unwrap(), "--report", &report],
        ] {
            let output = draftgate(&repo.path, &arguments);
            assert_eq!(code(&output), Some(2), "{arguments:?}: {}", said(&output));
            let said = said(&output);
            assert!(
                said.contains("is a link inside the tree"),
                "{arguments:?}: {said}"
            );
        }
    }
    let event = repo.beside("event.json");
    std::fs::write(&event, "{}").unwrap();
    for variable in ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"] {
        let script = format!(
            "{variable}=file exec $0 ci --event-name x --event {} --base HEAD~1 --head HEAD",
            event.display()
        );
        let output = shell(&repo.path, &script);
        assert_eq!(code(&output), Some(2), "{}", said(&output));
    }
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "keep");
    assert_eq!(std::fs::read_dir(outside).unwrap().count(), 0);
    assert!(!repo.beside("new").exists());
}

#[test]
fn no_report_is_written_where_git_reads_its_configuration() {
    let repo = honest();
    let before = std::fs::read(repo.path.join(".git/config")).unwrap();
    for path in [".git/config", ".GIT/hooks/pre-push", "sub/.git"] {
        let output = draftgate(&repo.path, &[RANGE, "--report", &format!("json={path}")]);
        assert_eq!(code(&output), Some(2), "{}", said(&output));
        assert!(said(&output).contains("`.git`"), "{}", said(&output));
    }
    assert_eq!(
        std::fs::read(repo.path.join(".git/config")).unwrap(),
        before
    );
}

#[test]
fn a_report_takes_the_place_of_a_file_and_keeps_its_permissions() {
    let repo = honest();
    let report = repo.path.join("report.json");
    std::fs::write(&report, "old").unwrap();
    std::fs::set_permissions(&report, std::fs::Permissions::from_mode(0o640)).unwrap();
    // Who has the old one open goes on reading it whole: the new one is another file.
    let old = std::fs::File::open(&report).unwrap();
    let output = draftgate(&repo.path, &[RANGE, "--report", "json=report.json"]);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    let written = std::fs::read_to_string(&report).unwrap();
    serde_json::from_str::<serde_json::Value>(&written).unwrap();
    assert_eq!(std::io::read_to_string(old).unwrap(), "old");
    let found = report.metadata().unwrap();
    assert_eq!(found.permissions().mode() & 0o777, 0o640);
    let names: Vec<_> = std::fs::read_dir(&repo.path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "nothing is left beside it: {names:?}");
}

#[test]
fn what_the_user_named_outside_the_tree_goes_on_working() {
    let repo = honest();
    let is_report = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    // A stream of the shell, a pipe, and a file that has more in it already.
    let output = shell(
        &repo.path,
        "$0 HEAD~1..HEAD --report json=/dev/stdout --report text=/dev/null",
    );
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(is_report(&said(&output)), "{}", said(&output));
    let log = repo.beside("log");
    std::fs::write(&log, "before\n").unwrap();
    let to_log = format!(
        "$0 HEAD~1..HEAD --report json=/dev/fd/3 3>>{}",
        log.display()
    );
    let output = shell(&repo.path, &to_log);
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(
        is_report(written.strip_prefix("before\n").unwrap()),
        "{written}"
    );
    let pipe = repo.beside("pipe");
    fifo(&pipe);
    let through = format!(
        "cat {0} & $0 HEAD~1..HEAD --report json={0} >/dev/null; wait",
        pipe.display()
    );
    let output = shell(&repo.path, &through);
    assert!(is_report(&said(&output)), "{}", said(&output));
    assert!(pipe.symlink_metadata().unwrap().file_type().is_fifo());
    // A link of the user's own stays, and leads to the report.
    let (link, to) = (repo.beside("link"), repo.beside("target.json"));
    symlink(&to, &link).unwrap();
    let output = draftgate(
        &repo.path,
        &[RANGE, "--report", &format!("json={}", link.display())],
    );
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(is_report(&std::fs::read_to_string(&to).unwrap()));
    // The tree may be reached over a link of the user's.
    let other = repo.beside("other");
    symlink(&repo.path, &other).unwrap();
    let inside = other.join("report.json");
    let output = draftgate(
        &repo.path,
        &[RANGE, "--report", &format!("json={}", inside.display())],
    );
    assert_eq!(code(&output), Some(0), "{}", said(&output));
    assert!(is_report(
        &std::fs::read_to_string(repo.path.join("report.json")).unwrap()
    ));
}

#[test]
fn a_report_that_cannot_be_written_ends_with_2() {
    let repo = honest();
    for path in ["/dev/full", "no/such/folder", "."] {
        let output = draftgate(&repo.path, &[RANGE, "--report", &format!("json={path}")]);
        assert_eq!(code(&output), Some(2), "{path}: {}", said(&output));
        assert!(
            said(&output).contains("cannot write the json report"),
            "{}",
            said(&output)
        );
    }
}

/// The kernel says in which folder of the tree a link stands, whatever the spelling.
#[test]
fn the_tree_is_known_by_every_spelling_of_its_path() {
    let home = tempfile::tempdir().unwrap();
    let top = home.path().join("tree");
    std::fs::create_dir_all(top.join("a/b")).unwrap();
    std::fs::write(top.join("a/file"), "inside").unwrap();
    std::fs::write(home.path().join("file"), "outside").unwrap();
    symlink(home.path().join("file"), top.join("a/link")).unwrap();
    symlink("a", top.join("folder")).unwrap();
    symlink(&top, home.path().join("way")).unwrap();
    symlink("way/folder", home.path().join("deep")).unwrap();
    let read = |path: &str| {
        let path: PathBuf = home.path().join(path);
        files::named(Some(&top), &path, By::User, 100).map(|found| found.lossy())
    };
    for path in [
        "tree/a/file",
        "way/a/file",
        "tree/a/b/../file",
        "tree/../tree/./a/file",
    ] {
        assert_eq!(read(path).unwrap(), "inside", "{path}");
    }
    for path in ["file", "tree/../file", "way/../file"] {
        // What leaves the tree again is the user's own.
        assert_eq!(read(path).unwrap(), "outside", "{path}");
    }
    for path in [
        "tree/a/link",
        "way/a/link",
        "tree/folder/file",
        "way/folder/file",
        "deep/file",
    ] {
        assert!(
            matches!(read(path), Err(Refused::Link(_))),
            "{path}: {:?}",
            read(path)
        );
    }
    assert!(matches!(read("tree/a"), Err(Refused::Kind("a folder"))));
    assert!(matches!(read("tree/none/file"), Err(Refused::NotThere)));
    let most = |most| files::named(Some(&top), &top.join("a/file"), By::User, most);
    assert!(matches!(most(5), Err(Refused::TooLarge(5))));
    assert!(most(6).is_ok());
}
