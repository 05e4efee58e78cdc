namespace Hops.Guard.Tests.Addresses;

/// <summary>Test data: a case a line, its columns separated by tabs. Empty lines and those that start with <c># </c> are for people.</summary>
internal static class DataFile
{
    public static IEnumerable<string[]> Read(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", name))
        where line.Length > 0 && line is not ['#', ' ', ..]
        select line.Split('\t');
}
