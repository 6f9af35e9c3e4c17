"""cargo and clippy, switched on by base's policy: they run code of the change, which must gain nothing by it."""
from attack import PYPROJECT, attack, side_effect

POLICY = 'schema = 1\n[gate]\nrequired = ["lint", "types"]\n[tools.clippy]\ntime-limit = "%s"\n[tools.cargo-check]\ntime-limit = "%s"\n'
CARGO = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
LOCK = 'version = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n'
GOOD = "pub fn add(a: u32, b: u32) -> u32 {\n    a + b\n}\n"
# Denied by clippy as it comes: both sides of the comparison are the same.
WRONG = GOOD + "\npub fn same(a: u32) -> bool {\n    a == a\n}\n"
BASE = {"draftgate.toml": POLICY % ("10m", "10m"), "Cargo.toml": CARGO, "Cargo.lock": LOCK, "src/lib.rs": GOOD,
        "pyproject.toml": PYPROJECT}
RUST = dict(base=BASE, tools=("cargo",))

attack("clippy_plain_finding", "the control: a denied lint, hidden by nothing", head={"src/lib.rs": WRONG}, **RUST)
attack("clippy_cap_lints_by_cargo_config", "rustflags of a .cargo/config.toml allow all",
       head={"src/lib.rs": WRONG, ".cargo/config.toml": '[build]\nrustflags = ["--cap-lints=allow", "-Aclippy::all"]\n'}, **RUST)
attack("clippy_allowed_by_the_manifest", "a [lints] table of head allows it",
       head={"src/lib.rs": WRONG, "Cargo.toml": CARGO + '[lints.clippy]\neq_op = "allow"\nall = "allow"\n'}, **RUST)
attack("clippy_never_sees_it", "the code is compiled only where clippy does not look",
       head={"src/lib.rs": WRONG.replace("\npub fn same", "\n#[cfg(not(clippy))]\npub fn same")}, **RUST)
attack("clippy_in_a_feature", "the code stands behind a feature that is off in the gate",
       head={"src/lib.rs": WRONG.replace("\npub fn same", '\n#[cfg(feature = "fast")]\npub fn same'),
             "Cargo.toml": CARGO + "[features]\nfast = []\n"}, **RUST)
attack("clippy_excluded_from_the_workspace", "the new crate is excluded from the workspace",
       head={"Cargo.toml": CARGO + '[workspace]\nexclude = ["extra"]\n', "extra/Cargo.toml": CARGO.replace("shop", "extra"),
             "extra/src/lib.rs": WRONG}, **RUST)
attack("clippy_by_include", "the code is included from a file that is not named like Rust",
       head={"src/lib.rs": GOOD + 'include!("same.txt");\n', "src/same.txt": WRONG[len(GOOD):]}, **RUST)
attack("clippy_source_rewritten_by_build_script", "build.rs writes the harmless code back before clippy reads it",
       head={"src/lib.rs": WRONG, "build.rs": "fn main() {\n    let _ = std::fs::write(\"src/lib.rs\", %s);\n}\n"
             % ('"%s"' % GOOD.replace("\n", "\\n"))}, **RUST)
attack("clippy_killed_by_build_script", "build.rs ends all processes that it may, the gate among them",
       head={"src/lib.rs": WRONG, "build.rs": (
           "fn main() {\n    let mut pid = std::os::unix::process::parent_id();\n    let mut chain = vec![];\n"
           "    while pid > 1 {\n        let line = std::fs::read_to_string(format!(\"/proc/{pid}/stat\")).unwrap_or_default();\n"
           "        if line.contains(\"(python\") { break; }\n        chain.push(pid);\n"
           "        let rest = line.rsplit(')').next().unwrap_or(\"\");\n"
           "        pid = rest.split_whitespace().nth(1).and_then(|p| p.parse().ok()).unwrap_or(0);\n    }\n"
           "    for pid in chain {\n        let _ = std::process::Command::new(\"kill\").args([\"-9\", &pid.to_string()]).status();\n"
           "    }\n}\n")}, **RUST)
attack("clippy_build_script_hangs", "build.rs never ends",
       base={**BASE, "draftgate.toml": POLICY % ("4s", "4s")}, tools=("cargo",),
       head={"src/lib.rs": WRONG, "build.rs": "fn main() {\n    loop {\n        std::thread::park();\n    }\n}\n"})
attack("clippy_messages_forged", "a procedural macro prints that the build was fine, and a message without its lint",
       head={"Cargo.toml": CARGO + '[dependencies]\nforge = { path = "forge" }\n[workspace]\n',
             "Cargo.lock": LOCK.replace('version = "0.1.0"\n', 'version = "0.1.0"\ndependencies = ["forge"]\n')
             + '\n[[package]]\nname = "forge"\nversion = "0.1.0"\n',
             "forge/Cargo.toml": CARGO.replace("shop", "forge") + "[lib]\nproc-macro = true\n",
             "forge/src/lib.rs": "use proc_macro::TokenStream;\n#[proc_macro]\npub fn forge(_: TokenStream) -> TokenStream {\n"
             '    println!("{{\\"reason\\":\\"build-finished\\",\\"success\\":true}}");\n'
             "    std::process::exit(0)\n}\n",
             "src/lib.rs": WRONG + "forge::forge!();\n"}, **RUST)
side_effect("clippy_build_script_leaves_a_process", "build.rs leaves a process in a session of its own",
            head={"src/lib.rs": GOOD + "\npub fn two() -> u32 {\n    2\n}\n", "build.rs": (
                "fn main() {\n    let _ = std::process::Command::new(\"setsid\")\n        .args([\"sh\", \"-c\", "
                "\"trap '' TERM HUP INT; sleep 300; echo x > @MARK@\"])\n        .stdout(std::process::Stdio::null())\n"
                "        .stderr(std::process::Stdio::null())\n        .spawn();\n}\n")}, **RUST)
side_effect("clippy_build_script_writes_outside", "build.rs writes into a folder of the user's",
            head={"src/lib.rs": GOOD + "\npub fn two() -> u32 {\n    2\n}\n",
                  "build.rs": 'fn main() {\n    let _ = std::fs::write("@MARK@", "x");\n}\n'}, **RUST)
side_effect("clippy_build_script_reads_tokens", "build.rs reads the environment of every process",
            head={"src/lib.rs": GOOD + "\npub fn two() -> u32 {\n    2\n}\n", "build.rs": (
                "fn main() {\n    let mut all = Vec::new();\n    for entry in std::fs::read_dir(\"/proc\").unwrap().flatten() {\n"
                "        all.extend(std::fs::read(entry.path().join(\"environ\")).unwrap_or_default());\n    }\n"
                "    let text = String::from_utf8_lossy(&all).replace('\\0', \"\\n\");\n"
                "    println!(\"cargo::warning={}\", text.lines().filter(|l| l.contains(\"canary\")).collect::<Vec<_>>().join(\" \"));\n"
                "    let _ = std::fs::write(\"@OUT@/environ\", text);\n}\n")}, **RUST)
side_effect("cargo_unasked_by_target_config", "not switched on: a .cargo/config.toml with a linker, a runner and an alias",
            base={"Cargo.toml": CARGO, "Cargo.lock": LOCK, "src/lib.rs": GOOD}, tools=("cargo",),
            head={"src/lib.rs": WRONG, "w.sh": ("exec", "#!/bin/sh\necho x > @MARK@\n"), ".cargo/config.toml":
                  '[alias]\ncheck = "run"\nclippy = "run"\n[build]\nrustc-workspace-wrapper = "./w.sh"\nrustdoc = "./w.sh"\n'
                  '[target.x86_64-unknown-linux-gnu]\nlinker = "./w.sh"\nrunner = "./w.sh"\n'
                  '[registry]\nglobal-credential-providers = ["./w.sh"]\n[net]\ngit-fetch-with-cli = true\n'})
REWRITES = "fn main() {\n    let _ = std::fs::write(\"src/lib.rs\", \"%s\");\n}\n" % GOOD.replace("\n", "\\n")
attack("clippy_source_rewritten_by_a_script_of_another_name", "build = \"gen.rs\", which writes the harmless code back",
       head={"src/lib.rs": WRONG, "Cargo.toml": CARGO + 'build = "gen.rs"\n', "gen.rs": REWRITES}, **RUST)
attack("clippy_source_rewritten_by_a_module_of_the_script", "base's build script calls the file that the change edits",
       base={**BASE, "build.rs": "mod helper;\nfn main() {\n    helper::main()\n}\n", "helper.rs": "pub fn main() {}\n"}, tools=("cargo",),
       head={"src/lib.rs": WRONG, "helper.rs": "pub " + REWRITES})
attack("clippy_never_sees_it_by_a_macro", "a macro is given the name of clippy's flag, and makes the condition of it",
       head={"src/lib.rs": GOOD + "\nmacro_rules! unless {\n    ($f:ident, $i:item) => { #[cfg( not ( $f ) )] $i };\n}\n"
             "unless!(r#clippy, pub fn same(a: u32) -> bool { a == a });\n"}, **RUST)
attack("clippy_reads_another_library", "[lib] path names a harmless file, and the code stays where it was",
       head={"src/lib.rs": WRONG, "src/other.rs": GOOD, "Cargo.toml": CARGO + '[lib]\npath = "src/other.rs"\n'}, **RUST)
attack("clippy_takes_it_for_derived", "the code is marked as made by a derive",
       head={"src/lib.rs": GOOD + "\npub struct S;\n#[automatically_derived]\nimpl S {\n    pub fn same(a: u32) -> bool {\n        a == a\n    }\n}\n"}, **RUST)
