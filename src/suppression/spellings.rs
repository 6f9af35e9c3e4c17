//! How the comments that silence a checker are written: one line of the table each.
//!
//! Does not catch: comments that a checker learned of since.

use super::markers::Scope;

/// The kinds, sorted.
pub const KINDS: &[&str] = &[
    "allow",
    "biome",
    "checkov",
    "codeql",
    "draftgate",
    "eslint",
    "expect",
    "format",
    "hadolint",
    "no-cover",
    "noinspection",
    "nolint",
    "noqa",
    "nosec",
    "nosemgrep",
    "nosonar",
    "pylint",
    "pyre",
    "pyrefly",
    "pyright",
    "pytype",
    "secret-allow",
    "shellcheck",
    "skipcq",
    "sourcery",
    "tfsec",
    "trivy",
    "ts-expect-error",
    "ts-ignore",
    "ty",
    "type-ignore",
    "yamllint",
    "zizmor",
];

/// How a kind of comment is written.
pub(super) struct Spelling {
    /// What the comment begins with, lower case, blanks after `:` folded to one.
    pub(super) begins: &'static str,
    /// The kind.
    pub(super) kind: &'static str,
    /// How rules are named after it.
    pub(super) codes: Codes,
    /// Where it holds.
    pub(super) scope: Scope,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codes {
    /// `: A1, B2`; naming none silences all.
    Colon,
    /// `[a, b]`; naming none silences all.
    Brackets,
    /// `=a,b`.
    Equals,
    /// Words after a blank; naming none silences all.
    Words,
    /// It takes none: one place, one tool.
    Never,
    /// It takes none, and silences all that the tool has to say.
    Everything,
}

const fn form(begins: &'static str, kind: &'static str, codes: Codes, scope: Scope) -> Spelling {
    Spelling {
        begins,
        kind,
        codes,
        scope,
    }
}

/// Longer beginnings stand before shorter ones.
pub(super) const FORMS: &[Spelling] = &[
    form("ruff: file-ignore", "noqa", Codes::Brackets, Scope::File),
    form("ruff: disable", "noqa", Codes::Brackets, Scope::File),
    form("ruff: ignore", "noqa", Codes::Brackets, Scope::Here),
    form("flake8: noqa", "noqa", Codes::Colon, Scope::File),
    form("ruff: noqa", "noqa", Codes::Colon, Scope::File),
    form("noqa", "noqa", Codes::Colon, Scope::Here),
    form("type: ignore", "type-ignore", Codes::Brackets, Scope::Here),
    form(
        "mypy: ignore-errors",
        "type-ignore",
        Codes::Everything,
        Scope::File,
    ),
    form(
        "mypy: disable-error-code",
        "type-ignore",
        Codes::Equals,
        Scope::File,
    ),
    form("mypy: allow-", "type-ignore", Codes::Never, Scope::File),
    form("mypy: no-", "type-ignore", Codes::Never, Scope::File),
    form(
        "mypy: ignore-missing-imports",
        "type-ignore",
        Codes::Never,
        Scope::File,
    ),
    form(
        "mypy: follow-imports",
        "type-ignore",
        Codes::Equals,
        Scope::File,
    ),
    form("ruff: disable", "noqa", Codes::Brackets, Scope::File),
    form(
        "ruff: isort: skip_file",
        "format",
        Codes::Never,
        Scope::File,
    ),
    form("ruff: isort: skip", "format", Codes::Never, Scope::File),
    form("ruff: isort: off", "format", Codes::Never, Scope::File),
    form("skipcq", "skipcq", Codes::Colon, Scope::Here),
    form("sourcery skip", "sourcery", Codes::Colon, Scope::Here),
    form("pyright: ignore", "pyright", Codes::Brackets, Scope::Here),
    form("pyright: report", "pyright", Codes::Never, Scope::File),
    form("pyright: basic", "pyright", Codes::Never, Scope::File),
    form("pyright: off", "pyright", Codes::Everything, Scope::File),
    form("ty: ignore", "ty", Codes::Brackets, Scope::Here),
    form(
        "pyrefly: ignore-errors",
        "pyrefly",
        Codes::Everything,
        Scope::File,
    ),
    form("pyrefly: ignore", "pyrefly", Codes::Brackets, Scope::Here),
    form(
        "pyre-ignore-all-errors",
        "pyre",
        Codes::Everything,
        Scope::File,
    ),
    form("pyre-ignore", "pyre", Codes::Brackets, Scope::Here),
    form("pyre-fixme", "pyre", Codes::Brackets, Scope::Here),
    form("pytype: disable", "pytype", Codes::Equals, Scope::Here),
    form(
        "pylint: skip-file",
        "pylint",
        Codes::Everything,
        Scope::File,
    ),
    form("pylint: disable-next", "pylint", Codes::Equals, Scope::Here),
    form("pylint: disable", "pylint", Codes::Equals, Scope::Here),
    form("nosec", "nosec", Codes::Words, Scope::Here),
    form("nosemgrep", "nosemgrep", Codes::Colon, Scope::Here),
    form("nosonar", "nosonar", Codes::Never, Scope::Here),
    form("noinspection", "noinspection", Codes::Words, Scope::Here),
    form("codeql[", "codeql", Codes::Never, Scope::Here),
    form("lgtm[", "codeql", Codes::Never, Scope::Here),
    form("lgtm", "codeql", Codes::Everything, Scope::Here),
    form("pragma: no cover", "no-cover", Codes::Never, Scope::Here),
    form("pragma: no branch", "no-cover", Codes::Never, Scope::Here),
    form(
        "pragma: allowlist",
        "secret-allow",
        Codes::Never,
        Scope::Here,
    ),
    form("gitleaks:allow", "secret-allow", Codes::Never, Scope::Here),
    form("gitleaks: allow", "secret-allow", Codes::Never, Scope::Here),
    form("fmt: off", "format", Codes::Never, Scope::File),
    form("fmt: skip", "format", Codes::Never, Scope::Here),
    form("yapf: disable", "format", Codes::Never, Scope::File),
    form("isort: skip_file", "format", Codes::Never, Scope::File),
    form("isort: skip", "format", Codes::Never, Scope::Here),
    form("isort: off", "format", Codes::Never, Scope::File),
    form("prettier-ignore", "format", Codes::Never, Scope::Here),
    form("clang-format off", "format", Codes::Never, Scope::File),
    form(
        "eslint-disable-next-line",
        "eslint",
        Codes::Words,
        Scope::Here,
    ),
    form("eslint-disable-line", "eslint", Codes::Words, Scope::Here),
    form("eslint-disable", "eslint", Codes::Words, Scope::File),
    form("tslint:disable", "eslint", Codes::Words, Scope::File),
    form("biome-ignore", "biome", Codes::Words, Scope::Here),
    form("@ts-ignore", "ts-ignore", Codes::Never, Scope::Here),
    form(
        "@ts-expect-error",
        "ts-expect-error",
        Codes::Never,
        Scope::Here,
    ),
    form("@ts-nocheck", "ts-ignore", Codes::Everything, Scope::File),
    form("istanbul ignore", "no-cover", Codes::Never, Scope::Here),
    form("c8 ignore", "no-cover", Codes::Never, Scope::Here),
    form("v8 ignore", "no-cover", Codes::Never, Scope::Here),
    form("nolint", "nolint", Codes::Colon, Scope::Here),
    form(
        "shellcheck disable",
        "shellcheck",
        Codes::Equals,
        Scope::Here,
    ),
    form("hadolint ignore", "hadolint", Codes::Equals, Scope::Here),
    form("zizmor: ignore", "zizmor", Codes::Brackets, Scope::Here),
    form("yamllint disable", "yamllint", Codes::Words, Scope::Here),
    form("checkov:skip", "checkov", Codes::Equals, Scope::Here),
    form("tfsec:ignore", "tfsec", Codes::Never, Scope::Here),
    form("trivy:ignore", "trivy", Codes::Never, Scope::Here),
    form(
        "draftgate: ignore",
        "draftgate",
        Codes::Brackets,
        Scope::Here,
    ),
    form(
        "draftgate: allow",
        "draftgate",
        Codes::Brackets,
        Scope::Here,
    ),
];
