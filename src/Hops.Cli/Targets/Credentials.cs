namespace Hops.Cli.Targets;

/// <summary>Hides a user's name and password in a text given as a target: <c>https://user:password@host/</c>. They are neither used nor printed.</summary>
internal static class Credentials
{
    /// <summary>Returns whether the text may contain credentials: whether it has an at sign.</summary>
    public static bool MayBeIn(string text) => text.Contains('@', StringComparison.Ordinal);

    /// <summary>
    /// Returns a text that is not a target in a form to print: <c>https://***@host/</c>. A text longer than a target may have lost its at sign.
    /// </summary>
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
