//! The JSON Schemas of `schemas/` are those of the types. A test of the library alone, so that neither a feature nor
//! a second build of it is needed to make them.
//!
//! `DRAFTGATE_BLESS=1 cargo test --lib schemas` writes them anew.

use std::path::Path;

use schemars::schema_for;

use crate::json::pretty;
use crate::policy::Document;
use crate::report::json::Report;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "files of this repository, in a test"
)]
fn the_schemas_are_in_step_with_the_types() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for (name, schema) in [
        ("report.json", schema_for!(Report<'static>)),
        ("policy.json", schema_for!(Document)),
    ] {
        let schema = pretty(&schema).unwrap();
        if std::env::var_os("DRAFTGATE_BLESS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), &schema).unwrap();
        }
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            there == schema,
            "schemas/{name} is not the types': DRAFTGATE_BLESS=1 cargo test --lib schemas"
        );
    }
}
