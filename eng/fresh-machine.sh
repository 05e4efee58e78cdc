#!/usr/bin/env bash
# Runs a command in a clone of this checkout, on a machine that has only Debian's or Ubuntu's required packages, git and the .NET SDK: the project's own scripts
# must install everything else that the command needs. The clone is of HEAD, and the space in its path is intended.
#
#   eng/fresh-machine.sh COMMAND [ARGUMENT...]     such as: eng/fresh-machine.sh ./test.sh --yes
#
# The machine is a file system in memory and a mount namespace; kernel, processes, network, cgroups, /dev and /sys are this machine's. Needs root or sudo, and apt.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# The base system is built again after this many days, and when this script changes.
days=7
cache=/var/cache/hops-fresh-machine

say() { printf '%s\n' "$*" >&2; }
fail() { say "eng/fresh-machine.sh: $*"; exit 1; }

# The machine gets only these variables of this one: they lead to the packages.
network=()
for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY NUGET_CERT_REVOCATION_MODE; do
    [ -z "${!name:-}" ] || network+=("$name=${!name}")
done
script=$(readlink -f "$0")
if [ "$(id -u)" != 0 ]; then
    type -P sudo >/dev/null || fail "mounting file systems needs root, and there is no sudo: run this as root."
    exec sudo env PATH="$PATH" HOME="$HOME" "${network[@]}" "$script" "$@"
fi
export PATH=$PATH:/usr/sbin:/sbin
checkout=$(dirname "$(dirname "$script")")
dotnet=$(type -P dotnet) || fail "the fresh machine uses the .NET SDK of this machine, and there is none: see https://dotnet.microsoft.com/download/dotnet/10.0."
sdk=$(dirname "$(readlink -f "$dotnet")")
type -P apt-get >/dev/null || fail "the base system is built from this machine's package sources, and there is no apt-get: this works on Debian and Ubuntu only."
type -P git >/dev/null || fail "the checkout is cloned, and there is no git: apt-get install git."

place=$(mktemp -d /tmp/hops-fresh-machine.XXXXXX)
name=$(basename "$place")
# Ends build servers and other processes that the command left. Only their mount namespaces have the file system of this name.
finish() {
    local attempt processes
    for attempt in {1..50}; do
        processes=$(grep -lsF " - tmpfs $name " /proc/[0-9]*/mountinfo | cut -d / -f 3) || true
        [ -n "$processes" ] || break
        kill -KILL $processes 2>/dev/null || true
        sleep 0.1
    done
    rm -f "$place.sources"
    rmdir "$place" || true
}
trap finish EXIT
with_memory=(unshare --mount --propagation private sh -euc 'mount -t tmpfs -o "mode=0755,size=75%" "$1" "$2"; shift 2; exec "$@"' sh "$name" "$place")
"${with_memory[@]}" true || fail "a mount namespace cannot be created here. A container needs CAP_SYS_ADMIN for that, as from 'docker run --privileged'."

# Prints this machine's sources of the distribution itself, as lines of sources.list(5).
sources() {
    local uri release component origin
    apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)' 'Created-By: Packages' | sort -u | while IFS='|' read -r uri release component origin; do
        case $origin in Debian | Ubuntu) ;; *) continue ;; esac
        case $uri in
            # A list of mirrors on this machine (apt-transport-mirror(1)).
            mirror+file:*) uri=${uri#mirror+file:} && uri=$(grep -oE -m 1 '^https?://[^[:space:]]+' "${uri%/}") ;;
        esac
        echo "deb $uri $release $component"
    done
}

# Builds the base system as an archive, which gets its final name when it is complete.
build_base() {
    local suite option options=()
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    say "Building the base system ($suite), every $days days …"
    apt-get update -qq
    if ! type -P mmdebstrap >/dev/null; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap >/dev/null || fail "mmdebstrap, which builds the base system, cannot be installed."
    fi
    sources >"$place.sources"
    [ -s "$place.sources" ] || fail "this machine has no package source of Debian or Ubuntu."
    # Proxies and other options that this machine's mirror needs.
    while read -r option; do options+=(--aptopt="$option"); done < <(apt-config dump | grep -E '^Acquire::(http|https|Check[A-Za-z-]*|Retries)(::| ).* "[^"]+";$')
    "${with_memory[@]}" env TMPDIR="$place" mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,git --format=tar "${options[@]}" \
        "$suite" "$base.part" - <"$place.sources" || fail "the base system could not be built: see the messages of mmdebstrap above."
    mv "$base.part" "$base"
    find "$cache" -name '*.tar' -mtime "+$days" -delete
}

mkdir -p "$cache"
base=$cache/$(cat "$script" /etc/os-release | sha256sum | cut -c 1-16).tar
exec {lock}>"$cache/lock"
flock "$lock"
[ -n "$(find "$base" -mtime "-$days" 2>/dev/null)" ] || build_base
# An open archive stays readable when another run replaces it.
exec {archive}<"$base" {lock}>&-

changed=$(git -c safe.directory='*' -C "$checkout" status --porcelain)
[ -z "$changed" ] || say "Not committed, so not in the clone:"$'\n'"$changed"

machine='
    place=$1 checkout=$2 sdk=$3 archive=$4
    shift 4
    cd "$place"
    tar -x --numeric-owner -f - <&"$archive"
    exec {archive}<&-
    cp -rL --remove-destination /etc/ssl/certs/. etc/ssl/certs/
    cp -L --remove-destination /etc/resolv.conf /etc/hosts etc/
    mount -t proc proc proc
    mount --rbind /sys sys
    mount --rbind /dev dev
    mkdir -p usr/share/dotnet root/.nuget/NuGet old
    [ ! -e ~/.nuget/NuGet/NuGet.Config ] || cp ~/.nuget/NuGet/NuGet.Config root/.nuget/NuGet/
    mount --bind "$sdk" usr/share/dotnet
    mount -o remount,bind,ro usr/share/dotnet
    ln -s ../share/dotnet/dotnet usr/bin/dotnet
    # If another user than root owns the checkout, git reads it only with this configuration.
    printf "[safe]\n\tdirectory = *\n[advice]\n\tdetachedHead = false\n" >gitconfig
    GIT_CONFIG_GLOBAL=$place/gitconfig git clone --quiet "$checkout" "root/a checkout"
    rm gitconfig
    pivot_root . old
    umount --lazy /old
    rmdir /old
    cd "/root/a checkout"
    exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM:-dumb}" DOTNET_CLI_TELEMETRY_OPTOUT=1 "$@"
'
"${with_memory[@]}" bash -euo pipefail -c "$machine" bash "$place" "$checkout" "$sdk" "$archive" "${network[@]}" "$@"
