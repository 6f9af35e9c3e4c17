//! Brings the TOML files inside the binary into the form that a run reads: one JSON array of tables for each
//! folder, without the examples of rules, which only `rules test` and `rules explain` want. Reading the files
//! themselves would take longer than most changes do.
//!
//! A file that is no TOML stops the build with its path, line and column; what is no rule or adapter is told by
//! a test.

#![expect(
    clippy::disallowed_methods,
    reason = "the files of this repository, which is what is built"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

/// Folders of rules, and what else is data.
const RULES: &str = "rules";
const ADAPTERS: &str = "src/tools/adapters";

/// What a run has no use for.
const EXAMPLES: [&str; 2] = ["bad", "good"];

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={RULES}");
    println!("cargo::rerun-if-changed={ADAPTERS}");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").context("no OUT_DIR: cargo runs this")?);
    let mut folders = entries(Path::new(RULES))?;
    folders.retain(|path| path.is_dir());
    folders.push(PathBuf::from(ADAPTERS));
    let mut written = String::from("&[\n");
    for folder in folders {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let tables = tables(&folder)?;
        let keywords = keywords(&tables);
        let json = out.join(format!("{name}.json"));
        fs::write(&json, serde_json::to_vec(&tables)?)?;
        writeln!(
            written,
            "Folder {{ name: {name:?}, tables: include_str!({json:?}), keywords: &{keywords:?} }},"
        )?;
    }
    written.push_str("]\n");
    fs::write(out.join("folders.rs"), written)?;
    Ok(())
}

/// The tables of all files of a folder, in the order of their names: those of `[[rule]]`, or the file as a whole.
fn tables(folder: &Path) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for path in entries(folder)? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let file: Table = toml::from_str(&text).with_context(|| path.display().to_string())?;
        match file.get("rule") {
            Some(Value::Array(rules)) => {
                tables.extend(rules.iter().filter_map(Value::as_table).cloned());
            }
            _ => tables.push(file),
        }
    }
    for table in &mut tables {
        for key in EXAMPLES {
            table.remove(key);
        }
    }
    Ok(tables)
}

/// All keywords of the tables' engines.
fn keywords(tables: &[Table]) -> Vec<String> {
    let of_table = |table: &Table| Some(table.get("engine")?.get("keywords")?.as_array()?.clone());
    let all: BTreeSet<String> = tables
        .iter()
        .filter_map(of_table)
        .flatten()
        .filter_map(|keyword| Some(keyword.as_str()?.to_ascii_lowercase()))
        .collect();
    all.into_iter().collect()
}

/// What a folder holds, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}
