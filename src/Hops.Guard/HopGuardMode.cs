namespace Hops.Guard;

/// <summary>What a guard does with what it would refuse.</summary>
public enum HopGuardMode
{
    /// <summary>It refuses.</summary>
    Enforce,

    /// <summary>
    /// It lets everything through, and logs and counts what it would have refused: to see what a minimum would break, and for machines that cannot measure.
    /// </summary>
    ReportOnly,
}
