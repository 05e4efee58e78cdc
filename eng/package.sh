#!/usr/bin/env bash
# Builds the Debian package of hops, hops_VERSION_ARCH.deb, and prints its path. For another architecture than this machine's it uses a cross-compiler.
#
#   eng/package.sh [--arch amd64|arm64] [--output DIR] [--binary FILE] [--yes]
#       --binary: pack this native program instead of building one     --yes: install missing packages without asking
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022

arch=
binary=
output=artifacts/deb
while [ $# -gt 0 ]; do
    case $1 in
        --arch) arch=${2:-}; shift ;;
        --output) output=${2:-}; shift ;;
        --binary) binary=${2:-}; shift ;;
        --yes) yes=1 ;;
        *) output= ;;
    esac
    shift || true
done
here=$(case $(uname -m) in x86_64) echo amd64 ;; aarch64) echo arm64 ;; esac)
case ${arch:=$here} in
    amd64) rid=linux-x64 compiler=x86_64-linux-gnu ;;
    arm64) rid=linux-arm64 compiler=aarch64-linux-gnu ;;
    *) output= ;;
esac
# Relative paths start at the caller's folder.
[[ -z $binary || $binary == /* ]] || binary=$OLDPWD/$binary
[[ -z $output || $output == artifacts/deb || $output == /* ]] || output=$OLDPWD/$output
[ -n "$output" ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }

. eng/prerequisites.sh
need_packages dpkg-deb=dpkg readelf=binutils gcc=gcc '/usr/lib/*/crt1.o=libc6-dev'
need_dotnet
quietly() {
    local text
    text=$("$@" 2>&1) || { printf '%s\n' "$text" >&2; exit 1; }
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
# The same sources always give the same package.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -c safe.directory='*' log -1 --format=%ct 2>/dev/null || date +%s)}
version=$(dotnet msbuild src/Hops.Cli -getProperty:Version)
# A pre-release has '-' in SemVer, and '~' in Debian.
version=${version/-/\~}

say "Writing the manual page and the completions …"
quietly dotnet run --project eng/Manual -- "$work/manual"

if [ -z "$binary" ]; then
    cross=()
    if [ "$arch" != "$here" ]; then
        if ! type -P "$compiler-gcc" >/dev/null || [ ! -e "/usr/$compiler/lib/libc.so.6" ]; then
            install_packages "gcc-${compiler//_/-}" "libc6-dev-$arch-cross"
        fi
        # .NET passes --target, an option of clang. GCC has a program for each target instead.
        printf '%s\n' '#!/bin/sh' 'for word; do shift; case $word in --target=*) ;; *) set -- "$@" "$word" ;; esac; done' "exec $compiler-gcc \"\$@\"" >"$work/link"
        chmod +x "$work/link"
        cross=("-p:CppCompilerAndLinker=$work/link" "-p:ObjCopyName=$compiler-objcopy")
    fi
    say "Building hops $version for $arch …"
    quietly dotnet publish src/Hops.Cli -c Release -r "$rid" -p:PublishAot=true "${cross[@]}" -o "$work/publish" --nologo
    binary=$work/publish/hops
fi

# put MODE FILE PATH: a file of the package.
put() { install -D -m "$1" "$2" "$root/$3"; }
# compressed FILE PATH: the same for a text, compressed as Debian's policy requires (12.1, 12.3).
compressed() { mkdir -p "$(dirname "$root/$2")" && gzip -9n <"$1" >"$root/$2.gz"; }

put 755 "$binary" usr/bin/hops
compressed "$work/manual/hops.1" usr/share/man/man1/hops.1
put 644 "$work/manual/hops.bash" usr/share/bash-completion/completions/hops
put 644 "$work/manual/_hops" usr/share/zsh/vendor-completions/_hops
put 644 "$work/manual/hops.fish" usr/share/fish/vendor_completions.d/hops.fish
for unit in hops-enable.service hops-watch.service hops.service hops.socket; do
    put 644 "deploy/systemd/$unit" "usr/lib/systemd/system/$unit"
done
put 644 deploy/systemd/hops.sysusers.conf usr/lib/sysusers.d/hops.conf
put 644 deploy/debian/lintian-overrides usr/share/lintian/overrides/hops

for page in command-line deploy; do
    compressed "docs/$page.md" "usr/share/doc/hops/$page.md"
done
for schema in docs/*.schema.json; do
    put 644 "$schema" "usr/share/doc/hops/$(basename "$schema")"
done
notices=$(dotnet nuget locals global-packages --list --force-english-output | sed 's/^[^:]*: //')/microsoft.netcore.app.runtime.nativeaot.$rid/$(dotnet msbuild src/Hops.Cli -getProperty:BundledNETCoreAppPackageVersion)/THIRD-PARTY-NOTICES.TXT
compressed "$notices" usr/share/doc/hops/THIRD-PARTY-NOTICES.txt
{
    cat deploy/debian/copyright
    echo "License: Expat"
    sed -n '/^Permission/,$ { s/^$/./; s/^/ /; p }' LICENSE
} >"$work/copyright"
put 644 "$work/copyright" usr/share/doc/hops/copyright

# CHANGELOG.md in the form of deb-changelog(5). An entry has the date in its heading, or else that of the commit.
maintainer=$(sed -n 's/^Maintainer: //p' deploy/debian/control)
change=
day=
end_change() { [ -z "$change" ] || fold -s -w 74 <<<"$change" | sed 's/ *$//; 1s/^/  * /; 1!s/^/    /'; change=; }
end_entry() { end_change; [ -z "$day" ] || printf '\n -- %s  %s\n\n' "$maintainer" "$(LC_ALL=C date -u -R -d "$day")"; }
while IFS= read -r line; do
    case $line in
        '## '*)
            end_entry
            read -r _ number day <<<"$line"
            day=$(date -u -d "${day//[()]/}" +%F 2>/dev/null || echo "@$SOURCE_DATE_EPOCH")
            printf 'hops (%s) unstable; urgency=medium\n\n' "${number/-/\~}"
            ;;
        '- '*) end_change; change=${line#- } ;;
        '  '*) change+=" ${line#  }" ;;
    esac
done <CHANGELOG.md >"$work/changelog"
end_entry >>"$work/changelog"
compressed "$work/changelog" usr/share/doc/hops/changelog

# The program may need only libraries of glibc, in the version with the newest symbol that it uses.
needed=$(readelf --dynamic --wide "$root/usr/bin/hops" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
foreign=$(grep -vE '^(lib(c|m|dl|rt|pthread)|ld-linux-[a-z0-9-]+)\.so\.[0-9]+$' <<<"$needed" || true)
[ -z "$foreign" ] || { say "hops needs $foreign, and eng/package.sh does not know its Debian package: add it to deploy/debian/control."; exit 1; }
glibc=$(readelf --version-info --wide "$root/usr/bin/hops" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1)

mkdir -p "$root/DEBIAN"
for script in postinst prerm postrm; do
    put 755 "deploy/debian/$script" "DEBIAN/$script"
done
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
size=$(cd "$root" && find usr -printf '%y %s\n' | awk '{ kilobytes += $1 == "f" ? int(($2 + 1023) / 1024) : 1 } END { print kilobytes }')
sed "s/@VERSION@/$version/; s/@ARCH@/$arch/; s/@SIZE@/$size/; s/@LIBC@/libc6 (>= ${glibc#GLIBC_})/" deploy/debian/control >"$root/DEBIAN/control"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$output"
package=$output/hops_${version}_$arch.deb
quietly dpkg-deb --root-owner-group -Zxz --threads-max=1 --build "$root" "$package"
echo "$package"
