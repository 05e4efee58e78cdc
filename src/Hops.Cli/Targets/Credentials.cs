namespace Hops.Cli.Targets;

/// <summary>A user's name and password in what was given as a target: <c>https://user:password@host/</c>. They are neither used nor printed.</summary>
internal static class Credentials
{
    /// <summary>Where there is an at sign they may stand before it, whatever else is wrong.</summary>
    public static bool MayBeIn(string text) => text.Contains('@', StringComparison.Ordinal);

    /// <summary>What is no target, to be printed: <c>https://***@host/</c>.</summary>
    public static string Hide(string text)
    {
        int end = text.LastIndexOf('@');
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int start = scheme >= 0 && scheme + 3 <= end ? scheme + 3 : 0;
        return end < 0 ? text : $"{text[..start]}***{text[end..]}";
    }
}
