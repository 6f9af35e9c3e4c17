#!/usr/bin/env python3
"""Renews src/language/python/project/lists/stdlib.txt.

    stdlib.py PYTHON3.10 PYTHON3.11 .. > stdlib.txt

Each argument is an interpreter, oldest first; `sys.stdlib_module_names` (3.10 and later) is what it has.
Names of 3.8 and 3.9 that 3.10 lost, and what came after the newest interpreter given, stand below, from
"What's new in Python" of 3.9, 3.10 and 3.14. A line: module, and where it is not in all of 3.8 to 3.14,
`>=` the first minor that has it, `<` the first that has it no more.
"""
import subprocess, sys

since = {"zoneinfo": 9, "graphlib": 9, "annotationlib": 14, "compression": 14, "_zstd": 14}
until = {"dummy_threading": 9, "_dummy_thread": 9, "formatter": 10, "parser": 10, "symbol": 10, "_bootlocale": 10}
code = "import sys; print(sys.version_info[1], *sorted(sys.stdlib_module_names))"
first = None
known = set()
for python in sys.argv[1:]:
    minor, *names = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    minor = int(minor)
    for name in known - set(names):
        until.setdefault(name, minor)
    if first is not None:
        for name in set(names) - known:
            since.setdefault(name, minor)
    first = first or minor
    known |= set(names)
known |= set(since) | set(until) | {"test", "_ctypes_test", "_testcapi", "xxlimited", "xxsubtype"}
print("# Modules of the standard library, Python 3.8 to 3.14. Renewed by eval/lists/stdlib.py, which says the source.")
for name in sorted(known):
    bounds = [f">={since[name]}"] if name in since else []
    bounds += [f"<{until[name]}"] if name in until else []
    print(" ".join([name, *bounds]))
