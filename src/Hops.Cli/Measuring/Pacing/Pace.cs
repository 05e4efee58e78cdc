namespace Hops.Cli.Measuring.Pacing;

/// <summary>Limits the connections per second, in total. For one caller at a time.</summary>
/// <param name="perSecond">The number of connections.</param>
/// <param name="connections">How many connections an attempt may make.</param>
internal sealed class Pace(int perSecond, int connections)
{
    // A pause can end some milliseconds late; later ones are shorter to compensate.
    private readonly Rate _rate = new(perSecond, TimeSpan.FromMilliseconds(10));
    private long _even;

    /// <summary>Waits until the next attempt may begin.</summary>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    public void Wait(CancellationToken interrupted) => Pause.Until(_rate.Next(ref _even, connections), interrupted);
}
