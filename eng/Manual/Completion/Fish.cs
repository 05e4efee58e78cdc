using System.CommandLine;
using System.Text;

namespace Manual.Completion;

/// <summary>Writes the completion for fish.</summary>
internal static class Fish
{
    public static string Write()
    {
        string nested = string.Join(' ', Completions.All.Where(static c => c.Path.Contains(' ')).Select(static c => $"'{c.Path}'"));
        StringBuilder script = new($"""
            # Completion of hops for fish.

            # Whether the words so far are of that verb. A verb is only a verb as the first word.
            function __hops_is
                set -l words (commandline -opc)
                set -l verb {Verb.Measure.Name}
                contains -- "$words[2]" {Names(Verb.All)}; and set verb $words[2]
                contains -- "$verb $words[3]" {nested}; and set verb "$verb $words[3]"
                test "$verb" = "$argv"
            end

            function __hops_has_words
                test (count (commandline -opc)) -gt $argv
            end

            complete -c hops -f

            """);
        AppendVerbs(script, "not __hops_has_words 1", Verb.All);
        foreach (Completions completions in Completions.All)
        {
            string condition = $"__hops_is {completions.Path}";
            AppendVerbs(script, condition, completions.Verb.Verbs);
            foreach (Option option in completions.Verb.Options)
            {
                string names = string.Join(' ', Verb.NamesOf(option).Select(static name => name.Length == 2 ? $"-s {name[1]}" : $"-l {name[2..]}"));
                string value = Verb.TakesValue(option) ? Offer(Value.Of(option)) : "";
                Append(script, condition, $"{names}{value} -d {Quoted(Value.Brief(option))}");
            }

            if (completions.Operand is { } operand)
            {
                Append(script, condition, operand.Kind == ValueKind.File ? "-F" : Offer(operand)[" -x ".Length..]);
            }
        }

        return script.ToString();
    }

    private static void AppendVerbs(StringBuilder script, string condition, IEnumerable<Verb> verbs)
    {
        foreach (Verb verb in verbs)
        {
            Append(script, condition, $"-a {verb.Name} -d {Quoted(Value.Brief(verb.Brief))}");
        }
    }

    private static void Append(StringBuilder script, string condition, string what) => script.Append($"complete -c hops -n {Quoted(condition)} {what}\n");

    private static string Offer(Value value) => value.Kind switch
    {
        ValueKind.Choice => $" -x -a {Quoted(string.Join(' ', value.Choices))}",
        ValueKind.File => " -r -F",
        ValueKind.Interface => " -x -a '(__fish_print_interfaces)'",
        ValueKind.Group => " -x -a '(__fish_complete_groups)'",
        ValueKind.Host => " -x -a '(__fish_print_hostnames)'",
        _ => " -x",
    };

    private static string Names(IEnumerable<Verb> verbs) => string.Join(' ', verbs.Select(static verb => verb.Name));

    private static string Quoted(string text) => $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";
}
