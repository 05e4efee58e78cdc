namespace Hops.Guard.Calibration;

/// <summary>Specifies whether a minimum distance separates inside from outside.</summary>
public enum CalibrationVerdict
{
    /// <summary>All outside targets are farther away than all inside targets: a minimum separates them.</summary>
    Separate,

    /// <summary>At least one outside target is no farther away than an inside target: every minimum misjudges a target.</summary>
    Overlap,

    /// <summary>No inside target, or no outside target, has a known and plausible distance.</summary>
    TooFew,
}
