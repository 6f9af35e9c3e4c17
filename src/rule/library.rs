//! What the engine knows of a language: named sets of sources, sanitizers and guards, and what its own functions
//! and methods do; one file a language under `rules/lib/`. What methods of a name do in most languages stands in
//! `rules/lib/any.toml`.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::charset::Characters;
use super::effect::Effect;
use super::expression::Expression;
use super::index::{Index, Role};
use crate::language::Lang;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    schema: u32,
    language: String,
    #[serde(default)]
    sets: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    source: Vec<SourceTable>,
    #[serde(default)]
    sanitizer: Vec<CleanTable>,
    #[serde(default)]
    guard: Vec<CleanTable>,
    #[serde(default)]
    check: Vec<CleanTable>,
    #[serde(default)]
    undo: Vec<CleanTable>,
    #[serde(default)]
    harmful: Vec<HarmTable>,
    #[serde(default)]
    drop: Vec<String>,
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    exit: Vec<String>,
    #[serde(default)]
    functions: BTreeMap<Effect, Vec<String>>,
    #[serde(default)]
    methods: BTreeMap<Effect, Vec<String>>,
    #[serde(default)]
    builtins: Vec<String>,
    #[serde(default)]
    request_objects: Vec<String>,
    #[serde(default)]
    harmless_names: Vec<String>,
    #[serde(default)]
    path_object: Vec<String>,
    #[serde(default)]
    match_from_start: Vec<String>,
    #[serde(default)]
    matches: Vec<String>,
    #[serde(default)]
    plain_types: Vec<String>,
    #[serde(default)]
    text_types: Vec<String>,
    #[serde(default)]
    namespaces: Vec<String>,
    #[serde(default)]
    language_modules: Vec<String>,
    #[serde(default)]
    launchers: Vec<String>,
    #[serde(default)]
    shells: Vec<String>,
    #[serde(default)]
    manners: Vec<Manner>,
}

/// How a language does what others do in another way.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// One arm of a match is always taken.
    ExhaustiveMatch,
    /// What a condition binds is no value of it: `if let Some(x) = y`.
    BindingIsTest,
    /// A declared type holds: what stands as a number is one.
    TypesHold,
    /// A name that nothing binds is the first part of a path.
    FreeNamesArePaths,
    /// What a call is given by its address is filled by it.
    PointersFill,
    /// What a call is given by name stands in an object among its arguments.
    OptionsAreNamed,
    /// A method may be known by its name alone, whatever value it is called on.
    ValuesHaveMethods,
    /// What a module gives as a whole is called `default`, and stands for the module.
    ModulesGiveOne,
    /// A text that begins with a value which no source gave, a setting say, is an address of that value's.
    UnknownBegins,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SourceTable {
    kind: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    handlers: Vec<String>,
    #[serde(default)]
    names: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CleanTable {
    #[serde(rename = "for")]
    kinds: Vec<String>,
    calls: Vec<String>,
}

/// What a text must hold to do harm.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct HarmTable {
    #[serde(rename = "for")]
    kinds: Vec<String>,
    /// Without any of these characters it does none.
    characters: String,
    /// Where the text around it, with U+FFFC in its place, is such.
    #[serde(default)]
    within: Option<String>,
}

/// The same, for the bits of sink kinds.
struct Harm {
    kinds: u64,
    characters: Characters,
    within: Option<Expression>,
}

/// What is said of an address that begins with a slash, and of one that does not begin with two: together, that it is one
/// of this site.
pub(super) const ROOTED: &str = "rooted";
/// See [`ROOTED`].
pub(super) const ONE_SLASH: &str = "one-slash";

/// A kind of source.
pub struct SourceKind {
    /// Its name in rules.
    pub name: String,
    /// What a message calls it.
    pub label: String,
    /// Names of variables that hold it.
    pub names: Option<Expression>,
}

/// The sets of one language.
pub struct Library {
    table: Table,
    /// Kinds of sources; the index is the kind.
    pub sources: Vec<SourceKind>,
    kinds: Vec<String>,
    methods: HashMap<String, Vec<Effect>>,
    harmful: Vec<Harm>,
}

/// What the table is called that holds for all languages.
const ANY: &str = "any";

impl Library {
    /// Reads the libraries of all languages that have one, in the languages' order.
    ///
    /// # Errors
    /// Where a file of `rules/lib/` is none.
    pub fn all() -> Result<Vec<(Lang, Self)>> {
        let mut tables: Vec<Table> = crate::embedded::tables("lib")?;
        let any = tables.iter().position(|table| table.language == ANY);
        let any = any.context("no any.toml in rules/lib/")?;
        let common = tables.swap_remove(any);
        let mut all = Vec::new();
        for language in crate::language::ALL {
            let name = language.name();
            let own = tables.iter().position(|table| table.language == name);
            if let Some(own) = own {
                let library = Self::of(tables.swap_remove(own), &common);
                let library =
                    library.with_context(|| format!("the library of {name} in rules/lib/"))?;
                all.push((language, library));
            }
        }
        match tables.first() {
            Some(table) => bail!("rules/lib/: no language {}", table.language),
            None => Ok(all),
        }
    }

    fn of(mut table: Table, common: &Table) -> Result<Self> {
        if table.schema != 1 {
            bail!("schema = {}: this draftgate reads schema 1", table.schema);
        }
        let mut sources: Vec<SourceKind> = Vec::new();
        for source in &table.source {
            let names = source.names.clone().map(Expression::new);
            match sources.iter_mut().find(|known| known.name == source.kind) {
                Some(known) => {
                    if known.names.is_none() {
                        known.names = names;
                    }
                }
                None => sources.push(SourceKind {
                    name: source.kind.clone(),
                    label: source.label.clone(),
                    names,
                }),
            }
        }
        let mut methods: HashMap<String, Vec<Effect>> = HashMap::new();
        for (effect, names) in table.methods.iter().chain(&common.methods) {
            for name in names {
                methods.entry(name.clone()).or_default().push(*effect);
            }
        }
        table.harmful.extend(common.harmful.iter().cloned());
        Ok(Self {
            table,
            sources,
            kinds: vec![String::new()],
            methods,
            harmful: Vec::new(),
        })
    }

    /// What methods of this name may do, the language's own first.
    pub fn methods(&self, name: &str) -> &[Effect] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether the language does it so.
    pub fn has(&self, manner: Manner) -> bool {
        self.table.manners.contains(&manner)
    }

    /// Whether a name that nothing binds is one that the language brings along.
    pub fn is_builtin(&self, name: &str) -> bool {
        self.has(Manner::FreeNamesArePaths) || self.table.builtins.iter().any(|own| own == name)
    }

    /// Whether a parameter of this name is a request or what answers one: what is asked of it may come from outside, it
    /// does not.
    pub fn is_request_object(&self, name: &str) -> bool {
        self.table.request_objects.iter().any(|own| own == name)
    }

    /// Whether a name that nothing binds is nothing that a caller chose.
    pub fn is_harmless(&self, name: &str) -> bool {
        self.table.harmless_names.iter().any(|own| own == name)
    }

    /// The path of the type of file names; empty where there is none.
    pub fn path_object(&self) -> &[String] {
        &self.table.path_object
    }

    /// Whether an attribute of this name is the object's names again.
    pub fn is_namespace(&self, name: &str) -> bool {
        self.table.namespaces.iter().any(|own| own == name)
    }

    /// Whether the names of this module are those that nothing has to bind.
    pub fn is_language_module(&self, name: &str) -> bool {
        self.table.language_modules.iter().any(|own| own == name)
    }

    /// Whether a program runs another one that it is given.
    pub fn is_launcher(&self, program: &str) -> bool {
        is_program(&self.table.launchers, program)
    }

    /// Whether a program is a shell.
    pub fn is_shell(&self, program: &str) -> bool {
        is_program(&self.table.shells, program)
    }

    /// Whether a method of this name asks for a regular expression at the beginning of a text.
    pub fn matches_from_start(&self, name: &str) -> bool {
        self.table.match_from_start.iter().any(|own| own == name)
    }

    /// Whether a method of this name holds a text against a regular expression.
    pub fn is_match(&self, name: &str) -> bool {
        self.table.matches.iter().any(|own| own == name)
    }

    /// Numbers, truth values, dates: no text can come in through a value of this type.
    pub fn is_plain_type(&self, text: &str) -> bool {
        let last = text.rsplit(['.', ':']).next().unwrap_or(text).trim();
        self.table.plain_types.iter().any(|own| own == last)
    }

    /// Text, bytes, containers of them, or nothing said.
    pub fn is_text_type(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        text.is_empty() || words.any(|word| self.table.text_types.iter().any(|own| own == word))
    }

    /// Whether its expressions are such; they are compiled when first asked.
    ///
    /// # Errors
    /// Where one is none.
    #[cfg(test)]
    pub fn verify(&self) -> Result<()> {
        let names = self.sources.iter().filter_map(|kind| kind.names.as_ref());
        let within = self.harmful.iter().filter_map(|harm| harm.within.as_ref());
        names.chain(within).try_for_each(Expression::verify)
    }

    /// The number of a source kind.
    ///
    /// # Errors
    /// Where the library has none of this name.
    pub fn source_kind(&self, name: &str) -> Result<u8> {
        let found = self.sources.iter().position(|kind| kind.name == name);
        match found.and_then(|at| u8::try_from(at).ok()) {
            Some(at) => Ok(at),
            None => {
                let known: Vec<&str> = self.sources.iter().map(|kind| kind.name.as_str()).collect();
                bail!("no source kind \"{name}\"; known: {}", known.join(", "))
            }
        }
    }

    /// The number of a new source kind, for one rule's own sources.
    ///
    /// # Errors
    /// Where there are too many.
    pub fn own_source(&mut self, rule: &str) -> Result<u8> {
        let at = u8::try_from(self.sources.len())
            .ok()
            .filter(|at| *at < u8::MAX);
        let at = at.context("too many rules with origins")?;
        self.sources.push(SourceKind {
            name: rule.to_owned(),
            label: "the value of".to_owned(),
            names: None,
        });
        Ok(at)
    }

    /// The bit of a sink kind.
    pub fn sink_kind(&mut self, name: &str) -> u64 {
        let at = match self.kinds.iter().position(|kind| kind == name) {
            Some(at) => at,
            None => {
                self.kinds.push(name.to_owned());
                self.kinds.len() - 1
            }
        };
        1 << at.min(63)
    }

    fn mask(&mut self, names: &[String]) -> u64 {
        names.iter().fold(0, |mask, name| match name.as_str() {
            "*" => u64::MAX,
            name => mask | self.sink_kind(name),
        })
    }

    /// The sink kind's bit, where a rule or a sanitizer named it.
    pub fn known_kind(&self, name: &str) -> u64 {
        match self.kinds.iter().position(|kind| kind == name) {
            Some(at) => 1 << at.min(63),
            None => 0,
        }
    }

    /// Sink kinds for which a text without these characters is clean; `around` is the text that it stands in, with U+FFFC
    /// in its place.
    pub(super) fn clean_without(&self, gone: Characters, around: &str) -> u64 {
        let (mut clean, mut harmed) = (0, 0);
        for harm in &self.harmful {
            let applies = |within: &Expression| within.is_match(around);
            if harm.within.as_ref().is_none_or(applies) {
                if gone.holds(harm.characters) {
                    clean |= harm.kinds;
                } else {
                    harmed |= harm.kinds;
                }
            }
        }
        clean & !harmed
    }

    /// Puts all that it knows of paths into an index.
    pub fn index(&mut self, index: &mut Index) {
        for (at, kind) in self.sources.iter().enumerate() {
            let at = u8::try_from(at).unwrap_or(u8::MAX);
            for source in self.table.source.iter().filter(|one| one.kind == kind.name) {
                for path in &source.paths {
                    index.add(path, Role::Source(at));
                }
                for path in &source.handlers {
                    index.add(path, Role::Handler(at));
                }
            }
        }
        let tables = [
            (std::mem::take(&mut self.table.sanitizer), 0),
            (std::mem::take(&mut self.table.guard), 1),
            (std::mem::take(&mut self.table.check), 2),
            (std::mem::take(&mut self.table.undo), 3),
        ];
        for (list, what) in tables {
            for one in list {
                let mask = self.mask(&one.kinds);
                for call in &one.calls {
                    index.add(
                        call,
                        match what {
                            0 => Role::Sanitizer(mask),
                            1 => Role::Guard(mask),
                            2 => Role::Check(mask),
                            _ => Role::Undo(mask),
                        },
                    );
                }
            }
        }
        for name in [ROOTED, ONE_SLASH] {
            self.sink_kind(name);
        }
        for harm in std::mem::take(&mut self.table.harmful) {
            let kinds = self.mask(&harm.kinds);
            self.harmful.push(Harm {
                kinds,
                characters: Characters::of(&harm.characters),
                within: harm.within.map(Expression::new),
            });
        }
        for (effect, globs) in &self.table.functions {
            for glob in globs {
                index.add_own(glob, Role::Does(*effect));
            }
        }
        for (list, role) in [
            (&self.table.drop, Role::Drop),
            (&self.table.keep, Role::Keep),
            (&self.table.exit, Role::Exit),
        ] {
            for call in list {
                index.add(call, role);
            }
        }
    }

    /// Globs with `@set` replaced by what the set holds.
    ///
    /// # Errors
    /// Where there is no such set.
    pub fn expand(&self, globs: Vec<String>) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for glob in globs {
            match glob.strip_prefix('@') {
                Some(name) => match self.table.sets.get(name) {
                    Some(set) => all.extend(set.iter().cloned()),
                    None => bail!("no set @{name} in rules/lib/"),
                },
                None => all.push(glob),
            }
        }
        Ok(all)
    }
}

/// Whether the last part of a program's path is one of these.
fn is_program(known: &[String], program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    known.iter().any(|own| own == name)
}
