"""Plants each defect that another linter's own fixtures mark into a test of its own and asks draftgate.

    planted.py ruff RUFF FILE.py...     what the real ruff reports on the files, a statement a test
    planted.py clippy FILE.rs...        what clippy's `//~` annotations mark, an assertion a test

The other statements of the files are planted too: what draftgate says of them is printed as said of an
unmarked line. `DRAFTGATE_BIN` names the program. Fixtures are not kept here: fetch them from the linters.

Of the assertions on constants, clippy leaves those alone whose item asks for an old compiler
(`clippy::msrv`): the same assertion is marked under a newer one. Of ruff's rules, PT015, B011, PT010 and the
PLR0124 of `!=`, `is not`, `<`, `>`, `not in` mark assertions that fail always, which no gate has to find.

What the figures leave open: a marked statement counts as found when any finding of the check stands in its
test, whatever the level.
"""

import ast
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RULES = "B011,B015,PT010,PT015,F631,PLR0124,PGH005"


def judged(base, head):
    """Findings of the check `tests` by file, for a change from the one tree to the other."""
    with tempfile.TemporaryDirectory() as root:
        def run(*argv):
            return subprocess.run(argv, cwd=root, capture_output=True, text=True)

        run("git", "init", "-q", ".")
        for tree in (base, head):
            for name, text in tree.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            run("git", "add", "-A")
            run("git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "x")
        program = os.environ.get("DRAFTGATE_BIN", "draftgate")
        out = run(program, "check", "HEAD~1..HEAD", "--only", "tests", "--report", "json")
        found = collections.defaultdict(list)
        for finding in json.loads(out.stdout)["findings"]:
            found[finding["path"]].append((finding["level"], finding["rule"]))
        return found


def of_ruff(ruff, names):
    """(label, whether marked, file) of each statement in the fixtures."""
    for name in names:
        text = pathlib.Path(name).read_text()
        out = subprocess.run(
            [ruff, "check", "--isolated", "--preview", "--no-cache", "--select", RULES,
             "--output-format", "json", name], capture_output=True, text=True)
        marks = collections.defaultdict(set)
        for d in json.loads(out.stdout):
            marks[d["location"]["row"]].add(d["code"])
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, (ast.Assert, ast.Expr, ast.With)):
                continue
            codes = set().union(*(marks[row] for row in range(node.lineno, node.end_lineno + 1)))
            lines = text.splitlines()[node.lineno - 1:node.end_lineno]
            own = len(lines[0]) - len(lines[0].lstrip())
            for asserted in (False, True):
                body = [line[own:] for line in lines]
                if asserted:
                    # A comparison with itself is a defect of a test where it is asserted.
                    if "PLR0124" not in codes or not isinstance(node, ast.Expr):
                        continue
                    body[0] = "assert " + body[0]
                names_used = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - {"pytest"})
                imports = f"from app import {', '.join(names_used)}\n" if names_used else ""
                code = "import pytest\n\nimport app\n" + imports + "\n\ndef test_the_planted():\n    app.run()\n"
                code += "".join(f"    {line}\n" for line in body)
                here = {"PLR0124"} if asserted else codes - ({"PLR0124"} if codes > {"PLR0124"} else set())
                yield f"{pathlib.Path(name).name}:{node.lineno} {' '.join(sorted(here))} {body[0]}", bool(here), code


def items(text):
    """Top-level items of a Rust fixture, each a list of its lines."""
    item, depth = [], 0
    for line in text.splitlines():
        if line.startswith("#!["):
            continue
        item.append(line)
        code = line.split("//")[0]
        depth += code.count("{") - code.count("}")
        if depth == 0 and (code.rstrip().endswith((";", "}")) or not code.strip()):
            yield item
            item = []
    if item:
        yield item


ASSERT = re.compile(r"\b(debug_)?assert(_eq|_ne)?!")


def of_clippy(names):
    """(label, whether marked, file) of each assertion in the fixtures."""
    for name in names:
        # Comments of a linter's fixture speak of the lint ("identical args"), not of what a test is about.
        lines = [line for line in pathlib.Path(name).read_text().splitlines()
                 if "//~" in line or not line.lstrip().startswith("//")]
        whole = list(items("\n".join(lines)))
        for item in whole:
            for at, line in enumerate(item):
                if not ASSERT.search(line.split("//")[0]):
                    continue
                marked = at + 1 < len(item) and "//~^" in item[at + 1]
                kept = [other for here, other in enumerate(item)
                        if (here == at or not ASSERT.search(other.split("//")[0])) and "//~" not in other]
                others = ["\n".join(l for l in other if not ASSERT.search(l.split("//")[0]) and "//~" not in l)
                          for other in whole if other is not item and not other[0].startswith(("fn main", "fn issue", "fn _f"))]
                head = item[0]
                if head.startswith("macro_rules"):
                    inner = kept[2:-2]
                    if "$" in line:
                        continue
                    test = ["fn planted() {", *inner, "}"]
                elif "fn " in head or "fn " in (item[1] if len(item) > 1 else ""):
                    test = [l for l in kept if l.strip()]
                else:
                    test = ["fn planted() {", *kept, "}"]
                if head.startswith("#["):
                    test = test[1:]
                code = "use app::*;\n" + "\n".join(others) + "\n#[test]\n" + "\n".join(test) + "\n"
                yield f"{pathlib.Path(name).name} {line.strip()}", marked, code


def main():
    kind, rest = sys.argv[1], sys.argv[2:]
    if kind == "ruff":
        planted = list(of_ruff(rest[0], rest[1:]))
        base, place = {"app.py": "def run():\n    return 1\n"}, "tests/test_planted_{}.py"
    else:
        planted = list(of_clippy(rest))
        base = {"Cargo.toml": '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2024"\n', "src/lib.rs": "pub fn run() {}\n"}
        place = "tests/planted_{}.rs"
    found = judged(base, {place.format(n): code for n, (_, _, code) in enumerate(planted)})
    counts, rules = collections.Counter(), collections.Counter()
    for n, (label, marked, _) in enumerate(planted):
        said = found.get(place.format(n), [])
        counts[marked, bool(said)] += 1
        if marked and kind == "ruff":
            for code in label.split(" ")[1:]:
                if re.fullmatch(r"[A-Z]+[0-9]+", code):
                    rules[code, bool(said)] += 1
        if marked != bool(said) or os.environ.get("VERBOSE"):
            what = ("found " if said else "MISSED") if marked else ("unmarked, told" if said else "silent")
            print(f"{what:14} {label}  {' '.join('/'.join(s) for s in said)}")
    of = counts[True, True] + counts[True, False]
    print(f"marked: {counts[True, True]} of {of} found; unmarked: {counts[False, True]} of "
          f"{counts[False, True] + counts[False, False]} told")
    for code in sorted({code for code, _ in rules}):
        print(f"  {code}: {rules[code, True]} of {rules[code, True] + rules[code, False]}")


main()
