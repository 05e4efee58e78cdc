namespace Hops.Benchmarks.CgroupThreads;

/// <summary>What is attached to a control group while its thread is timed. Disposing it leaves the group as it was.</summary>
internal interface IAttached : IDisposable
{
    /// <summary>For how many connections it will do; null for any number.</summary>
    int? MostConnections { get; }

    /// <summary>Shows that it did what its cost is asked for.</summary>
    /// <param name="connections">How many there were.</param>
    /// <exception cref="InvalidOperationException">It did not: what it took says nothing.</exception>
    void Prove(int connections);
}
