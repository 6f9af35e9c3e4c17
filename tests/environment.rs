//! Tokens of the job that runs draftgate: a tool that it starts sees none of them, not even by looking at who started it.

use std::path::Path;
use std::process::Command;

use crate::repository::Repo;

/// A repository whose own linter writes down all that it can see of environments, into a folder of the user's. What is
/// asked here holds where there is no sandbox, too.
fn with_a_curious_tool(to: &Path) -> Repo {
    let repo = Repo::new();
    let to = to.display();
    repo.write(
        "draftgate.toml",
        "schema = 1\n[tools.curious]\ncheck = \"lint\"\ncommand = [\"sh\", \"look.sh\"]\noutput = \"exit-code\"\nsandbox = false\n",
    );
    repo.write(
        "look.sh",
        format!(
            "env > {to}/own\n\
             for process in $PPID self; do cat /proc/$process/environ > {to}/environ-$process 2>> {to}/why; done\n\
             grep -a -c . /proc/$PPID/mem > {to}/memory 2>> {to}/why\n\
             exit 0\n"
        ),
    );
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2\n");
    repo
}

#[test]
#[cfg(target_os = "linux")]
fn a_tool_finds_no_token_of_draftgates_own_environment() {
    let seen = tempfile::tempdir().unwrap();
    let repo = with_a_curious_tool(seen.path());
    let output = Command::new(env!("CARGO_BIN_EXE_draftgate"))
        .arg("HEAD~1..HEAD")
        .current_dir(&repo.path)
        .envs([
            ("GITHUB_TOKEN", "token-1"),
            ("AWS_SECRET_ACCESS_KEY", "token-2"),
            ("ACTIONS_RUNTIME_TOKEN", "token-3"),
            ("GITHUB_ENV", "token-4"),
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let read = |name: &str| {
        let bytes = std::fs::read(seen.path().join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    // It did look, and at itself it could.
    assert!(read("environ-self").contains("PATH="));
    for name in ["own", "environ-self", "environ-PPID", "memory"] {
        let text = read(name) + &read(&format!("environ-{}", std::process::id()));
        assert!(!text.contains("token-"), "{name}: {text}");
    }
    let all = std::fs::read_dir(seen.path()).unwrap();
    for entry in all {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("token-"));
    }
}

/// What is started anew is the same program, asked the same.
#[test]
fn arguments_streams_and_exit_code_are_those_of_the_first_start() {
    let repo = Repo::new();
    repo.commit_file("app.py", "x = 1\n");
    repo.commit_file("app.py", "x = 2  # \u{202e}nimda\n");
    let run = |clean: bool| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_draftgate"));
        command
            .args(["HEAD~1..HEAD", "--report", "json"])
            .current_dir(&repo.path);
        if clean {
            command.env_clear();
        }
        command.env("PATH", std::env::var_os("PATH").unwrap());
        command.env("NOBODY_READS_THIS", "x");
        let output = command.output().unwrap();
        (output.status.code(), output.stdout)
    };
    assert_eq!(run(true), run(false));
    assert_eq!(run(true).0, Some(1));
}
