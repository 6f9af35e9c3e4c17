"""What the gate writes and reads again: reports, traces, measurements that are handed in, and its own cache."""
import json
import os
import signal
import time

from attack import BAD, PROJECT, PYPROJECT, SMALL, course
from world import JUDGED, OUTSIDE_TEXT, STOPPED


def intact(world):
    if open(world.outside + "/victim.txt").read() != OUTSIDE_TEXT + "\n":
        world.complain("a file outside was written")
        world.write(world.outside + "/victim.txt", OUTSIDE_TEXT + "\n")


@course("report_through_a_hard_link", "the report's name is a second name of a file outside")
def hard_link(world):
    world.change(PROJECT, BAD)
    for option in (["--report", "json=out.json"], ["--report", "sarif=out.json"], ["--trace", "out.json"]):
        os.link(world.outside + "/victim.txt", world.repo + "/out.json")
        world.gate(world.range, *option, untouched=False)
        intact(world)
        os.unlink(world.repo + "/out.json")


@course("report_through_a_folder_of_the_change", "the report's folder is a link of the change that leads outside")
def folder(world):
    world.change(PROJECT, {**BAD, "out": ("link", "@OUT@")})
    for option in (["--report", "json=out/victim.txt"], ["--trace", "out/victim.txt"], ["--report", "markdown=out/new.md"]):
        world.gate(world.range, *option, untouched=False)
        intact(world)
    if os.path.exists(world.outside + "/new.md"):
        world.complain("a report was made outside, through a link of the change")


@course("report_onto_a_pipe", "the report's name is a pipe that nobody reads, a socket, a folder")
def pipe(world):
    world.change(PROJECT, BAD)
    os.mkfifo(world.repo + "/pipe")
    for option in (["--report", "json=pipe"], ["--trace", "pipe"], ["--report", "json=shop"], ["--report", "json=."], ["--report", "json="]):
        world.gate(world.range, *option, untouched=False)


@course("report_of_a_good_change_unwritable", "a good change, and a report that cannot be written")
def unwritable(world):
    world.change(PROJECT, SMALL)
    for name in ("/dev/full", "/proc/self/status", "no/such/folder/x", "draftgate.toml/x"):
        world.gate(world.range, "--report", "json=" + name, expect={"could-not-judge"}, untouched=False)
        world.gate(world.range, "--trace", name, expect={"could-not-judge"}, untouched=False)


@course("replay_what_is_no_trace", "a trace that never ends, is a folder, a pipe, deep or huge")
def replay(world):
    world.change(PROJECT, BAD)
    os.mkfifo(world.repo + "/pipe")
    deep, huge = world.root + "/deep", world.root + "/huge"
    open(deep, "w").write('{"a":' * 500_000)
    open(huge, "w").write('{"draftgate": "' + "x" * 200_000_000 + '"}')
    for path in ("/dev/zero", world.repo, "/dev/null", "/proc/self/mem", deep, huge, "pipe"):
        world.gate("replay", path, expect={"could-not-judge"})


@course("replay_of_an_edited_trace", "every value of a trace is put in the place of every other of its kind, one at a time")
def edited(world):
    world.change(PROJECT, BAD)
    trace = world.root + "/trace"
    world.gate(world.range, "--trace", trace, untouched=False)
    text = open(trace).read()
    lines = text.split("\n")
    tries = [text.replace('"blocked"', '"ready"'), text.replace("block", "note"), "\n".join(lines[:-2]) + "\n", "\n".join(lines[1:]), "\n".join(reversed(lines)), text + text,
             "\n".join(line for line in lines if "finding" not in line), text.replace("shop/token.py", "../../outside/MARK"), text.replace('"', "'")]
    for edit in tries:
        if edit == text:
            continue
        open(trace, "w").write(edit)
        run = world.gate("replay", trace, "--report", "json", expect=STOPPED)
        if run.verdict == "blocked":
            world.complain("an edited trace is replayed")


def measurements():
    return {
        "lcov_line_of_4_billion": b"SF:shop/n.py\nDA:4294967295,1\nDA:4294967294,0\nend_of_record\n",
        "go_range_of_4_billion": b"mode: set\nshop/n.py:1.1,4294967295.1 4294967295 1\nshop/n.py:1.1,18446744073709551615.1 1 1\n",
        "llvm_segments_of_4_billion": b'{"type": "llvm.coverage.json.export", "version": "2.0.1", "data": [{"files": [{"filename": "shop/n.py", "segments": '
                                      b"[[1, 1, 1, true, true, false], [4294967295, 1, 0, false, false, false]]}], \"functions\": [], \"totals\": {}}]}",
        "cobertura_line_of_4_billion": b'<?xml version="1.0"?><coverage line-rate="1" branch-rate="0" version="1" timestamp="1"><packages><package name="a"><classes>'
                                       b'<class name="n" filename="shop/n.py"><lines><line number="4294967295" hits="1"/></lines></class></classes></package></packages></coverage>',
        "coverage_py_lines_of_4_billion": b'{"meta": {"version": "7.0", "format": 3}, "files": {"shop/n.py": {"executed_lines": [4294967295, -1, 18446744073709551616, 1e99], '
                                          b'"missing_lines": [], "excluded_lines": []}}, "totals": {}}',
        "lcov_one_line_of_100_mb": b"SF:" + b"x" * 100_000_000 + b"\nDA:1,1\nend_of_record\n",
        "lcov_a_million_files": b"".join(b"SF:a%d.py\nDA:1,1\nend_of_record\n" % n for n in range(1_000_000)),
        "cobertura_attributes": b'<?xml version="1.0"?><coverage ' + b"".join(b'a%d="x" ' % n for n in range(200_000)) + b"/>",
        "junit_deep_names": b'<?xml version="1.0"?><testsuites>' + b"<testsuite name='a'>" * 100_000,
        "go_many_blocks_on_one_line": b"mode: count\n" + b"shop/n.py:1.1,100000.1 1 1\n" * 100_000,
        "json_numbers": b'{"meta": {"version": "7.0"}, "files": {"shop/n.py": {"executed_lines": [' + b"9" * 3_000_000 + b"]}}}",
        "bytes": bytes(range(256)) * 4000,
    }


@course("coverage_reports_of_all_kinds", "reports that are handed in have lines, lengths and depths beyond reason")
def coverage(world):
    world.change(PROJECT, {**BAD, "shop/n.py": "def n(x):\n    return x\n"})
    for name, text in measurements().items():
        path = world.root + "/" + name
        open(path, "wb").write(text)
        before = len(world.complaints)
        world.gate(world.range, "--coverage", path)
        world.gate(world.range, "--coverage", path, "--coverage-base", path)
        world.complaints[before:] = [name + ": " + c for c in world.complaints[before:]]
    os.mkfifo(world.repo + "/pipe")
    for path in ("/dev/zero", "pipe", world.repo, "/dev/tty"):
        before = len(world.complaints)
        world.gate(world.range, "--coverage", path)
        world.complaints[before:] = [path + ": " + c for c in world.complaints[before:]]


SLOW = {"draftgate.toml": 'schema = 1\n[tools.ours]\ncheck = "lint"\ncommand = ["sleep", "30"]\noutput = "exit-code"\n', "pyproject.toml": PYPROJECT}


@course("cache_left_behind_is_a_trap", "what a killed run left is swapped for links to a folder of the user's, before the next run cleans up")
def trap(world):
    world.change({**PROJECT, **SLOW}, SMALL)
    cache = os.path.join(world.home, ".cache", "draftgate")

    def has_begun(child):
        for _ in range(200):
            if any("pyproject.toml" in names for _, _, names in os.walk(cache)):
                return
            time.sleep(0.05)

    world.gate(world.range, signal_after=(signal.SIGKILL, has_begun), expect={"exit -9"})
    # Whatever the kill left running is ended by `gate`, which complains: that is another attack's matter.
    world.complaints = [c for c in world.complaints if "processes left" not in c]
    os.mkdir(world.outside + "/folder")
    world.write(world.outside + "/folder/kept.txt", "kept\n")
    for root, folders, names in os.walk(cache, topdown=False):
        if "pyproject.toml" in names:
            os.rename(root, root + ".aside")
            os.symlink(world.outside + "/folder", root)
    world.write("draftgate.toml", SLOW["draftgate.toml"].replace("30", "0"))
    world.git("commit", "-qam", "quick")
    quick = world.git("rev-parse", "HEAD")
    world.head = world.commit({"shop/more.py": "X = 1\n"}, [quick], branch="more")
    world.base = quick
    for _ in range(2):
        world.gate(world.range, expect=JUDGED)
    if not os.path.exists(world.outside + "/folder/kept.txt"):
        world.complain("cleaning up removed a file outside")


@course("cache_entries_are_forged", "an agent writes into every file of the cache that the gate keeps", tools=("python",))
def forged(world):
    world.change({**PROJECT, "pyproject.toml": PYPROJECT + '[tool.ruff.lint]\nselect = ["F"]\n', "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["lint"]\n'},
                 {"shop/stock.py": "import os\n"})
    world.gate(world.range)
    cache = os.path.join(world.home, ".cache", "draftgate")
    for text in (b"", b"\xff" * 1000, b"[" * 100_000, b"{}", b"null"):
        for root, _, names in os.walk(cache):
            for name in names:
                path = os.path.join(root, name)
                os.chmod(path, 0o644)
                open(path, "wb").write(text)
        run = world.gate(world.range, "--report", "json")
        if run.verdict != "blocked":
            world.complain("not blocked after the cache was forged: %s" % json.loads(run.out or b"{}").get("reasons"))
