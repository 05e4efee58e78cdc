namespace Hops.Guard.Calibration;

/// <summary>Whether a minimum distance tells inside from outside.</summary>
public enum CalibrationVerdict
{
    /// <summary>All outside targets are farther away than all inside targets: there is a minimum.</summary>
    Separate,

    /// <summary>Some outside target is no farther away than some inside target: every minimum misjudges some.</summary>
    Overlap,

    /// <summary>Inside, or outside, there is no target whose distance is known and plausible.</summary>
    TooFew,
}
