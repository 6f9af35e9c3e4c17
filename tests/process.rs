//! Programs: how they end, and that nothing of them is left.

use std::path::Path;
use std::time::Duration;

use draftgate::process::{End, Finished, MOST_OUTPUT, Program};

fn shell(script: &str) -> Program {
    Program::new("sh", Path::new("/")).args(["-c", script])
}

fn text(finished: &Finished) -> String {
    String::from_utf8(finished.stdout.clone()).unwrap()
}

#[test]
fn the_end_is_classified() {
    assert_eq!(shell("exit 7").run().end, End::Exited(7));
    assert_eq!(shell("kill -9 $$").run().end, End::Signalled(9));
    assert!(shell("echo out; echo err >&2").run().succeeded());
    let missing = Program::new("draftgate-no-such-program", Path::new("/")).run();
    assert!(matches!(missing.end, End::CouldNotStart(_)), "{missing:?}");
    let slow = shell("echo early; sleep 60")
        .limit(Duration::from_millis(100))
        .run();
    assert_eq!(
        (slow.end.clone(), text(&slow)),
        (End::TimedOut, "early\n".to_owned())
    );
    let told = shell("echo no >&2; exit 3").run();
    assert_eq!(told.why(), "it ended with code 3: no");
}

#[test]
fn a_program_that_ignores_the_polite_signal_is_killed() {
    let stubborn = shell("trap '' TERM; while :; do sleep 60; done");
    assert_eq!(
        stubborn.limit(Duration::from_millis(50)).run().end,
        End::TimedOut
    );
}

#[test]
fn a_grandchild_neither_holds_us_up_nor_lives_on() {
    // It keeps both pipes open, and says its id.
    let finished = shell("sleep 3600 & echo $!").run();
    assert_eq!(finished.end, End::Exited(0));
    let id = text(&finished);
    let gone = shell(&format!(
        "for i in 1 2 3 4 5 6 7 8 9; do kill -0 {} 2>/dev/null || exit 0; read x < /proc/{}/stat && case $x in *') Z '*) exit 0;; esac; sleep 0.1; done; exit 1",
        id.trim(),
        id.trim()
    ));
    assert_eq!(gone.run().end, End::Exited(0));
}

#[test]
fn input_and_output_of_any_size_go_through() {
    let much = vec![b'x'; 3_000_000];
    let finished = shell("cat; cat >&2 < /dev/null").stdin(much.clone()).run();
    assert!(finished.succeeded());
    assert_eq!(finished.stdout.len(), much.len());
    // One that reads nothing of it is no failure.
    assert!(shell("exit 0").stdin(much).run().succeeded());
    let flood = shell(&format!("head -c {} /dev/zero", MOST_OUTPUT + 1)).run();
    assert!(flood.truncated && !flood.succeeded());
    assert_eq!(
        (flood.stdout.len(), flood.end),
        (MOST_OUTPUT, End::Exited(0))
    );
}

#[test]
fn the_environment_is_a_short_list() {
    let finished = Program::new("env", Path::new("/"))
        .env("GIVEN", "yes")
        .run();
    for line in text(&finished).lines() {
        let (name, _) = line.split_once('=').unwrap();
        let known = [
            "PATH",
            "HOME",
            "LANG",
            "LC_ALL",
            "VIRTUAL_ENV",
            "CARGO_HOME",
            "RUSTUP_HOME",
            "TMPDIR",
            "NO_COLOR",
            "RUSTUP_AUTO_INSTALL",
            "GIVEN",
        ];
        assert!(known.contains(&name), "{line}");
    }
    assert!(text(&finished).contains("GIVEN=yes"));
    // Nor may a file of the change have rustup install anything.
    assert!(text(&finished).contains("RUSTUP_AUTO_INSTALL=0"));
}

#[test]
fn a_program_cannot_wait_for_input_that_nobody_gives() {
    assert_eq!(text(&shell("cat; echo done").run()), "done\n");
}
