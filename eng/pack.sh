#!/usr/bin/env bash
# Builds the NuGet packages, of the libraries and of the .NET tool 'hops', in artifacts/package/release.
#
#   eng/pack.sh [OPTIONS]     options of 'dotnet pack', such as --output FOLDER or -p:Version=1.2.3
set -euo pipefail
cd "$(dirname "$0")/.."

# Files that an earlier version published would be packed, too.
rm -rf artifacts/publish/Hops.Cli

# The libraries, and the main package of the tool, from which 'dotnet tool install' finds the package for the machine.
dotnet pack Hops.slnx --nologo -v quiet "$@"

# A package for each kind of machine. They are packed one by one, because native programs need their own linker.
rids=$(dotnet msbuild src/Hops.Cli -getProperty:ToolPackageRuntimeIdentifiers)
natives=$(dotnet msbuild src/Hops.Cli -getProperty:NativeToolRuntimeIdentifiers)
for rid in ${rids//;/ }; do
    native=$([[ ";$natives;" == *";$rid;"* ]] && echo true || echo false)
    dotnet pack src/Hops.Cli --nologo -v quiet --runtime "$rid" -p:PublishAot="$native" "$@"
done
