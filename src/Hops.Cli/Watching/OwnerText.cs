using Hops.Cli.Output;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Formats the owner of a connection in a word for people: a container, or else a unit, as short as is still unambiguous.</summary>
internal static class OwnerText
{
    /// <summary>The maximum length in characters.</summary>
    public const int Longest = 18;
    private const int LengthOfId = 64;
    private const int LengthOfShortId = 12;
    private const string Service = ".service";

    /// <returns>Null if the owner is unknown.</returns>
    public static string? Of(CgroupName name)
    {
        string? text = name switch
        {
            { Container: { Length: LengthOfId } id } => id[..LengthOfShortId],
            { Container: { } container } => container,
            { UserUnit: { } unit } => WithoutService(unit),
            { Unit: { } unit } => WithoutService(unit),
            _ => null,
        };
        return text is null ? null : TerminalText.Escape(text.Length > Longest ? $"{text[..(Longest - 1)]}…" : text);
    }

    private static string WithoutService(string unit) => unit.EndsWith(Service, StringComparison.Ordinal) ? unit[..^Service.Length] : unit;
}
