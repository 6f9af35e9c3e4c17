#!/usr/bin/env python3
"""Attacks on the gate itself: a change's author, or an agent with a shell in the working tree, wants through, or out.

usage: run.py BINARY [SUBSTRING]

Prints a line an attack and a count; ends with 1 where one did not go as expected. Each attack has a world of its own
(world.py says what is held against every run); what they try stands in the files of `tries/`. JOBS=N runs N at once,
ATTACK_SECONDS is what a run may take by the clock, ATTACK_TMP where the worlds are made, ATTACK_KEEP=1 keeps them.
"""
import importlib
import json
import os
import sys
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import attack  # noqa: E402
import toolbox  # noqa: E402
import world  # noqa: E402


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    binary = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    for name in sorted(os.listdir(os.path.join(HERE, "tries"))):
        if name.endswith(".py"):
            importlib.import_module("tries." + name[:-3])
    chosen = [a for a in attack.ALL if wanted in a.name]
    tools = {name: getattr(toolbox, name)() for name in sorted({t for a in chosen for t in a.tools})}
    held = 0
    for one, complaints, words in results(chosen, binary, tools, int(os.environ.get("JOBS", "1"))):
        held += not complaints
        print("%s %-38s %s" % ("FAIL" if complaints else "ok  ", one.name, words), flush=True)
        if complaints:
            print("     it %s" % one.tries)
        for complaint in complaints[:6]:
            print("     - %s" % complaint.replace("\n", " ")[:400], flush=True)
    print("%d of %d attacks held" % (held, len(chosen)))
    return 0 if held == len(chosen) else 1


def results(chosen, binary, tools, at_once):
    """Runs each attack in a process of its own, which is the reaper of whatever the attack leaves."""
    waiting, running = list(chosen), {}
    while waiting or running:
        while waiting and len(running) < at_once:
            one = waiting.pop(0)
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(read)
                os.write(write, json.dumps(attempt(one, binary, tools)).encode()[:60_000])
                os._exit(0)
            os.close(write)
            running[pid] = (one, read)
        pid, _ = os.wait()
        one, read = running.pop(pid)
        with os.fdopen(read, "rb") as pipe:
            answer = pipe.read()
        yield (one, *(json.loads(answer) if answer else (["the harness gave no answer"], "")))


def attempt(one, binary, tools):
    world.become_reaper()
    here = None
    try:
        here = world.World(binary, [tools[t] for t in one.tools], os.environ.get("ATTACK_TMP"))
        one.carry_out(here)
        complaints = here.complaints
    except Exception:  # The next attack must run whatever this one did to the harness.
        complaints = ["the harness: " + traceback.format_exc()[-300:]]
    runs = here.runs if here else []
    words = " ".join("%s %.1fs %dMB" % (r.verdict, r.cpu, r.megabytes) for r in runs[:4])
    try:
        if here:
            here.close()
    except OSError as error:
        complaints.append("the harness: %s" % error)
    return [c[:500] for c in complaints[:20]], words


if __name__ == "__main__":
    sys.exit(main())
