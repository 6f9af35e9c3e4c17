"""Test commands: they run code of the change, by base's word. What that code may not reach, and may not claim."""
import os

from attack import BAD, PROJECT, SMALL, attack, course, side_effect
from tries.tools_rust import CARGO, GOOD, LOCK

POLICY = 'schema = 1\n[checks.coverage]\ncommand = ["pytest", "-q"]\ntime-limit = "%s"\n'
BASE = {"draftgate.toml": POLICY % "5m"}
PY = dict(tools=("python",))
UNTESTED = {"shop/stock.py": "def left(n):\n" + "".join("    n += %d\n" % i for i in range(30)) + "    return n\n"}
IMPORTED = {"tests/test_stock.py": "import shop.stock\n\n\ndef test_there():\n    assert shop.stock.left\n"}


def in_tests(body, more=None):
    """A change whose tests do something else as well."""
    test = "import os\nimport subprocess\nimport sys\n\nfrom shop.prices import add\n\n\ndef test_more():\n%s    assert add(2, 2) == 4\n"
    return {**SMALL, "tests/test_more.py": test % "".join("    %s\n" % line for line in body.strip("\n").split("\n")), **(more or {})}


attack("tests_plain_finding", "the control: a function that no test runs", base=BASE, head={**UNTESTED, **IMPORTED}, **PY)
attack("tests_end_the_run_well", "conftest.py ends the run with 0 before it has begun",
       base=BASE, head={**UNTESTED, "conftest.py": "import os\nos._exit(0)\n"}, **PY)
attack("tests_end_after_collection", "conftest.py ends the run with 0 after collection",
       base=BASE, head={**UNTESTED, **IMPORTED, "conftest.py": "import os\n\n\ndef pytest_collection_finish(session):\n    os._exit(0)\n"}, **PY)
attack("tests_failure_hidden", "conftest.py turns a failed test into a passed one and the exit code into 0",
       base=BASE, head={"shop/prices.py": "def add(a, b):\n    return a - b\n", "conftest.py":
                        "import pytest\n\n\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_runtest_makereport(item, call):\n"
                        "    out = yield\n    out.get_result().outcome = 'passed'\n\n\n"
                        "def pytest_sessionfinish(session, exitstatus):\n    session.exitstatus = 0\n"}, **PY)
attack("tests_left_out_by_pytest_ini", "pytest.ini of head collects nothing but one file",
       base=BASE, head={**UNTESTED, "pytest.ini": "[pytest]\naddopts = --ignore=tests/test_prices.py -p no:cacheprovider\n",
                        "tests/test_two.py": "def test_two():\n    assert 1 + 1 == 2\n"}, **PY)
attack("tests_configuration_of_coverage", ".coveragerc of head leaves the new file out and loads a plugin",
       base=BASE, head={**UNTESTED, **IMPORTED, ".coveragerc": "[run]\nomit = shop/stock.py\nplugins = evil\n[report]\nexclude_lines = .*\n",
                        "evil.py": "def coverage_init(reg, options):\n    pass\n"}, **PY)
attack("tests_coverage_module_of_the_change", "a package coverage/ at the top answers in coverage.py's place",
       base=BASE, head={**UNTESTED, "coverage/__init__.py": "", "coverage/__main__.py": "import sys\nsys.exit(0)\n",
                        "pytest.py": "import sys\nsys.exit(0)\n", "pytest/__init__.py": "", "pytest/__main__.py": ""}, **PY)
attack("tests_write_coverage_themselves", "a test leaves a finished report where the gate would look for one",
       base={"draftgate.toml": 'schema = 1\n[checks.coverage]\ncommand = ["sh", "run.sh"]\nreport = "out/cov.lcov"\n',
             "run.sh": "mkdir -p out && coverage run -m pytest -q && coverage lcov -o out/cov.lcov\n"},
       head={**UNTESTED, **IMPORTED, "out/cov.lcov": "SF:shop/stock.py\n" + "".join("DA:%d,1\n" % n for n in range(1, 33)) + "end_of_record\n",
             ".coveragerc": "[lcov]\noutput = elsewhere\n", "conftest.py":
             "import atexit\nimport os\natexit.register(lambda: os._exit(1))\n"}, **PY)
attack("tests_report_is_a_link", "the report that the command writes is a link to a file outside",
       base={"draftgate.toml": 'schema = 1\n[checks.coverage]\ncommand = ["sh", "run.sh"]\nreport = "cov.lcov"\n', "run.sh": "exit 0\n"},
       head={**UNTESTED, "cov.lcov": ("link", "@OUT@/victim.txt")}, **PY)
attack("tests_never_end", "a test waits for ever, deaf to signals",
       base={"draftgate.toml": POLICY % "5s"}, head={**in_tests("import signal\n[signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]\n"
                                                                "while True:\n    signal.pause()"), **BAD}, **PY)
attack("tests_flood_the_output", "a test prints two gigabytes",
       base={"draftgate.toml": POLICY % "15s"},
       head={**in_tests("for _ in range(20000):\n    sys.__stdout__.write('x' * 100000 + '\\n')\n    os.write(2, b'y' * 100000)"), **BAD}, **PY)

DETACHED = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import signal, time
        [signal.signal(s, signal.SIG_IGN) for s in (1, 2, 15)]
        os.chdir('/')
        [os.close(f) for f in range(3)]
        os.execve('/bin/sleep', ['sleep', '250'], {})
    os._exit(0)
"""
side_effect("tests_leave_a_daemon", "a test leaves a process in a session of its own without our environment",
            base=BASE, head=in_tests(DETACHED), **PY)
side_effect("tests_leave_many_processes", "a test leaves two hundred processes",
            base=BASE, head=in_tests("for _ in range(200):\n    subprocess.Popen(['setsid', 'sleep', '251'], stdin=0, stdout=-3, stderr=-3)"), **PY)
side_effect("tests_write_outside", "a test writes into folders of the user's",
            base=BASE, head=in_tests(
                "for path in ('@MARK@', '@REPO@/planted.py', '@REPO@/.git/hooks/pre-commit', os.path.expanduser('~/.bashrc')):\n"
                "    try:\n        open(path, 'w').write('x')\n    except OSError:\n        pass"), **PY)
side_effect("tests_change_what_is_judged", "a test edits the working tree, the index and the branch of the repository",
            base=BASE, head=in_tests("subprocess.run(['git', '-C', '@REPO@', 'update-ref', 'refs/heads/main', 'refs/heads/topic'])\n"
                                     "subprocess.run(['git', '-C', '@REPO@', 'config', 'user.name', 'x'])\n"
                                     "subprocess.run('git rev-parse --git-common-dir > /dev/null && git update-ref -d refs/heads/main', shell=True)"),
            **PY)
side_effect("tests_read_tokens", "a test reads the environment and the memory of every process that it may",
            base=BASE, head=in_tests(
                "found = [open('/proc/%s/environ' % p, 'rb').read() for p in os.listdir('/proc') if p.isdigit() and os.access('/proc/%s/environ' % p, 4)\n"
                "         and not os.path.realpath('/proc/%s/exe' % p).endswith('/sleep')]\n"
                "for path in ('@OUT@/environ', 'environ'):\n"
                "    try:\n        open(path, 'wb').write(b''.join(found))\n    except OSError:\n        pass\n"
                "print([x for x in b'\\0'.join(found).split(b'\\0') if b'canary' in x])\n"
                "assert not [x for x in b'\\0'.join(found).split(b'\\0') if b'canary' in x], b'\\0'.join(found)"), **PY)
side_effect("tests_open_the_gate_s_memory", "a test opens the memory of the gate for writing",
            base=BASE, head=in_tests(
                "pid, got = os.getppid(), []\n"
                "while pid > 1:\n"
                "    try:\n"
                "        if 'draftgate' in open('/proc/%d/comm' % pid).read():\n            got.append(open('/proc/%d/mem' % pid, 'r+b'))\n"
                "        pid = int(open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()[1])\n"
                "    except OSError:\n        break\n"
                "if got:\n    open('@MARK@', 'w').write('opened')\n"), **PY)


@course("tests_poison_the_cache", "a test of one change writes into the gate's cache, for the change after it", **PY)
def poison(world):
    world.change({**PROJECT, **BASE}, in_tests(
        "for folder in ('@CACHE@', os.path.expanduser('~/.cache/draftgate')):\n"
        "    for root, _, names in os.walk(folder):\n        for name in names:\n"
        "            try:\n                open(os.path.join(root, name), 'ab').write(b'poison')\n            except OSError:\n                pass"
        .replace("@CACHE@", os.path.join(world.home, ".cache", "draftgate"))))
    run = world.gate(world.range, expect={"ready", "blocked", "needs-human", "could-not-judge"})
    folder = os.path.join(world.home, ".cache", "draftgate")
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            if not os.path.islink(path) and b"poison" in open(path, "rb").read():
                world.complain("a test wrote into the cache: " + os.path.relpath(path, folder))
    del run


LISTEN = ("import socket\ntry:\n    socket.create_connection(('127.0.0.1', %d), 2).send(b'hello')\nexcept OSError:\n    pass")


@course("tests_talk_to_the_network", "a test sends to a server on this machine: where the system allows it, there is no network", **PY)
def network(world):
    import socket

    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    world.change({**PROJECT, **BASE}, in_tests(LISTEN % server.getsockname()[1]))
    world.gate(world.range, expect={"ready", "blocked", "needs-human", "could-not-judge"})
    try:
        server.accept()
        world.complain("a test reached the network")
    except TimeoutError:
        pass
    server.close()


RUST = {"draftgate.toml": 'schema = 1\n[checks.coverage]\ncommand = ["cargo", "test", "--offline"]\ntime-limit = "5m"\n', "Cargo.toml": CARGO,
        "Cargo.lock": LOCK, "src/lib.rs": GOOD, "tests/add.rs": "#[test]\nfn adds() {\n    assert_eq!(shop::add(1, 2), 3);\n}\n"}
NEW = {"src/lib.rs": GOOD + "\npub fn left(mut n: u32) -> u32 {\n" + "".join("    n += %d;\n" % i for i in range(30)) + "    n\n}\n"}
CARGO_TOOLS = dict(base=RUST, tools=("cargo",))
attack("cargo_test_plain_finding", "the control: a function that no test runs", head=NEW, **CARGO_TOOLS)
attack("cargo_test_runner_true", "a .cargo/config.toml has the test binaries run by `true`",
       head={**NEW, ".cargo/config.toml": '[target.x86_64-unknown-linux-gnu]\nrunner = "true"\n'}, **CARGO_TOOLS)
attack("cargo_test_targets_gone", "head's manifest builds no test any more",
       head={**NEW, "Cargo.toml": CARGO + "autotests = false\n[lib]\ntest = false\n"}, **CARGO_TOOLS)
attack("cargo_test_profile_elsewhere", "a .cargo/config.toml sends the measurement elsewhere",
       head={**NEW, ".cargo/config.toml": '[env]\nLLVM_PROFILE_FILE = { value = "/dev/null", force = true }\n'
             '[build]\nrustflags = ["-Cinstrument-coverage=off"]\ntarget-dir = "@OUT@/target"\n'}, **CARGO_TOOLS)
attack("cargo_test_ends_early", "a test ends the process with 0",
       head={**NEW, "tests/add.rs": "#[test]\nfn adds() {\n    std::process::exit(0);\n}\n"}, **CARGO_TOOLS)
