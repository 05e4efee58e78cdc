#!/usr/bin/env bash
# Builds everything and runs every test. Tests that need root, or a program that is missing, are skipped and say why;
# with CI=true a skip is a failure.
#
#   ./test.sh [--yes] [--no-format]     --yes: install what is missing without asking
set -euo pipefail
cd "$(dirname "$0")"

format=1
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        --no-format) format= ;;
        *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
. eng/prerequisites.sh

# The newest LLVM that there is judges our assembler.
llvm() {
    local version
    for version in 22 21 20 19; do
        if command -v "llvm-mc-$version" >/dev/null; then return 0; fi
    done
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq
    for version in 22 21 20 19; do
        if apt-cache show "llvm-$version" >/dev/null 2>&1; then echo "llvm-mc-$version=llvm-$version"; return 0; fi
    done
}

need_packages ip=iproute2 tcpdump=tcpdump setpriv=util-linux script=bsdutils $(llvm)
need_dotnet

quietly() {
    local output
    output=$("$@" 2>&1) || { printf '%s\n' "$output"; exit 1; }
}

say "== build"
quietly dotnet build Hops.slnx --nologo -v quiet
if [ -n "$format" ]; then
    say "== format"
    quietly dotnet format Hops.slnx --no-restore --verify-no-changes
fi

[ "$(id -u)" = 0 ] || say "Not root: tests that need it will be skipped ('sudo ./test.sh' runs them all)."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
export PATH="$PATH:/usr/sbin:/sbin"
for project in tests/*.Tests; do
    name=$(basename "$project")
    say "== $name"
    "artifacts/bin/$name/debug/$name" --no-progress --output Detailed --fail-skips "$([ "${CI:-}" = true ] && echo on || echo off)" >"$log.one" 2>&1 || status=1
    grep -E '^(failed|skipped) |^  (Xunit|Assert|needs)|^    at .*Tests' "$log.one" || true
    cat "$log.one" >>"$log"
    rm -f "$log.one"
done

count() { awk -v key="$1:" '$1 == key { sum += $2 } END { print sum + 0 }' "$log"; }
echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
exit $status
