//! What a change does to keep a tool from seeing its code is told, with the real tools; what it does not do is not.

use draftgate::verdict::{self, Verdict};

use crate::repository::Repo;
use crate::tools::judged;
use crate::tools_real::python;
use crate::tools_untrusted::out_of_reach;

const POLICY: &str = "schema = 1\n[tools.clippy]\n";

/// A crate without dependencies.
fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
}

/// A crate whose policy turns clippy on, and these files.
fn linted(files: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write("draftgate.toml", POLICY);
    repo.write("Cargo.toml", manifest("shop", ""));
    repo.write("Cargo.lock", LOCK);
    repo.write("src/lib.rs", "pub fn one() -> u32 {\n    1\n}\n");
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit("base");
    repo
}

const LOCK: &str = "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n";

/// Code that clippy has something to say of.
const POINTLESS: &str = "pub fn same(a: u32) -> bool {\n    a == a\n}\n";
/// A build script that rewrites it.
const REWRITES: &str = "fn main() {\n    let _ = std::fs::write(\"src/lib.rs\", \"pub fn one() -> u32 { 1 }\\n\");\n}\n";
/// One that takes in another file.
const TAKES_IN: &str = "mod helper;\nfn main() {\n    helper::main()\n}\n";
/// A procedural macro.
const MACRO: &str = "use proc_macro::TokenStream;\n#[proc_macro]\npub fn nothing(_: TokenStream) -> TokenStream {\n    TokenStream::new()\n}\n";

/// The lock of two packages.
fn locked(other: &str) -> String {
    format!(
        "version = 4\n\n[[package]]\nname = \"{other}\"\nversion = \"0.1.0\"\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\ndependencies = [\n \"{other}\",\n]\n"
    )
}

const USES: &str = "[dependencies]\nmarks = { path = \"marks\" }\n[workspace]\n";

/// What the check says of files that the tool did not see, after a change.
fn told(repo: &Repo, check: &str, files: &[(&str, &str)]) -> (Vec<(String, String)>, Verdict) {
    for (path, text) in files {
        repo.write(path, text);
    }
    repo.commit("a change");
    let judged = judged(repo, check, "");
    let told = out_of_reach(&judged).into_iter();
    let told = told.map(|(path, why)| (path.to_owned(), why.to_owned()));
    (told.collect(), verdict::of(&judged).verdict)
}

#[test]
fn a_build_script_and_a_macro_that_are_the_changes_are_told() {
    let renamed = manifest("shop", "build = \"gen.rs\"\n");
    let dotted = manifest("shop", "build = \"./gen.rs\"\n");
    let shop = manifest("shop", USES);
    let marks = manifest("marks", "[lib]\nproc-macro = true\n");
    let escaped = manifest("marks", "[lib]\n\"proc\\u002dmacro\" = true\n");
    let plain = manifest("marks", "");
    let lock = locked("marks");
    let lock = lock.as_str();
    let members = || {
        linted(&[
            ("Cargo.toml", &shop),
            ("Cargo.lock", lock),
            ("marks/Cargo.toml", &plain),
            ("marks/src/lib.rs", "pub fn two() -> u32 {\n    2\n}\n"),
        ])
    };
    for (name, repo, files, unseen, words) in [
        (
            "a new build script",
            linted(&[]),
            vec![("build.rs", REWRITES)],
            "build.rs",
            "runs this build script",
        ),
        (
            "of another name",
            linted(&[]),
            vec![("Cargo.toml", renamed.as_str()), ("gen.rs", REWRITES)],
            "Cargo.toml",
            "(gen.rs)",
        ),
        (
            "a file of base that was none",
            linted(&[
                ("tools/gen.rs", REWRITES),
                ("gen.rs", "include!(\"tools/gen.rs\");\n"),
            ]),
            vec![("Cargo.toml", renamed.as_str())],
            "Cargo.toml",
            "(gen.rs)",
        ),
        (
            "of another name at base",
            linted(&[("Cargo.toml", &dotted), ("gen.rs", "fn main() {}\n")]),
            vec![("gen.rs", REWRITES)],
            "gen.rs",
            "runs this build script",
        ),
        (
            "a module of one",
            linted(&[("build.rs", TAKES_IN), ("helper.rs", "pub fn main() {}\n")]),
            vec![("helper.rs", REWRITES)],
            "helper.rs",
            "runs this build script",
        ),
        (
            "a new macro",
            linted(&[]),
            vec![
                ("Cargo.toml", shop.as_str()),
                ("Cargo.lock", lock),
                ("marks/Cargo.toml", &marks),
                ("marks/src/lib.rs", MACRO),
            ],
            "marks/Cargo.toml",
            "run this procedural macro",
        ),
        (
            "a library that becomes one, in other letters",
            members(),
            vec![
                ("marks/Cargo.toml", escaped.as_str()),
                ("marks/src/lib.rs", MACRO),
            ],
            "marks/Cargo.toml",
            "run this procedural macro",
        ),
    ] {
        let mut files = files;
        files.push(("src/lib.rs", POINTLESS));
        let (told, verdict) = told(&repo, "lint", &files);
        let is_told = |(path, why): &(String, String)| path == unseen && why.contains(words);
        assert!(told.iter().any(is_told), "{name}: {told:?}");
        assert_ne!(verdict, Verdict::Ready, "{name}");
    }
}

#[test]
fn code_that_is_not_there_when_the_tool_looks_is_told() {
    let wrong = "def left(n: int) -> str:\n    return n\n";
    let stub = "def left(n: int) -> str: ...\n";
    let repo = python("[tool.mypy]\nstrict = true\n");
    repo.commit_file("a.py", "X: int = 1\n");
    let (unseen, verdict) = told(&repo, "types", &[("stock.py", wrong), ("stock.pyi", stub)]);
    assert!(
        unseen[0].0 == "stock.py" && unseen[0].1.contains("reads the stub"),
        "{unseen:?}"
    );
    assert_ne!(verdict, Verdict::Ready);

    let other = format!("{}[workspace]\n", manifest("extra", ""));
    let files = [
        ("extra/Cargo.toml", other.as_str()),
        ("extra/src/lib.rs", POINTLESS),
    ];
    let (unseen, _) = told(&linted(&[]), "lint", &files);
    let words = "no package of extra/Cargo.toml";
    assert!(
        unseen
            .iter()
            .any(|(path, why)| path == "extra/src/lib.rs" && why.contains(words))
    );

    // The code is denied by clippy, and no target takes it in.
    let other = manifest("shop", "[lib]\npath = \"src/other.rs\"\n");
    let good = "pub fn one() -> u32 {\n    1\n}\n";
    let moved = [
        ("Cargo.toml", other.as_str()),
        ("src/other.rs", good),
        ("src/lib.rs", POINTLESS),
    ];
    for files in [&moved[..], &[("src/orphan.rs", POINTLESS)]] {
        let (unseen, verdict) = told(&linted(&[]), "lint", files);
        let path = files.last().expect("a file").0;
        let words = "no target of Cargo.toml";
        let is_told = |(at, why): &(String, String)| at == path && why.contains(words);
        assert!(unseen.iter().any(is_told), "{path}: {unseen:?}");
        assert_ne!(verdict, Verdict::Ready, "{path}");
    }

    let hidden = |condition: &str| format!("{condition}\n{POINTLESS}");
    for condition in [
        "#[cfg(not(clippy))]",
        "#[cfg( not ( clippy /* here */ ) )]",
        "#[cfg(all(not(test), not(any(r#clippy, miri))))]",
        "#[cfg_attr(clippy, cfg(any()))]",
        "macro_rules! unless {\n    ($flag:ident, $item:item) => {\n        #[cfg(not($flag))]\n        $item\n    };\n}\nunless!(clippy, pub fn f() {});",
    ] {
        let (unseen, verdict) = told(&linted(&[]), "lint", &[("src/lib.rs", &hidden(condition))]);
        let words = "a condition of `clippy`";
        let is_told = |(path, why): &(String, String)| path == "src/lib.rs" && why.contains(words);
        assert!(unseen.iter().any(is_told), "{condition}: {unseen:?}");
        assert_ne!(verdict, Verdict::Ready, "{condition}");
    }
}

#[test]
fn a_tool_is_believed_where_the_change_could_not_silence_it() {
    let shop = manifest("shop", &format!("build = \"gen.rs\"\n{USES}"));
    let marks = manifest("marks", "[lib]\nproc-macro = true\n");
    let later = marks.replace("[lib]", "description = \"Marks\"\n[lib]");
    let repo = linted(&[
        ("Cargo.toml", &shop),
        ("Cargo.lock", &locked("marks")),
        ("gen.rs", "fn main() {}\n"),
        ("stock.pyi", "X: int\n"),
        ("marks/Cargo.toml", &marks),
        ("marks/src/lib.rs", MACRO),
    ]);
    let files = [
        ("Cargo.toml", &*format!("{shop}# The shop.\n")),
        ("marks/Cargo.toml", &later),
        ("marks/src/lib.rs", &*MACRO.replace("nothing", "none")),
        (
            "src/lib.rs",
            "//! As clippy (and cargo) likes it.\n#[must_use]\n#[allow(clippy::unused_unit)]\npub fn two() -> u32 {\n    2\n}\n",
        ),
    ];
    let (unseen, _) = told(&repo, "lint", &files);
    assert_eq!(unseen, []);
}
