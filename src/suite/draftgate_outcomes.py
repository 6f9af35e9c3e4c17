"""Writes what pytest collects and what comes of each test, a line of JSON each, for draftgate."""
import gc
import json
import linecache
import os

import pytest

_MOST = 2000
_ROOT = os.getcwd()
_OUT = open(os.environ["DRAFTGATE_OUTCOMES"], "a", encoding="utf-8", errors="backslashreplace", buffering=1)
_ORDER = os.environ.get("DRAFTGATE_ORDER", "")
_ASKED = {}
if os.environ.get("DRAFTGATE_ONLY"):
    with open(os.environ["DRAFTGATE_ONLY"], encoding="utf-8", errors="surrogateescape") as _lines:
        _ASKED = json.loads(_lines.read())
_NAMES = None if _ASKED.get("names") is None else frozenset(_ASKED["names"])
_FILES = None if _ASKED.get("files") is None else frozenset(_ASKED["files"])
_FUNCTIONS = None if _ASKED.get("functions") is None else frozenset(_ASKED["functions"])
if _FUNCTIONS is not None:
    _FILES = frozenset(name.split("::", 1)[0] for name in _FUNCTIONS)
if _NAMES is not None:
    _FILES = frozenset(name.split("::", 1)[0] for name in _NAMES)
_IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
# What is loaded stays, and there is much of it where tests have many cases.
_THRESHOLD = gc.get_threshold()
gc.set_threshold(0)


def _say(**what):
    if not _IS_WORKER:
        _OUT.write(json.dumps(what) + "\n")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    if _NAMES is not None:
        items[:] = [item for item in items if item.nodeid in _NAMES]
    elif _FUNCTIONS is not None:
        items[:] = [item for item in items if item.nodeid.split("[", 1)[0] in _FUNCTIONS]
    elif _FILES is not None:
        items[:] = [item for item in items if item.nodeid.split("::", 1)[0] in _FILES]
    if _ORDER == "reversed":
        items.reverse()


if _FILES is not None and getattr(pytest, "version_tuple", (0,)) >= (7,):

    def pytest_ignore_collect(collection_path, config):
        name = collection_path.name
        if name in ("__init__.py", "conftest.py") or not name.endswith(".py"):
            return None
        try:
            path = collection_path.relative_to(config.rootpath).as_posix()
        except ValueError:
            return None
        return None if path in _FILES or collection_path.is_dir() else True


def pytest_collection_finish(session):
    if gc.get_threshold()[0] == 0:
        gc.set_threshold(*_THRESHOLD)
    _say(kind="collected", names=[item.nodeid for item in session.items])


def pytest_collectreport(report):
    if report.failed:
        _say(kind="uncollected", name=report.nodeid, message=_clip(str(report.longrepr), last=True))
    elif report.skipped:
        _say(kind="outcome", name=report.nodeid, outcome="skipped", message=_reason(report))


def pytest_runtest_logreport(report):
    if report.failed:
        _say(kind="outcome", name=report.nodeid, outcome="failed", **_failure(report))
    elif report.skipped and hasattr(report, "wasxfail"):
        _say(kind="outcome", name=report.nodeid, outcome="passed")
    elif report.skipped:
        _say(kind="outcome", name=report.nodeid, outcome="skipped", message=_reason(report))
    elif report.when == "call":
        _say(kind="outcome", name=report.nodeid, outcome="passed")


def pytest_sessionfinish(session, exitstatus):
    _say(kind="end", status=int(exitstatus))


def _clip(text, last=False):
    return text[-_MOST:] if last else text[:_MOST]


def _reason(report):
    longrepr = report.longrepr
    return _clip(str(longrepr[2] if isinstance(longrepr, tuple) and len(longrepr) == 3 else longrepr))


def _inside(path):
    path = os.path.realpath(os.path.join(_ROOT, path))
    root = os.path.realpath(_ROOT) + os.sep
    return path[len(root) :] if path.startswith(root) else ""


def _failure(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is None:
        return {"message": _clip(str(report.longrepr).strip().splitlines()[-1] if str(report.longrepr).strip() else "")}
    own = report.nodeid.split("::", 1)[0]
    path, line = _inside(str(crash.path)), crash.lineno
    for entry in getattr(getattr(report.longrepr, "reprtraceback", None), "reprentries", ()):
        place = getattr(entry, "reprfileloc", None)
        if place is not None and _inside(str(place.path)) == own:
            path, line = own, place.lineno
    message = crash.message
    if message.strip() in ("AssertionError", ""):
        there = linecache.getline(os.path.join(_ROOT, str(crash.path)), crash.lineno).strip()
        message = "AssertionError: " + there
    asserted = linecache.getline(os.path.join(_ROOT, path), line).strip() if path else ""
    return {"message": _clip(message), "path": path, "line": line, "asserted": _clip(asserted)}
