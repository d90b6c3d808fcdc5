# Shared by the scripts of this folder: messages, missing packages, the Rust toolchain, timed stages.
# Sourced, not run: `. "$(dirname "$0")/lib.sh"` leaves the caller in the repository's top folder.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

# What a build needs beside the Rust toolchain: ALSA's headers, and cmake for the bundled libopus.
BUILD_PACKAGES=(gcc g++ libc6-dev make cmake pkg-config libasound2-dev ca-certificates)

say() { printf '==> %s\n' "$*" >&2; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Prints the calling script's head comment as its help when the first argument asks for it.
help_if_asked() {
    case ${1:-} in
    -h | --help)
        awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
        exit 0
        ;;
    esac
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root, and there is no sudo: $*"
    fi
}

installed() { dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

apt_update() {
    [ -z "${APT_UPDATED:-}" ] || return 0
    say "apt-get update"
    as_root apt-get -q -q update
    APT_UPDATED=1
}

# need_packages NAME...: installs the Debian packages that are not there yet; asks apt nothing when all are.
need_packages() {
    local missing=() name
    if ! command -v dpkg-query >/dev/null; then
        say "not a Debian system; make sure that these packages' likes are installed: $*"
        return 0
    fi
    for name in "$@"; do installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -gt 0 ] || return 0
    apt_update
    say "apt-get install ${missing[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -q -y --no-install-recommends install "${missing[@]}" >/dev/null
}

# The oldest Rust that builds the workspace, from the one place that states it.
minimum_rust() { sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"; }

# rust_is_enough RUSTC: whether that compiler runs and is new enough.
rust_is_enough() {
    local have
    have=$("$1" --version 2>/dev/null | cut -d' ' -f2) || return 1
    [ -n "$have" ] && [ "$(printf '%s\n%s\n' "$(minimum_rust)" "$have" | sort -V | head -n1)" = "$(minimum_rust)" ]
}

# The Debian mirror that this system uses, from apt's own files.
debian_mirror() {
    local files=() file mirror
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        if [ -f "$file" ]; then files+=("$file"); fi
    done
    mirror=$(sed -nE 's#^(URIs:|deb( \[[^]]*\])?) +([a-z+]+://[^ ]*/debian)/?( .*)?$#\3#p' "${files[@]}" </dev/null | head -n1)
    [ -n "$mirror" ] || die "found no Debian mirror in /etc/apt"
    echo "$mirror"
}

# candidate_is_enough PACKAGE: whether apt offers a version of it that builds the workspace.
candidate_is_enough() {
    local version
    version=$(LC_ALL=C apt-cache policy "$1" | sed -n 's/^ *Candidate: \([0-9].*\)/\1/p')
    [ -n "$version" ] && dpkg --compare-versions "$version" ge "$(minimum_rust)"
}

# rustc-web, Debian's newest Rust in a stable release, comes through the security suite. Systems without that
# suite get it beside the mirror that they already use.
need_security_suite() {
    local codename mirror
    candidate_is_enough rustc-web && return 0
    apt_update
    candidate_is_enough rustc-web && return 0
    codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
    mirror=$(debian_mirror)
    say "adding the suite $codename-security"
    echo "deb $mirror-security $codename-security main" |
        as_root tee /etc/apt/sources.list.d/lavalink-rust-security.list >/dev/null
    APT_UPDATED=
    apt_update
    candidate_is_enough rustc-web || die "Debian's $codename offers no Rust $(minimum_rust); install it by hand (https://rustup.rs)"
}

# Puts a cargo and rustc that are new enough first in PATH: those in PATH, rustup's, else Debian's.
need_rust() {
    if ! rust_is_enough rustc || ! command -v cargo >/dev/null; then
        if rust_is_enough "$HOME/.cargo/bin/rustc"; then
            PATH="$HOME/.cargo/bin:$PATH"
        elif rust_is_enough /usr/bin/rustc && [ -x /usr/bin/cargo ]; then
            PATH="/usr/bin:$PATH"
        else
            command -v apt-get >/dev/null || die "install Rust $(minimum_rust) or newer first (https://rustup.rs)"
            need_security_suite
            need_packages rustc-web cargo-web
            PATH="/usr/bin:$PATH"
        fi
        export PATH
        hash -r
        rust_is_enough rustc || die "Rust $(minimum_rust) or newer is needed; $(rustc --version) is what there is"
    fi
    say "$(rustc --version), $(cargo --version)"
}

need_build() {
    need_packages "${BUILD_PACKAGES[@]}"
    need_rust
}

target_dir() { echo "${CARGO_TARGET_DIR:-$ROOT/target}"; }

# stage NAME COMMAND...: runs it, stops the script when it fails, and remembers its time for print_times.
STAGES=()
stage() {
    local name=$1 begin=$SECONDS code=0
    shift
    say "$name: $*"
    "$@" || code=$?
    STAGES+=("$(printf '%5d s  %s%s' $((SECONDS - begin)) "$name" "$([ $code = 0 ] || echo "  FAILED ($code)")")")
    [ $code = 0 ] || exit $code
}

print_times() {
    [ ${#STAGES[@]} -gt 0 ] || return 0
    printf '\n%s\n' "Time of each stage (all: $SECONDS s)"
    printf '%s\n' "${STAGES[@]}"
}
