//! Runs the lowered code with abstract values, in statement order, and tells what reaches a sink.
//!
//! A function is run once for itself, its parameters standing for what a caller may give; a call of a
//! function whose definition is plain runs it again with what the caller does give, within a depth and
//! a budget that grows with the file's length only. So a value that a helper overwrites with a constant
//! is clean, and one that it passes on is not.
//!
//! Does not catch: aliases of one container, callbacks kept for later, attributes set by others.

mod argv;
mod branch;
mod built;
mod call;
mod condition;
pub mod env;
mod expr;
mod fields;
mod guard;
mod invoke;
mod letters;
mod model;
mod naming;
mod param;
mod part;
mod pattern;
mod place;
mod shape;
mod sink;
mod source;
mod stmt;
mod text;
pub mod value;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::compile::{Compiled, Engine};
use super::index::{Index, Role};
use super::library::Library;
use super::path::{PathId, Paths};
use crate::budget;
use crate::finding::Level;
use crate::language::Lang;
use crate::language::ir::{ClassId, FuncId, Names, Span, Sym, Unit};
use env::{Env, Layer};
use fields::Key;
use param::Converted;
use value::Value;

/// Calls within calls that are followed.
const CALLS: usize = 6;

/// Where the definitions of other files come from.
pub trait Modules {
    /// The file of the project that a module's dotted name stands for, as seen from `from`; and how
    /// many segments of the name it used up.
    fn module(
        &mut self,
        names: &mut Names,
        from: &str,
        dotted: &[Rc<str>],
        dots: u32,
    ) -> Option<(Rc<Unit>, usize)>;
}

/// A place that a rule tells.
#[derive(Clone, Debug)]
pub struct Found {
    /// Index of the rule.
    pub rule: usize,
    /// Where.
    pub span: Span,
    /// Level.
    pub level: Level,
    /// What the source is called.
    pub source: String,
    /// Its kind.
    pub kind: Option<u8>,
    /// What the sink is called.
    pub sink: String,
    /// The way, source first: path, place, what happens.
    pub steps: Vec<(Rc<Unit>, Span, Rc<str>)>,
}

/// A loop that is being run.
#[derive(Debug, Default)]
struct Turn {
    base: usize,
    left: Vec<Layer>,
    next: Vec<Layer>,
}

/// A function that is being run.
struct Frame {
    unit: Rc<Unit>,
    func: FuncId,
    base: usize,
    nested: bool,
    returned: Option<Value>,
    exits: Option<HashMap<u64, u64>>,
    loops: Vec<Turn>,
    handler: Vec<PathId>,
    called_at: Span,
    yields: Vec<(Option<bool>, HashMap<u64, u64>)>,
}

/// What a module's names hold after its own code ran.
type Globals = HashMap<Sym, Value>;

/// The abstract machine, for one language.
pub struct Machine<'e> {
    engine: &'e Engine,
    library: &'e Library,
    language: Lang,
    /// Names of the session.
    pub names: Names,
    paths: Paths<'e>,
    modules: &'e mut dyn Modules,
    globals: HashMap<Rc<str>, Globals>,
    running: BTreeSet<Rc<str>>,
    objects: HashMap<(Rc<str>, ClassId), Value>,
    env: Env,
    frames: Vec<Frame>,
    /// What the last method made of its receiver.
    written: Option<Value>,
    dead: bool,
    fuel: u64,
    call_fuel: u64,
    /// Calls and imports that are being followed.
    followed: u32,
    /// What functions return that are given nothing of interest.
    plain: HashMap<(Rc<str>, FuncId), Value>,
    depth: u32,
    root: Rc<str>,
    quiet: bool,
    /// Whether a test is tried on single characters: one in another is not.
    trying: bool,
    /// By rule, place and, for what blocks, the function from which it goes out.
    found: BTreeMap<(usize, Span, FuncId), Found>,
    named: HashMap<(usize, usize, Sym), bool>,
    secret: HashMap<Sym, Option<u8>>,
    /// What the statement that is run assigns to, as written.
    target: Option<Rc<str>>,
    test_file: bool,
    /// The kind of a source that is not known.
    unknown: u8,
    named_rules: Vec<(usize, usize)>,
    return_rules: Vec<usize>,
    compare_rules: Vec<usize>,
    built_rules: Vec<usize>,
}

/// What running a file came to.
pub struct Ran {
    /// What the rules tell, by rule and place.
    pub found: Vec<Found>,
    /// Whether the budget ended it.
    pub exhausted: bool,
    /// Whether calls were followed only up to their budget.
    pub shallow: bool,
}

impl<'e> Machine<'e> {
    /// A machine for a language; `None` where the engine has no library for it.
    pub fn new(engine: &'e Engine, language: Lang, modules: &'e mut dyn Modules) -> Option<Self> {
        let (library, index): (&'e Library, &'e Index) = engine.of(language)?;
        Some(Self {
            engine,
            library,
            language,
            names: Names::default(),
            paths: Paths::new(index),
            modules,
            globals: HashMap::new(),
            running: BTreeSet::new(),
            objects: HashMap::new(),
            env: Env::default(),
            frames: Vec::new(),
            written: None,
            dead: false,
            fuel: 0,
            call_fuel: 0,
            followed: 0,
            plain: HashMap::new(),
            depth: 0,
            root: "".into(),
            quiet: false,
            trying: false,
            found: BTreeMap::new(),
            named: HashMap::new(),
            secret: HashMap::new(),
            target: None,
            unknown: library.source_kind("unknown").unwrap_or(u8::MAX),
            test_file: false,
            named_rules: with(engine, language, |at, rule| {
                let sites = rule.assigns.iter().enumerate();
                sites
                    .filter(|(_, site)| site.name.is_some())
                    .map(|(site, _)| (at, site))
                    .collect()
            }),
            return_rules: with(engine, language, |at, rule| {
                if rule.returns.is_empty() {
                    Vec::new()
                } else {
                    vec![at]
                }
            }),
            built_rules: with(engine, language, |at, rule| {
                if rule.builds.is_some() {
                    vec![at]
                } else {
                    Vec::new()
                }
            }),
            compare_rules: with(engine, language, |at, rule| {
                if rule.compares { vec![at] } else { Vec::new() }
            }),
        })
    }

    /// Runs a file: its own code, then each function for itself.
    pub fn run(&mut self, unit: &Rc<Unit>, test_file: bool) -> Ran {
        self.root = Rc::clone(&unit.path);
        self.test_file = test_file;
        self.found.clear();
        // What was learned for another file depends on the order of files, and on their budget.
        self.globals.clear();
        self.objects.clear();
        self.plain.clear();
        self.fuel = 60 * unit.exprs.len() as u64 + 20_000;
        self.call_fuel = 30 * unit.exprs.len() as u64 + 60_000;
        self.module(unit);
        let called = called_names(unit);
        for (id, function) in unit.functions.iter().enumerate().skip(1) {
            if function.top {
                let weak = function.public || !called.contains(&function.name);
                let weak = weak && !function.given;
                self.run_root(unit, id, weak, false);
            }
        }
        Ran {
            found: self.strongest(),
            exhausted: self.fuel == 0,
            shallow: self.call_fuel == 0,
        }
    }

    /// What was found; of one rule at one place what is strongest.
    fn strongest(&mut self) -> Vec<Found> {
        let found = std::mem::take(&mut self.found);
        let mut most: BTreeMap<(usize, Span), Level> = BTreeMap::new();
        for one in found.values() {
            let level = most.entry((one.rule, one.span)).or_insert(one.level);
            *level = one.level.max(*level);
        }
        let mut list: Vec<Found> = found.into_values().collect();
        list.retain(|one| most.get(&(one.rule, one.span)) == Some(&one.level));
        self.without_told(list)
    }

    /// Runs a module's own code, once.
    fn module(&mut self, unit: &Rc<Unit>) {
        if self.globals.contains_key(&unit.path) || !self.running.insert(Rc::clone(&unit.path)) {
            return;
        }
        self.globals.insert(Rc::clone(&unit.path), Globals::new());
        let dead = std::mem::take(&mut self.dead);
        let quiet = self.quiet;
        let other = u32::from(unit.path != self.root);
        self.quiet |= other > 0;
        self.followed += other;
        self.enter(unit, 0, false, Span::default());
        if let Some(module) = unit.functions.first() {
            self.block(unit, &module.body);
        }
        let frame = self.frames.pop();
        if let Some(frame) = frame {
            let layer = self.env.flat(frame.base);
            self.env.layers.truncate(frame.base);
            if let Some(globals) = self.globals.get_mut(&unit.path) {
                globals.extend(layer.vars);
            }
        }
        self.quiet = quiet;
        self.dead = dead;
        self.followed -= other;
        self.running.remove(&unit.path);
    }

    fn enter(&mut self, unit: &Rc<Unit>, func: FuncId, nested: bool, called_at: Span) {
        let base = self.env.layers.len();
        self.env.push();
        self.frames.push(Frame {
            unit: Rc::clone(unit),
            func,
            base,
            nested,
            returned: None,
            exits: None,
            loops: Vec::new(),
            handler: Vec::new(),
            called_at,
            yields: Vec::new(),
        });
    }

    /// Runs a function for itself.
    fn run_root(&mut self, unit: &Rc<Unit>, id: FuncId, weak: bool, nested: bool) {
        let Some(function) = unit.functions.get(id) else {
            return;
        };
        let dead = std::mem::take(&mut self.dead);
        let mut handlers = Vec::new();
        let mut kind = None;
        for decorator in &function.decorators {
            let value = self.eval(unit, *decorator);
            for role in self.paths.roles(value.path).iter() {
                if let Role::Handler(of) = role {
                    kind = Some(*of);
                    handlers.push(value.path);
                }
            }
        }
        let view = kind.is_none() && self.is_view(unit, id);
        self.enter(unit, id, nested, Span::default());
        if let Some(frame) = self.frames.last_mut() {
            frame.handler = handlers;
        }
        let weak = weak && !function.test;
        let numbers = Converted::of(unit, &function.decorators);
        for (at, param) in function.params.iter().enumerate() {
            let value = if at == 0 && function.receiver {
                self.receiver(unit, function.class)
            } else {
                let name = param.name.map(|name| self.names.text(name));
                // Part of the address; what is called an id is a number most often.
                let part = view && name.is_some_and(|name| !name.ends_with("id") && &*name != "pk");
                let kind = match self.library.source_kind("request") {
                    Ok(request) if part => Some(request),
                    _ => kind,
                };
                self.param(unit, &numbers, param, kind, weak)
            };
            self.bind(unit, &param.pattern, value, None);
        }
        self.body(unit, id);
        let base = self.frames.pop().map_or(0, |frame| frame.base);
        self.env.layers.truncate(base);
        self.dead = dead;
    }

    /// Runs the body of the innermost frame; leaves its results there.
    fn body(&mut self, unit: &Rc<Unit>, id: FuncId) {
        let Some(function) = unit.functions.get(id) else {
            return;
        };
        self.block(unit, &function.body);
        if !self.dead {
            let value = match function.tail {
                Some(tail) => {
                    let value = self.eval(unit, tail);
                    let span = unit.span(tail);
                    if !self.dead {
                        self.check_return(unit, span, &value);
                    }
                    value
                }
                None => Value::constant(&crate::language::ir::Const::None),
            };
            if !self.dead {
                self.leave(value);
            }
        }
    }

    /// Pays for a step: of the file's own code, or of what it calls. Whether there is more.
    fn burn(&mut self) -> bool {
        let fuel = if self.followed > 0 {
            &mut self.call_fuel
        } else {
            &mut self.fuel
        };
        *fuel = fuel.saturating_sub(1);
        *fuel > 0 && budget::charge(1)
    }

    fn frame(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// A name's value, from the innermost scope out.
    fn lookup(&mut self, unit: &Rc<Unit>, name: Sym) -> Option<Value> {
        let mut at = self.frames.len();
        while let Some(frame) = at.checked_sub(1).and_then(|index| self.frames.get(index)) {
            let end = self
                .frames
                .get(at)
                .map_or(self.env.layers.len(), |next| next.base);
            let layers = self.env.layers.get(frame.base..end).unwrap_or(&[]);
            budget::charge(layers.len());
            if let Some(value) = layers.iter().rev().find_map(|layer| layer.vars.get(&name)) {
                return Some(value.clone());
            }
            if !frame.nested {
                break;
            }
            at -= 1;
        }
        self.globals
            .get(&unit.path)
            .and_then(|globals| globals.get(&name))
            .cloned()
    }

    fn key(&self, name: Sym) -> Key {
        Key::Named(self.names.text(name))
    }
}

/// Something of each rule of a language.
fn with<T>(engine: &Engine, language: Lang, of: impl Fn(usize, &Compiled) -> Vec<T>) -> Vec<T> {
    let rules = engine.rules.iter().enumerate();
    rules
        .filter(|(_, rule)| rule.language == language)
        .flat_map(|(at, rule)| of(at, rule))
        .collect()
}

/// Names that a unit calls.
fn called_names(unit: &Unit) -> BTreeSet<Sym> {
    let mut called = BTreeSet::new();
    for (expr, _) in &unit.exprs {
        if let crate::language::ir::Expr::Call(callee, _) = expr {
            match unit.expr(*callee) {
                crate::language::ir::Expr::Name(name)
                | crate::language::ir::Expr::Attr(_, name) => {
                    called.insert(*name);
                }
                _ => {}
            }
        }
    }
    called
}

/// FNV-1a: the same on every run.
fn hash(parts: &[&str]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    state
}
