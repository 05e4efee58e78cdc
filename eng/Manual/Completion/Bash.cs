using System.CommandLine;
using System.Text;

namespace Manual.Completion;

/// <summary>Writes the completion for bash, which uses no functions of the package bash-completion.</summary>
internal static class Bash
{
    public static string Write() => $$"""
        # Completion of hops for bash.

        _hops()
        {
            local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} verb={{Verb.Measure.Name}} options=yes names= word
            COMPREPLY=()

            # Readline cuts --source=NAME into three.
            if [[ $cur == = ]]; then
                cur=
            elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
                prev=${COMP_WORDS[COMP_CWORD - 2]}
            fi

            # A verb is only a verb as the first word.
            if ((COMP_CWORD > 1)); then
                case ${COMP_WORDS[1]} in
                    {{Names(Verb.All, " | ")}}) verb=${COMP_WORDS[1]} ;;
                esac
            fi
            if ((COMP_CWORD > 2)); then
                case "$verb ${COMP_WORDS[2]}" in
                    {{string.Join(" | ", Completions.All.Where(static c => c.Path.Contains(' ')).Select(Pattern))}}) verb+=" ${COMP_WORDS[2]}" ;;
                esac
            fi

            # After -- there are no options.
            for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
                if [[ $word == -- ]]; then
                    options=
                fi
            done

            case $options$prev in
        {{Values()}}    esac

            if [[ $options && $cur == -* ]]; then
                case $verb in
        {{Options()}}        esac
                _hops_words $names
                return
            fi

            if ((COMP_CWORD == 1)); then
                _hops_words {{Names(Verb.All, " ")}}
            fi
            case $verb in
        {{Operands()}}    esac
        }

        # Adds what begins as the word that is being written.
        _hops_add()
        {
            local found
            while IFS= read -r found; do
                COMPREPLY+=("$found")
            done < <(compgen "$@" -- "$cur")
        }

        _hops_words()
        {
            _hops_add -W "$*"
        }

        _hops_files()
        {
            compopt -o filenames 2>/dev/null
            _hops_add -f
        }

        _hops_interfaces()
        {
            # Not compgen -W, which expands what it is given.
            local path
            for path in /sys/class/net/"$cur"*; do
                [[ ! -e $path ]] || COMPREPLY+=("${path##*/}")
            done
        }

        complete -F _hops hops

        """;

    private static string Values()
    {
        StringBuilder cases = new();
        IEnumerable<Option> options = Completions.All.SelectMany(static c => c.Verb.Options).Where(Verb.TakesValue).DistinctBy(static o => o.Name);
        foreach (IGrouping<string?, Option> same in options.GroupBy(static o => Offer(Value.Of(o))))
        {
            cases.Append($"        {string.Join(" | ", same.SelectMany(Verb.NamesOf).Select(static name => "yes" + name))})\n");
            cases.Append(same.Key is { } offer ? $"            {offer}\n" : "");
            cases.Append("            return\n            ;;\n");
        }

        return cases.ToString();
    }

    private static string Options() => string.Concat(Completions.All
        .Select(static c => $"            {Pattern(c)}) names='{string.Join(' ', c.Verb.Options.SelectMany(Verb.NamesOf))}' ;;\n"));

    private static string Operands() => string.Concat(Completions.All
        .Select(static c => (Pattern: Pattern(c), Offer: c.Verb.Verbs.Count > 0
            ? $"_hops_words {Names(c.Verb.Verbs, " ")}"
            : c.Operand is { } operand ? Offer(operand) : null))
        .Where(static c => c.Offer is not null)
        .Select(static c => $"        {c.Pattern}) {c.Offer} ;;\n"));

    private static string? Offer(Value value) => value.Kind switch
    {
        ValueKind.Choice => $"_hops_words {string.Join(' ', value.Choices)}",
        ValueKind.File => "_hops_files",
        ValueKind.Group => "_hops_add -g",
        ValueKind.Interface => "_hops_interfaces",
        ValueKind.Host => "_hops_add -A hostname",
        _ => null,
    };

    private static string Pattern(Completions completions) => completions.Path.Contains(' ') ? $"'{completions.Path}'" : completions.Path;

    private static string Names(IEnumerable<Verb> verbs, string separator) => string.Join(separator, verbs.Select(static verb => verb.Name));
}
