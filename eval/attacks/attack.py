"""What an attack is: a name, what it tries, the change, and the verdicts that are no success for it."""
from dataclasses import dataclass, field
from typing import Callable, Optional, Union

from world import JUDGED, STOPPED

ALL = []


@dataclass
class Attack:
    name: str
    tries: str
    # Files, or a function that makes them where they are large.
    base: Union[dict, Callable] = field(default_factory=dict)
    head: Union[dict, Callable] = field(default_factory=dict)
    tools: tuple = ()
    # What is done to the world before the run: an agent's doing in the working tree, say.
    before: Optional[Callable] = None
    # The arguments of the run; without them the change is judged, base to head.
    arguments: Optional[tuple] = None
    env: dict = field(default_factory=dict)
    expect: frozenset = frozenset(STOPPED)
    # Looks at the run, and complains.
    after: Optional[Callable] = None
    # Beginnings of paths that the run may write, in the world.
    may_make: tuple = ()
    # The whole course of the attack, where one run is not all of it.
    course: Optional[Callable] = None

    def carry_out(self, world):
        if self.course:
            self.course(world)
            return
        base, head = (files() if callable(files) else files for files in (self.base, self.head))
        world.change({**PROJECT, **base}, head)
        del base, head
        if self.before:
            self.before(world)
        arguments = [world.range] if self.arguments is None else [a.replace("@REPO@", world.repo) for a in self.arguments]
        run = world.gate(*arguments, env=self.env, expect=self.expect, may_make=self.may_make)
        if self.after:
            self.after(world, run)


def attack(name, tries, **rest):
    """Declares an attack whose change is bad: it may end in anything but `ready`."""
    ALL.append(Attack(name, tries, **rest))


def side_effect(name, tries, **rest):
    """Declares an attack on the machine: any verdict will do, as long as the world is as it was."""
    ALL.append(Attack(name, tries, expect=frozenset(JUDGED), **rest))


def course(name, tries, **rest):
    """Declares the decorated function, which is given the world, as an attack."""

    def declare(function):
        ALL.append(Attack(name, tries, course=function, **rest))
        return function

    return declare


# Built at run time, so that no token stands in this folder.
def token():
    import zlib

    body = "R4mD9xQ2LbVt7KcJw0ZsHfYp3NgE6u"
    number, digits = zlib.crc32(body.encode()), ""
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    while number:
        number, digit = divmod(number, 62)
        digits = alphabet[digit] + digits
    return "gh" + "p_" + body + digits.rjust(6, "0")


PYPROJECT = '[project]\nname = "shop"\nversion = "1"\ndependencies = ["flask"]\n'
PROJECT = {
    "pyproject.toml": PYPROJECT,
    "shop/__init__.py": "",
    "shop/prices.py": "def add(a, b):\n    return a + b\n",
    "tests/__init__.py": "",
    "tests/test_prices.py": "from shop.prices import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
}
INJECTION = (
    "import os\n\nfrom flask import request\n\n\ndef convert():\n"
    '    os.system("convert " + request.args["file"])\n'
)
LEAK = 'TOKEN = "%s"\n' % token()
BAD = {"shop/convert.py": INJECTION, "shop/token.py": LEAK}
SMALL = {"shop/prices.py": "def add(a, b):\n    return b + a\n"}
MARK_SH = ("exec", '#!/bin/sh\necho x >> "@MARK@"\nexit 0\n')
MARK_PY = 'open("@MARK@", "a").write("x")\n'
