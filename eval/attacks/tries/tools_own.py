"""Tools of the project's own: what base's policy names, base decides."""
from attack import MARK_PY, MARK_SH, attack, side_effect

SCRIPT = "if grep -rn FORBIDDEN shop; then exit 1; fi\nexit 0\n"
WORD = {"shop/stock.py": "WORD = 'FORBIDDEN'\n"}


def policy(command, output="exit-code", more=""):
    return ('schema = 1\n[gate]\nrequired = ["lint"]\n[tools.ours]\ncheck = "lint"\ncommand = %s\noutput = "%s"\ntime-limit = "20s"\n%s'
            % (command, output, more))


attack("own_plain_finding", "the control: base's script says no",
       base={"draftgate.toml": policy('["sh", "tools/lint.sh"]'), "tools/lint.sh": SCRIPT}, head=WORD)
attack("own_script_turned_into_a_link", "the script that the command names is a link to another in head",
       base={"draftgate.toml": policy('["./lint.sh"]'), "lint.sh": ("exec", "#!/bin/sh\n" + SCRIPT)},
       head={**WORD, "lint.sh": ("link", "evil.sh"), "evil.sh": MARK_SH})
attack("own_folder_turned_into_a_link", "the folder of the script is a link to another in head",
       base={"draftgate.toml": policy('["tools/lint.sh"]'), "tools/lint.sh": ("exec", "#!/bin/sh\n" + SCRIPT)},
       head={**WORD, "tools/lint.sh": None, "tools": ("link", "evil"), "evil/lint.sh": MARK_SH})
attack("own_make_target", "the command is make, the Makefile is the change's",
       base={"draftgate.toml": policy('["make", "-s", "lint"]'), "Makefile": "lint:\n\tsh tools/lint.sh\n", "tools/lint.sh": SCRIPT},
       head={**WORD, "GNUmakefile": "lint:\n\techo x > @MARK@\n", "Makefile": "lint:\n\techo x > @MARK@\n"})
attack("own_python_module", "the command is python3 -m, the module is the change's",
       base={"draftgate.toml": policy('["python3", "-m", "tools.lint"]'), "tools/lint.py":
             "import pathlib\nimport sys\n\nsys.exit(any('FORBIDDEN' in p.read_text() for p in pathlib.Path('shop').glob('*.py')))\n"},
       head={**WORD, "tools/lint.py": MARK_PY})
attack("own_python_import_shadowed", "a module of the change stands before the standard library's",
       base={"draftgate.toml": policy('["python3", "lint.py"]'), "lint.py":
             "import pathlib\nimport sys\n\nsys.exit(any('FORBIDDEN' in p.read_text() for p in pathlib.Path('shop').glob('*.py')))\n"},
       head={**WORD, "pathlib.py": MARK_PY + "import sys\nsys.exit(0)\n"})
attack("own_npm_script", "the command is npm run, package.json is the change's",
       base={"draftgate.toml": policy('["npm", "run", "-s", "lint"]'), "package.json": '{"scripts": {"lint": "sh tools/lint.sh"}}',
             "tools/lint.sh": SCRIPT},
       head={**WORD, "package.json": '{"scripts": {"lint": "echo x > @MARK@", "prelint": "echo x > @MARK@"}}'})
attack("own_configuration_of_the_tool", "base's script reads a list of words that head empties",
       base={"draftgate.toml": policy('["sh", "tools/lint.sh"]'), "tools/lint.sh": "if grep -rnf tools/words shop; then exit 1; fi\n",
             "tools/words": "FORBIDDEN\n"},
       head={**WORD, "tools/words": "nothing-at-all\n"})
side_effect("own_command_of_head", "head's policy puts a command of its own in the tool's place",
            base={"draftgate.toml": policy('["sh", "tools/lint.sh"]'), "tools/lint.sh": SCRIPT, "pyproject.toml": "[tool.ruff]\n"},
            head={**WORD, "evil.sh": MARK_SH, "draftgate.toml": policy('["./evil.sh"]') + '[tools.ruff]\ncommand = ["./evil.sh"]\n'
                  '[tools.more]\ncheck = "types"\ncommand = ["./evil.sh"]\noutput = "exit-code"\n'
                  '[checks.coverage]\ncommand = ["./evil.sh"]\nreport = "x"\n'})
attack("own_sarif_without_results", "what the tool copies from the change is a SARIF that suppresses all",
       base={"draftgate.toml": policy('["sh", "tools/lint.sh"]', "sarif"), "tools/lint.sh": "cat shop/*.sarif 2>/dev/null; exit 1\n"},
       head={"shop/a.sarif": '{"runs": [{"results": []}]}{"runs": [{"results": []}]}', **WORD})
side_effect("own_tool_paths_lead_outside", "the tool's output names files outside of the tree",
            base={"draftgate.toml": policy('["sh", "tools/lint.sh"]', "regex", "pattern = '(?P<path>[^:]+):(?P<line>[0-9]+):(?P<message>.*)'\n"),
                  "tools/lint.sh": "cat shop/out; exit 1\n"},
            head={**WORD, "shop/out": "@OUT@/victim.txt:1:a\n../outside/victim.txt:1:b\n/etc/passwd:1:c\n../../../../etc/shadow:1:d\n"
                  "shop/stock.py:99999999999999999999:e\nshop/stock.py:0:f\nno/such/file:1:g\n"})
side_effect("own_tool_follows_links_outside", "a link of the change leads outside; the tool writes through it",
            base={"draftgate.toml": policy('["sh", "tools/lint.sh"]'), "tools/lint.sh": "echo report > lint-report.txt; exit 0\n"},
            head={**WORD, "lint-report.txt": ("link", "@OUT@/MARK")})
