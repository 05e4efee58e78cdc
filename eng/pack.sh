#!/usr/bin/env bash
# Makes the NuGet packages: the libraries, and the .NET tool 'hops'. They go to artifacts/package/release.
#
#   eng/pack.sh [OPTIONS]     options of 'dotnet pack', such as --output FOLDER or -p:Version=1.2.3
set -euo pipefail
cd "$(dirname "$0")/.."

# What an earlier version published would be packed, too.
rm -rf artifacts/publish/Hops.Cli

# The libraries, and the tool's package that knows the others: 'dotnet tool install' asks it for the one that fits the machine.
dotnet pack Hops.slnx --nologo -v quiet "$@"

# A program for each kind of machine. The SDK makes them one by one, because native ones need a linker of their own.
rids=$(dotnet msbuild src/Hops.Cli -getProperty:ToolPackageRuntimeIdentifiers)
natives=$(dotnet msbuild src/Hops.Cli -getProperty:NativeToolRuntimeIdentifiers)
for rid in ${rids//;/ }; do
    native=$([[ ";$natives;" == *";$rid;"* ]] && echo true || echo false)
    dotnet pack src/Hops.Cli --nologo -v quiet --runtime "$rid" -p:PublishAot="$native" "$@"
done
