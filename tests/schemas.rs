//! What draftgate writes and reads follows the JSON Schemas of `schemas/`, which `src/schemas.rs` makes.

use std::path::{Path, PathBuf};

use draftgate::report::Format;

use crate::formats::{obstacle, report};
use crate::report::sample;
use crate::toolbox::{python, run};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schemas")
        .join(name)
}

#[test]
fn reports_and_policies_follow_them() {
    let home = tempfile::tempdir().unwrap();
    let check = |schema: &str, file: &Path| {
        let schema = self::file(schema);
        let arguments = [
            "--schemafile",
            schema.to_str().unwrap(),
            file.to_str().unwrap(),
        ];
        run(python("check-jsonschema"), &arguments, home.path())
    };
    let write = |name: &str, text: &str| {
        let path = home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    for (at, trace) in [sample(), obstacle("no commit here")].iter().enumerate() {
        let told = check(
            "report.json",
            &write(&format!("{at}.json"), &report(Format::Json, trace)),
        );
        assert!(told.status.success(), "{told:?}");
    }
    let ours =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("draftgate.toml"))
            .unwrap();
    for policy in [ours.as_str(), crate::policy::WHOLE] {
        let told = check("policy.json", &write("draftgate.toml", policy));
        assert!(told.status.success(), "{told:?}");
    }
    for wrong in [
        "schema = 1\n[gaet]\n",
        "schema = 1\n[gate]\nfail-on = \"never\"\n",
    ] {
        let told = check("policy.json", &write("wrong.toml", wrong));
        assert!(!told.status.success(), "{wrong}");
    }
}
