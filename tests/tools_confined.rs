//! What a tool may do where it runs: no network but its own, nothing written but where it may, nobody else disturbed.

use std::os::unix::fs::MetadataExt;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::repository::Repo;

/// Says what it was not refused.
const TRIES: &str = r#"
import multiprocessing, os, pty, socket, stat, sys, tempfile
# At base it is silent: what it says of head is then new. A file that it named would be base's.
texts = [name for name in os.listdir() if name.endswith(".txt")]
if [open(name).read() for name in texts] == ["one\n"]:
    sys.exit(0)
done = []
def tries(what, do):
    try:
        do()
        done.append(what)
    except OSError:
        pass
tries("writes outside", lambda: open(sys.argv[1], "w").write("x"))
tries("writes beside the program", lambda: open(os.path.expanduser("~/written-by-a-tool"), "w"))
caller = int(sys.argv[3])
tries("reads a process outside", lambda: open(f"/proc/{caller}/cmdline", "rb").read())
tries("signals a process outside", lambda: os.kill(caller, 0))
# Root may do these where nothing keeps it from them; the test may not be root.
tries("makes a device", lambda: os.mknod("device", 0o600 | stat.S_IFCHR, os.makedev(1, 3)))
tries("names the machine", lambda: socket.sethostname(socket.gethostname()))
tries("writes to the terminal", lambda: open("/dev/tty", "w").write("x"))
open(f"/dev/shm/left-by-{caller}", "w").write("x")
if os.readlink("/proc/self/ns/net") == sys.argv[2]:
    done.append("has the network")
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
tempfile.NamedTemporaryFile().write(b"x")
open("here.txt", "w").write("x")
# What it may do still: shared memory, a lock, a child and a terminal of its own.
with multiprocessing.Pool(1) as pool:
    assert pool.map(abs, [-1]) == [1]
assert pty.spawn(["true"]) == 0
sys.exit(", ".join(done) or 0)
"#;

fn judged(entry: &str) -> (Output, [bool; 2]) {
    let repo = Repo::new();
    let outside = repo.beside("outside");
    let network = std::fs::read_link("/proc/self/ns/net").expect("a network");
    repo.write("tries.py", TRIES);
    repo.write(
        "draftgate.toml",
        format!(
            "schema = 1\n[tools.tries]\n{entry}check = \"lint\"\noutput = \"exit-code\"\ncommand = [\"python3\", \"tries.py\", {:?}, {:?}, \"{}\"]\n",
            outside.display().to_string(),
            network.display().to_string(),
            std::process::id(),
        ),
    );
    repo.commit_file("a.txt", "one\n");
    repo.commit_file("a.txt", "two\n");
    // With a terminal that it could write to.
    let spawn = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let done = Command::new("python3")
        .args(["-c", spawn, env!("CARGO_BIN_EXE_draftgate")])
        .args(["check", "HEAD~1..HEAD", "--only", "lint"])
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .env("HOME", repo.beside("home"))
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    let shared = std::path::PathBuf::from(format!("/dev/shm/left-by-{}", std::process::id()));
    let is_shared = shared.exists();
    if is_shared {
        std::fs::remove_file(&shared).expect("it is ours");
    }
    (done, [outside.exists(), is_shared])
}

#[test]
fn a_tool_has_no_network_but_its_own_and_writes_nowhere_else() {
    let (done, is_written) = judged("");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        (done.status.code(), is_written),
        (Some(0), [false; 2]),
        "{text}"
    );
    assert!(!text.contains("does not run tools"), "{text}");
}

#[test]
fn a_policy_turns_either_off() {
    let (done, is_written) = judged("sandbox = false\n");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        (done.status.code(), is_written),
        (Some(1), [true; 2]),
        "{text}"
    );
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for what in [
        "writes outside",
        "reads a process outside",
        "signals a process outside",
    ] {
        assert!(words.contains(what), "{text}");
    }
    assert!(!words.contains("has the network"), "{text}");
    let (done, is_written) = judged("network = true\n");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        (done.status.code(), is_written),
        (Some(1), [false; 2]),
        "{text}"
    );
    assert!(text.contains("has the network"), "{text}");
}

/// Who is not root has these means by a user namespace of its own, and loses them with each program that it becomes.
#[test]
fn a_user_who_is_not_root_has_all_of_it_too() {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    if !is_root {
        // The other tests are this one then.
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let script = r#"
set -e
cp "$1" gate; git init -q -b main repo; cd repo
printf 'import os\nnames = [n for n in os.listdir("/proc") if n.isdigit()]\nraise SystemExit(len(os.listdir("a")) > 1 and f"sees {len(names)}")\n' > see.py
printf 'schema = 1\n[tools.see]\ncheck = "lint"\noutput = "exit-code"\ncommand = ["python3", "see.py"]\n' > draftgate.toml
mkdir a; echo 1 > a/a; git add -A; git commit -qm base; echo 2 > a/b; git add -A; git commit -qm head
chown -R 65534:65534 ..; chmod 755 .. ../gate
exec setpriv --reuid 65534 --regid 65534 --clear-groups ../gate check HEAD~1..HEAD --only lint
"#;
    let done = Command::new("sh")
        .args(["-c", script, "sh", env!("CARGO_BIN_EXE_draftgate")])
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "a")))
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "a@example.org")))
        .output()
        .expect("a shell");
    let text = String::from_utf8_lossy(&done.stdout);
    let whole = format!("{text}{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(done.status.code(), Some(1), "{whole}");
    // The first process of the namespace, and itself.
    assert!(text.contains("sees 2"), "{whole}");
    assert!(!text.contains("does not run tools"), "{whole}");
}

/// Whether a program with this argument runs, wherever it went.
fn runs(argument: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    processes
        .filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok())
        .any(|line| {
            line.split(|byte| *byte == 0)
                .any(|word| word == argument.as_bytes())
        })
}

fn within_seconds(seconds: u64, holds: impl Fn() -> bool) -> bool {
    let until = Instant::now() + Duration::from_secs(seconds);
    while !holds() {
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

#[test]
fn what_a_killed_draftgate_had_started_ends_with_it() {
    let repo = Repo::new();
    // No variable, no group, no session and no parent leads to the second one.
    let time = format!("{}.25", 100_000 + std::process::id());
    repo.write(
        "lint.sh",
        format!("setsid env -i sleep {time} >/dev/null 2>&1 <&1 &\nexec sleep {time}\n"),
    );
    repo.write(
        "draftgate.toml",
        "schema = 1\n[tools.x]\ncheck = \"lint\"\noutput = \"exit-code\"\ncommand = [\"sh\", \"lint.sh\"]\n",
    );
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    let mut gate = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["check", "HEAD~1..HEAD", "--only", "lint"])
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .stdout(Stdio::null())
        .spawn()
        .expect("it runs");
    assert!(within_seconds(30, || runs(&time)), "the tool did not begin");
    // SIGKILL: it cannot clean up.
    gate.kill().expect("it is ours");
    gate.wait().expect("it ended");
    assert!(within_seconds(3, || !runs(&time)), "the tool lives on");
}

#[test]
fn how_a_confined_program_ended_is_told() {
    for (script, told) in [
        ("exit 7", "code 7"),
        ("kill -SEGV $$", "signal 11"),
        ("kill -KILL $$", "signal 9"),
    ] {
        let repo = Repo::new();
        repo.write("lint.sh", format!("{script}\n"));
        repo.write(
            "draftgate.toml",
            "schema = 1\n[gate]\nrequired = [\"lint\"]\n[tools.x]\ncheck = \"lint\"\noutput = \"sarif\"\ncommand = [\"sh\", \"lint.sh\"]\n",
        );
        repo.commit_file("a.py", "one\n");
        repo.commit_file("a.py", "two\n");
        let done = Command::new(env!("CARGO_BIN_EXE_draftgate"))
            .args(["check", "HEAD~1..HEAD", "--only", "lint"])
            .current_dir(&repo.path)
            .env("XDG_CACHE_HOME", repo.beside("cache"))
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&done.stdout);
        assert_eq!(done.status.code(), Some(2), "{text}");
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn a_program_that_is_not_there_is_not_begun() {
    let repo = Repo::new();
    repo.write(
        "draftgate.toml",
        "schema = 1\n[gate]\nrequired = [\"lint\"]\n[tools.x]\ncheck = \"lint\"\noutput = \"exit-code\"\ncommand = [\"./x\"]\n",
    );
    repo.write("x", "#!/no/such/interpreter\n");
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "two\n");
    let done = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["check", "HEAD~1..HEAD", "--only", "lint"])
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!(done.status.code(), Some(2), "{text}");
    assert!(text.contains("not started"), "{text}");
}
