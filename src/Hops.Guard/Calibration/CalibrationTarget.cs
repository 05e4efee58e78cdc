using System.Net;

namespace Hops.Guard.Calibration;

/// <summary>A target of a calibration, and what was measured of it.</summary>
/// <param name="Name">As it was given.</param>
/// <param name="Address">The address that answered; null if none did.</param>
/// <param name="Distance">How far away that is; null when it is unknown.</param>
/// <param name="Problem">Why it is unknown: a sentence without its full stop. Null when it is known.</param>
public sealed record CalibrationTarget(string Name, IPAddress? Address, HopDistance? Distance, string? Problem)
{
    /// <summary>Whether a calibration takes it into account: its distance is known and plausible.</summary>
    public bool IsCounted => Distance is { IsPlausible: true };
}
