using System.CommandLine;
using Hops.Cli.Output;
using Hops.Cli.Syntax;
using Hops.Host.Watching;

namespace Manual.Completion;

/// <summary>Represents what a shell can offer for a value.</summary>
internal sealed record Value(ValueKind Kind)
{
    public IReadOnlyList<string> Choices { get; private init; } = [];

    public static Value Of(Option option) => (option.Name, option.HelpName) switch
    {
        ("--source", _) => new(ValueKind.Choice) { Choices = [.. Options.Sources.Select(SourceName.Of)] },
        ("--side", _) => new(ValueKind.Choice) { Choices = [.. Enum.GetValues<KernelSide>().Select(static side => KebabCase.Of(side))] },
        ("--command" or "--cgroup" or "--unit", _) => new(ValueKind.Nothing),
        (_, "FILE") => new(ValueKind.File),
        ("--group", _) => new(ValueKind.Group),
        ("--interface", _) => new(ValueKind.Interface),
        (_, "N" or "S" or "HEX" or "PREFIX" or "PREFIX=N" or "ADDRESS" or "HOST[:PORT]:ADDRESS" or "USER") => new(ValueKind.Nothing),
        _ => throw new NotSupportedException($"What a shell can offer for {option.Name} {option.HelpName} is unknown: add it to {nameof(Value)}.{nameof(Of)}."),
    };

    public static Value Of(Argument argument) => argument.Name switch
    {
        "TARGET" => new(ValueKind.Host),
        "INSIDE" or "OUTSIDE" or "COMMAND" => new(ValueKind.File),
        _ => throw new NotSupportedException($"What a shell can offer for {argument.Name} is unknown: add it to {nameof(Value)}.{nameof(Of)}."),
    };

    /// <summary>Returns the text that a shell shows beside a name: the first sentence of the description, up to a semicolon or a reference.</summary>
    public static string Brief(string description) => description.Split(". ")[0].Split("; ")[0].Split(": see ")[0].TrimEnd('.');

    /// <summary>Returns the same for an option. A list of choices is left out, because the shell offers them.</summary>
    public static string Brief(Option option)
    {
        string brief = Brief(option.Description!);
        return Verb.TakesValue(option) && Of(option).Kind == ValueKind.Choice ? brief.Split(": ")[0] : brief;
    }
}
