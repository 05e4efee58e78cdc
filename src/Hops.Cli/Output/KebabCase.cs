using System.Text.Json;

namespace Hops.Cli.Output;

/// <summary>Names of values as the command line and JSON spell them: <c>SocketFilter</c> is <c>socket-filter</c>.</summary>
internal static class KebabCase
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
