using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>Represents the files of <c>--learn</c> and <c>--against</c> of a watch. Learnt distances are saved each minute and at the end.</summary>
internal sealed class WatchBaselines : IDisposable
{
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromMinutes(1);

    private readonly HopBaselineFile? _learning;
    private readonly HopBaseline? _against;
    private readonly Timer? _timer;
    private volatile string? _failure;

    private WatchBaselines(HopBaselineFile? learning, HopBaseline? against)
    {
        (_learning, _against) = (learning, against);
        _timer = learning is null ? null : new(_ => Save(), null, BetweenSaves, BetweenSaves);
    }

    /// <summary>Gets whether only deviations are shown.</summary>
    public bool IsComparing => _against is not null;

    /// <summary>Gets the number of connections that deviated.</summary>
    public int Deviated { get; private set; }

    /// <exception cref="HopBaselineException">A file cannot be read or written, or cannot be trusted.</exception>
    public static WatchBaselines Open(string? learn, string? against)
    {
        HopBaselineFile? learning = learn is null ? null : HopBaselineFile.Open(learn);
        try
        {
            // With the same file, each new entry is shown once.
            HopBaseline? baseline = against is null ? null
                : learn is not null && Path.GetFullPath(learn) == Path.GetFullPath(against) ? learning!.Baseline : HopBaseline.Load(against);
            return new(learning, baseline);
        }
        catch
        {
            learning?.Dispose();
            throw;
        }
    }

    /// <summary>Compares a connection with learnt distances, and learns it.</summary>
    /// <returns>The deviation.</returns>
    public HopDeviation? Take(WatchedConnection connection)
    {
        HopDeviation? deviation = _against?.Compare(connection);
        Deviated += deviation is null ? 0 : 1;
        if (_learning is { Baseline: var baseline })
        {
            bool wasFull = baseline.LeftOut > 0;
            baseline.Add(connection);
            if (!wasFull && baseline.LeftOut > 0)
            {
                StandardError.WriteLine($"hops: {HopBaseline.MaximumEntries} networks and ports are learnt, which is the maximum: others are only counted.");
            }
        }

        return deviation;
    }

    /// <summary>Saves for the last time, and prints the totals.</summary>
    /// <returns>Whether everything was saved.</returns>
    public bool Finish(Streams streams)
    {
        _timer?.Dispose();
        Save();
        if (IsComparing)
        {
            streams.WriteMessage($"{Deviated} of them deviated from the learnt distances.");
        }

        if (_learning is { Baseline: { LeftOut: > 0 } full })
        {
            streams.WriteMessage($"{full.LeftOut} of them were not learnt: {HopBaseline.MaximumEntries} networks and ports are the maximum.");
        }

        return _failure is null;
    }

    public void Dispose()
    {
        _timer?.Dispose();
        // Also if an exception ended the watch, for example because the reader of the output has closed it.
        Save();
        _learning?.Dispose();
    }

    /// <summary>Saves, and prints an error only the first time: the same line each minute would hide the others.</summary>
    private void Save()
    {
        try
        {
            _learning?.Save();
            _failure = null;
        }
        catch (HopBaselineException e)
        {
            if (_failure != e.Message)
            {
                _failure = e.Message;
                StandardError.WriteLine($"hops: {TerminalText.Blank(e.Message)}");
            }
        }
        catch (ObjectDisposedException)
        {
            // The timer ran once more after the end.
        }
    }
}
