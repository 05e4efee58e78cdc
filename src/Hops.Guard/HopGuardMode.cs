namespace Hops.Guard;

/// <summary>Specifies whether a guard refuses connections or only reports them.</summary>
public enum HopGuardMode
{
    /// <summary>The guard refuses connections.</summary>
    Enforce,

    /// <summary>
    /// The guard allows all connections, and logs and counts those that it would have refused. Use it to find out what a minimum would break, and on machines
    /// that cannot measure.
    /// </summary>
    ReportOnly,
}
