using System.Net;
using System.Runtime.ExceptionServices;

namespace Hops.Resolving;

/// <summary>Represents the look-up of a name, shared by all requests for that name while it is in progress.</summary>
internal sealed class LookUp(string name)
{
    // Continuations of waiting callers must not run on the look-up thread.
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPAddress[] _addresses = [];
    private ExceptionDispatchInfo? _failure;

    public string Name => name;

    /// <summary>The number of waiting callers. Guarded by the lane's lock, as is <see cref="HasBegun"/>.</summary>
    public int Waiters { get; set; }

    /// <summary>Whether the resolver has been called, which cannot be stopped.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Completes when there is an answer. It never fails, because there may be no caller left to observe an exception.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Returns the resolver's answer, after <see cref="Ended"/>. Each caller gets its own array.</summary>
    public IPAddress[] Answer()
    {
        _failure?.Throw();
        return [.. _addresses];
    }

    /// <summary>Calls the resolver and stores its answer; <see cref="End"/> publishes it.</summary>
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
