namespace Hops.Benchmarks.Lookups;

/// <summary>
/// Measures the time to find the network of an address in a prefix tree, compared with a hash that is asked for the network itself and an array that is asked
/// for its number. The time is the kernel's, so it has no limit; the memory that user space allocates has one.
/// </summary>
internal static class LookupBenchmark
{
    private static readonly int[] Counts = [1, 1_000, 100_000];

    public static Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        List<IDisposable> opened = [];
        try
        {
            SubjectGroup[] groups = [.. GroupsOf(new Ipv4Networks()), .. GroupsOf(new Ipv6Networks())];
            return new Report(name, "Look-ups of networks", "keys", "look-up", SubjectGroup.Measure(groups, rounds));
        }
        finally
        {
            opened.ForEach(static tables => tables.Dispose());
        }

        IEnumerable<SubjectGroup> GroupsOf<TKey>(NetworkFamily<TKey> family)
            where TKey : unmanaged
        {
            foreach (int count in Counts)
            {
                NetworkTables<TKey> tables = new(family, count);
                opened.Add(tables);
                foreach (SubjectGroup group in tables.Groups())
                {
                    yield return group;
                }
            }
        }
    }
}
