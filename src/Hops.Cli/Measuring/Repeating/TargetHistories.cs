using System.Runtime.InteropServices;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Repeating;

/// <summary>Represents the histories of all targets. Several threads add to them while another draws.</summary>
internal sealed class TargetHistories
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TargetHistory> _byTarget = [];
    private long _added;
    private long _lost;

    /// <summary>Gets the number of results. While it is unchanged, so are the histories.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>Gets the number of results without a distance.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Creates the history of a target that was not measured yet.</summary>
    public void Begin(string target)
    {
        lock (_lock)
        {
            _ = Of(target);
        }
    }

    /// <summary>Removes a target without a summary.</summary>
    public void Forget(string target)
    {
        lock (_lock)
        {
            if (_byTarget.TryGetValue(target, out TargetHistory? history) && history is { Sent: 0, Skipped: 0 })
            {
                _byTarget.Remove(target);
            }
        }
    }

    public void Skip(string target, int rounds)
    {
        lock (_lock)
        {
            Of(target).Skip(rounds);
        }
    }

    /// <inheritdoc cref="TargetHistory.Add"/>
    public void Add(string target, HopDistance? distance, TimeSpan? time, string? error)
    {
        lock (_lock)
        {
            Of(target).Add(distance, time, error, ++_added);
            _lost += distance is null ? 1 : 0;
        }
    }

    /// <summary>Removes some histories.</summary>
    /// <returns>Their summaries, as sentences.</returns>
    public IReadOnlyList<string> Take(IEnumerable<string> targets)
    {
        lock (_lock)
        {
            List<TargetHistory> taken = [];
            foreach (string target in targets)
            {
                if (_byTarget.Remove(target, out TargetHistory? history))
                {
                    taken.Add(history);
                }
            }

            return [.. taken.Select(HistoryText.Of)];
        }
    }

    /// <summary>Reads a value of all histories, in the order of the targets.</summary>
    public T Read<T>(Func<IReadOnlyCollection<TargetHistory>, T> read)
    {
        lock (_lock)
        {
            return read(_byTarget.Values);
        }
    }

    private TargetHistory Of(string target)
    {
        ref TargetHistory? history = ref CollectionsMarshal.GetValueRefOrAddDefault(_byTarget, target, out _);
        return history ??= new TargetHistory(TargetParser.WithoutPassword(target));
    }
}
