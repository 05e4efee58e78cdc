namespace Hops.Benchmarks.CgroupThreads;

/// <summary>Represents programs that are attached to a control group while its thread is timed. Disposing detaches them.</summary>
internal interface IAttached : IDisposable
{
    /// <summary>The number of connections that it can take; null for any number.</summary>
    int? MostConnections { get; }

    /// <summary>Checks that the programs did the work whose cost is measured.</summary>
    /// <param name="connections">How many there were.</param>
    /// <exception cref="InvalidOperationException">They did not: the measured time is worthless.</exception>
    void Prove(int connections);
}
