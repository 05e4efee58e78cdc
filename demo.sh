#!/usr/bin/env bash
# Builds hops, lets it measure in a private network on this machine ('hops lab'), then one real target:
# a host of the Internet, or a server on this machine when there is no Internet.
#
#   ./demo.sh [--yes] [TARGET]     --yes: install what is missing without asking
set -euo pipefail
cd "$(dirname "$0")"

target=example.com
for argument in "$@"; do
    case $argument in
        --yes) yes=1 ;;
        -*) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
        *) target=$argument ;;
    esac
done
. eng/prerequisites.sh
need_packages ip=iproute2
need_dotnet

say "Building hops …"
output=$(dotnet build src/Hops.Cli -c Release --nologo -v quiet) || { printf '%s\n' "$output"; exit 1; }
hops=artifacts/bin/Hops.Cli/release/hops
sudo=()
if [ "$(id -u)" != 0 ]; then
    type -P sudo >/dev/null || { say "Measuring needs root (CAP_BPF), the lab too, and there is no sudo: run this as root."; exit 4; }
    say "Measuring needs root (CAP_BPF), the lab too: using sudo."
    sudo=(sudo)
fi
# As root, too, ip and .NET must be found.
run_as_root() { "${sudo[@]}" env PATH="$PATH:/usr/sbin:/sbin" DOTNET_ROOT="$(dotnet_root)" "$@"; }

echo "\$ hops lab"
run_as_root "$hops" lab

echo
echo "\$ hops --verbose $target"
status=0
run_as_root "$hops" --verbose --timeout 5 "$target" || status=$?
# 1: no way there. Anything else is no reason to try another.
if [ "$status" = 1 ]; then
    echo
    echo "No way to $target from here: a server on this machine instead."
    coproc SERVER { exec dotnet run --verbosity quiet eng/LocalServer.cs; }
    read -r port <&"${SERVER[0]}" || { say "The server did not start: dotnet run eng/LocalServer.cs"; exit 1; }
    echo "\$ hops --verbose tcp4://127.0.0.1:$port tcp6://[::1]:$port"
    run_as_root "$hops" --verbose "tcp4://127.0.0.1:$port" "tcp6://[::1]:$port"
    exec {SERVER[1]}>&-
    wait
    status=0
fi
exit "$status"
