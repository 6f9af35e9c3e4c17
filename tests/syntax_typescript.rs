//! What is known of a file of TypeScript or JavaScript, in both of its dialects.

use draftgate::language::{DefinitionKind, Guard, Parsed, Position, TYPESCRIPT};

fn parsed(path: &str, source: &str) -> Parsed {
    let parsed = Parsed::of_path(TYPESCRIPT, path, source.into());
    parsed.unwrap_or_else(|| unreachable!("{path} parses"))
}

fn definitions(parsed: &Parsed) -> Vec<(&str, DefinitionKind, bool)> {
    let definitions = &parsed.facts().definitions;
    let row = |d: &'_ draftgate::language::Definition| (d.kind, d.in_test);
    definitions
        .iter()
        .map(|d| (d.qualified.as_str(), row(d).0, row(d).1))
        .collect()
}

fn imports(parsed: &Parsed) -> Vec<String> {
    let shown = |import: &draftgate::language::Import| {
        let (name, alias) = (import.name.as_deref(), import.alias.as_deref());
        format!(
            "{} {} {} {:?}",
            import.module,
            name.unwrap_or("-"),
            alias.unwrap_or("-"),
            import.guard
        )
    };
    parsed.facts().imports.iter().map(shown).collect()
}

#[test]
fn a_function_has_the_name_that_it_is_bound_to() {
    use DefinitionKind::{Function, Module, Trait, Type};
    let text = "export function a() {}\nexport const b = async () => { const c = function () {}; };\n\
                class D extends E<F> implements G { h() {} private i = () => 1; static j() {} }\n\
                interface K { l(): void }\ntype M = string;\nenum N { O }\nnamespace P { function q() {} }\n\
                module.exports.r = function () {};\nconst s = { t: () => 1, u() {} };\n\
                export default () => 1;\nabstract class V { abstract w(): void }\n";
    for path in ["a.ts", "a.tsx"] {
        let parsed = parsed(path, text);
        assert!(!parsed.root().has_error(), "{path}");
        let names = definitions(&parsed);
        let names: Vec<_> = names.iter().map(|(name, kind, _)| (*name, *kind)).collect();
        assert_eq!(
            names,
            [
                ("a", Function),
                ("b", Function),
                ("b.c", Function),
                ("D", Type),
                ("D.h", Function),
                ("D.i", Function),
                ("D.j", Function),
                ("K", Trait),
                ("K.l", Function),
                ("M", Type),
                ("N", Type),
                ("P", Module),
                ("P.q", Function),
                ("r", Function),
                ("t", Function),
                ("u", Function),
                ("default", Function),
                ("V", Type),
                ("V.w", Function),
            ]
        );
        let facts = parsed.facts();
        assert_eq!(facts.definitions[3].bases, ["E", "G"]);
        let body = facts.definitions[1].body.clone().expect("a body");
        assert!(parsed.slice(&body).starts_with("{ const c"));
        assert_eq!(parsed.slice(&facts.definitions[5].name_bytes()), "i");
        assert!(facts.definitions[18].body.is_none());
    }
}

#[test]
fn decorators_are_marks_of_what_they_stand_before() {
    let parsed = parsed(
        "a.ts",
        "@Controller('a')\nexport class A {\n  constructor(@Inject() private b: B) {}\n  @Get(':id') @Roles('x')\n  \
         find(@Param('id') id: string) {}\n  @Prop() name: string;\n  plain() {}\n}\n@Solo class C {}\n",
    );
    let marks: Vec<_> = parsed
        .facts()
        .definitions
        .iter()
        .map(|d| (d.name.as_str(), d.marks.join(" ")))
        .collect();
    let of = |name, marks: &str| (name, marks.to_owned());
    assert_eq!(
        marks,
        [
            of("A", "Controller('a')"),
            of("constructor", ""),
            of("find", "Get(':id') Roles('x')"),
            of("plain", ""),
            of("C", "Solo"),
        ]
    );
    assert_eq!(parsed.facts().definitions[2].first_line, 4);
}

#[test]
fn what_a_runner_is_given_is_called_by_its_title() {
    let parsed = parsed(
        "a.test.js",
        "describe('cart', () => {\n  it.each([1])(\"adds %i\", async (n) => { helper(n); });\n  \
         test.skip('later', function () { const f = () => 1; });\n  it('named elsewhere', body);\n});\n\
         test.describe(`pages`, () => {});\nfunction outside() {}\nmy.it('no', () => {});\n",
    );
    use DefinitionKind::{Function, Module};
    assert_eq!(
        definitions(&parsed),
        [
            ("cart", Module, true),
            ("cart.adds %i", Function, true),
            ("cart.later", Function, true),
            ("cart.later.f", Function, true),
            ("pages", Module, true),
            ("outside", Function, false),
        ]
    );
    assert_eq!(
        parsed.facts().definition_at(2).map(|d| d.is_test),
        Some(true)
    );
}

#[test]
fn imports_are_read_in_all_their_forms() {
    let parsed = parsed(
        "a.ts",
        "import a, { b as c, default as d } from 'm';\nimport * as e from \"./n.js\";\nimport 'side';\n\
         import type { T } from 't';\nimport f = require('g');\nexport * from 'h';\nexport { i as j } from 'k';\n\
         const { l, m: n } = require('o');\nconst p = await import('q');\nlet r: S;\n\
         try { r = require('s') } catch {}\nif (x) { require('t2'); }\nrequire(dynamic);\nconst u = (await import('v')) as W;\n",
    );
    assert_eq!(
        imports(&parsed),
        [
            "m default a None",
            "m b c None",
            "m default d None",
            "./n.js - e None",
            "side - - None",
            "t T - Some(TypeChecking)",
            "g - f None",
            "h * - None",
            "k i j None",
            "o l - None",
            "o m n None",
            "q - p None",
            "s - - Some(Try)",
            "t2 - - Some(Condition)",
            "v - u None",
        ]
    );
    assert!(
        parsed
            .facts()
            .imports
            .iter()
            .all(|import| import.guard != Some(Guard::Cfg))
    );
}

#[test]
fn a_byte_is_code_or_comment_or_literal() {
    let text =
        "#!/usr/bin/env node\n/** doc */\nconst a = `x${b + 'y'}z`; // end\nconst c = /r\\/e/g;\n";
    let parsed = parsed("a.js", text);
    let facts = parsed.facts();
    let at = |word: &str| facts.position(text.find(word).expect("there"));
    assert_eq!(at("doc"), Position::Comment);
    assert_eq!(at("x$"), Position::Literal);
    assert_eq!(at("b +"), Position::Code);
    assert_eq!(at("y'"), Position::Literal);
    assert_eq!(at("z`"), Position::Literal);
    assert_eq!(at("end"), Position::Comment);
    assert_eq!(at("e/g"), Position::Literal);
    let docs: Vec<bool> = facts
        .comments
        .iter()
        .map(|comment| comment.is_doc)
        .collect();
    assert_eq!(docs, [true, false]);
}

#[test]
fn calls_and_constructions_have_their_last_name() {
    let text = "a.b?.c(1); new d.E(); f`x`; (0, g)(); this.#h(); import('i'); super(); j!.k();";
    let parsed = parsed("a.ts", text);
    let names: Vec<&str> = parsed
        .facts()
        .calls
        .iter()
        .map(|call| parsed.slice(&call.name))
        .collect();
    assert_eq!(names, ["c", "E", "f", "", "#h", "import", "super", "k"]);
}

#[test]
fn the_dialect_is_that_of_the_ending() {
    for (path, text) in [
        ("a.ts", "const a = <T>b;\nconst c = <T>(d: T) => d;\n"),
        ("a.mts", "const a = <T>b;\n"),
        ("a.tsx", "const a = <div className=\"b\">{c}</div>;\n"),
        ("a.js", "const a = <div/>;\nconst re = /[/]/v;\n"),
        ("a.cjs", "'use strict';\nmodule.exports = { a, b: 010 };\n"),
        (
            "a.mjs",
            "export default await a;\nfor await (const b of c) {}\n",
        ),
    ] {
        let parsed = parsed(path, text);
        assert!(!parsed.root().has_error(), "{path}");
    }
    assert!(parsed("a.tsx", "const a = <T>b;\n").root().has_error());
}

#[test]
fn translations_that_end_like_it_are_not_read() {
    let of =
        |text| draftgate::language::of_file("i18n/de.ts", text).map(|language| language.name());
    assert_eq!(of("<?xml version=\"1.0\"?>\n<TS/>\n"), None);
    assert_eq!(of("<!DOCTYPE TS><TS/>\n"), None);
    assert_eq!(of("export default {};\n"), Some("typescript"));
}
