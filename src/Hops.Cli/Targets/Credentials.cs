namespace Hops.Cli.Targets;

/// <summary>A user's name and password in what was given as a target: <c>https://user:password@host/</c>. They are neither used nor printed.</summary>
internal static class Credentials
{
    /// <summary>Where there is an at sign they may stand before it, whatever else is wrong.</summary>
    public static bool MayBeIn(string text) => text.Contains('@', StringComparison.Ordinal);

    /// <summary>What is no target, to be printed: <c>https://***@host/</c>. Of what is longer than a target the at sign may have been cut off.</summary>
    public static string Hide(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int start = scheme >= 0 && Scheme.Find(text[..scheme]) is not null ? scheme + 3 : 0;
        int end = text.LastIndexOf('@');
        return end >= start ? $"{text[..start]}***{text[end..]}"
            : text.Length > TargetParser.LongestTarget && text.IndexOf(':', start) >= 0 ? $"{text[..start]}***"
            : text;
    }
}
