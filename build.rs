//! Brings the TOML files inside the binary into the form that a run reads, so that nothing in `src` repeats what
//! stands in them: a misspelt rule does not compile, and no list of names is kept by hand.
//!
//! - A rule without an `[engine]` becomes a constant (`rule::built_in`), the others one JSON array of tables for
//!   each folder, both without the examples, which only `rules test` and `rules explain` want. Reading the files
//!   themselves would take longer than most changes do.
//! - Names: the checks that rules belong to, the tools that have an adapter, the kinds of suppressions.
//!
//! A file that is no TOML, or a rule that lacks a field, stops the build with its path; what else is no rule or
//! adapter is told by a test.

#![expect(
    clippy::disallowed_methods,
    reason = "the files of this repository, which is what is built"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use toml::{Table, Value};

/// Folders of rules, and what else is data.
const RULES: &str = "rules";
const ADAPTERS: &str = "src/tools/adapters";
const SPELLINGS: &str = "src/suppression/spellings.toml";

/// The folder of `rules/` that holds named sets of the engine, and no rules.
const LIBRARY: &str = "lib";
const LANGUAGES: &str = "src/unread/languages";

/// What a run has no use for.
const EXAMPLES: [&str; 2] = ["bad", "good"];

fn main() -> Result<()> {
    for path in [RULES, ADAPTERS, SPELLINGS, LANGUAGES] {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").context("no OUT_DIR: cargo runs this")?);
    let mut folders = entries(Path::new(RULES))?;
    folders.retain(|path| path.is_dir());
    let mut checks = BTreeSet::new();
    let mut embedded = String::from("&[\n");
    let mut built_in = String::new();
    let mut areas = String::from("pub(super) static AREAS: &[(&str, &[&Rule])] = &[\n");
    for folder in &folders {
        let name = file_name(folder);
        let mut tables = tables(folder)?;
        if name != LIBRARY {
            for rule in &tables {
                checks.insert(text(rule, "check")?.to_owned());
            }
            let constants = tables.extract_if(.., |rule| !rule.contains_key("engine"));
            let constants: Vec<Table> = constants.collect();
            writeln!(areas, "({name:?}, {}::ALL),", module(&name))?;
            built_in.push_str(&area(&name, &constants)?);
        }
        embedded.push_str(&embed(&out, &name, &tables)?);
    }
    let adapters = tables(Path::new(ADAPTERS))?;
    embedded.push_str(&embed(&out, "adapters", &adapters)?);
    embedded.push_str(&embed(
        &out,
        "languages",
        &self::tables(Path::new(LANGUAGES))?,
    )?);
    embedded.push_str("]\n");
    areas.push_str("];\n");
    let tools = adapters.iter().map(|adapter| text(adapter, "name"));
    let tools: BTreeSet<&str> = tools.collect::<Result<_>>()?;
    let (spellings, kinds) = spellings()?;
    let names = [
        constant("CHECKS", "Every check, in alphabetical order.", &checks),
        constant("TOOLS", "Tools with an adapter, sorted.", &tools),
        constant("SUPPRESSIONS", "Kinds of suppressions, sorted.", &kinds),
    ];
    fs::write(out.join("folders.rs"), embedded)?;
    fs::write(out.join("built_in.rs"), built_in + &areas)?;
    fs::write(out.join("names.rs"), names.concat())?;
    fs::write(out.join("spellings.rs"), spellings)?;
    Ok(())
}

/// A sorted list of names as a constant.
fn constant<T: AsRef<str>>(name: &str, doc: &str, names: &BTreeSet<T>) -> String {
    let list: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    format!(
        "/// {doc}\npub const {name}: [&str; {}] = {list:?};\n",
        list.len()
    )
}

/// The tables of a folder, written beside the code, and the expression that includes them.
fn embed(out: &Path, name: &str, tables: &[Table]) -> Result<String> {
    let keywords = keywords(tables);
    let json = out.join(format!("{name}.json"));
    fs::write(&json, serde_json::to_vec(tables)?)?;
    Ok(format!(
        "Folder {{ name: {name:?}, tables: include_str!({json:?}), keywords: &{keywords:?} }},\n"
    ))
}

/// The module of an area: a constant a rule, and the list of them.
fn area(name: &str, rules: &[Table]) -> Result<String> {
    let mut written = format!(
        "/// `rules/{name}/`.\npub mod {} {{\nuse super::*;\n",
        module(name)
    );
    let mut all = Vec::new();
    for rule in rules {
        let id = text(rule, "id")?;
        let written_rule = rule_constant(rule).with_context(|| format!("rules/{name}/: {id}"))?;
        written.push_str(&written_rule);
        all.push(constant_name(id));
    }
    writeln!(
        written,
        "pub(super) static ALL: &[&Rule] = &[{}];\n}}",
        all.join(", ")
    )?;
    Ok(written)
}

/// One rule as a constant of its module.
fn rule_constant(rule: &Table) -> Result<String> {
    let id = text(rule, "id")?;
    let scale = |key: &str, values: &[&str]| -> Result<String> {
        let value = text(rule, key)?;
        if !values.contains(&value) {
            bail!("{key} = {value:?}: it is none of {}", values.join(", "));
        }
        Ok(value[..1].to_ascii_uppercase() + &value[1..])
    };
    let optional = |key: &str| match rule.contains_key(key) {
        true => text(rule, key),
        false => Ok(""),
    };
    let cwe = match rule.get("cwe") {
        Some(Value::Array(numbers)) => numbers.iter().filter_map(Value::as_integer).collect(),
        _ => Vec::new(),
    };
    let same_as = match rule.get("same-as") {
        Some(Value::Array(ids)) => ids.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let same_as: Vec<String> = same_as
        .iter()
        .map(|id| format!("Cow::Borrowed({id:?})"))
        .collect();
    Ok(format!(
        "/// {summary}\n\
         pub const {constant}: &Rule = &Rule {{\n\
         schema: None, id: Cow::Borrowed({id:?}), check: Cow::Borrowed({check:?}),\n\
         level: Level::{level}, severity: Severity::{severity}, confidence: Confidence::{confidence},\n\
         summary: Cow::Borrowed({summary:?}), why: Cow::Borrowed({why:?}),\n\
         fix: Cow::Borrowed({fix:?}), avoid: Cow::Borrowed({avoid:?}),\n\
         cwe: Cow::Borrowed(&{cwe:?}), docs: Cow::Borrowed({docs:?}),\n\
         same_as: Cow::Borrowed(&[{same_as}]),\n\
         engine: None, bad: Vec::new(), good: Vec::new() }};\n",
        constant = constant_name(id),
        check = text(rule, "check")?,
        level = scale("level", &["note", "escalate", "block"])?,
        severity = scale("severity", &["info", "low", "medium", "high", "critical"])?,
        confidence = scale("confidence", &["low", "medium", "high", "proven"])?,
        summary = text(rule, "summary")?,
        why = text(rule, "why")?,
        fix = text(rule, "fix")?,
        avoid = optional("avoid")?,
        docs = optional("docs")?,
        same_as = same_as.join(", "),
    ))
}

fn constant_name(id: &str) -> String {
    id.replace('-', "_").to_ascii_uppercase()
}

fn module(area: &str) -> String {
    area.replace('-', "_")
}

/// The forms of suppressing comments as an expression, longest beginning first, and their kinds.
fn spellings() -> Result<(String, BTreeSet<String>)> {
    let text = fs::read_to_string(SPELLINGS).context(SPELLINGS)?;
    let file: Table = toml::from_str(&text).context(SPELLINGS)?;
    let list = |key: &str| {
        let value = file.get(key).and_then(Value::as_array);
        value.with_context(|| format!("{SPELLINGS}: no list `{key}`"))
    };
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    kinds.extend(
        list("attributes")?
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    let mut forms: Vec<[&str; 4]> = Vec::new();
    for form in list("forms")? {
        let words = form
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str);
        let words: Vec<&str> = words.collect();
        let Ok(form) = <[&str; 4]>::try_from(words) else {
            bail!("{SPELLINGS}: a form is [beginning, kind, codes, scope], not {form}");
        };
        if forms.iter().any(|other| other[0] == form[0]) {
            bail!("{SPELLINGS}: {:?} stands there twice", form[0]);
        }
        kinds.insert(form[1].to_owned());
        forms.push(form);
    }
    forms.sort_by_key(|form| (std::cmp::Reverse(form[0].len()), form[0]));
    let mut written = String::from("&[\n");
    for [begins, kind, codes, scope] in forms {
        writeln!(
            written,
            "Spelling {{ begins: {begins:?}, kind: {kind:?}, codes: Codes::{codes}, scope: Scope::{scope} }},"
        )?;
    }
    written.push_str("]\n");
    Ok((written, kinds))
}

fn text<'t>(table: &'t Table, key: &str) -> Result<&'t str> {
    let value = table.get(key).and_then(Value::as_str);
    value.with_context(|| format!("no text `{key}`"))
}

/// The tables of all files of a folder, in the order of their names: those of `[[rule]]` or `[[language]]`, or the
/// file as a whole.
fn tables(folder: &Path) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for path in entries(folder)? {
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let file: Table = toml::from_str(&text).with_context(|| path.display().to_string())?;
        match file.get("rule").or(file.get("language")) {
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

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
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
