#!/usr/bin/env bash
# Counts properties of the sources that show how well they are structured.
#
#   eng/house-figures.sh [FOLDER]     of another checkout: git worktree add /tmp/before COMMIT; eng/house-figures.sh /tmp/before
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

sources() { find src -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*' "$@" -print0; }
count() { xargs -0 grep -hoE "$1" | wc -l; }

# Folders that import each other in a circle, by the namespaces that their files import.
circles() {
    local project=$1
    find "src/$project" -mindepth 2 -name '*.cs' -not -path '*/obj/*' -not -path '*/bin/*' | while IFS= read -r file; do
        from=$(dirname "${file#src/"$project"/}" | tr / .)
        { grep -oE "^using $project\.[A-Za-z.]+;" "$file" || true; } | sed -E "s/^using $project\.//; s/;$//" | while IFS= read -r to; do
            [ "$from" = "$to" ] || [ ! -d "src/$project/${to//.//}" ] || echo "$from $to"
        done
    done | sort -u | tsort 2>&1 >/dev/null | sed -nE 's/^tsort: ([A-Za-z.]+)$/\1/p' | sort -u | tr '\n' ' '
}

echo "folders in circles"
for project in src/*/*.csproj; do
    name=$(basename "$(dirname "$project")")
    printf '  %-13s %s\n' "$name" "$(circles "$name")"
done
echo "imports of the C library     $(sources | count '\[(Library|Dll)Import\(')"
echo "  in files                   $(sources | xargs -0 grep -lE '\[(Library|Dll)Import\(' | wc -l)"
echo "functions imported twice     $(sources | xargs -0 grep -hoE 'EntryPoint = "[a-z_0-9]+"' | sort | uniq -d | wc -l)"
echo "literals \"BPF_              $(sources | count '"BPF_[A-Z_]+')"
echo "lines over 160               $(sources | xargs -0 cat | awk 'length > 160' | wc -l)"
echo "files over 300 lines         $(sources | xargs -0 wc -l | awk '$2 != "total" && $1 > 300' | wc -l)"
echo "public types                 $(sources | xargs -0 grep -hE '^public ((static|sealed|abstract|readonly|ref|partial|unsafe) )*(class|struct|record|enum|interface|delegate)' | wc -l)"
echo "lines                        $(sources | xargs -0 cat | wc -l)"
