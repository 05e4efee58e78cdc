using System.Net;
using System.Runtime.ExceptionServices;

namespace Hops.Resolving;

/// <summary>One look-up of one name, for everyone who asks for that name while it lasts.</summary>
internal sealed class LookUp(string name)
{
    // Those who wait must not run on the thread that looks names up.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPAddress[] _addresses = [];
    private ExceptionDispatchInfo? _failure;

    public string Name => name;

    /// <summary>How many wait for it. Guarded by the lane's lock, as is <see cref="HasBegun"/>.</summary>
    public int Waiters { get; set; }

    /// <summary>Whether the resolver is being asked: from then on nothing stops it.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Completes when there is an answer. Never fails: nobody may be left to see that.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the resolver said: after <see cref="Ended"/>. An array for each who asks.</summary>
    public IPAddress[] Answer()
    {
        _failure?.Throw();
        return [.. _addresses];
    }

    /// <summary>Asks the resolver and keeps what it says; <see cref="End"/> shows it.</summary>
    public void Run(Func<string, IPAddress[]> resolve)
    {
        try
        {
            _addresses = resolve(name);
        }
#pragma warning disable CA1031 // Rethrown to those who wait.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = ExceptionDispatchInfo.Capture(e);
        }
    }

    public void End() => _ended.SetResult();
}
