namespace Hops.Cli.Guarding;

/// <summary>Finds environment variables that name a proxy, as curl, wget, git, Python, Go and others read them.</summary>
internal static class ProxyVariables
{
    private const string Suffix = "_proxy";
    private const string Exceptions = "no_proxy";

    /// <returns>One that is set; null if none is.</returns>
    public static string? Find(IReadOnlyDictionary<string, string> environment) => environment.Keys.FirstOrDefault(name =>
        name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && !name.Equals(Exceptions, StringComparison.OrdinalIgnoreCase)
        && environment[name].Length > 0);
}
