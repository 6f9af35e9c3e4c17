//! What a file says about tests, in no language: functions with their assertions, marks and cases.
//!
//! Extracted once a file and side by the [`reading`] of its language; all rules work on this and never on syntax.
//!
//! Does not catch: what is made at run time (tests from `type()`, `exec`, plugins, build scripts).

pub(in crate::language) mod assertion;
mod defined;
mod framework;
#[cfg(test)]
mod hostile;
mod mark;
mod names;
pub(crate) mod reading;
pub mod strength;
mod symbols;
mod words;

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use crate::budget;
use crate::place::Place;

pub use defined::Defined;
pub use framework::{
    Deselected, Example, Inert, Orphan, ReadModel, ReadText, TestFramework, TestProject, Tree,
};
pub use mark::{Decider, Mark, MarkKind};
pub use names::Names;
pub use symbols::Symbol;
pub(in crate::language) use symbols::{MODULE, SymbolNodes, first_inside, key_of_several};
pub use words::{Words, holds};

use strength::{Strength, Tolerance};

/// A file of one side.
#[derive(Debug)]
pub struct FileModel {
    /// Its path on that side.
    pub path: String,
    /// What its language knows of tests.
    pub framework: &'static dyn TestFramework,
    /// Whether the runner collects tests from it; otherwise why not.
    pub collected: Result<(), PassedOver>,
    /// All functions, in the order of the file.
    pub functions: Vec<Function>,
    /// Names it brings in from elsewhere.
    pub imports: Vec<Import>,
    /// Marks that hold for every test of the file.
    pub marks: Vec<Mark>,
    /// Signs outside of any test.
    pub signs: Vec<Sign>,
    /// Module-level names that stand for one literal.
    pub constants: Vec<(String, String)>,
    /// Module-level names that stand for a list of values.
    pub tables: Vec<Table>,
    /// How much of what it generates its tests go through.
    pub samples: Vec<Sample>,
    has_tests: OnceLock<bool>,
}

impl FileModel {
    /// Of a file of which nothing is read yet.
    pub(in crate::language) fn new(
        framework: &'static dyn TestFramework,
        path: &str,
        passed_over: Option<PassedOver>,
    ) -> Self {
        Self {
            path: path.to_owned(),
            framework,
            collected: passed_over.map_or(Ok(()), Err),
            functions: Vec::new(),
            imports: Vec::new(),
            marks: Vec::new(),
            signs: Vec::new(),
            constants: Vec::new(),
            tables: Vec::new(),
            samples: Vec::new(),
            has_tests: OnceLock::new(),
        }
    }

    /// Lets go of room for more, once all is read: a change has many functions.
    pub(in crate::language) fn shrink(&mut self) {
        self.functions.shrink_to_fit();
        for function in &mut self.functions {
            function.body.shrink();
        }
    }

    /// The words of its language.
    pub fn words(&self) -> &'static Words {
        &self.framework.profile().tests
    }

    /// Whether there is a test in the file; looked up once, when all is read.
    pub fn has_tests(&self) -> bool {
        *self.has_tests.get_or_init(|| self.tests().next().is_some())
    }

    /// The tests of the file.
    pub fn tests(&self) -> impl Iterator<Item = &Function> {
        let tests = self.functions.iter();
        tests.filter(|f| budget::charge(1) && f.role == Role::Test)
    }
}

/// A list of values that stands under a name.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name.
    pub name: String,
    /// Its rows that are written out, each as one line.
    pub rows: Vec<String>,
    /// What leaves only a part of them: a slice, a filter, as one line.
    pub narrowed: Option<String>,
    /// Where.
    pub place: Place,
}

/// What says how much of what is generated a test goes through.
#[derive(Clone, Debug)]
pub struct Sample {
    /// How many examples, where it says that; otherwise it leaves some out.
    pub most: Option<f64>,
    /// Itself, as one line.
    pub text: String,
    /// Where.
    pub place: Place,
}

/// Why the runner collects no test from a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// In a clause.
    pub why: String,
    /// Whether nobody chose so: the file was forgotten.
    pub forgotten: bool,
}

impl PassedOver {
    /// Because somebody chose so.
    pub(in crate::language) fn because(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            forgotten: false,
        }
    }
}

/// A name brought in.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name as the file uses it; `*` for everything.
    pub name: String,
    /// Where it comes from: a dotted Python module with its leading dots, or a Rust path with `::`.
    pub module: String,
}

/// What a function is to the runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A test, collected or meant to be.
    Test,
    /// Runs around tests: fixture, `setUp`.
    Fixture,
    /// Anything else.
    Other,
}

/// A function or method.
#[derive(Debug)]
pub struct Function {
    /// Its own name.
    pub name: String,
    /// Classes or modules around it, outermost first.
    pub scope: Vec<String>,
    /// What it is.
    pub role: Role,
    /// Where its name stands.
    pub place: Place,
    /// 0-based lines, decorators and attributes included.
    pub lines: Range<u32>,
    /// Why the runner never runs it, where it does not.
    pub unreached: Option<Unreached>,
    /// Marks on it and on the classes around it.
    pub marks: Vec<Mark>,
    /// Rows of its parameter tables: one text a row.
    pub cases: Vec<String>,
    /// Parameters that these rows give.
    pub given: Vec<String>,
    /// Whether it runs around every test beside it, asked for or not.
    pub everywhere: bool,
    /// Names of its parameters: of a test, the fixtures that it asks for.
    pub parameters: Vec<String>,
    /// The first line of its documentation.
    pub doc: String,
    /// Whether it runs what it is given, or what stands in its `with`, and drops its failure.
    pub drops: bool,
    /// What its body does.
    pub body: Body,
}

impl Function {
    /// Scope and name, with dots.
    pub fn qualified(&self) -> String {
        budget::charge(1 + self.scope.len());
        let mut name = self.scope.join(".");
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(&self.name);
        name
    }

    /// Assertions that can fail the test: neither swallowed nor behind the end.
    pub fn live(&self) -> impl Iterator<Item = &Assertion> {
        self.body.assertions.iter().filter(|a| {
            budget::charge(1) && a.fate == Fate::Live && matches!(a.flaw, None | Some(Flaw::Never))
        })
    }
}

/// Why a test never runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// In a clause that follows "it never runs: ".
    pub why: String,
    /// Whether it is certain, or a runner with other settings could still run it.
    pub certain: bool,
}

/// What is in a body.
#[derive(Debug, Default)]
pub struct Body {
    /// How little it does.
    pub emptiness: Emptiness,
    /// Hashes of its tokens; the lowest bit of each says whether it is a literal.
    pub tokens: Vec<u64>,
    /// Its literals in order.
    pub literals: Vec<Literal>,
    /// Names that it binds, each with the value as one line; the first ones.
    pub bindings: Vec<(String, String)>,
    /// Everything it asserts, in order.
    pub assertions: Vec<Assertion>,
    /// Calls as statements that are no assertions by their name: a helper may turn out to assert.
    pub invocations: Vec<Assertion>,
    /// Leaf names of what it calls.
    pub calls: Names,
    /// All identifiers in it, its decorators included.
    pub names: Names,
    /// Whether it brings in a module itself.
    pub imports: bool,
    /// Whether a `raise`, `?` or panic of its own can end it.
    pub can_fail: bool,
    /// Whether it names something that neither it nor the language nor the runner brings, where that is known.
    pub reaches_out: bool,
    /// Signs in it.
    pub signs: Vec<Sign>,
    /// What it replaces by a double: target text and, where it is a literal, the value answered.
    pub doubles: Vec<Double>,
    /// Whether it calls nothing but doubles that it made itself.
    pub only_doubles: bool,
}

impl Body {
    /// Adds a name with its value, as long as there are not too many.
    pub(in crate::language) fn bind(&mut self, name: &str, value: String) {
        const MOST: usize = 64;
        if self.bindings.len() < MOST {
            self.bindings.push((name.to_owned(), value));
        }
    }

    /// Adds a token.
    pub fn push_token(&mut self, hash: u64, is_literal: bool) {
        self.tokens.push(hash & !1 | u64::from(is_literal));
    }

    fn shrink(&mut self) {
        self.tokens.shrink_to_fit();
        self.literals.shrink_to_fit();
        self.bindings.shrink_to_fit();
        self.calls.shrink();
        self.names.shrink();
    }

    /// Hashes of its tokens, every literal the same.
    pub fn masked(&self) -> impl ExactSizeIterator<Item = u64> {
        let masked = |token: &u64| if token & 1 == 1 { 0 } else { *token };
        self.tokens.iter().map(masked)
    }

    /// Whether its text says all that it does: it calls nothing but what prints and measures.
    pub fn is_read(&self) -> bool {
        const PLAIN: [&str; 12] = [
            "print",
            "println",
            "eprintln",
            "len",
            "str",
            "repr",
            "isinstance",
            "format",
            "info",
            "warning",
            "debug",
            "error",
        ];
        self.emptiness != Emptiness::Empty && self.calls.iter().all(|call| PLAIN.contains(&call))
    }
}

/// How little a body does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emptiness {
    /// Nothing, or a constant.
    Empty,
    /// It prints, and no more.
    Prints,
    /// It declares items only (Rust compile-time checks).
    Declares,
    /// It does something.
    #[default]
    Code,
}

/// A literal of a body.
#[derive(Clone, Debug)]
pub struct Literal {
    /// As written.
    pub text: String,
    /// Whether it is (part of) a value that an assertion expects.
    pub expected: bool,
}

/// What kind of oracle an assertion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Compares or asks of a value.
    Value,
    /// Expects an exception, a warning or a panic.
    Raises,
    /// Asks a mock what happened to it.
    Mock,
    /// A call of a helper that is named like an assertion.
    Helper,
    /// Fails when reached.
    Fail,
}

/// One assertion.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Its kind.
    pub form: Form,
    /// Its row of the lattice.
    pub strength: Strength,
    /// What it is about, as one line.
    pub subject: String,
    /// What it expects, as one line; empty where there is none.
    pub expected: String,
    /// What it is about where the names that stand for calls are written out; empty where that is the subject.
    pub resolved: String,
    /// What it expects where names are written out; empty where that is the same.
    pub stands_for: String,
    /// What a call of a helper is given: the name of the parameter where it is said, and the value, each as one line.
    pub arguments: Vec<(String, String)>,
    /// Its operator or method, where there is one.
    pub operator: String,
    /// Tolerances and bounds.
    pub tolerances: Vec<Tolerance>,
    /// Itself, as one line.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// What becomes of its failure.
    pub fate: Fate,
    /// Why it cannot fail at all.
    pub flaw: Option<Flaw>,
    /// Names in it.
    pub names: BTreeSet<String>,
    /// Whether it stands under a condition of the test's own.
    pub conditional: bool,
    /// Whether the branch that it stands in is itself the question (`except:`, `else:`).
    pub marker: bool,
    /// Whether it runs only where a condition holds that says nothing of the machine.
    pub guarded: bool,
    /// Whether its failure shows nothing of the value that it is about.
    pub mute: bool,
}

/// What becomes of an assertion's failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It fails the test.
    Live,
    /// Something around it catches the failure and drops it.
    Swallowed(String),
    /// Something around it may catch the failure and drop it.
    PerhapsSwallowed(String),
    /// It is never reached.
    Dead(String),
}

/// Why an assertion cannot fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// What it asserts is true whatever the code does.
    Constant,
    /// What it asserts is false whatever the code does.
    Never,
    /// It asserts a non-empty tuple.
    Tuple,
    /// Both sides are the same.
    Itself {
        /// Neither side calls anything.
        pure: bool,
    },
    /// A comparison whose result nobody looks at.
    Bare,
    /// A mock's assertion that is not called, or no assertion of mocks at all.
    NoMockAssertion,
    /// A value is handed over to be asked about, and nothing is asked.
    Unfinished,
}

/// A replaced name.
#[derive(Clone, Debug)]
pub struct Double {
    /// The replaced name, as one line: `package.module.name`.
    pub target: String,
    /// The literal it answers with, where it is one.
    pub answer: Option<String>,
    /// Whether it keeps the signature of what it stands for.
    pub specified: bool,
    /// Whether it is a name bound anew in the test, in place of what the file brings in.
    pub local: bool,
}

/// A sign that a rule may speak of.
#[derive(Clone, Debug)]
pub struct Sign {
    /// Which.
    pub kind: SignKind,
    /// The code, as one line.
    pub text: String,
    /// Where.
    pub place: Place,
    /// The function it stands in; empty at module level.
    pub function: String,
}

/// Kinds of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignKind {
    /// Ends the process with success.
    EarlyExit,
    /// Rewrites a test's outcome or the session's exit status.
    OutcomeRewritten,
    /// The same of what a function is given, which is the runner's where the file is a plugin of it.
    OutcomeOfAParameter,
    /// Chooses at run time what the runner collects, or marks it.
    CollectionHook,
    /// Hands the runner another suite than the tests of the file.
    SuiteReplaced,
    /// Replaces a clock or a random source for the whole process.
    GlobalClock,
    /// Replaces a module in `sys.modules`.
    ModuleReplaced,
    /// Equality or truth that is constant.
    AlwaysEqual,
    /// Asks whether it runs under test.
    TestDetected,
    /// Asks for the running test by name, or looks up the stack.
    CallerDetected,
    /// Makes a failed assertion something else than a failure.
    FailureRenamed,
    /// Writes what it compares with.
    GoldenWritten,
    /// Asserts where no test runs it.
    OutsideTest,
}
