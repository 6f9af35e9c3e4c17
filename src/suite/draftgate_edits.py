"""Tries edits of code, each in a fork of the process that loaded the tests, for draftgate.

While the tests run, each statement that an edit is about says which test runs it; afterwards only those tests are run
with the edit. What a fork cannot show is told as open: an edit outside of a function, code that ran while it was loaded,
tests that start other processes.
"""
import ast
import builtins
import gc
import importlib.machinery
import json
import os
import shutil
import signal
import sys
import threading
import time
import types

import draftgate_outcomes
import pytest

with open(os.environ["DRAFTGATE_EDITS"], encoding="utf-8", errors="surrogateescape") as _lines:
    _ASKED = json.loads(_lines.read())
_OUT = os.environ["DRAFTGATE_TRIED"]
_ROOT = os.path.realpath(os.getcwd())
_OWN = frozenset(_ASKED["own"])
_PASSES = 87
_LOADING = None
_BEGUN = time.monotonic()


class _File:
    """A file with edits: its code as it is, and as it runs, where each statement in question says so."""

    def __init__(self):
        self.edits = []
        self.plain = self.live = None
        # The text that is loaded in its place.
        self.instead = None
        self.is_strange = False


_FILES = {}
for _number, _edit in enumerate(_ASKED["edits"]):
    _FILES.setdefault(os.path.join(_ROOT, _edit["path"]), _File()).edits.append(_number)
_GROUP = [None] * len(_ASKED["edits"])
_RAN = []
_now = _LOADING
_passed, _took, _outside = {}, {}, set()


def _ran(group):
    _RAN[group].add(_now)


builtins.__draftgate_ran__ = _ran


def _around(tree, line):
    """The innermost function around a line."""
    found = None
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.body[0].lineno <= line <= node.end_lineno:
            if found is None or node.lineno >= found.lineno:
                found = node
    return found


def _holds(node, line):
    return node.lineno <= line <= node.end_lineno


def _statement(function, line):
    """The innermost statement around a line, with the list in which it stands."""
    found = (function.body, function.body[0])
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            for statement in block if isinstance(block, list) else ():
                if _holds(statement, line) and statement.lineno >= found[1].lineno:
                    found = (block, statement)
    return found


def _loaded(path, file, source):
    """The code of a file, with a mark before each statement that an edit is about."""
    plain = compile(source, path, "exec", dont_inherit=True)
    tree = ast.parse(source, path)
    marked = {}
    for number in file.edits:
        line = _ASKED["edits"][number]["line"]
        function = _around(tree, line)
        if function is None:
            continue
        block, statement = _statement(function, line)
        if statement not in marked:
            marked[statement] = (len(_RAN), block)
            _RAN.append(set())
        _GROUP[number] = marked[statement][0]
    for statement, (group, block) in marked.items():
        is_text = isinstance(statement, ast.Expr) and isinstance(getattr(statement.value, "value", None), str)
        name = ast.Name("__draftgate_ran__", ast.Load())
        mark = ast.Expr(ast.Call(name, [ast.Constant(group)], []))
        for node in ast.walk(mark):
            ast.copy_location(node, statement)
        block.insert(block.index(statement) + is_text, mark)
    live = compile(tree, path, "exec", dont_inherit=True)
    file.plain, file.live = plain, live
    return live


_loader = importlib.machinery.SourceFileLoader
_get_code = _loader.get_code


def _code(self, fullname):
    path = os.path.realpath(self.get_filename(fullname))
    file = _FILES.get(path)
    if file is None or file.is_strange:
        return _get_code(self, fullname)
    try:
        if file.instead is not None:
            return compile(file.instead, path, "exec", dont_inherit=True)
        # Loaded a second time: whose functions are whose is not known.
        file.is_strange = file.live is not None
        if not file.is_strange:
            return _loaded(path, file, self.get_data(path))
    except (SyntaxError, ValueError, OSError, AttributeError):
        file.is_strange = True
    return _get_code(self, fullname)


_loader.get_code = _code


def _heard(event, args):
    """Tests that start what may run the code where nobody looks."""
    if event in ("os.fork", "os.forkpty"):
        _outside.add(_now)
    elif event in ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system"):
        try:
            words = args[{"os.system": 0, "os.spawn": 2}.get(event, 1)]
            words = [words] if isinstance(words, (str, bytes, os.PathLike)) else words
            words = [os.fsdecode(word) for word in words]
            if event == "os.system" or words[1:2] == ["-c"]:
                words = words[:1] + " ".join(words).split()
                programs = words
            else:
                programs = words[:1]
            names = [os.path.basename(word) for word in words]
            is_python = any("python" in name or name.endswith(".py") for name in names)
            if is_python or any(map(_is_script, programs)):
                _outside.add(_now)
        except Exception:
            _outside.add(_now)


def _is_script(word):
    path = shutil.which(word)
    if path is None:
        return False
    with open(path, "rb") as program:
        return program.read(2) == b"#!"


sys.addaudithook(_heard)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    global _now
    _now, begun = item.nodeid, time.monotonic()
    yield
    _took[item.nodeid] = time.monotonic() - begun
    _now = _LOADING


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_fixture_setup(fixturedef):
    """What a fixture of several tests runs, all of them run."""
    global _now
    before = _now
    if fixturedef.scope != "function":
        _now = (fixturedef.argname,)
    yield
    _now = before


def _tests(session, marks):
    """The tests of marks: their own, and those of the fixtures that they share."""
    shared = {mark[0] for mark in marks if isinstance(mark, tuple)}
    names = {mark for mark in marks if isinstance(mark, str)}
    if shared:
        names |= {item.nodeid for item in session.items if not shared.isdisjoint(getattr(item, "fixturenames", ()))}
    return sorted(names)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report):
    passes = report.passed or (report.skipped and hasattr(report, "wasxfail"))
    _passed[report.nodeid] = _passed.get(report.nodeid, True) and passes


_server = None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session):
    global _server
    config = session.config
    apart = getattr(config.option, "numprocesses", None) or "PYTEST_XDIST_WORKER" in os.environ
    if apart or not hasattr(os, "fork") or threading.active_count() > 1:
        return
    read, write = os.pipe()
    pid = os.fork()
    if pid:
        os.close(read)
        _server = (pid, write)
        return
    status = 1
    try:
        os.close(write)
        swaps = [_swaps(number) for number in range(len(_GROUP))]
        functions = _functions()
        gc.freeze()
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        if said:
            _silence(session)
            _serve(session, functions, swaps, json.loads(said))
            status = 0
    finally:
        os._exit(status)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    if _server is None:
        return
    pid, write = _server
    told = {
        "group": _GROUP,
        "strange": [_file(number).is_strange for number in range(len(_GROUP))],
        "loaded": [_file(number).live is not None for number in range(len(_GROUP))],
        "ran": [_tests(session, ran) for ran in _RAN],
        "loading": [_LOADING in ran for ran in _RAN],
        "passed": [name for name, passed in _passed.items() if passed],
        "outside": _tests(session, _outside),
        "took": _took,
    }
    with os.fdopen(write, "wb") as pipe:
        pipe.write(json.dumps(told).encode())
    os.waitpid(pid, 0)


def _silence(session):
    """Says nothing in the name of the run itself."""
    draftgate_outcomes._say = lambda **what: None
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if getattr(reporter, "_tw", None) is not None:
        reporter._tw._file = open(os.devnull, "w")


def _serve(session, functions, swaps, told):
    """Tries all edits: the tests of the change first, as the others cost more."""
    ends = min(time.monotonic() + _ASKED["seconds"], _BEGUN + _ASKED["limit"] - 2)
    passed = set(told["passed"])
    outside = passed.intersection(told["outside"])
    found = []

    def tried(number, names):
        return _tried(session, functions, number, swaps[number], names, told["took"], ends)

    for number, group in enumerate(told["group"]):
        ran = set() if group is None else passed.intersection(told["ran"][group])
        own = {name for name in ran if _function(name) in _OWN}
        one = {"edit": number, "end": "unreached", "own": sorted(own), "others": 0, "again": sorted(outside)}
        found.append((one, ran - own))
        if told["strange"][number] or swaps[number] is None or group is None and told["loaded"][number]:
            one["end"], one["again"] = "open", sorted(ran | outside if ran else passed)
        elif own:
            one["end"] = tried(number, own)
            one["end"] = "own-fails" if one["end"] == "fails" else one["end"]
    with open(_OUT, "w", encoding="utf-8", errors="backslashreplace", buffering=1) as out:
        for number, (one, others) in enumerate(found):
            if one["end"] in ("passes", "unreached") and others:
                end = tried(number, others)
                is_late = end == "not-run" and one["end"] == "passes"
                one["end"] = "own-passes" if is_late else end
                one["others"] = 0 if is_late else len(others)
            group = told["group"][number]
            if one["end"] not in ("passes", "unreached", "open"):
                one["again"] = []
            elif group is not None and told["loading"][group]:
                # What ran while it was loaded has had its say already, to any test.
                one["end"], one["again"] = "open", sorted(passed)
            out.write(json.dumps(one) + "\n")


def _file(number):
    return _FILES[os.path.join(_ROOT, _ASKED["edits"][number]["path"])]


def _function(name):
    return name.split("[", 1)[0]


def _functions():
    """The functions that are there, by the code that they run."""
    codes = set()

    def note(code):
        codes.add(id(code))
        for inner in _inner(code):
            note(inner)

    for file in _FILES.values():
        if file.live is not None:
            note(file.live)
    by_code = {}
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and id(thing.__code__) in codes:
            by_code.setdefault(id(thing.__code__), []).append(thing)
    return by_code


def _inner(code):
    return [const for const in code.co_consts if isinstance(const, types.CodeType)]


def _itself(code):
    """What a code is but for what it holds, and for its lines."""
    consts = [const for const in code.co_consts if not isinstance(const, types.CodeType)]
    return (code.co_code, repr(consts), code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)


def _swaps(number):
    """The code that takes another's place in an edit, in pairs; empty where its file is not loaded yet; None where more
    than functions would change."""
    edit, file = _ASKED["edits"][number], _file(number)
    if file.live is None:
        return []
    try:
        new = compile(edit["text"], file.live.co_filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    pairs = []
    return pairs if _differ(file.plain, file.live, new, pairs) and pairs else None


def _differ(plain, live, new, pairs):
    is_function = plain.co_flags & 3 == 3
    if is_function:
        if plain == new:
            return True
        if plain.co_freevars != new.co_freevars:
            return False
        pairs.append((live, new))
    elif _itself(plain) != _itself(new):
        return False
    inner = list(map(_inner, (plain, live, new)))
    if len({len(codes) for codes in inner}) > 1:
        return is_function
    return all([_differ(*codes, pairs) for codes in zip(*inner)])


def _tried(session, functions, number, pairs, names, seconds, ends):
    """What tests say of an edit: `fails`, `passes`, `timed-out`, `not-run`."""
    left = ends - time.monotonic()
    took = sum(seconds.get(name, 0) for name in names)
    limit = max(_ASKED["least"], 3 * took)
    if left <= 0:
        return "not-run"
    pid = os.fork()
    if not pid:
        status = 1
        try:
            _file(number).instead = _ASKED["edits"][number]["text"]
            _run(session, functions, pairs, names)
            status = _PASSES
        finally:
            os._exit(status)
    until = time.monotonic() + min(limit, left)
    pause = 0.001
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return "passes" if os.WIFEXITED(status) and os.WEXITSTATUS(status) == _PASSES else "fails"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return "timed-out" if limit <= left else "not-run"


class _First:
    """Knows whether a test did not pass."""

    is_found = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report):
        if not (report.passed or (report.skipped and hasattr(report, "wasxfail"))):
            self.is_found = True


def _run(session, functions, pairs, names):
    for live, new in pairs:
        for function in functions.get(id(live), ()):
            function.__code__ = new
    first = _First()
    session.config.pluginmanager.register(first)
    items = [item for item in session.items if item.nodeid in names]
    for item, following in zip(items, items[1:] + [None]):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if first.is_found:
            # What tests share is let go of: the next fork may want the same port.
            session._setupstate.teardown_exact(None)
            os._exit(1)
