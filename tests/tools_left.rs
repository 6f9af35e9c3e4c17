//! What a run leaves behind: no process, no worktree, not a byte in the user's tree, and no token in a tool's hands;
//! also where a signal ends it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use std::os::unix::process::ExitStatusExt;

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::is_gone;

/// draftgate in a repository, with a cache directory of its own.
fn draftgate(repo: &Repo, arguments: &[&str]) -> Command {
    draftgate_with(repo, arguments, &[])
}

/// The same, with what env(1) makes of signals. A test that is run in the background of a script has SIGINT ignored,
/// and would hand that on.
#[expect(clippy::disallowed_methods, reason = "the test runs what a user would")]
fn draftgate_with(repo: &Repo, arguments: &[&str], signals: &[&str]) -> Command {
    let mut command = Command::new("env");
    command
        .args(signals)
        .arg(env!("CARGO_BIN_EXE_draftgate"))
        .args(arguments)
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .env("VIRTUAL_ENV", toolbox::venv())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What stands in the private folders of a repository's runs, beside what is kept.
fn left(repo: &Repo) -> Vec<PathBuf> {
    let work = repo.beside("cache").join("draftgate/runs");
    let folders = std::fs::read_dir(work).expect("there were private folders");
    folders
        .map(|folder| folder.expect("an entry").path())
        .filter(|path| path.is_dir())
        .flat_map(|folder| std::fs::read_dir(folder).expect("its files"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| !path.ends_with("build"))
        .collect()
}

/// A project whose mypy loads a plugin that starts a process and then waits for ever.
fn waiting() -> (Repo, PathBuf) {
    let repo = Repo::new();
    let told = repo.beside("told");
    let made = shell(&format!("mkfifo {}", told.display()));
    assert!(made.success());
    repo.write(".gitignore", ".venv\n");
    repo.write("mypy.ini", "[mypy]\nplugins = hold.py\n");
    repo.write(
        "draftgate.toml",
        "schema = 1\n[tools.mypy]\nsandbox = false\n",
    );
    repo.write(
        "hold.py",
        format!(
            "import os, subprocess, time\n\n\ndef plugin(version):\n    other = subprocess.Popen([\"sleep\", \"3600\"])\n    \
             with open({:?}, \"w\") as told:\n        told.write(f\"{{os.getpid()}} {{other.pid}}\")\n    time.sleep(3600)\n",
            told.display().to_string()
        ),
    );
    repo.commit_file("a.py", "x: int = 1\n");
    repo.commit_file("a.py", "x: int = 2\n");
    // Not the checkout: the run needs a private tree.
    repo.git(&["commit", "-q", "--allow-empty", "-m", "later"]);
    repo.write("a.py", "x: int = 3\n");
    (repo, told)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test sends signals and makes pipes"
)]
fn shell(line: &str) -> std::process::ExitStatus {
    Command::new("sh")
        .args(["-c", line])
        .status()
        .expect("a shell")
}

/// Begins a run and waits until its tool is at work; the run, and the ids of the tool and of what it started.
fn begun(repo: &Repo, told: &Path) -> (Child, Vec<String>) {
    begun_by(repo, told, "types", &["--default-signal=INT,TERM,HUP"])
}

fn begun_by(repo: &Repo, told: &Path, check: &str, signals: &[&str]) -> (Child, Vec<String>) {
    let asked = ["check", "HEAD~2..HEAD~1", "--only", check];
    let child = draftgate_with(repo, &asked, signals)
        .spawn()
        .expect("it starts");
    // Reading a named pipe waits until the tool writes it.
    let ids = std::fs::read_to_string(told).expect("ids");
    let ids: Vec<String> = ids.split(' ').map(str::to_owned).collect();
    assert!(
        ids.len() == 2 && ids.iter().all(|id| !is_gone(id)),
        "{ids:?}"
    );
    assert!(!left(repo).is_empty());
    (child, ids)
}

#[test]
fn a_signal_leaves_no_process_and_no_worktree() {
    let (repo, told) = waiting();
    for (name, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let (mut child, ids) = begun(&repo, &told);
        assert!(shell(&format!("kill -{name} {}", child.id())).success());
        let status = child.wait().expect("it ends");
        assert_eq!(status.signal(), Some(number), "{name}: {status:?}");
        for id in &ids {
            assert!(is_gone(id), "{name}: {id}");
        }
        assert_eq!(left(&repo), Vec::<PathBuf>::new(), "{name}");
    }
}

/// A project whose tests come to no end with an edit of a changed line: the run waits in a fork.
fn waiting_with_an_edit() -> (Repo, PathBuf) {
    let repo = Repo::new();
    let told = repo.beside("told");
    assert!(shell(&format!("mkfifo {}", told.display())).success());
    repo.write(".gitignore", ".venv\n");
    repo.write(
        "draftgate.toml",
        "schema = 1\n[checks.proof]\ncommand = [\"pytest\", \"-q\"]\nsandbox = false\n",
    );
    repo.write(
        "hold.py",
        format!(
            "import os, subprocess, time\n\n\ndef hold():\n    other = subprocess.Popen([\"sleep\", \"3600\"])\n    \
             with open({:?}, \"w\") as told:\n        told.write(f\"{{os.getpid()}} {{other.pid}}\")\n    time.sleep(3600)\n",
            told.display().to_string()
        ),
    );
    repo.commit_file("ready.py", "def ready(n):\n    return n\n");
    repo.write(
        "test_ready.py",
        "from ready import ready\n\n\ndef test_ready():\n    assert ready(1) == 1\n",
    );
    repo.commit_file(
        "ready.py",
        "from hold import hold\n\n\ndef ready(n):\n    if n > 0:\n        return n\n    return hold()\n",
    );
    repo.git(&["commit", "-q", "--allow-empty", "-m", "later"]);
    (repo, told)
}

#[test]
fn a_signal_while_an_edit_is_tried_leaves_nothing_and_the_next_run_is_right() {
    let (repo, told) = waiting_with_an_edit();
    let signals = ["--default-signal=INT,TERM,HUP"];
    let (mut child, ids) = begun_by(&repo, &told, "proof", &signals);
    assert!(shell(&format!("kill -INT {}", child.id())).success());
    let status = child.wait().expect("it ends");
    assert_eq!(status.signal(), Some(2), "{status:?}");
    assert!(ids.iter().all(|id| is_gone(id)), "{ids:?}");
    assert_eq!(left(&repo), Vec::<PathBuf>::new());
    // Killed, it leaves what the next run takes away.
    let (mut child, ids) = begun_by(&repo, &told, "proof", &signals);
    child.kill().expect("SIGKILL");
    child.wait().expect("it ends");
    let asked = ["check", "HEAD~1..HEAD", "--only", "proof", "--prove"];
    repo.remove("test_ready.py");
    repo.write(
        "test_ready.py",
        "def test_other():\n    assert 1 + 1 == 2\n",
    );
    repo.commit("a test that waits for nothing");
    let done = draftgate(&repo, &asked).output().expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert!(ids.iter().all(|id| is_gone(id)), "{ids:?}");
    assert_eq!(left(&repo), Vec::<PathBuf>::new());
}

#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let (repo, told) = waiting();
    let (mut child, ids) = begun_by(&repo, &told, "types", &["--ignore-signal=HUP"]);
    assert!(shell(&format!("kill -HUP {}", child.id())).success());
    // The one after it is heeded: had the first been, its number would be told.
    assert!(shell(&format!("kill -TERM {}", child.id())).success());
    let status = child.wait().expect("it ends");
    assert_eq!(status.signal(), Some(15), "{status:?}");
    assert!(ids.iter().all(|id| is_gone(id)), "{ids:?}");
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next() {
    let (repo, told) = waiting();
    let (mut child, ids) = begun(&repo, &told);
    child.kill().expect("SIGKILL");
    child.wait().expect("it ends");
    assert!(!left(&repo).is_empty());
    // The processes live until any run of this user finds that one was killed; it may be another test's.
    // The plugin is gone at this base, so the next run comes to its end.
    repo.write(
        "hold.py",
        "def plugin(version):\n    from mypy.plugin import Plugin\n    return Plugin\n",
    );
    repo.commit("a plugin that does not wait");
    repo.commit_file("a.py", "x: int = 4\n");
    let done = draftgate(&repo, &["check", "HEAD~1..HEAD", "--only", "types"])
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert!(text.contains("types: mypy 2.4.1"), "{text}");
    assert!(ids.iter().all(|id| is_gone(id)), "{ids:?}");
    assert_eq!(left(&repo), Vec::<PathBuf>::new());
}

/// Every file below a folder but git's own lists, with its bytes; links as what they point to.
fn bytes_of(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_symlink() {
                let to = std::fs::read_link(&path).expect("a link");
                found.insert(path, to.into_os_string().into_encoded_bytes());
            } else if path.is_dir() {
                found.insert(path.clone(), Vec::new());
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                found.insert(path, bytes);
            }
        }
    }
    found
}

#[test]
fn no_tool_writes_a_byte_into_the_tree_of_the_user() {
    let repo = Repo::new();
    repo.write(
        ".gitignore",
        ".venv\ntarget\nreports\n*_cache\n__pycache__\n",
    );
    repo.write("reports/kept.txt", "ignored, and not to be touched\n");
    // Configured to fix what it finds, to keep its cache here and to write reports here.
    repo.write(
        "pyproject.toml",
        "[tool.ruff]\nfix = true\ncache-dir = \"here_cache\"\n[tool.mypy]\nfiles = [\"a.py\"]\ncache_dir = \"mine_cache\"\n\
         junit_xml = \"reports/mypy.xml\"\n[tool.pyright]\n[tool.basedpyright]\n[tool.ty]\n[tool.pyrefly]\n",
    );
    repo.write(
        "draftgate.toml",
        "schema = 1\n[tools.clippy]\n[tools.cargo-check]\n[tools.writer]\ncheck = \"lint\"\noutput = \"exit-code\"\n\
         command = [\"sh\", \"-c\", \"echo written > a.py; echo written > new.txt\"]\n",
    );
    repo.write(
        "Cargo.toml",
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    repo.write("src/lib.rs", "pub fn one() -> u32 { 1 }\n");
    repo.commit_file("a.py", "import os\n\nx: int = 1\n");
    repo.write("src/lib.rs", "pub fn one() -> u32 { return 1; }\n");
    repo.commit_file("a.py", "import os\nimport sys\n\nx: int = \"a\"\n");
    repo.git(&["status"]);
    let before = bytes_of(&repo.path);
    let done = draftgate(
        &repo,
        &["check", "HEAD~1..HEAD", "--only", "types", "--only", "lint"],
    )
    .output()
    .expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        done.status.code(),
        Some(1),
        "{text}{}",
        String::from_utf8_lossy(&done.stderr)
    );
    for tool in [
        "lint: clippy",
        "lint: ruff",
        "lint: writer",
        "types: basedpyright",
        "types: cargo-check",
        "types: mypy",
        "types: pyrefly",
        "types: pyright",
        "types: ty",
    ] {
        assert!(text.contains(tool), "{tool}: {text}");
    }
    assert!(text.contains("F401"), "{text}");
    let after = bytes_of(&repo.path);
    let changed: Vec<&PathBuf> = before
        .keys()
        .chain(after.keys())
        .filter(|path| before.get(*path) != after.get(*path))
        .collect();
    assert!(changed.is_empty(), "{changed:?}");
}

#[test]
fn no_token_reaches_a_tool() {
    let repo = Repo::new();
    let told = repo.beside("environment");
    repo.write(
        "draftgate.toml",
        format!(
            "schema = 1\n[tools.teller]\nsandbox = false\ncheck = \"lint\"\noutput = \"exit-code\"\ncommand = [\"sh\", \"-c\", \"env > {}\"]\n",
            told.display()
        ),
    );
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    let mut command = draftgate(&repo, &["check", "HEAD~1..HEAD", "--only", "lint"]);
    let tokens = [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "CI_JOB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "CARGO_REGISTRY_TOKEN",
        "NPM_TOKEN",
        "SSH_AUTH_SOCK",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "PIP_INDEX_URL",
        "LD_PRELOAD_OF_NOBODY",
        "GIT_ASKPASS",
    ];
    for name in tokens {
        command.env(name, "not-for-tools");
    }
    let done = command.output().expect("it runs");
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    let environment = std::fs::read_to_string(told).expect("it was told");
    assert!(environment.contains("PATH="), "{environment}");
    assert!(!environment.contains("not-for-tools"), "{environment}");
    for line in environment.lines() {
        let name = line.split('=').next().unwrap_or_default();
        assert!(!tokens.contains(&name), "{line}");
    }
}

#[test]
fn no_folder_for_tools_is_no_pass() {
    let repo = Repo::new();
    repo.write(
        "draftgate.toml",
        "schema = 1\n[gate]\nrequired = [\"lint\"]\n[tools.nothing]\ncheck = \"lint\"\noutput = \"exit-code\"\ncommand = [\"true\"]\n",
    );
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    repo.write("../cache", "a file where the directory should be");
    let done = draftgate(&repo, &["check", "HEAD~1..HEAD", "--only", "lint"])
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(2), "{text}");
    assert!(text.contains("no worktree"), "{text}");
}
