//! The real type-checkers and linters of JavaScript over projects made here.

use draftgate::finding::Level;
use draftgate::finding::judgement::Outcome;

use crate::repository::Repo;
use crate::toolbox;
use crate::tools::{judged, outcome};

/// A project whose tools are the toolbox's.
fn project(configuration: &[(&str, &str)]) -> Repo {
    let repo = Repo::new();
    repo.write(".gitignore", "node_modules\n");
    for (path, text) in configuration {
        repo.write(path, *text);
    }
    let programs = repo.beside("programs");
    std::os::unix::fs::symlink(toolbox::node(), programs).expect("a link");
    repo
}

/// What a check tells of an edit: level, message, path and line.
fn told(repo: &Repo, check: &str) -> Vec<(Level, String, String, u32)> {
    let judged = judged(repo, check, "");
    let (state, why) = outcome(&judged, check);
    assert_eq!(state, Outcome::Ran, "{why}");
    let each = |finding: &draftgate::finding::Finding| {
        (
            finding.level,
            finding.message.clone(),
            finding.path.clone(),
            finding.line,
        )
    };
    judged.findings.iter().map(each).collect()
}

const STRICT: &str = "{\"compilerOptions\": {\"strict\": true, \"target\": \"es2022\", \"module\": \"esnext\", \"moduleResolution\": \"bundler\"}}\n";

#[test]
fn biome_and_oxlint_tell_what_is_new_and_run_unasked() {
    for (configuration, text, word) in [
        ("biome.json", "{}\n", "debugger"),
        (
            ".oxlintrc.json",
            "{\"rules\": {\"no-debugger\": \"error\"}}\n",
            "debugger",
        ),
    ] {
        let repo = project(&[(configuration, text)]);
        repo.commit_file("src/a.ts", "export function a() {\n  debugger;\n}\n");
        repo.commit_file(
            "src/a.ts",
            "export const b = 1;\nexport function a() {\n  debugger;\n}\nexport function c() {\n  debugger;\n}\n",
        );
        let told = told(&repo, "lint");
        let blocks: Vec<_> = told.iter().filter(|one| one.0 == Level::Block).collect();
        let [(_, message, path, line)] = blocks.as_slice() else {
            panic!("{configuration}: {told:?}");
        };
        assert!(message.contains(word), "{message}");
        assert_eq!((path.as_str(), *line), ("src/a.ts", 6));
    }
}

#[test]
fn oxlint_whose_configuration_runs_plugins_is_not_run_unasked() {
    let repo = project(&[(".oxlintrc.json", "{\"jsPlugins\": [\"./own.js\"]}\n")]);
    repo.commit_file("a.ts", "export const a = 1;\n");
    repo.commit_file("a.ts", "export const a = 2;\n");
    let judged = judged(&repo, "lint", "");
    assert_ne!(outcome(&judged, "lint").0, Outcome::Ran);
}

#[test]
fn types_that_break_in_another_project_of_the_build_are_told() {
    let part = |name: &str| {
        format!(
            "{{\"compilerOptions\": {{\"composite\": true, \"strict\": true, \"target\": \"es2022\", \"outDir\": \"out\"}}, \"include\": [\"{name}\"]}}\n"
        )
    };
    let solution = "{\"files\": [], \"references\": [{\"path\": \"./tsconfig.one.json\"}]}\n";
    let one = part("src");
    let repo = project(&[("tsconfig.json", solution), ("tsconfig.one.json", &one)]);
    repo.write(
        "src/b.ts",
        "import { a } from './a';\nexport const b: number = a();\n",
    );
    repo.commit_file(
        "src/a.ts",
        "export function a(): number {\n  return 1;\n}\n",
    );
    repo.commit_file(
        "src/a.ts",
        "export function a(): string {\n  return '1';\n}\n",
    );
    let told = told(&repo, "types");
    assert!(
        told.iter()
            .any(|(level, _, path, line)| *level == Level::Block
                && path == "src/b.ts"
                && *line == 2),
        "{told:?}"
    );
}

#[test]
fn types_of_components_are_told_by_vue_tsc() {
    let manifest = "{\"devDependencies\": {\"vue-tsc\": \"^3\"}}\n";
    let repo = project(&[("package.json", manifest), ("tsconfig.json", STRICT)]);
    let packages = repo.path.join("node_modules");
    std::os::unix::fs::symlink(toolbox::node(), packages).expect("a link");
    let component = |value: &str| {
        format!(
            "<script setup lang=\"ts\">\nconst n: number = {value}\n</script>\n<template><p>{{{{ n }}}}</p></template>\n"
        )
    };
    repo.commit_file("src/A.vue", component("1"));
    repo.commit_file("src/A.vue", component("'1'"));
    let told = told(&repo, "types");
    assert!(
        told.iter()
            .any(|(level, _, path, line)| *level == Level::Block
                && path == "src/A.vue"
                && *line == 2),
        "{told:?}"
    );
}
