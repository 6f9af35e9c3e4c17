//! Compiles the engine's part of rules: call tables, sources, conditions, patterns and queries, all
//! indexed by the last segment of what they name.
//!
//! ```toml
//! [engine]
//! language = "python"
//! mode = "taint"                       # or "match"
//! kind = "sql"                         # which sanitizers and guards end it
//! message = "{source} reaches {sink}"
//! require = "built"                    # weak sources count only in text that was built
//! text = "(?i)select"                  # the literal parts of the text match
//! safe-prefix = "^https://[^/]+/"      # a literal start that makes it harmless
//! context = "(?i)token"                # what it is assigned to, or the function's name, matches
//! [engine.sources]                     # source kind -> level
//! request = "block"
//! param = "escalate"
//! [[engine.calls]]
//! callee = ["**.execute", "@pandas-sql"]
//! arg = [0]
//! kw = ["sql"]
//! where = [ { kw = "shell", is = true } ]
//! ```
//!
//! Also `origins` (values that are sources of this rule alone, at its own level), `sanitizers` and
//! `guards` (calls that end it), `assigns` (a literal given to a name), `returns` (what a request handler returns), `uses` (a
//! name that is mentioned), `compares`, `asserts`, `builds` (a text with values in it, wherever it goes), `whole` (how
//! a source is written of which no part counts), `patterns` (code with `$X` and `...`) and `queries` (tree-sitter).
//!
//! Does not catch: an expression or a query that is none, unless the rule is among those to be verified.

use std::collections::HashMap;

use anyhow::{Context, Result, anyhow, bail};

use super::Rule;
use super::expression::Expression;
use super::index::{Index, Role};
use super::library::Library;
use super::path::Glob;
pub use super::written::Mode;
use super::written::{ConditionTable, Table};
use crate::finding::Level;
use crate::language::Lang;

/// What a condition asks of a value.
#[derive(Debug)]
pub enum Asks {
    /// Equal to a truth value, number or text; `none` for a null.
    Is(toml::Value),
    /// The text with its literal parts matches.
    Matches(Expression),
    /// Written as a constant text.
    Literal(bool),
    /// Not given.
    Missing,
    /// A number less than this.
    Below(i64),
    /// A number with one of these bits.
    Bits(i64),
    /// Its path matches.
    Path(Vec<Glob>),
    /// Text with values in it.
    Built(bool),
    /// An object or a list, of which parts are known.
    Object(bool),
}

/// An element of an argument.
#[derive(Debug)]
pub enum Part {
    /// By position.
    At(i64),
    /// By key.
    Named(String),
}

/// A condition on an argument.
#[derive(Debug)]
pub struct Condition {
    /// Position.
    pub arg: Option<usize>,
    /// Or keyword.
    pub kw: Vec<String>,
    /// Element of it.
    pub part: Option<Part>,
    /// Of the receiver, not of an argument.
    pub receiver: bool,
    /// The question.
    pub asks: Asks,
    /// Whether the answer is turned round.
    pub negate: bool,
}

/// A place where a rule looks at a call.
#[derive(Debug)]
pub struct CallSite {
    /// Positions that are sinks.
    pub args: Vec<usize>,
    /// Keywords that are sinks.
    pub kws: Vec<String>,
    /// Element of them.
    pub item: Option<i64>,
    /// The receiver is a sink too.
    pub receiver: bool,
    /// All arguments are.
    pub all: bool,
    /// Only in a loop.
    pub in_loop: bool,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

/// A place where a rule looks at an assignment.
#[derive(Debug)]
pub struct AssignSite {
    /// The name matches; none where a path does.
    pub name: Option<Expression>,
    /// Only a value that is made anew each time a loop, or a function that is tried again, runs.
    pub repeated: bool,
    /// Only the name under which something is stored, where a value gives it.
    pub key: bool,
    /// All must hold.
    pub conditions: Vec<Condition>,
}

/// A place where a rule looks at what a function returns.
#[derive(Debug)]
pub struct ReturnSite {
    /// Decorators that make it a handler.
    pub handler: Vec<Glob>,
    /// What one of them must say, as it is written.
    pub decorator: Option<Expression>,
    /// Or its name.
    pub function: Option<Expression>,
}

/// A query, and where it is worth asking.
pub struct QuerySite {
    /// The query.
    pub query: crate::syntax::Query,
    /// Words of which the file holds one; none: any file.
    pub contains: Vec<String>,
    /// The comment that excuses a match.
    pub excuse: Option<Expression>,
}

/// A rule, ready to run.
pub struct Compiled {
    /// The rule.
    pub rule: Rule,
    /// Its language.
    pub language: Lang,
    /// How it looks.
    pub mode: Mode,
    /// Bit of its sink kind.
    pub kind: u64,
    /// Message with `{source}` and `{sink}`.
    pub message: String,
    /// Weak sources count only in built text.
    pub built: bool,
    /// Literal parts match.
    pub text: Option<Expression>,
    /// A harmless start.
    pub safe_prefix: Option<Expression>,
    /// Name of what it is assigned to, or of the function.
    pub context: Option<Expression>,
    /// Whether it is told in test code too.
    pub tests: bool,
    /// What other tools call it, in comments that silence it.
    pub aliases: Vec<String>,
    /// Level by source kind.
    pub sources: HashMap<u8, Level>,
    /// Call sites.
    pub calls: Vec<CallSite>,
    /// Assignments.
    pub assigns: Vec<AssignSite>,
    /// Returns.
    pub returns: Vec<ReturnSite>,
    /// Comparisons.
    pub compares: bool,
    /// Assertions.
    pub asserts: Option<Expression>,
    /// Texts that are built: the literal parts, with U+FFFC where something open stands.
    pub builds: Option<Expression>,
    /// Only a source that is so written counts, and no part of it.
    pub whole: Option<Expression>,
    /// Code patterns.
    pub patterns: Vec<super::pattern::Pattern>,
    /// Tree-sitter queries.
    pub queries: Vec<QuerySite>,
}

/// All rules of a run, compiled.
pub struct Engine {
    /// Rules.
    pub rules: Vec<Compiled>,
    /// The library and the index of each language that has one.
    languages: Vec<(Lang, Library, Index)>,
}

impl Engine {
    /// Compiles rules. Expressions and queries are compiled when first asked, but those of the rules named in
    /// `verified` at once.
    ///
    /// # Errors
    /// Where a rule's `[engine]` cannot be read, or one of those is wrong; the message names the rule.
    pub fn new(rules: Vec<Rule>, verified: &[String]) -> Result<Self> {
        let mut languages = Vec::new();
        for (language, mut library) in Library::all()? {
            let mut index = Index::default();
            library.index(&mut index);
            languages.push((language, library, index));
        }
        let mut compiled = Vec::new();
        for rule in rules {
            let id = rule.id.to_string();
            let table: Table = rule
                .engine
                .clone()
                .unwrap_or_default()
                .try_into()
                .map_err(|error: toml::de::Error| anyhow!(error.message().to_owned()))
                .with_context(|| format!("rule {id}: [engine]"))?;
            let of =
                |(language, ..): &&mut (Lang, Library, Index)| language.name() == table.language;
            let Some((language, library, index)) = languages.iter_mut().find(of) else {
                let known: Vec<&str> = languages
                    .iter()
                    .map(|(language, ..)| language.name())
                    .collect();
                let known = known.join(" or ");
                bail!("rule {id}: language = \"{}\": {known}", table.language);
            };
            let eager = verified.contains(&id);
            let at = compiled.len();
            let one = compile(rule, table, at, *language, library, index, eager)
                .with_context(|| format!("rule {id}: [engine]"))?;
            for site in one.queries.iter().filter(|_| eager) {
                let checked = site.query.check();
                checked.with_context(|| format!("rule {id}: [engine]"))?;
            }
            compiled.push(one);
        }
        Ok(Self {
            rules: compiled,
            languages,
        })
    }

    /// The languages in which values are followed.
    pub fn languages(&self) -> impl Iterator<Item = Lang> {
        self.languages.iter().map(|(language, ..)| *language)
    }

    /// Library and index of a language; `None` where it has none: values are not followed in it.
    pub fn of(&self, language: Lang) -> Option<(&Library, &Index)> {
        let mut all = self.languages.iter();
        let (_, library, index) = all.find(|(known, ..)| *known == language)?;
        Some((library, index))
    }
}

fn compile(
    rule: Rule,
    table: Table,
    at: usize,
    language: Lang,
    library: &mut Library,
    index: &mut Index,
    eager: bool,
) -> Result<Compiled> {
    let regex = |text: Option<String>| text.map(|text| expression(text, eager)).transpose();
    let mut sources = HashMap::new();
    for (name, level) in &table.sources {
        sources.insert(library.source_kind(name)?, *level);
    }
    if !table.origins.is_empty() {
        let source = library.own_source(&rule.id)?;
        sources.insert(source, rule.level);
        for glob in library.expand(table.origins)? {
            index.add(&glob, Role::Source(source));
        }
    }
    if table.mode == Mode::Taint && sources.is_empty() {
        bail!("mode = \"taint\" needs [engine.sources] or origins");
    }
    let own = !table.sanitizers.is_empty() || !table.guards.is_empty();
    let kind = match table.kind.as_str() {
        // What ends this rule alone must not end others that name no kind.
        "" if own => library.sink_kind(&rule.id),
        name => library.sink_kind(name),
    };
    for (list, role) in [
        (table.sanitizers, Role::Sanitizer(kind)),
        (table.guards, Role::Guard(kind)),
    ] {
        for glob in library.expand(list)? {
            index.add(&glob, role);
        }
    }
    let mut calls = Vec::new();
    for call in table.calls {
        let site = calls.len();
        for glob in library.expand(call.callee.into_vec())? {
            index.add(&glob, Role::Call(at, site));
        }
        calls.push(CallSite {
            args: call.arg.into_vec(),
            kws: call.kw.into_vec(),
            item: call.item,
            receiver: call.receiver,
            all: call.all,
            in_loop: call.in_loop,
            conditions: conditions(call.conditions, library, eager)?,
        });
    }
    let mut assigns = Vec::new();
    for assign in table.assigns {
        let site = assigns.len();
        for glob in library.expand(assign.target.into_vec())? {
            index.add(&glob, Role::Assign(at, site));
        }
        assigns.push(AssignSite {
            name: regex(assign.name)?,
            repeated: assign.repeated,
            key: assign.key,
            conditions: conditions(assign.conditions, library, eager)?,
        });
    }
    let mut returns = Vec::new();
    for one in table.returns {
        returns.push(ReturnSite {
            handler: library
                .expand(one.handler.into_vec())?
                .iter()
                .map(|text| Glob::new(text))
                .collect(),
            decorator: regex(one.decorator)?,
            function: regex(one.function)?,
        });
    }
    for glob in library.expand(table.uses)? {
        index.add(&glob, Role::Use(at));
    }
    let mut patterns = Vec::new();
    for one in table.patterns {
        patterns.push(super::pattern::Pattern::new(language, &one.pattern)?);
    }
    let mut queries = Vec::new();
    for one in table.queries {
        queries.push(QuerySite {
            query: crate::syntax::Query::new(language.grammar(), &one.query),
            contains: one.contains.into_vec(),
            excuse: regex(one.without_comment)?,
        });
    }
    let built = match table.require.as_deref() {
        None => false,
        Some("built") => true,
        Some(other) => bail!("require = \"{other}\": only \"built\" is known"),
    };
    Ok(Compiled {
        rule,
        language,
        mode: table.mode,
        kind,
        message: table.message,
        built,
        text: regex(table.text)?,
        safe_prefix: regex(table.safe_prefix)?,
        context: regex(table.context)?,
        tests: table.tests,
        aliases: table.aliases,
        sources,
        calls,
        assigns,
        returns,
        compares: table.compares,
        asserts: regex(table.asserts)?,
        builds: regex(table.builds)?,
        whole: regex(table.whole)?,
        patterns,
        queries,
    })
}

fn conditions(
    tables: Vec<ConditionTable>,
    library: &Library,
    eager: bool,
) -> Result<Vec<Condition>> {
    let mut all = Vec::new();
    for table in tables {
        let paths = library.expand(table.path.into_vec())?;
        let mut asks = Vec::new();
        asks.extend(table.is.map(Asks::Is));
        if let Some(text) = table.matches {
            asks.push(Asks::Matches(expression(text, eager)?));
        }
        asks.extend(table.literal.map(Asks::Literal));
        asks.extend(
            table
                .missing
                .filter(|wanted| *wanted)
                .map(|_| Asks::Missing),
        );
        asks.extend(table.below.map(Asks::Below));
        asks.extend(table.bits.map(Asks::Bits));
        asks.extend(table.built.map(Asks::Built));
        asks.extend(table.object.map(Asks::Object));
        if !paths.is_empty() {
            asks.push(Asks::Path(
                paths.iter().map(|text| Glob::new(text)).collect(),
            ));
        }
        let Some(asks) = asks.pop().filter(|_| asks.is_empty()) else {
            bail!(
                "a condition asks one thing: is, matches, literal, missing, below, bits, built, object or path"
            );
        };
        all.push(Condition {
            arg: table.arg,
            kw: table.kw.into_vec(),
            part: table.item.map(Part::At).or(table.key.map(Part::Named)),
            receiver: table.receiver,
            asks,
            negate: table.negate,
        });
    }
    Ok(all)
}

/// An expression of a rule; what is no expression is an error now, or never matches.
fn expression(text: String, eager: bool) -> Result<Expression> {
    let expression = Expression::new(text);
    if eager {
        expression.verify()?;
    }
    Ok(expression)
}
