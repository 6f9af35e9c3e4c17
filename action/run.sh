#!/usr/bin/env bash
# The action's one entry point: finds draftgate, and calls `draftgate ci` with the inputs.
#
# Where draftgate comes from, first match: $DRAFTGATE_BIN; the path; the release that action/releases.txt pins
# with its sha256; the action's own checkout, built with cargo.
set -euo pipefail

action=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}

fail() {
    printf '::error title=draftgate::%s\n' "$1"
    # No binary, no verdict: nothing was judged, and that is no pass.
    if [[ -n ${GITHUB_OUTPUT:-} ]]; then
        printf 'verdict=could-not-judge\n' >>"$GITHUB_OUTPUT"
    fi
    exit 2
}

target() {
    case "$(uname -s)-$(uname -m)" in
        Linux-x86_64) echo x86_64-unknown-linux-musl ;;
        Linux-aarch64) echo aarch64-unknown-linux-musl ;;
        Darwin-arm64) echo aarch64-apple-darwin ;;
        Darwin-x86_64) echo x86_64-apple-darwin ;;
        *) echo none ;;
    esac
}

# Whether a file has this sha256; one of the two programs is on every runner.
is() {
    if command -v sha256sum >/dev/null; then
        echo "$1  $2" | sha256sum --check --status
    else
        echo "$1  $2" | shasum -a 256 --check --status
    fi
}

# The pinned release for this machine, where action/releases.txt has one and the action came from a repository.
download() {
    local wanted version name sum url archive
    [[ -n ${GITHUB_ACTION_REPOSITORY:-} ]] || return 1
    wanted=$(target)
    while read -r version name sum; do
        [[ $version == '#'* || $name != "$wanted" ]] && continue
        archive=$temporary/draftgate-$version-$wanted.tar.gz
        url=${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_ACTION_REPOSITORY/releases/download/v$version/draftgate-$version-$wanted.tar.gz
        curl --silent --show-error --fail --location --proto '=https' --tlsv1.2 --retry 3 \
            --output "$archive" "$url" || fail "cannot download draftgate $version for $wanted"
        if ! is "$sum" "$archive"; then
            rm -f "$archive"
            fail "the download of draftgate $version for $wanted is not the one whose sha256 is pinned"
        fi
        mkdir -p "$temporary/draftgate-$version"
        tar -xzf "$archive" -C "$temporary/draftgate-$version"
        binary=$temporary/draftgate-$version/draftgate
        return 0
    done <"$action/action/releases.txt"
    return 1
}

build() {
    command -v cargo >/dev/null || fail "no draftgate on the path, no pinned release for this machine, and no cargo to build it: install one of them"
    echo "::group::Build draftgate"
    # There, not here: cargo and rustup heed configuration in the current directory, which is the change's.
    (cd "$action" && CARGO_TARGET_DIR=$temporary/draftgate-build cargo build --release --locked) \
        || { echo "::endgroup::"; fail "draftgate could not be built from the action's own checkout"; }
    echo "::endgroup::"
    binary=$temporary/draftgate-build/release/draftgate
}

if [[ -n ${DRAFTGATE_BIN:-} ]]; then
    binary=$DRAFTGATE_BIN
    [[ -x $binary ]] || fail "DRAFTGATE_BIN is no program"
elif binary=$(command -v draftgate); then
    :
elif ! download; then
    build
fi

arguments=()
add() { if [[ -n $2 ]]; then arguments+=("$1=$2"); fi; }
add --base "${DRAFTGATE_BASE:-}"
add --head "${DRAFTGATE_HEAD:-}"
add --fail-on "${DRAFTGATE_FAIL_ON:-}"
add --policy-ref "${DRAFTGATE_POLICY_REF:-}"
add --report "${DRAFTGATE_SARIF_FILE:+sarif=$DRAFTGATE_SARIF_FILE}"
add --report "${DRAFTGATE_JSON_FILE:+json=$DRAFTGATE_JSON_FILE}"
[[ ${DRAFTGATE_PROVE:-false} != true ]] || arguments+=(--prove)
[[ ${DRAFTGATE_ANNOTATIONS:-true} == true ]] || arguments+=(--no-annotations)
[[ ${DRAFTGATE_SUMMARY:-true} == true ]] || arguments+=(--no-summary)

exec "$binary" ci "${arguments[@]+"${arguments[@]}"}" -C "${DRAFTGATE_DIRECTORY:-.}"
