namespace Hops.Cli.Measuring.Pacing;

/// <summary>How many attempts may begin in a second, in all. For one caller at a time.</summary>
/// <param name="perSecond">How many connections.</param>
/// <param name="connections">How many of them an attempt may make.</param>
internal sealed class Pace(int perSecond, int connections)
{
    // A pause ends up to some milliseconds late, which those after it make up for.
    private readonly Rate _rate = new(perSecond, TimeSpan.FromMilliseconds(10));
    private long _even;

    /// <summary>Waits until the next may begin.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    public void Wait(CancellationToken interrupted) => Pause.Until(_rate.Next(ref _even, connections), interrupted);
}
