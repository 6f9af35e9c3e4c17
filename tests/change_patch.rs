//! A patch in memory comes to what git makes of it on disk.

use draftgate::change::{Change, RangeSpec};

use crate::repository::Repo;

/// Two commits with every kind of difference that a text patch can tell.
fn sample() -> Repo {
    let repo = Repo::new();
    let text: String = (0..50).map(|line| format!("line {line}\n")).collect();
    repo.write("moved.py", &text);
    repo.write("modified.py", &text);
    repo.write("deleted.py", "gone\n");
    repo.write("no newline.txt", "one\ntwo");
    repo.write("crlf.txt", "one\r\ntwo\r\n");
    repo.write("mode.sh", "echo\n");
    repo.write("grö\tße.txt", "tab\n");
    repo.write("emptied.txt", "text\n");
    repo.commit_file("empty_before.txt", "");
    repo.remove("deleted.py");
    repo.git(&["mv", "moved.py", "elsewhere.py"]);
    repo.write("elsewhere.py", text.replace("line 3\n", "line three\n"));
    repo.write(
        "modified.py",
        text.replace("line 2\n", "")
            .replace("line 44\n", "line 44\nand\n"),
    );
    repo.write("no newline.txt", "one\ntwo\nthree");
    repo.write("crlf.txt", "one\r\n2\r\n");
    repo.git(&["update-index", "--chmod=+x", "mode.sh"]);
    repo.git(&["config", "core.fileMode", "false"]);
    repo.write("grö\tße.txt", "tab\nmore\n");
    repo.write("emptied.txt", "");
    repo.write("empty_before.txt", "now\n");
    repo.write("new/empty.txt", "");
    repo.commit_file("new/file.py", "x = 1\n");
    repo
}

fn told(change: &Change) -> Vec<String> {
    let files = change.files.iter();
    let side = |blob: &Option<change::Blob>| blob.as_ref().map(|blob| (blob.id.clone(), blob.mode));
    files
        .map(|f| {
            format!(
                "{:?} {} {:?} {:?} {:?}",
                f.status,
                f.path,
                f.old_path,
                side(&f.base),
                side(&f.head)
            )
        })
        .collect()
}

use draftgate::change;

fn patched(repo: &Repo, patch: Vec<u8>, base: &str) -> anyhow::Result<Change> {
    repo.change(&RangeSpec::Patch {
        text: patch,
        base: Some(base.to_owned()),
    })
}

#[test]
fn every_form_of_gits_patches_comes_to_the_commit() {
    let repo = sample();
    let expected = told(&repo.range("HEAD~1..HEAD"));
    assert_eq!(expected.len(), 11);
    for form in [
        &["diff", "HEAD~1", "HEAD"][..],
        &["diff", "--no-renames", "-U0", "HEAD~1", "HEAD"],
        &["diff", "--no-prefix", "HEAD~1", "HEAD"],
        &[
            "-c",
            "diff.mnemonicPrefix=true",
            "diff",
            "--full-index",
            "HEAD~1",
            "HEAD",
        ],
        &[
            "-c",
            "core.quotePath=false",
            "diff",
            "--patience",
            "HEAD~1",
            "HEAD",
        ],
        &["format-patch", "--stdout", "-1"],
    ] {
        let patch = repo.try_git(form).stdout;
        let change = patched(&repo, patch, "HEAD~1").unwrap();
        assert_eq!(told(&change), expected, "{form:?}");
        assert_eq!(change.head.label, "patch");
    }
}

#[test]
fn a_series_of_patches_applies_in_turn() {
    let repo = Repo::new();
    repo.commit_file("a.py", "one\n");
    repo.commit_file("a.py", "one\ntwo\n");
    repo.commit_file("a.py", "one\nthree\n");
    let series = repo.try_git(&["format-patch", "--stdout", "-2"]).stdout;
    let change = patched(&repo, series, "HEAD~2").unwrap();
    assert_eq!(told(&change), told(&repo.range("HEAD~2..HEAD")));
}

#[test]
fn a_patch_that_does_not_fit_names_its_line() {
    let repo = sample();
    let patch = repo
        .try_git(&["diff", "HEAD~1", "HEAD", "--", "modified.py"])
        .stdout;
    let error = format!("{:#}", patched(&repo, patch, "HEAD").err().unwrap());
    assert!(error.contains("at its line 1"), "{error}");
    assert!(
        error.contains("patch line 8: line 3 of modified.py is another at base"),
        "{error}"
    );
    for (patch, fix) in [
        ("", "the patch is empty"),
        (
            "--- a/none\n+++ b/none\n@@ -1 +1 @@\n-a\n+b\n",
            "none is not at base",
        ),
        (
            "--- /dev/null\n+++ b/mode.sh\n@@ -0,0 +1 @@\n+b\n",
            "mode.sh is at base already",
        ),
        (
            "--- a/mode.sh\n+++ b/mode.sh\n@@ -9 +9 @@\n-a\n+b\n",
            "which has 1 lines",
        ),
    ] {
        let error = format!("{:#}", patched(&repo, patch.into(), "HEAD").err().unwrap());
        assert!(error.contains(fix), "{error}");
    }
}
