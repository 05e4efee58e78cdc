#!/usr/bin/env bash
# Builds everything and runs the tests, except the few that take long. A test that lacks root or a program is skipped and prints the reason; with CI=true
# a skipped test is a failure.
#
#   ./test.sh [--all] [--yes] [--no-format]     --all: also run tests that take long; --yes: install missing packages without asking
set -euo pipefail
cd "$(dirname "$0")"

format=1
long=(--filter-not-trait Length=Long)
for argument in "$@"; do
    case $argument in
        --all) long=() ;;
        --yes) yes=1 ;;
        --no-format) format= ;;
        *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
done
. eng/prerequisites.sh

# The tests compare the assembler with the newest LLVM that is available.
llvm() {
    local version
    for version in 22 21 20 19; do
        if type -P "llvm-mc-$version" >/dev/null; then return 0; fi
    done
    # A fresh machine has no list of packages yet.
    if type -P apt-get >/dev/null && { [ "$(id -u)" = 0 ] || { [ -n "$yes" ] && type -P sudo >/dev/null; }; }; then as_root apt-get update -qq >&2; fi
    for version in 22 21 20 19; do
        if apt-cache show "llvm-$version" >/dev/null 2>&1; then echo "llvm-mc-$version=llvm-$version"; return 0; fi
    done
}

# .NET uses Kerberos where a server asks for it. A guarded client must not; the same test shows that a client without a guard does.
gssapi() {
    [ -n "$(PATH="$PATH:/sbin" ldconfig -p | grep libgssapi_krb5)" ] || echo libgssapi_krb5.so.2=libgssapi-krb5-2
}

# Installing Exim would remove another mail server, so a machine with a mail server keeps it.
mail_server() { is_there sendmail || echo exim4=exim4-daemon-light; }

# The tests compare structures and constants with those of a C compiler and the kernel's headers.
need_packages ip=iproute2 perl=perl-base nginx=nginx tcpdump=tcpdump curl=curl setpriv=util-linux kill=procps systemd-analyze=systemd systemd-socket-activate=systemd useradd=passwd script=bsdutils strace=strace nft=nftables mtr=mtr-tiny traceroute=traceroute gcc=gcc bpftool=bpftool \
    lintian=lintian dpkg-shlibdeps=dpkg-dev man=man-db groff=groff-base mandoc=mandoc zsh=zsh fish=fish \
    /usr/include/linux/bpf.h=libc6-dev /usr/share/bash-completion/bash_completion=bash-completion $(gssapi) $(llvm)
# Programs whose connections the long tests watch and guard.
[ ${#long[@]} -gt 0 ] || need_packages python3=python3 java=default-jdk-headless go=golang-go git=git wget=wget node=nodejs chromium=chromium chromedriver=chromium-driver
# Servers with which the recipes are tested.
[ ${#long[@]} -gt 0 ] || need_packages redis-server=redis-server redis-cli=redis-tools '/usr/lib/postgresql/*/bin/postgres=postgresql' dovecot=dovecot-imapd \
    sshd=openssh-server ssh-keygen=openssh-client mosquitto=mosquitto slapd=slapd $(mail_server) \
    /usr/lib/python3/dist-packages/swift/__init__.py=python3-swift
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

sudo=()
if [ "$(id -u)" != 0 ]; then
    if type -P sudo >/dev/null; then
        say "Most tests need root (eBPF, network namespaces): using sudo."
        sudo=(sudo)
    else
        say "Not root, and no sudo: tests that need root will be skipped."
    fi
fi
log=$(mktemp)
# Tests that ran as root may have left files of root.
trap 'rm -f "$log" "$log.one"; [ ${#sudo[@]} = 0 ] || sudo chown -R "$(id -u):$(id -g)" artifacts' EXIT
status=0
fail_skips=$([ "${CI:-}" = true ] && echo on || echo off)
for project in tests/*.Tests; do
    name=$(basename "$project")
    say "== $name"
    "${sudo[@]}" env PATH="$PATH:/usr/sbin:/sbin" DOTNET_ROOT="$(dotnet_root)" \
        "artifacts/bin/$name/debug/$name" --no-progress --no-ansi --output Detailed --fail-skips "$fail_skips" "${long[@]}" >"$log.one" 2>&1 || { status=1; failed=1; }
    if [ -n "${failed:-}" ]; then grep -vE '^passed ' "$log.one" || true; else grep -A1 '^skipped ' "$log.one" || true; fi
    failed=
    cat "$log.one" >>"$log"
    rm -f "$log.one"
done

count() { awk -v key="$1:" '$1 == key { sum += $2 } END { print sum + 0 }' "$log"; }
[ "$(count succeeded)" -gt 0 ] || status=1
echo "$(count succeeded) passed, $(count failed) failed, $(count skipped) skipped"
exit $status
