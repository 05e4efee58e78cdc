using System.Net;

namespace Hops.Guard.Calibration;

/// <summary>Represents a target of a calibration and its measured distance.</summary>
/// <param name="Name">The target as it was given.</param>
/// <param name="Address">The address that answered; null if none did.</param>
/// <param name="Distance">The distance of that address; null if it is unknown.</param>
/// <param name="Problem">The reason why the distance is unknown, as a sentence without its full stop; null if it is known.</param>
public sealed record CalibrationTarget(string Name, IPAddress? Address, HopDistance? Distance, string? Problem)
{
    /// <summary>Gets whether the calibration uses this target: its distance is known and plausible.</summary>
    public bool IsCounted => Distance is { IsPlausible: true };
}
