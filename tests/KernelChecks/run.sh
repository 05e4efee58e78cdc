#!/usr/bin/env bash
# Runs KernelChecks on other kernels: what authors of refused programs are told, and every kind of map, program and link at work; 'hops watch' and 'hops guard'.
#
#   HOPS_KERNELS=SCRIPT tests/KernelChecks/run.sh [KERNEL...]
#
# KERNEL: what SCRIPT takes; 6.1 6.12 newest unless given.
# SCRIPT boots kernels in emulated machines, and is no part of this repository: 'SCRIPT PROGRAM KERNEL...' has, in each machine, PROGRAM as /usr/bin/hops, the
# files of the folder $KERNELS_EXTRA below /, and iproute2; loads the kernel's modules veth, sch_ingress, cls_bpf, inet_diag and tcp_diag; mounts /proc, /sys and the cgroup
# hierarchy of version 2; has socat; runs the file $KERNELS_CHECKS as root; shows its lines that begin with CHECK, and exits with 0 if none begins with 'CHECK wrong'.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ -f "${HOPS_KERNELS:-}" ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
kernels=$(realpath "$HOPS_KERNELS")
[ $# -gt 0 ] || set -- 6.1 6.12 newest

case $(uname -m) in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) echo "There is eBPF here on x64 and arm64 only, and this is $(uname -m)." >&2; exit 2 ;;
esac
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dotnet publish "$here" -c Release -r $rid -o "$scratch/program" -v quiet --nologo
mkdir "$scratch/files"
cp "$here/../Ebpf.Tests/Data/refusals.txt" "$scratch/files/"
KERNELS_CHECKS=$here/machine.sh KERNELS_EXTRA=$scratch/files KERNELS_NAME=-kinds "$kernels" "$scratch/program/KernelChecks" "$@"
dotnet publish "$here/../../src/Hops.Cli" -c Release -r $rid -p:PublishAot=true -o "$scratch/hops" -v quiet --nologo
KERNELS_CHECKS=$here/watch.sh KERNELS_NAME=-watch "$kernels" "$scratch/hops/hops" "$@"
KERNELS_CHECKS=$here/guard.sh KERNELS_NAME=-guard "$kernels" "$scratch/hops/hops" "$@"
