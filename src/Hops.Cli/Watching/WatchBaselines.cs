using Hops.Cli.Output;
using Hops.Host.Learning;
using Hops.Host.Watching;

namespace Hops.Cli.Watching;

/// <summary>The files of <c>--learn</c> and <c>--against</c> while a watch runs: what is learnt is saved each minute and at the end.</summary>
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

    /// <summary>Whether only deviations are told.</summary>
    public bool IsComparing => _against is not null;

    /// <summary>How many connections deviated.</summary>
    public int Deviated { get; private set; }

    /// <exception cref="HopBaselineException">A file cannot be read or written, or is not to be trusted.</exception>
    public static WatchBaselines Open(string? learn, string? against)
    {
        HopBaselineFile? learning = learn is null ? null : HopBaselineFile.Open(learn);
        try
        {
            // The same file: what was just learnt is told once.
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

    /// <summary>Compares a connection with what was learnt, and learns it.</summary>
    /// <returns>How it deviates.</returns>
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

    /// <summary>Saves for the last time, and says how it was.</summary>
    /// <returns>Whether all was saved.</returns>
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
        // Also where the watch ended by an exception, such as that nobody reads the output any more.
        Save();
        _learning?.Dispose();
    }

    /// <summary>What goes wrong is told when it begins: each minute the same line would hide the others.</summary>
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
            // The timer's last time was after the end.
        }
    }
}
