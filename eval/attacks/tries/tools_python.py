"""ruff, mypy, pyright, basedpyright, pyrefly and ty: code of the change that they would run, findings that it hides."""
from attack import MARK_PY, MARK_SH, PYPROJECT, SMALL, attack, side_effect

RUFF = {"pyproject.toml": PYPROJECT + '[tool.ruff.lint]\nselect = ["F"]\n', "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["lint"]\n'}
MYPY = {"pyproject.toml": PYPROJECT + "[tool.mypy]\nstrict = true\n", "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["types"]\n'}
UNUSED = {"shop/stock.py": "import os\n\n\ndef left(n: int) -> int:\n    return n - 1\n"}
WRONG = {"shop/stock.py": 'def left(n: int) -> str:\n    return n - 1\n'}
PY = dict(tools=("python",))

attack("ruff_config_in_a_folder", "a ruff.toml beside the code selects nothing there",
       base=RUFF, head={**UNUSED, "shop/ruff.toml": "lint.select = []\n"}, **PY)
attack("ruff_excluded_by_a_nested_pyproject", "a pyproject.toml in the package excludes all",
       base=RUFF, head={**UNUSED, "shop/pyproject.toml": '[tool.ruff]\nexclude = ["*"]\nforce-exclude = true\n'}, **PY)
attack("ruff_hidden_by_gitignore", "the change ignores its own file, which ruff heeds",
       base=RUFF, head={**UNUSED, ".gitignore": "stock.py\n"}, **PY)
attack("ruff_hidden_by_dot_ignore", "the same by a file that only ruff's walker knows",
       base=RUFF, head={**UNUSED, "shop/.ignore": "*\n", ".ignore": "shop\n"}, **PY)
attack("ruff_required_version", "head asks for a ruff that does not exist, so that it gives up",
       base=RUFF, head={**UNUSED, "ruff.toml": 'required-version = "==0.0.1"\n'}, **PY)
attack("ruff_config_that_is_no_toml", "a nested configuration is broken, so that ruff ends early",
       base=RUFF, head={**UNUSED, "shop/ruff.toml": "= = =\n"}, **PY)
attack("ruff_files_named_like_options", "files are named like options of ruff",
       base=RUFF, head={**UNUSED, "--exit-zero": "", "-e.py": "import os\n", "--config=x.toml": "lint.select=[]\n",
                        "@list.py": "import os\n"}, **PY)
attack("ruff_notebook_only", "the unused import stands in a notebook",
       base=RUFF, head={"work.ipynb": '{"cells": [{"cell_type": "code", "execution_count": null, "id": "a", "metadata": {}, '
                        '"outputs": [], "source": ["import os\\n", "import sys"]}], "metadata": {}, "nbformat": 4, '
                        '"nbformat_minor": 5}'}, **PY)
attack("mypy_stub_beside_the_module", "a .pyi beside the new module takes it out of mypy's sight",
       base=MYPY, head={**WRONG, "shop/stock.pyi": "def left(n: int) -> str: ...\n"}, **PY)
attack("mypy_comment_configures", "a comment of the file sets ignore_errors",
       base=MYPY, head={"shop/stock.py": "# mypy: ignore-errors\n" + WRONG["shop/stock.py"]}, **PY)
attack("mypy_builtins_replaced", "a builtins.pyi at the top makes everything fit",
       base=MYPY, head={**WRONG, "builtins.pyi": "from typing import Any\ndef __getattr__(name: str) -> Any: ...\n",
                        "typing.pyi": "Any = object\n"}, **PY)
attack("mypy_no_package_any_more", "__init__.py goes, and the name of the module turns invalid",
       base=MYPY, head={"shop-2/stock.py": WRONG["shop/stock.py"], "shop-2/a.b.py": WRONG["shop/stock.py"]}, **PY)
side_effect("mypy_dot_ini_plugin", "a .mypy.ini of the change brings a plugin",
            base=MYPY, head={**SMALL, ".mypy.ini": "[mypy]\nplugins = ./evil.py\n", "evil.py": MARK_PY}, **PY)
side_effect("mypy_dot_ini_reports", "a .mypy.ini of the change writes reports outside",
            base=MYPY, head={**SMALL, ".mypy.ini": "[mypy]\nany_exprs_report = @OUT@/a\nxslt_html_report = @OUT@/b\n"
                             "lineprecision_report = @OUT@/c\ntxt_report = @OUT@/d\n"}, **PY)
side_effect("mypy_typeshed_of_the_change", "custom_typeshed_dir and mypy_path lead outside",
            base=MYPY, head={**SMALL, "mypy.ini": "[mypy]\ncustom_typeshed_dir = @OUT@\nmypy_path = @OUT@\ncache_dir = @OUT@/c\n"},
            **PY)

PYRIGHT = {"pyproject.toml": PYPROJECT + '[tool.pyright]\ntypeCheckingMode = "strict"\n'}
BASED = {"pyproject.toml": PYPROJECT + '[tool.basedpyright]\ntypeCheckingMode = "strict"\n'}
ENV = {"env/bin/python": MARK_SH, "env/bin/python3": MARK_SH, "env/pyvenv.cfg": "home = /usr/bin\n",
       "env/lib/python3.11/site-packages/x.pth": 'import os; open("@MARK@", "w")\n'}
SHADOWS = {name + ".py": MARK_PY for name in ("json", "sitecustomize", "usercustomize", "site", "os", "encodings", "sysconfig")}
side_effect("pyright_interpreter_of_the_change", "a pyrightconfig.json of the change names an environment of the change",
            base=PYRIGHT, head={**SMALL, **ENV, "pyrightconfig.json": '{"venvPath": ".", "venv": "env"}'}, **PY)
side_effect("pyright_modules_at_the_top", "modules of the change have names that pyright's question to Python imports",
            base=PYRIGHT, head={**SMALL, **SHADOWS}, **PY)
side_effect("basedpyright_interpreter_of_the_change", "[tool.basedpyright] of head names an environment of the change",
            base=BASED, head={**SMALL, **ENV, "pyproject.toml": BASED["pyproject.toml"] + 'venvPath = "."\nvenv = "env"\n'}, **PY)
side_effect("basedpyright_modules_at_the_top", "modules at the top are imported by the question for search paths",
            base=BASED, head={**SMALL, **SHADOWS}, **PY)
attack("basedpyright_ignored_by_a_nested_config", "a pyrightconfig.json at the top shadows the table and ignores all",
       base={**BASED, "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["types"]\n'},
       head={**WRONG, "pyrightconfig.json": '{"ignore": ["**"], "typeCheckingMode": "off"}'}, **PY)
PYREFLY = {"pyrefly.toml": 'project-includes = ["**/*.py"]\n'}
side_effect("pyrefly_interpreter_of_the_change", "pyrefly.toml of head names a program of the change as the interpreter",
            base=PYREFLY, head={**SMALL, "py.sh": MARK_SH, "pyrefly.toml": 'python-interpreter-path = "./py.sh"\n'
                                'python-interpreter = "./py.sh"\nfallback-python-interpreter-name = "./py.sh"\n'}, **PY)
side_effect("pyrefly_build_system", "pyrefly.toml of head names a build system whose command is the change's",
            base=PYREFLY, head={**SMALL, "py.sh": MARK_SH, "pyrefly.toml": '[build-system]\ntype = "custom"\ncommand = ["./py.sh"]\n'},
            **PY)
attack("ty_rules_off_in_head", "ty.toml of head turns the rule off",
       base={"ty.toml": "[rules]\n", "draftgate.toml": 'schema = 1\n[gate]\nrequired = ["types"]\n'},
       head={**WRONG, "ty.toml": '[rules]\nall = "ignore"\n[src]\nexclude = ["**"]\n'}, **PY)
side_effect("ty_environment_of_the_change", "ty.toml of head names an environment of the change",
            base={"ty.toml": "[rules]\n"}, head={**SMALL, **ENV, "ty.toml": '[environment]\npython = "./env"\n'}, **PY)


def linked_environment(world):
    """An agent's doing: `.venv` leads to a folder outside of the repository, which it filled."""
    folder = world.root + "/env/bin"
    for name in ("ruff", "mypy", "python", "python3", "pytest", "coverage"):
        world.write(folder + "/" + name, MARK_SH[1], 0o755)
    import os
    os.symlink(world.root + "/env", world.repo + "/.venv")


def evil_venv(world):
    for folder in (".venv", "venv", "env", "node_modules/.bin"):
        for name in ("ruff", "mypy", "python", "python3", "eslint", "tsc"):
            world.write("%s/%s%s" % (folder, "" if ".bin" in folder else "bin/", name), MARK_SH[1], 0o755)
    world.write(".git/info/exclude", ".venv\nvenv\nenv\nnode_modules\n")


LINT = {**RUFF, "pyproject.toml": RUFF["pyproject.toml"] + "[tool.mypy]\nstrict = true\n", "tsconfig.json": "{}"}
side_effect("venv_link_out_of_the_tree", "an agent links .venv to tools of its own outside of the tree",
            base={**LINT, ".gitignore": ".venv\n"}, head=UNUSED, before=linked_environment, arguments=("--worktree",), **PY)
side_effect("venv_hidden_by_info_exclude", "an agent leaves environments that .git/info/exclude hides",
            base=LINT, head=UNUSED, before=evil_venv, **PY)
side_effect("virtual_env_variable_into_the_tree", "VIRTUAL_ENV names an environment inside of the judged tree",
            base=LINT, head={**UNUSED, "tools/env/bin/ruff": MARK_SH, "tools/env/bin/mypy": MARK_SH, "tools/env/bin/python": MARK_SH},
            env={"VIRTUAL_ENV": "@REPO@/tools/env"}, **PY)
