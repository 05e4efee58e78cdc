using System.CommandLine;
using System.Text;

namespace Manual.Completion;

/// <summary>Writes the completion for zsh, which uses <c>_arguments</c>.</summary>
internal static class Zsh
{
    public static string Write()
    {
        StringBuilder script = new($$"""
            #compdef hops
            # Completion of hops for zsh.

            _hops()
            {
                # A verb is only a verb as the first word.
                if ((CURRENT > 2)) && [[ $words[2] == ({{string.Join('|', Verb.All.Select(static verb => verb.Name))}}) ]]; then
                    shift words
                    ((CURRENT--))
                    _hops_$words[1]
                    return
                fi

                {{Arguments(Verb.Measure, "'1: :_hops_first'")}}
            }

            _hops_first()
            {
                _alternative 'verbs:verb:_hops_verbs' 'hosts:host:_hosts'
            }


            """);
        AppendVerbs(script, "_hops_verbs", Verb.All);
        foreach (Verb verb in Verb.All)
        {
            AppendVerb(script, $"_hops_{verb.Name}", verb);
            foreach (Verb sub in verb.Verbs)
            {
                AppendVerb(script, $"_hops_{verb.Name}_{sub.Name}", sub);
            }
        }

        return script.Append("_hops \"$@\"\n").ToString();
    }

    private static void AppendVerb(StringBuilder script, string name, Verb verb)
    {
        if (verb.Verbs.Count == 0)
        {
            script.Append($"{name}()\n{{\n    {Arguments(verb, "")}\n}}\n\n");
            return;
        }

        AppendVerbs(script, $"{name}_verbs", verb.Verbs);
        script.Append($$"""
            {{name}}()
            {
                if ((CURRENT > 2)) && [[ $words[2] == ({{string.Join('|', verb.Verbs.Select(static sub => sub.Name))}}) ]]; then
                    shift words
                    ((CURRENT--))
                    {{name}}_$words[1]
                    return
                fi

                {{Arguments(verb, $"'1: :{name}_verbs'")}}
            }


            """);
    }

    private static void AppendVerbs(StringBuilder script, string name, IEnumerable<Verb> verbs)
    {
        script.Append($"{name}()\n{{\n    local -a verbs=(\n");
        foreach (Verb verb in verbs)
        {
            script.Append($"        {Quoted($"{verb.Name}:{Value.Brief(verb.Brief).Replace(":", "\\:", StringComparison.Ordinal)}")}\n");
        }

        script.Append("    )\n    _describe verb verbs\n}\n\n");
    }

    private static string Arguments(Verb verb, string first)
    {
        IEnumerable<string> operands = verb.Command.Arguments.Select(
            static a => $"'{(a.Arity.MaximumNumberOfValues == 1 ? "" : "*")}:{a.Name}:{Offer(Value.Of(a))}'");
        string[] leading = first.Length > 0 ? [first] : [];
        return string.Join(" \\\n        ", (string[])["_arguments -s -S", .. verb.Options.SelectMany(Specifications), .. leading, .. operands]);
    }

    /// <summary>Returns a specification for each name of an option; the names exclude each other.</summary>
    private static IEnumerable<string> Specifications(Option option)
    {
        string[] names = [.. Verb.NamesOf(option)];
        string description = string.Concat(Value.Brief(option).Select(static c => c is '[' or ']' or ':' or '\\' ? "\\" + c : $"{c}"));
        string value = Verb.TakesValue(option) ? $":{option.HelpName!.Replace(":", "\\:", StringComparison.Ordinal)}:{Offer(Value.Of(option))}" : "";
        return names.Select(name => Quoted(
            $"{(names.Length > 1 ? $"({string.Join(' ', names)})" : "")}{name}{(value.Length > 0 && name.Length > 2 ? "=" : "")}[{description}]{value}"));
    }

    private static string Offer(Value value) => value.Kind switch
    {
        ValueKind.Choice => $"({string.Join(' ', value.Choices)})",
        ValueKind.File => "_files",
        ValueKind.Group => "_groups",
        ValueKind.Interface => "_net_interfaces",
        ValueKind.Host => "_hosts",
        _ => " ",
    };

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
