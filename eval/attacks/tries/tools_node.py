"""eslint and tsc, switched on by base's policy."""
from attack import MARK_SH, attack, side_effect

POLICY = 'schema = 1\n[gate]\nrequired = ["lint", "types"]\n[tools.eslint]\ntime-limit = "2m"\n[tools.tsc]\ntime-limit = "2m"\n'
RULES = 'module.exports = [{ files: ["**/*.js"], rules: { "no-eval": "error" } }];\n'
BASE = {"draftgate.toml": POLICY, "package.json": '{"name": "shop", "private": true, "devDependencies": {"eslint": "*", "typescript": "*"}}',
        "eslint.config.js": RULES, "src/a.js": "function a(x) {\n  return x;\n}\na(1);\n",
        "tsconfig.json": '{"compilerOptions": {"strict": true, "noEmit": true}, "include": ["src"]}',
        "src/b.ts": "export function b(x: number): number {\n  return x;\n}\n"}
LINT = {"src/c.js": "function c(x) {\n  return eval(x);\n}\nc(1);\n"}
TYPE = {"src/d.ts": "export function d(x: number): string {\n  return x;\n}\n"}
NODE = dict(base=BASE, tools=("node",))

attack("eslint_plain_finding", "the control: a rule of base, broken", head=LINT, **NODE)
attack("eslint_config_in_a_folder", "an eslint.config.js beside the code turns the rule off",
       head={**LINT, "src/eslint.config.js": 'module.exports = [{ rules: { "no-eval": "off" } }];\n'}, **NODE)
attack("eslint_config_of_another_name", "eslint.config.mjs and eslint.config.cjs of head, beside base's .js",
       head={**LINT, "eslint.config.mjs": "export default [];\n", "eslint.config.cjs": "module.exports = [];\n",
             ".eslintrc.json": '{"root": true}'}, **NODE)
attack("eslint_helper_of_the_config", "base's configuration takes its rules from a file that head empties",
       base={**BASE, "eslint.config.js": 'module.exports = require("./lint-rules.js");\n', "lint-rules.js": RULES},
       head={**LINT, "lint-rules.js": "module.exports = [{}];\n"}, tools=("node",))
attack("eslint_package_of_the_change", "base's configuration takes a package that the change brings in node_modules",
       base={**BASE, "eslint.config.js": 'module.exports = require("own-rules");\n', "node_modules/own-rules/index.js": RULES},
       head={**LINT, "node_modules/own-rules/index.js": "module.exports = [{}];\n"}, tools=("node",))
attack("eslint_package_type_turned", "package.json of head makes base's configuration a module that says nothing",
       head={**LINT, "package.json": BASE["package.json"].replace("{", '{"type": "module", ', 1)}, **NODE)
attack("eslint_disabled_for_the_file", "a comment switches the file off", head={"src/c.js": "/* eslint-disable */\n" + LINT["src/c.js"]}, **NODE)
side_effect("npmrc_node_options", "an .npmrc of the change has node load a file of the change",
            head={**LINT, ".npmrc": "node-options=--require ./evil.js\nscript-shell=./w.sh\nprefix=./\n",
                  "evil.js": 'require("fs").writeFileSync("@MARK@", "x");\n', "w.sh": MARK_SH}, **NODE)
attack("tsc_plain_finding", "the control: a type error", head=TYPE, **NODE)
attack("tsc_files_left_out", "tsconfig.json of head names no file",
       head={**TYPE, "tsconfig.json": '{"files": ["src/b.ts"], "compilerOptions": {"noEmit": true}}'}, **NODE)
attack("tsc_extended_config_loosened", "base's tsconfig.json extends a file that head loosens",
       base={**BASE, "tsconfig.json": '{"extends": "./tsconfig.strict.json", "include": ["src"]}',
             "tsconfig.strict.json": '{"compilerOptions": {"strict": true, "noEmit": true}}'},
       head={"src/d.ts": "export function d(x: string | null): number {\n  return x.length;\n}\n",
             "tsconfig.strict.json": '{"compilerOptions": {"strict": false, "noEmit": true}}'}, tools=("node",))
attack("tsc_declarations_of_the_change", "a .d.ts of the change makes every type any",
       head={**TYPE, "src/lib.d.ts": "/// <reference no-default-lib=\"true\"/>\ndeclare type number = any;\n"
             "interface Array<T> {}\ninterface Boolean {}\ninterface Function {}\ninterface IArguments {}\n"
             "interface Number {}\ninterface Object {}\ninterface RegExp {}\ninterface String {}\n"}, **NODE)
attack("tsc_no_check", "a comment switches the file off", head={"src/d.ts": "// @ts-nocheck\n" + TYPE["src/d.ts"]}, **NODE)
side_effect("tsc_writes_outside", "tsconfig.json of head sends every output outside",
            head={**TYPE, "tsconfig.json": '{"compilerOptions": {"noEmit": false, "outDir": "@OUT@/o", "incremental": true, '
                  '"tsBuildInfoFile": "@OUT@/i", "declaration": true, "declarationDir": "@OUT@/d", "generateTrace": "@OUT@/t"}}'}, **NODE)
side_effect("tsc_of_base_writes_outside", "base's own tsconfig.json writes beside the tree",
            base={**BASE, "tsconfig.json": '{"compilerOptions": {"outDir": "../outside/o", "incremental": true, "composite": true, '
                  '"generateCpuProfile": "../outside/p"}, "include": ["src"]}'}, head=TYPE, tools=("node",))
