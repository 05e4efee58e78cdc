using System.Reflection;

namespace Hops.Cli.Tests.Support;

/// <summary>The source tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string Root =
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(static a => a.Key == "Repository").Value!;

    public static string File(string path) => Path.Combine(Root, path);
}
