"""Writes src/language/python/project/lists/stdlib_members.txt: the names that modules of the standard library hold.

usage: stdlib_members.py TYPESHED > lists/stdlib_members.txt

TYPESHED is the folder of that name in an installed mypy. The names of all versions and platforms count, and those that
this Python has. Modules that make names while they run are left out, and
names that begin with `_`.
"""
import ast
import importlib
import pathlib
import sys

MODULES = """
argparse array ast asyncio base64 bisect collections collections.abc concurrent.futures contextlib copy csv ctypes dataclasses
datetime decimal enum fnmatch fractions functools gc getpass glob gzip hashlib heapq hmac html http.client inspect io ipaddress
itertools json logging lzma math mimetypes multiprocessing operator os os.path pathlib pickle platform pprint queue random re
secrets select shlex shutil signal smtplib socket sqlite3 ssl stat statistics string struct subprocess tarfile tempfile
textwrap threading time timeit traceback types typing unicodedata urllib.parse urllib.request uuid warnings weakref
xml.etree.ElementTree zipfile zlib
""".split()


def stub(root, module):
    path = root.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".pyi"), path / "__init__.pyi"):
        if candidate.exists():
            return candidate
    return None


def targets(node):
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for one in node.elts:
            yield from targets(one)


def statements(body):
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.Try)):
            yield from statements(node.body)
            yield from statements(node.orelse)


def names(root, module, seen=()):
    path = stub(root, module)
    found = set()
    if path is None or module in seen:
        return found
    if path.name == "__init__.pyi":
        found |= {other.stem for other in path.parent.iterdir() if not other.stem.startswith("__")}
    for node in statements(ast.parse(path.read_text()).body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            for one in node.targets:
                found |= set(targets(one))
        elif isinstance(node, ast.AnnAssign):
            found |= set(targets(node.target))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                if one.name == "*":
                    base = node.module or ""
                    if node.level:
                        inner = module.split(".") if path.name == "__init__.pyi" else module.split(".")[:-1]
                        base = ".".join(inner[: len(inner) - node.level + 1] + [base])
                    found |= names(root, base, (*seen, module))
                else:
                    found.add((one.asname or one.name).split(".")[0])
    return found


def main():
    root = pathlib.Path(sys.argv[1]) / "stdlib"
    print("# Names that modules of the standard library hold in any version from 3.8 to 3.14, on any platform.")
    print("# From the stubs of mypy 2.4.1 and Python 3.11, by eval/lists/stdlib_members.py, 2026-11.")
    for module in sorted(MODULES):
        held = names(root, module) | set(dir(importlib.import_module(module)))
        print(module, *sorted(name for name in held if not name.startswith("_")))


main()
