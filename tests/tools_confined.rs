//! What a tool may do where it runs: no network but its own, nothing written but where it may, nobody else disturbed.

use std::process::{Command, Output};

use crate::repository::Repo;

/// Says what it was not refused.
const TRIES: &str = r#"
import os, socket, sys, tempfile
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
# What it reads of its parent as root holds no token: the tests of the environment ask that.
tries("signals its parent", lambda: os.kill(os.getppid(), 0))
if os.readlink("/proc/self/ns/net") == sys.argv[2]:
    done.append("has the network")
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname()).close()
tempfile.NamedTemporaryFile().write(b"x")
open("here.txt", "w").write("x")
sys.exit(", ".join(done) or 0)
"#;

fn judged(entry: &str) -> (Output, bool) {
    let repo = Repo::new();
    let outside = repo.beside("outside");
    let network = std::fs::read_link("/proc/self/ns/net").expect("a network");
    repo.write("tries.py", TRIES);
    repo.write(
        "draftgate.toml",
        format!(
            "schema = 1\n[tools.tries]\n{entry}check = \"lint\"\noutput = \"exit-code\"\ncommand = [\"python3\", \"tries.py\", {:?}, {:?}]\n",
            outside.display().to_string(),
            network.display().to_string()
        ),
    );
    repo.commit_file("a.txt", "one\n");
    repo.commit_file("a.txt", "two\n");
    let done = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .args(["check", "HEAD~1..HEAD", "--only", "lint"])
        .current_dir(&repo.path)
        .env("XDG_CACHE_HOME", repo.beside("cache"))
        .env("HOME", repo.beside("home"))
        .output()
        .expect("it runs");
    (done, outside.exists())
}

#[test]
fn a_tool_has_no_network_but_its_own_and_writes_nowhere_else() {
    let (done, is_written) = judged("");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!((done.status.code(), is_written), (Some(0), false), "{text}");
    assert!(!text.contains("does not run tools"), "{text}");
}

#[test]
fn a_policy_turns_either_off() {
    let (done, is_written) = judged("sandbox = false\n");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!((done.status.code(), is_written), (Some(1), true), "{text}");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("writes outside") && words.contains("signals its parent"),
        "{text}"
    );
    assert!(!words.contains("has the network"), "{text}");
    let (done, is_written) = judged("network = true\n");
    let text = String::from_utf8_lossy(&done.stdout);
    assert_eq!((done.status.code(), is_written), (Some(1), false), "{text}");
    assert!(text.contains("has the network"), "{text}");
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
