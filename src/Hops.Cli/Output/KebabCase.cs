using System.Text.Json;

namespace Hops.Cli.Output;

/// <summary>Formats names of values for the command line and JSON: <c>SocketFilter</c> is <c>socket-filter</c>.</summary>
internal static class KebabCase
{
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All.TryGetValue(value, out string? name) ? name : Spell(value);

    private static string Spell<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Caches the names of a type, which thousands of JSON lines contain.</summary>
    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> All = Enum.GetValues<T>().Distinct().ToDictionary(static value => value, Spell);
    }
}
