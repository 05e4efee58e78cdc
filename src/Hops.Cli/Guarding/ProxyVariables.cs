namespace Hops.Cli.Guarding;

/// <summary>Variables that name a proxy, as curl, wget, git, Python, Go and others read them.</summary>
internal static class ProxyVariables
{
    private const string Suffix = "_proxy";
    private const string Exceptions = "no_proxy";

    /// <returns>One of them that is set; null where none is.</returns>
    public static string? Find(IReadOnlyDictionary<string, string> environment) => environment.Keys.FirstOrDefault(name =>
        name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !name.Equals(Exceptions, StringComparison.OrdinalIgnoreCase)
        && environment[name].Length > 0);
}
