#!/usr/bin/env bash
# Builds hops, measures in a private network on this machine ('hops lab'), and then measures one real target:
# a host on the Internet, or a server on this machine if the Internet cannot be reached.
#
#   ./demo.sh [--yes] [TARGET]     --yes: install missing packages without asking
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
    type -P sudo >/dev/null || { say "Measuring and the lab need root, and there is no sudo: run this as root."; exit 4; }
    say "Measuring and the lab need root: using sudo."
    sudo=(sudo)
fi
# The PATH of root must contain ip, and .NET must be found.
run_as_root() { "${sudo[@]}" env PATH="$PATH:/usr/sbin:/sbin" DOTNET_ROOT="$(dotnet_root)" "$@"; }

echo "\$ hops lab"
run_as_root "$hops" lab

echo
echo "\$ hops --verbose $target"
status=0
run_as_root "$hops" --verbose --timeout 5 "$target" || status=$?
# Status 1: the target cannot be reached. With any other status another target would not help.
if [ "$status" = 1 ]; then
    echo
    echo "$target cannot be reached from here: measuring a server on this machine instead."
    coproc SERVER { exec dotnet run --verbosity quiet eng/LocalServer.cs; }
    read -r port <&"${SERVER[0]}" || { say "The server did not start: dotnet run eng/LocalServer.cs"; exit 1; }
    echo "\$ hops --verbose tcp4://127.0.0.1:$port tcp6://[::1]:$port"
    run_as_root "$hops" --verbose "tcp4://127.0.0.1:$port" "tcp6://[::1]:$port"
    exec {SERVER[1]}>&-
    wait
    status=0
fi
exit "$status"
