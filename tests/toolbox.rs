//! The real tools, at pinned versions, for every test that needs one.
//!
//! The first test that asks installs them from the package index into `target/toolbox/<digest of the pins>/`;
//! later runs find them there. A tool that cannot be installed fails the test: nothing is skipped.
//!
//! ```text
//! let venv = toolbox::venv();            // a virtual environment: bin/python, bin/ruff, bin/pytest, ..
//! let ruff = toolbox::bin("ruff");       // one of its programs
//! let rust = toolbox::rust_with_llvm_tools(); // bin/ of a toolchain of rustup's
//! ```

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What `pip` installs.
const PINS: [&str; 9] = [
    "basedpyright==1.40.2",
    "coverage==7.17.3",
    "mypy==2.4.1",
    // The index's package fetches the program itself when it is first asked.
    "pyright[nodejs]==1.1.414",
    "pyrefly==1.4.1",
    "pytest==9.2.0",
    "pytest-cov==7.1.0",
    "ruff==0.17.5",
    "ty==0.0.104",
];

/// The virtual environment that holds the tools.
pub(crate) fn venv() -> &'static Path {
    static VENV: OnceLock<PathBuf> = OnceLock::new();
    VENV.get_or_init(installed)
}

/// A program of the virtual environment.
pub(crate) fn bin(name: &str) -> PathBuf {
    let path = venv().join("bin").join(name);
    assert!(path.is_file(), "the toolbox has no {name}");
    path
}

fn installed() -> PathBuf {
    let digest = draftgate::text::digest(PINS.join("\n").as_bytes());
    once(&digest[..12], |folder| {
        let venv = folder.join("venv");
        run("python3", ["-m", "venv", venv.to_str().expect("UTF-8")]);
        let install = ["install", "--quiet", "--disable-pip-version-check"];
        run(venv.join("bin/pip"), install.into_iter().chain(PINS));
        run(venv.join("bin/pyright"), ["--version"]);
    })
    .join("venv")
}

/// The Rust toolchain of rustup that has llvm-tools beside everything else.
const RUST: &str = "1.95.0";

/// The programs of a Rust toolchain with llvm-tools, installed by rustup beside the user's own.
#[expect(clippy::disallowed_methods, reason = "a test installs its own tools")]
pub(crate) fn rust_with_llvm_tools() -> &'static Path {
    static BIN: OnceLock<PathBuf> = OnceLock::new();
    BIN.get_or_init(|| {
        let folder = once(&format!("rust-{RUST}"), |folder| {
            let arguments = ["toolchain", "install", RUST, "--profile", "minimal"];
            let mut command = Command::new("rustup");
            command
                .args(arguments)
                .args(["--component", "llvm-tools", "--no-self-update"])
                .env("RUSTUP_HOME", folder);
            let output = command.output().expect("rustup");
            assert!(output.status.success(), "{command:?}: {output:?}");
        });
        let all = folder.join("toolchains");
        let mut toolchains = std::fs::read_dir(all).expect("toolchains").flatten();
        toolchains.next().expect("one").path().join("bin")
    })
}

/// A folder of the toolbox, filled once.
fn once(name: &str, fill: impl FnOnce(&Path)) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("target/tmp stands in target/");
    let all = target.join("toolbox");
    std::fs::create_dir_all(&all).expect("a folder for the tools");
    // Several test binaries may run at once; one of them installs.
    let lock = std::fs::File::create(all.join(format!("{name}.lock"))).expect("a lock");
    lock.lock().expect("the lock of the tools");
    let folder = all.join(name);
    let ready = folder.join("ready");
    if !ready.is_file() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(&folder).expect("a folder for the tools");
        fill(&folder);
        std::fs::write(ready, "").expect("the mark that all is installed");
    }
    folder
}

/// Runs a program with the whole environment, which says where the package index is; its stdout.
#[expect(clippy::disallowed_methods, reason = "a test installs its own tools")]
fn run<'a>(program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = &'a str>) -> String {
    let mut command = Command::new(program);
    command.args(arguments);
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}

#[test]
fn the_toolbox_has_its_tools_at_their_pinned_versions() {
    for (name, version) in [
        ("ruff", "0.17.5"),
        ("mypy", "2.4.1"),
        ("pyright", "1.1.414"),
        ("basedpyright", "1.40.2"),
        ("ty", "0.0.104"),
        ("pyrefly", "1.4.1"),
        ("pytest", "9.2.0"),
        ("coverage", "7.17.3"),
    ] {
        let text = run(bin(name), ["--version"]);
        assert!(text.contains(version), "{name} says {text:?}");
    }
}
