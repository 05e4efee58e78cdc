using Hops.Cli.Output;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Whose a connection is, in a word for people: a container's, or else a unit's, as short as it is still told from others.</summary>
internal static class OwnerText
{
    /// <summary>In characters.</summary>
    public const int Longest = 18;
    private const int LengthOfId = 64;
    private const int LengthOfShortId = 12;
    private const string Service = ".service";

    /// <returns>Null where nothing is known.</returns>
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
