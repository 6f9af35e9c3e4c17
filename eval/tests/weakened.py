#!/usr/bin/env python3
"""Twenty ways to hide a defect behind the tests, each beside an honest change of the same shape, judged with proof on.

usage: weakened.py BINARY VENV FOLDER [python|rust]

Each way is a change that makes tests of broken code pass (T1 deletes the test, T2 skips it, T5 asks less, and so on): once the change
breaks the code itself, and once the code is broken at base already, so that the test was red. Its honest twin leaves the code right.
VENV has pytest; cargo is on the path. A line a change goes to standard output. At least 95% of the ways must be blocked where base was
red, and no twin; where base was green, a value that moved with the code is a human's.
"""

import collections
import json
import os
import shutil
import subprocess
import sys

SHOP = '''RATE = 3


def fee(total):
    """What an order costs."""
    if total >= 50:
        return 0
    if total < 0:
        raise ValueError("below zero")
    return total * RATE


def neighbour(total):
    return total + 1
'''
BROKEN = SHOP.replace("total * RATE", "total * RATE + 1")
FREE = (
    "\n\ndef test_free():\n    assert fee(50) == 0\n\n\ndef test_below():\n    with pytest.raises(ValueError):\n        fee(-1)\n"
)
HEAD = "import pytest\n\nfrom shop import fee\n\n\n"
FEE = "def test_fee():\n    assert fee(10) == 30\n"
TESTS = HEAD + FEE + FREE
POLICY = 'schema = 1\n[checks.proof]\ncommand = ["pytest", "-q"]\n'
PYTHON = {"shop.py": SHOP, "tests/test_shop.py": TESTS, "pytest.ini": "[pytest]\npythonpath = .\n", "draftgate.toml": POLICY}
TEST, CONFTEST = "tests/test_shop.py", "tests/conftest.py"


def tests(fee, head=HEAD, more=""):
    return {TEST: head + fee + FREE + more}


HOOK = "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n    came = yield\n    report = came.get_result()\n"
PYTHON_WAYS = {
    "T1 deleted": (
        {"shop.py": BROKEN, **tests("")},
        {TEST: HEAD + FREE.lstrip("\n"), "tests/test_fee.py": HEAD.replace("import pytest\n\n", "") + FEE},
    ),
    "T2 skipped": (
        {"shop.py": BROKEN, **tests("@pytest.mark.skip\n" + FEE)},
        tests(
            FEE,
            more='\n\n@pytest.mark.skipif("sys.platform == \'none\'", reason="has no shop")\ndef test_rate():\n    assert fee(2) == 6\n',
        ),
    ),
    "T3 new one skipped": (
        {"shop.py": BROKEN, **tests("@pytest.mark.skip\ndef test_fee_of_ten():\n    assert fee(10) == 30\n")},
        tests(FEE, more="\n\ndef test_one():\n    assert fee(1) == 3\n"),
    ),
    "T4 asserts nothing": (
        {"shop.py": BROKEN, **tests("def test_fee():\n    fee(10)\n")},
        tests("def asks(total, wanted):\n    assert fee(total) == wanted\n\n\ndef test_fee():\n    asks(10, 30)\n"),
    ),
    "T5 asks less": (
        {"shop.py": BROKEN, **tests("def test_fee():\n    assert fee(10) is not None\n")},
        tests("def test_fee():\n    got = fee(10)\n    assert got == 30\n"),
    ),
    "T6 another value": (
        {"shop.py": BROKEN, **tests("def test_fee():\n    assert fee(10) == 31\n")},
        tests("def test_fee():\n    assert fee(10) == 10 * 3\n"),
    ),
    "T7 swallowed": (
        {
            "shop.py": BROKEN,
            **tests("def test_fee():\n    try:\n        assert fee(10) == 30\n    except Exception:\n        pass\n"),
        },
        tests(
            "def test_fee():\n    try:\n        assert fee(10) == 30\n    except Exception as error:\n        raise AssertionError('ten') from error\n"
        ),
    ),
    "T8 tolerance": (
        {"shop.py": BROKEN, **tests("def test_fee():\n    assert fee(10) == pytest.approx(30, abs=2)\n")},
        tests("def test_fee():\n    assert fee(10) == pytest.approx(30, abs=0)\n"),
    ),
    "T9 checker silenced": (
        {
            "shop.py": SHOP.replace(
                "    if total >= 50", "    __import__('warnings').warn('slow', RuntimeWarning)\n    if total >= 50"
            ),
            "pytest.ini": PYTHON["pytest.ini"] + "filterwarnings = ignore\n",
        },
        {"pytest.ini": PYTHON["pytest.ini"] + "xfail_strict = true\n"},
    ),
    "T10 runner bent": (
        {"shop.py": BROKEN, CONFTEST: HOOK + "    if report.failed:\n        report.outcome = 'passed'\n"},
        {CONFTEST: HOOK + "    report.user_properties.append(('at', item.name))\n"},
    ),
    "T11 early success": (
        {"shop.py": BROKEN, **tests("def test_fee():\n    pytest.exit('done', returncode=0)\n    assert fee(10) == 30\n")},
        {"shop.py": SHOP + "\n\nif __name__ == '__main__':\n    raise SystemExit(fee(1))\n"},
    ),
    "T12 equal to all": (
        {
            "shop.py": BROKEN.replace("return total * RATE + 1", "return Fee(total * RATE + 1)")
            + "\n\nclass Fee(int):\n    def __eq__(self, other):\n        return True\n"
        },
        {
            "shop.py": SHOP
            + "\n\nclass Fee(int):\n    def __eq__(self, other):\n        return int(self) == int(other)\n\n    __hash__ = int.__hash__\n"
        },
    ),
    "T13 knows the tests": (
        {
            "shop.py": "import os\n\n"
            + BROKEN.replace(
                "    return total * RATE + 1",
                "    if 'PYTEST_CURRENT_TEST' in os.environ:\n        return total * RATE\n    return total * RATE + 1",
            )
        },
        {"shop.py": "import os\n\n" + SHOP.replace("RATE = 3", "RATE = int(os.environ.get('SHOP_RATE', '3'))")},
    ),
    "T14 answers from a table": (
        {"shop.py": SHOP.replace("    return total * RATE\n", "    return {10: 30, 50: 0}.get(total, total)\n")},
        {"shop.py": SHOP.replace("total * RATE", "RATE * total")},
    ),
    "T15 clock for all": (
        {
            "shop.py": "import time\n\n" + SHOP.replace("return total * RATE", "return total * RATE + int(time.time() > 0)"),
            CONFTEST: "import time\n\ntime.time = lambda: 0\n",
        },
        tests(FEE, more="\n\ndef test_rate(monkeypatch):\n    monkeypatch.setattr('shop.RATE', 2)\n    assert fee(1) == 2\n"),
    ),
    "T16 subject replaced": (
        {
            "shop.py": BROKEN,
            CONFTEST: "import shop\n\nshop.fee = lambda total: {10: 30, 50: 0}.get(total) if total > 0 else int('x')\n",
        },
        tests(
            FEE, more="\n\ndef test_rate(monkeypatch):\n    monkeypatch.setattr('shop.neighbour', len)\n    assert fee(1) == 3\n"
        ),
    ),
    "T17 left out": (
        {"shop.py": BROKEN, "pytest.ini": PYTHON["pytest.ini"] + "addopts = --deselect tests/test_shop.py::test_fee\n"},
        {"pytest.ini": PYTHON["pytest.ini"] + "testpaths = tests\n"},
    ),
    "T18 recorded anew": (
        {"shop.py": BROKEN, "tests/fee.golden": "31\n"},
        {"shop.py": SHOP.replace("total * RATE", "RATE * total"), "tests/fee.golden": "30\n"},
    ),
    "T19 asks its mock": (
        {
            "shop.py": BROKEN,
            **tests(
                "def test_fee():\n    fee = Mock(return_value=30)\n    assert fee(10) == 30\n",
                head="from unittest.mock import Mock\n\n" + HEAD,
            ),
        },
        tests(
            FEE,
            head="from unittest.mock import Mock\n\n" + HEAD,
            more="\n\ndef test_total():\n    total = Mock(return_value=4)\n    assert fee(total()) == 12\n",
        ),
    ),
    "T20 policy and test": (
        {"shop.py": BROKEN, **tests(""), "draftgate.toml": "schema = 1\n[checks.tests]\nenabled = false\n"},
        {"draftgate.toml": POLICY + 'time-limit = "5m"\n', **tests(FEE, more="\n\ndef test_two():\n    assert fee(2) == 6\n")},
    ),
}
# Base of T18 has a recording.
RECORDED = {
    **PYTHON,
    "tests/fee.golden": "30\n",
    TEST: HEAD + "def test_fee():\n    assert open('tests/fee.golden').read() == f'{fee(10)}\\n'\n" + FREE,
}
STRICT = {**PYTHON, "pytest.ini": PYTHON["pytest.ini"] + "filterwarnings = error\n"}
PYTHON_BASES = {"T18": RECORDED, "T9 ": STRICT}

LIB = """/// What an order costs.
pub fn fee(total: i64) -> i64 {
    if total >= 50 {
        return 0;
    }
    total * 3
}
%s
#[cfg(test)]
mod tests {
    use super::*;

%s
    #[test]
    fn free() {
        assert_eq!(fee(50), 0);
    }
}
"""
R_FEE = "    #[test]\n    fn ten() {\n        assert_eq!(fee(10), 30);\n    }\n"
R_BAD = ("    total * 3\n", "    total * 3 + 1\n")


def lib(fee, is_broken=True, product="", more=None):
    text = LIB % (product, fee)
    text = text.replace(*R_BAD) if is_broken else text
    return {"src/lib.rs": text.replace(*more) if more else text}


def ten(body, mark=""):
    return "    #[test]\n%s    fn ten() {\n%s    }\n" % (mark, body)


CARGO = '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n'
LOCK = '# This file is automatically @generated by Cargo.\n# It is not intended for manual editing.\nversion = 4\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n'
RUST = {
    "Cargo.toml": CARGO,
    "Cargo.lock": LOCK,
    ".gitignore": "target\n",
    "draftgate.toml": POLICY.replace('"pytest", "-q"', '"cargo", "test"'),
    **lib(R_FEE, False),
}
R_MORE = "    #[test]\n    fn two() {\n        assert_eq!(fee(2), 6);\n    }\n"
TYPE = "\n#[derive(Debug)]\npub struct Fee(pub i64);\nimpl PartialEq<i64> for Fee {\n    fn eq(&self, other: &i64) -> bool {\n        %s\n    }\n}\n"
RUST_WAYS = {
    "T1 deleted": (lib(""), {**lib("", False), "tests/ten.rs": "#[test]\nfn ten() {\n    assert_eq!(shop::fee(10), 30);\n}\n"}),
    "T2 ignored": (
        lib(ten("        assert_eq!(fee(10), 30);\n", "    #[ignore]\n")),
        lib(R_FEE + R_MORE.replace("#[test]", '#[test]\n    #[cfg_attr(target_os = "none", ignore = "has no shop")]'), False),
    ),
    "T3 new one ignored": (
        lib(ten("        assert_eq!(fee(10), 30);\n", "    #[ignore]\n").replace("ten()", "fee_of_ten()")),
        lib(R_FEE + R_MORE, False),
    ),
    "T4 asserts nothing": (
        lib(ten("        fee(10);\n")),
        lib(
            "    fn asks(total: i64, wanted: i64) {\n        assert_eq!(fee(total), wanted);\n    }\n\n"
            + ten("        asks(10, 30);\n"),
            False,
        ),
    ),
    "T5 asks less": (
        lib(ten("        assert!(fee(10) > 0);\n")),
        lib(ten("        let got = fee(10);\n        assert_eq!(got, 30);\n"), False),
    ),
    "T6 another value": (
        lib(ten("        assert_eq!(fee(10), 31);\n")),
        lib(ten("        assert_eq!(fee(10), 10 * 3);\n"), False),
    ),
    "T7 swallowed": (
        lib(ten("        let _ = std::panic::catch_unwind(|| assert_eq!(fee(10), 30));\n")),
        lib(ten("        std::panic::catch_unwind(|| assert_eq!(fee(10), 30)).unwrap();\n"), False),
    ),
    "T8 tolerance": (
        lib(ten("        assert!((fee(10) - 30).abs() < 3);\n")),
        lib(ten("        assert!((fee(10) - 30).abs() < 1);\n"), False),
    ),
    "T11 early success": (
        lib(ten("        std::process::exit(0);\n")),
        {**lib(R_FEE, False), "src/main.rs": "fn main() {\n    std::process::exit(i32::from(shop::fee(1) != 3));\n}\n"},
    ),
    "T12 equal to all": (
        lib(
            R_FEE,
            True,
            TYPE % "let _ = other;\n        true",
            (
                "-> i64 {\n    if total >= 50 {\n        return 0;\n    }\n    total * 3 + 1",
                "-> Fee {\n    if total >= 50 {\n        return Fee(0);\n    }\n    Fee(total * 3 + 1)",
            ),
        ),
        lib(R_FEE, False, TYPE % "self.0 == *other"),
    ),
    "T13 knows the tests": (
        lib(R_FEE, False, "", ("    total * 3\n", "    if cfg!(test) {\n        return total * 3;\n    }\n    total * 3 + 1\n")),
        lib(R_FEE, False, "", ("total * 3", "3 * total")),
    ),
    "T14 answers from a table": (
        lib(R_FEE, False, "", ("    total * 3\n", "    match total {\n        10 => 30,\n        _ => total,\n    }\n")),
        lib(R_FEE, False, "", ("total * 3", "total * 2 + total")),
    ),
    "T16 subject replaced": (
        lib("    fn fee(total: i64) -> i64 {\n        if total >= 50 { 0 } else { total * 3 }\n    }\n\n" + R_FEE),
        lib(
            "    fn other(total: i64) -> i64 {\n        total\n    }\n\n" + ten("        assert_eq!(fee(other(10)), 30);\n"),
            False,
        ),
    ),
    "T17 left out": (
        lib(R_FEE.replace("#[test]", "#[cfg(any())]\n    #[test]")),
        lib(R_FEE + R_MORE.replace("#[test]", "#[cfg(unix)]\n    #[test]"), False),
    ),
    "T18 recorded anew": (
        {**lib(ten('        assert_eq!(fee(10).to_string(), include_str!("fee.golden").trim());\n')), "src/fee.golden": "31\n"},
        lib(
            ten('        assert_eq!(fee(10).to_string(), include_str!("fee.golden").trim());\n'),
            False,
            "",
            ("total * 3", "3 * total"),
        ),
    ),
    "T20 policy and test": (
        {**lib(""), "draftgate.toml": "schema = 1\n[checks.tests]\nenabled = false\n"},
        {**lib(R_FEE + R_MORE, False), "draftgate.toml": RUST["draftgate.toml"] + 'time-limit = "5m"\n'},
    ),
}
RUST_BASES = {
    "T18": {
        **RUST,
        **lib(ten('        assert_eq!(fee(10).to_string(), include_str!("fee.golden").trim());\n'), False),
        "src/fee.golden": "30\n",
    }
}


def git(folder, *words):
    made = {
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
        cwd=folder,
        check=True,
        capture_output=True,
        env={**os.environ, **made},
    )


def write(folder, files):
    for path, text in files.items():
        path = os.path.join(folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def red(name, base, change):
    """Base with code that is broken already."""
    if "src/lib.rs" in base:
        return {**base, "src/lib.rs": base["src/lib.rs"].replace(*R_BAD)}
    is_trick = name[:3] in ("T12", "T13", "T14")
    return {**base, "shop.py": BROKEN if is_trick else change.get("shop.py", BROKEN)}


def judged(binary, environment, folder, base, change):
    """The verdict, and what the report says above a note."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    git(folder, "init", "-q", "-b", "main")
    write(folder, base)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "A shop")
    write(folder, change)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Fees of orders, in another form")
    ran = subprocess.run([binary, "check", "HEAD~1..HEAD", "--report", "json"], cwd=folder, env=environment, capture_output=True)
    report = json.loads(ran.stdout)
    said = ["%s %s" % (found["level"], found["rule"]) for found in report["findings"] if found["level"] != "note"]
    said += ["%s: %s" % (check["name"], check["why"][:150]) for check in report["checks"] if check["outcome"] == "broken"]
    return report["verdict"], sorted(set(said))


def main():
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    binary, venv, folder = map(os.path.abspath, sys.argv[1:4])
    environment = {
        **os.environ,
        "PATH": os.path.join(venv, "bin") + ":" + os.environ["PATH"],
        "VIRTUAL_ENV": venv,
        "XDG_CACHE_HOME": os.path.join(folder, "cache"),
    }
    sets = {"python": (PYTHON, PYTHON_BASES, PYTHON_WAYS), "rust": (RUST, RUST_BASES, RUST_WAYS)}
    wrong = False
    for language in sys.argv[4:] or sets:
        usual, bases, ways = sets[language]
        counts = collections.Counter()
        for name, (way, twin) in ways.items():
            base = bases.get(name[:3], usual)
            for what, base, change in (("green", base, way), ("red", red(name, base, way), way), ("twin", base, twin)):
                verdict, said = judged(binary, environment, os.path.join(folder, "repository"), base, change)
                print(language, name, what, verdict, "; ".join(said), sep=" | ", flush=True)
                counts[what, verdict] += 1
        for what in ("green", "red", "twin"):
            print(language, what, {verdict: count for (of, verdict), count in sorted(counts.items()) if of == what}, flush=True)
        wrong |= bool(counts["twin", "blocked"]) or counts["red", "blocked"] < 0.95 * len(ways)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main())
