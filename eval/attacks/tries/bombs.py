"""Small inputs that take long: nesting, repetition and width of every construct, in code and in tests."""
from attack import BAD, INJECTION, PROJECT, attack, course, token


def bomb(name, tries, files, base=dict):
    """`files` and `base` are made when the attack runs: they are large."""
    attack("bomb_" + name, tries, base=base, head=lambda: {**BAD, **files()})


def nested(opening, depth, inner="pass"):
    """Python blocks within one another."""
    return "".join("    " * n + opening.replace("#", str(n)) + "\n" for n in range(depth)) + "    " * depth + inner + "\n"


PYTHON = {
    "for": "for a# in b#:", "while": "while a#:", "try": "try:", "with": "with a# as b#:", "match": "match a#:", "if": "if a#:", "def": "def f#(a#):",
    "class": "class C#:", "async": "async with a# as b#:",
}


def blocks(kind, depth):
    if kind == "try":
        out = nested("try:", depth)
        return out + "".join("    " * n + "except E%d:\n" % n + "    " * (n + 1) + "x = %d\n" % n for n in range(depth - 1, -1, -1))
    if kind == "match":
        return "".join("    " * (2 * n) + "match a%d:\n" % n + "    " * (2 * n + 1) + "case [x%d]:\n" % n for n in range(depth)) + "    " * (2 * depth) + "pass\n"
    if kind == "if":
        return nested("if a#:", depth) + "".join("    " * n + "else:\n" + "    " * (n + 1) + "b = %d\n" % n for n in range(depth - 1, -1, -1))
    return nested(PYTHON[kind], depth)


def python(kind):
    files = {}
    for depth in (18, 24, 60, 95):
        body = "".join("    " + line + "\n" for line in blocks(kind, depth).rstrip("\n").split("\n"))
        files["shop/nest_%s_%d.py" % (kind, depth)] = "def outer():\n" + body
        files["tests/test_nest_%s_%d.py" % (kind, depth)] = "def test_outer():\n" + body + "    assert outer()\n"
    return files


for kind in PYTHON:
    bomb("python_nested_" + kind, "%s within %s, up to 95 deep, in code and in tests" % (kind, kind), lambda kind=kind: python(kind))

RUST = {
    "if": ("if a {", "} else { b(); }"), "match": ("match a { Some(b) =>", ", None => 1 }"), "loop": ("loop {", "}"), "closure": ("(|x| {", "})(1);"), "block": ("{", "}"),
    "unsafe": ("unsafe {", "}"), "if_let": ("if let Some(x) = a {", "}"), "try": ("(|| { a?;", "})();"), "macro": ("vec![", "];"), "mod": ("mod a {", "}"), "generic": ("let x: Vec<", ">;"),
}


def rust(kind):
    files, (opening, closing) = {}, RUST[kind]
    for depth in (18, 24, 60, 300):
        body = opening * depth + " () " + closing * depth
        files["src/nest_%s_%d.rs" % (kind, depth)] = ("fn f() {\n%s\n}\n" if kind != "mod" else "%s\n") % body
        files["tests/nest_%s_%d.rs" % (kind, depth)] = "#[test]\nfn t() {\n%s\nassert_eq!(f(), 1);\n}\n" % body
    return files


for kind in RUST:
    bomb("rust_nested_" + kind, "%s within %s, up to 300 deep, in code and in tests" % (kind, kind), lambda kind=kind: rust(kind))

bomb("python_boolean_chain", "an assertion of twenty thousand alternatives", lambda: {"tests/test_z.py": "def test_z():\n    assert " + " or ".join("a%d and not b%d" % (n, n) for n in range(20_000)) + "\n"})
bomb("python_decorators", "twenty thousand decorators and parameters", lambda: {"tests/test_z.py": "@pytest.mark.skipif(a, reason='x')\n" * 20_000 + "def test_z(" + ", ".join("a%d=1" % n for n in range(20_000)) + "):\n    assert a0\n"})
bomb("python_comprehensions", "comprehensions, lambdas and conditionals within one another",
     lambda: {"shop/z.py": "A = " + "[x for x in " * 90 + "y" + "]" * 90 + "\nB = " + "lambda x: " * 3000 + "x\nC = " + "(a if b else " * 190 + "c" + ")" * 190 + "\n"})
bomb("python_cases", "a match of thirty thousand cases", lambda: {"shop/z.py": "def f(x):\n    match x:\n" + "".join("        case %d | %d if x > %d:\n            return %d\n" % (n, n + 1, n, n) for n in range(30_000))})
bomb("python_except_chain", "twenty thousand handlers of one try", lambda: {"shop/z.py": "try:\n    a()\n" + "".join("except E%d:\n    pass\n" % n for n in range(20_000))})
bomb("python_imports", "a hundred thousand imports, of one another", lambda: {"shop/z.py": "".join("from shop.z import a%d as a%d\n" % (n + 1, n) for n in range(100_000))})
bomb("python_one_name", "one name assigned thirty thousand times on the way to a command",
     lambda: {"shop/z.py": INJECTION.split("\n\n\n")[0] + "\n\n\ndef f():\n    a = request.args['x']\n" + "    a = a + g(a)\n" * 30_000 + "    os.system(a)\n"})
bomb("python_branches", "two thousand branches in a row on the way to a command",
     lambda: {"shop/z.py": INJECTION.split("\n\n\n")[0] + "\n\n\ndef f():\n    a = request.args['x']\n    b = c = d = a\n" + "".join("    if g(%d):\n        a = b + c\n    else:\n        b, c = a + d, b\n" % n for n in range(2000)) + "    os.system(a)\n"})
bomb("python_loops_of_names", "loops within loops that hand values round",
     lambda: {"shop/z.py": INJECTION.split("\n\n\n")[0] + "\n\n\ndef f():\n    v0 = request.args['x']\n" + "".join("    " * (n + 1) + "for i%d in v%d:\n" % (n, n) + "    " * (n + 2) + "v%d = v%d + i%d\n" % (n + 1, n, n) for n in range(80))
      + "    os.system(v80)\n"})
bomb("python_mutual_calls", "fifteen hundred functions that call three others each, on the way to a command",
     lambda: {"shop/z.py": "import os\n" + "".join("def f%d(x, y, z):\n    return f%d(y, z, x) + f%d(z, x, y) + f%d(x, x, y)\n" % (n, n * 7 % 1500, n * 13 % 1500, n * 31 % 1500) for n in range(1500)) + "def g(x):\n    os.system(f0(x, x, x))\n"})
bomb("python_dictionary", "a dictionary of a hundred and fifty thousand keys", lambda: {"shop/z.py": "A = {\n" + "".join("    'k%d': ['v%d', %d],\n" % (n, n, n) for n in range(150_000)) + "}\n"})
bomb("python_strings_joined", "a text of fifty thousand adjacent literals, and one of format fields", lambda: {"shop/z.py": "A = (" + "'a' \"b\" " * 50_000 + ")\nB = f'" + "{a}{b!r:>{c}}" * 10_000 + "'\nC = '%s' % (" + "a, " * 20_000 + ")\n"})
bomb("python_comments", "a hundred thousand suppressions", lambda: {"shop/z.py": "".join("a%d = 1  # noqa: E501,F401  # type: ignore[x]  # nosec B602  # pylint: disable=all\n" % n for n in range(50_000))})
bomb("python_one_line", "a hundred thousand statements on one line", lambda: {"shop/z.py": "a = 1; " * 100_000 + "\n"})
bomb("rust_attributes", "thirty thousand attributes on one function, and in one", lambda: {"src/z.rs": "#[allow(unused)]\n" * 30_000 + "fn f() {}\n#[cfg(" + "any(" * 500 + "a" + ")" * 500 + ")]\nfn g() {}\n#[allow(" + "a, " * 50_000 + ")]\nfn h() {}\n"})
bomb("rust_use_tree", "a use of trees, deep and wide", lambda: {"src/z.rs": "use a::" + "{b::" * 400 + "{c, d}" + "}" * 400 + ";\nuse x::{" + ", ".join("y%d as z%d" % (n, n) for n in range(50_000)) + "};\n"})
bomb("rust_matches", "a match of thirty thousand arms", lambda: {"src/z.rs": "fn f(x: u32) -> u32 {\n    match x {\n" + "".join("        %d if x > %d => { g(%d)?; %d }\n" % (n, n, n, n) for n in range(30_000)) + "        _ => 0,\n    }\n}\n"})
bomb("rust_question_marks", "a chain of twenty thousand questions", lambda: {"src/z.rs": "fn f() -> R { a" + ".b()?" * 20_000 + " }\n"})
bomb("rust_strings", "raw strings of many hashes, and nested comments", lambda: {"src/z.rs": "const A: &str = r" + "#" * 60_000 + '"x"' + "#" * 60_000 + ";\n" + "/* " * 20_000 + " */" * 20_000 + "\n" + "//// x\n" * 50_000})
bomb("rust_ands", "a condition of twenty thousand terms", lambda: {"src/z.rs": "fn f() -> bool { " + " && ".join("a%d == b%d" % (n, n) for n in range(20_000)) + " }\n"})
bomb("tokens_everywhere", "twenty thousand different tokens", lambda: {"z.txt": "".join("t%d = '%s'\n" % (n, token()[:-10] + "%010d" % n) + "password_%d = \"Xk29%06dQpz!\"\n" % (n, n * 7919 % 1_000_000) for n in range(20_000))})
bomb("hidden_characters", "a million characters that nobody sees, on as many lines", lambda: {"z.txt": "a\u200bb\n" * 500_000, "y.py": "# " + "\u202e\u2066" * 250_000 + "\n", "shop/x.py": "".join("p\u0430ypal%d = 1\n" % n for n in range(50_000))})
bomb("elisions", "fifty thousand placeholders", lambda: {"shop/z.py": "# ... existing code ...\n" * 50_000, "shop/y.py": "".join("def f%d():\n    raise NotImplementedError('TODO')\n" % n for n in range(20_000))})
bomb("hunks", "a hundred thousand hunks", lambda: {"z.py": "".join("a%d = %d\n" % (n, n + n % 2) for n in range(200_000))}, base=lambda: {"z.py": "".join("a%d = %d\n" % (n, n) for n in range(200_000))})
bomb("renames_of_large_files", "two hundred files of 60 kB that were renamed and edited",
     lambda: {**{"a/%d.txt" % n: None for n in range(200)}, **{"b/%d.txt" % n: "".join("%d %d\n" % (n, m) for m in range(1, 6000)) for n in range(200)}},
     base=lambda: {"a/%d.txt" % n: "".join("%d %d\n" % (n, m) for m in range(6000)) for n in range(200)})
bomb("tests_of_one_body", "three thousand tests of the same body, each edited in one word",
     lambda: {"tests/test_z.py": "".join("def test_%d():\n    x = make()\n    assert x.a == 1\n    assert x.b == %d\n\n\n" % (n, n + 1) for n in range(3000))},
     base=lambda: {"tests/test_z.py": "".join("def test_%d():\n    x = make()\n    assert x.a == 1\n    assert x.b == %d\n\n\n" % (n, n) for n in range(3000))})
bomb("test_of_many_assertions", "a test of ten thousand assertions, each weakened",
     lambda: {"tests/test_z.py": "def test_z():\n" + "".join("    assert f(%d)\n" % n for n in range(10_000))},
     base=lambda: {"tests/test_z.py": "def test_z():\n" + "".join("    assert f(%d) == %d\n" % (n, n) for n in range(10_000))})
bomb("yaml_of_one_key", "a workflow of ten thousand jobs and a key of a megabyte",
     lambda: {".github/workflows/z.yml": "on: push\njobs:\n" + "".join("  j%d:\n    runs-on: x\n    steps:\n      - run: echo ${{ github.event.issue.title }}\n      - uses: a/b@v%d\n" % (n, n) for n in range(10_000)) + "  ? " + "k" * 1_000_000 + "\n  : 1\n"})
bomb("manifests", "manifests of thirty thousand dependencies of new names",
     lambda: {"requirements.txt": "".join("package-%d-%d==1.0\n" % (n, n * 7919) for n in range(30_000)), "Cargo.toml": '[package]\nname = "a"\nversion = "1.0.0"\n[dependencies]\n' + "".join('crate-%d = "1"\n' % n for n in range(30_000)),
      "package.json": '{"dependencies": {' + ", ".join('"p%d": "1"' % n for n in range(30_000)) + "}}"})
bomb("markdown", "markdown of fences, quotes and emphasis within one another", lambda: {"z.md": "> " * 5000 + "x\n" + "```\n" * 50_001 + "*" * 100_000 + "[" * 50_000 + "\n" + "- " * 5000 + "x\n"})
bomb("paths", "paths four thousand characters long, with letters of many scripts", lambda: {("d\u0430" * 40 + "/") * 30 + "z%d.py" % n: "X = 1\n" for n in range(200)})
bomb("tox_of_itself", "a section of tox that stands for itself two thousand times, run by CI",
     lambda: {"tox.ini": "[tox]\nenvlist = " + ", ".join("e%d" % n for n in range(20_000)) + "\n[testenv]\ncommands =\n" + "    {[a]commands}\n" * 2000 + "[a]\ncommands =\n" + "    {[a]commands}\n" * 2000,
              ".github/workflows/z.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: tox\n      - run: tox -f e1\n"})
bomb("modules_that_a_build_makes", "a megabyte of the marks of built modules, none of which ends, and fifty thousand unknown imports",
     lambda: {"z.rs": "#[pymodule" * 100_000 + "\n", "z.c": "PyInit_" * 150_000 + "\n",
              "tests/test_z.py": "import sys\nsys.modules['x'] = 1\n" + "".join("import unknown_%d\n" % n for n in range(50_000))})
CI = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
bomb("runners_of_themselves", "tox, nox and npm that call themselves, and each other",
     lambda: {"tox.ini": "[tox]\nenvlist = a\n[testenv:a]\ncommands =\n    tox -e a\n    nox -s a\n    pytest\n",
              "noxfile.py": "import nox\n@nox.session\ndef a(session):\n    session.run('nox', '-s', 'a')\n    session.run('tox', '-e', 'a')\n    session.run('pytest')\n",
              "package.json": '{"scripts": {"a": "npm run a && npm run b", "b": "run-s a b a b", "test": "vitest"}}',
              ".github/workflows/z.yml": CI + "      - run: tox -e a\n      - run: nox -s a\n      - run: npm run a\n"})
bomb("commands_of_many_words", "a line of CI with a hundred thousand words that call scripts",
     lambda: {"package.json": '{"scripts": {"npm": "vitest", "run-s": "vitest"}}',
              ".github/workflows/z.yml": CI + "      - run: " + "npm " * 100_000 + "\n      - run: " + "run-s " * 60_000 + "\n      - run: nox " + "-s a " * 50_000 + "\n"})
bomb("a_key_for_many_entries", "twenty thousand codes that are let pass under a key of a megabyte",
     lambda: {"ruff.toml": '[lint.per-file-ignores]\n"' + "k" * 1_000_000 + '" = [' + ", ".join('"E%d"' % n for n in range(20_000)) + "]\n"},
     base=lambda: {"ruff.toml": 'lint.select = ["E"]\n'})
bomb("jobs_that_wait", "eight thousand jobs that wait for one with a condition of a megabyte",
     lambda: {".github/workflows/z.yml": "on: push\njobs:\n  a:\n    if: github.ref == 'x' && " + "b" * 900_000 + "\n    runs-on: x\n    steps:\n      - run: pytest\n"
              + "".join("  j%d:\n    needs: a\n    runs-on: x\n    steps:\n      - run: pytest\n" % n for n in range(8_000))})
bomb("patterns_of_stars", "an ignore pattern and a filter of a megabyte, over fifteen hundred files",
     lambda: {**{"shop/n%d.py" % n: "X = 1\n" for n in range(1_500)}, ".gitignore": "*" * 1_000_000 + "a\n",
              ".github/workflows/z.yml": "on:\n  push:\n    paths: ['**', '" + "*" * 300_000 + "']\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pytest\n"})
bomb("configurations_below_one", "fifteen hundred configurations below a large one",
     lambda: {"d%d/ruff.toml" % n: 'lint.select = ["E"]\n' for n in range(1_500)},
     base=lambda: {**{"d%d/a.py" % n: "X = 1\n" for n in range(1_500)}, "pyproject.toml": "[tool.ruff.lint]\nselect = [" + ", ".join('"E%d"' % n for n in range(20_000)) + "]\n"})
bomb("protections_lost", "twenty thousand functions that no longer ask for a permission",
     lambda: {"shop/z.py": "".join("def f%d(user, x):\n    a = g(x)\n    return a + %d\n\n\n" % (n, n) for n in range(20_000))},
     base=lambda: {"shop/z.py": "".join("def f%d(user, x):\n    if not user.can(x):\n        raise PermissionDenied()\n    a = g(x)\n    return a + %d\n\n\n" % (n, n) for n in range(20_000))})
bomb("functions_given_in_part", "thirty thousand arguments kept for later, a hundred thousand calls, and parts of parts",
     lambda: {"shop/z.py": "from functools import partial\nimport os\np = partial(os.system, " + ", ".join("a%d=%d" % (n, n) for n in range(30_000)) + ")\n" + "p()\n" * 100_000,
              "shop/y.py": "from functools import partial\nimport os\np = os.system\n" + "p = partial(p, p)\n" * 20_000 + "p()\n"})
bomb("texts_of_sql", "one SQL text of four hundred kilobytes that is handed on ten thousand times",
     lambda: {"shop/z.py": "def f(x, y):\n    q = f\"" + "select a from b where c = '{x}' and " * 12_000 + "\"\n" + "    g(q)\n    q = q + \"\"\n" * 10_000})
bomb("sets_of_characters", "twenty thousand substitutions of sets that ignore the case of letters",
     lambda: {"shop/z.py": "import re\ndef f(x):\n    P = re.compile('(?i)" + "[!-\\U0010fffe]|" * 5 + "a')\n" + "    P.sub('', x)\n    re.sub(r'(?i)[^a-z]', '', x)\n" * 20_000 + "    return x\n"})
bomb("beginnings_of_keys", "two hundred thousand beginnings of keys that are none",
     lambda: {"z.txt": "MII/ " * 200_000 + '"kty" ' * 100_000 + "kty= " * 100_000, "y.txt": "nir 1234567890123456789012345678\n" * 10_000})
bomb("names_of_modules", "a module of fifty thousand names, imported by name ten thousand times",
     lambda: {"shop/z.py": "import importlib\nN = '" + "a." * 50_000 + "a'\nimport " + "a." * 50_000 + "a\n" + "importlib.import_module(N)\n" * 10_000})
bomb("parameters_of_a_table", "a test of thirty thousand parameters and as many fixtures",
     lambda: {"tests/test_z.py": "import pytest\n@pytest.mark.parametrize('" + ",".join("a%d" % n for n in range(30_000)) + "', [(1,)])\ndef test_z(" + ", ".join("a%d" % n for n in range(30_000)) + "):\n    assert a1 == 1\n"})


@course("bomb_of_a_trailer", "a commit whose message has a hundred thousand trailers, and three thousand such commits")
def trailers(world):
    world.base = world.commit(PROJECT, branch="main")
    here = world.base
    for n in range(300):
        here = world.commit({"n.txt": "%d\n" % n}, [here], branch="c", message="x\n\n" + "Co-authored-by: A%d <a@b.c>\n" % n * 2000)
    world.head = world.commit(BAD, [here], branch="d", message="x\n\n" + "Signed-off-by: A <a@b.c>\n" * 100_000)
    world.gate(world.range)
