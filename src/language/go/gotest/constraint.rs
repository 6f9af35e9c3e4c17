//! Build constraints (`//go:build`): whether a test file is in a build that nobody gave tags to.
//!
//! Does not catch: tags that CI gives; the finding says which tag.

/// Tags that hold without being given, for some system or release.
const KNOWN: [&str; 34] = [
    "linux",
    "darwin",
    "windows",
    "unix",
    "freebsd",
    "netbsd",
    "openbsd",
    "dragonfly",
    "solaris",
    "illumos",
    "aix",
    "android",
    "ios",
    "js",
    "wasip1",
    "plan9",
    "amd64",
    "arm64",
    "386",
    "arm",
    "ppc64",
    "ppc64le",
    "mips",
    "mips64",
    "riscv64",
    "s390x",
    "loong64",
    "wasm",
    "cgo",
    "race",
    "gc",
    "gccgo",
    "msan",
    "asan",
];

/// Why a file is in no build, in a clause; `None` where it is in one.
pub(super) fn never_built(source: &str) -> Option<String> {
    let mut lines = source.lines().map(str::trim).take(60);
    let constraint = lines.find_map(|line| line.strip_prefix("//go:build "))?;
    if constraint.contains("||") {
        return None;
    }
    let mut terms = constraint
        .split("&&")
        .map(|term| term.trim().trim_matches(['(', ')']).trim());
    let needed = terms.find(|term| !term.starts_with('!') && !is_known(term))?;
    Some(format!(
        "its build tag `{needed}` is given to no build by itself"
    ))
}

fn is_known(tag: &str) -> bool {
    KNOWN.contains(&tag) || tag.starts_with("go1.") || tag.starts_with("goexperiment.")
}

#[cfg(test)]
mod tests {
    use super::never_built;

    #[test]
    fn a_tag_that_nobody_gives_keeps_a_file_out() {
        let of = |line: &str| never_built(&format!("// words\n\n{line}\n\npackage a\n")).is_some();
        assert!(of("//go:build ignore") && of("//go:build linux && never"));
        assert!(!of("//go:build linux && !race") && !of("//go:build go1.22"));
        assert!(!of("//go:build slow || linux") && !of("// +build ignore"));
    }
}
