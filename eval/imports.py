#!/usr/bin/env python3
"""Measures the `dependencies` check on whole trees.

    imports.py DRAFTGATE REPOSITORY...

For each repository: the findings on imports of the whole tree at HEAD (each one is a false alarm or a
defect to be read), then how many of 200 invented names are found when planted as
imports of one file, in three forms. The names are made of common words by a fixed rule, and none of them is in the embedded lists.
"""
import json, os, subprocess, sys, tempfile

RULES = {"unknown-import", "undeclared-import", "missing-local-module", "missing-local-name", "removed-stdlib",
         "stdlib-outside-range", "unknown-crate"}
FIRST = ["fast", "easy", "smart", "safe", "quick", "deep", "open", "micro", "hyper", "ultra"]
SECOND = ["json", "table", "cache", "stream", "vector", "config", "token", "parse", "async", "graph"]
THIRD = ["kit", "plus", "forge", "lite", "works", "craft", "stack", "flow", "core", "wise"]


PYTHON = ["import {}\n", "from {} import client\n", "def _planted():\n    import {}.core\n\n\n"]
RUST = ["use {}::Client;\n", "const _: fn() = || {{ {}::run(); }};\n", "use {}::{{self, core::Client}};\n"]


def names(count):
    made = [f"{a}{b}{c}" for c in THIRD for b in SECOND for a in FIRST]
    step = 7  # 7 and 1000 share no factor: a walk over all of them without an order of words
    return [made[i * step % len(made)] for i in range(count)]


def git(path, *arguments):
    return subprocess.run(["git", "-C", path, *arguments], check=True, capture_output=True, text=True).stdout


def check(tool, path, *arguments):
    run = subprocess.run([tool, "check", "-C", path, *arguments, "--only", "dependencies", "--report", "json"],
                         capture_output=True, text=True)
    if not run.stdout.strip():
        sys.exit(f"{path}: {run.stderr}")
    return [f for f in json.loads(run.stdout)["findings"] if f["rule"] in RULES]


def target(path, ending):
    files = [f for f in git(path, "ls-files").split("\n") if f.endswith(ending)]
    shipped = [f for f in files if not any(part.startswith(("test", "doc", "example", "bench", "fuzz")) for part in f.split("/"))]
    wanted = [f for f in shipped if ("/src/" in f or f.startswith("src/")) or ending == ".py"]
    return max(wanted or shipped, key=lambda f: os.path.getsize(os.path.join(path, f)))


tool, repositories = os.path.abspath(sys.argv[1]), sys.argv[2:]
for repository in repositories:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", repository, folder], check=True)
        alarms = check(tool, folder, "--all", "--head", "HEAD")
        python = any(f.endswith(".py") and "/" in f and not f.startswith(("test", "scripts", "ci", "pkg", "fuzz")) for f in git(folder, "ls-files").split("\n"))
        python = python and not os.path.exists(os.path.join(folder, "Cargo.toml"))
        file = target(folder, ".py" if python else ".rs")
        planted = names(200)
        forms = PYTHON if python else RUST
        with open(os.path.join(folder, file), "a") as out:
            for at, name in enumerate(planted):
                out.write("\n" + forms[at % 3].format(name))
        told = [f["message"] for f in check(tool, folder, "--worktree")]
        found = {name for name in planted if any(f"`{name}`" in message for message in told)}
        print(f"{repository}: {len(alarms)} findings on imports at HEAD, {len(found)} of {len(planted)} invented names found in {file}")
        for f in alarms:
            print("   ", f["rule"], f"{f['path']}:{f['line']}", f["message"])
        for name in planted:
            if name not in found:
                print("    not found:", name)
