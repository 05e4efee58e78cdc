using System.Net;
using Hops.Benchmarks.CgroupThreads;
using Hops.Guard;
using Hops.Lab;

namespace Hops.Benchmarks.Guarding;

/// <summary>Two threads with clients: one is guarded, the other is not.</summary>
internal sealed class GuardedPair : IDisposable
{
    private readonly CgroupThread[] _threads;
    private readonly HopGuardOptions _policy;
    private readonly IPAddress _server;
    private int _guarded;
    private AttachedGuard? _guard;

    /// <param name="network">Where they are.</param>
    /// <param name="cgroups">One for each.</param>
    /// <param name="server">Where servers listen.</param>
    /// <param name="policy">Which allows connections to these.</param>
    public GuardedPair(NetworkNamespace network, IReadOnlyList<ThreadCgroup> cgroups, IPAddress server, HopGuardOptions policy)
    {
        // The same buffer for both: its position in memory affects the time.
        byte[] buffer = new byte[GuardBenchmark.Large];
        _threads = [.. cgroups.Select(cgroup => new CgroupThread(network, cgroup, buffer, server, isServerOutside: true))];
        (_policy, _server) = (policy, server);
    }

    /// <summary>Guards the other thread from now on: single threads differ in speed for as long as they live.</summary>
    public void Swap()
    {
        _guard?.Attach(true);
        _threads[_guarded].Attach(null);
        _guarded = 1 - _guarded;
        _threads[_guarded].Attach(cgroup => _guard = new AttachedGuard(cgroup, _policy, _server));
    }

    /// <summary>The guarded thread.</summary>
    public CgroupThread Guarded()
    {
        _guard!.Attach(true);
        return _threads[_guarded];
    }

    /// <summary>The other one.</summary>
    /// <param name="isGuardThere">Whether the guard of the first is there, or none.</param>
    public CgroupThread Other(bool isGuardThere)
    {
        _guard!.Attach(isGuardThere);
        return _threads[1 - _guarded];
    }

    public void Dispose() => Array.ForEach(_threads, static thread => thread.Dispose());
}
