using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Host.Confinement;
using Hops.Host.Watching;

namespace Hops.Host.Guarding;

/// <summary>Whether a guard works here, as tried on a connection over loopback.</summary>
public sealed record HostGuardCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether the connection was refused.</summary>
    public bool Works => Reason is null;

    /// <summary>Why not; null where it works.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether connections end at once: see <see cref="HostGuard.EndsConnections"/>.</summary>
    public bool EndsConnections { get; private init; }

    /// <summary>How long the refusal took; null where the connection did not end.</summary>
    public TimeSpan? TimeToError { get; private init; }

    /// <summary>Tries it: with a guarded cgroup of its own, in which this process is while it makes a socket. Needs root.</summary>
    public static HostGuardCheck Run()
    {
        try
        {
            using GuardedCgroup cgroup = GuardedCgroup.Create();
            using HostGuard guard = HostGuard.Start(new() { Cgroup = cgroup.Folder, Policy = new() { MinimumHops = 1 } });
            using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            using Socket client = MakeSocketIn(cgroup);
            long start = Stopwatch.GetTimestamp();
            bool isRefused = IsRefused(client, listener.LocalEndPoint!);
            TimeSpan taken = Stopwatch.GetElapsedTime(start);
            return new()
            {
                EndsConnections = guard.EndsConnections,
                TimeToError = isRefused ? taken : null,
                Reason = listener.Poll(TimeSpan.Zero, SelectMode.SelectRead) ? "a connection over loopback was established that should have been refused"
                    : !isRefused && guard.EndsConnections ? "a connection over loopback that is refused did not end"
                    : null,
            };
        }
        catch (Exception e) when (e is HostGuardUnavailableException or ConfinementException or BpfException or PlatformNotSupportedException or SocketException
            or IOException or UnauthorizedAccessException)
        {
            return new() { Reason = e.Message };
        }
    }

    private static Socket MakeSocketIn(GuardedCgroup cgroup)
    {
        string root = CgroupHierarchy.FindRoot()!;
        string before = File.ReadLines("/proc/self/cgroup").First(static line => line.StartsWith("0::", StringComparison.Ordinal))[3..];
        ConfinedProgram.Join(cgroup.Folder);
        try
        {
            return new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        }
        finally
        {
            ConfinedProgram.Join($"{root}{before}");
        }
    }

    private static bool IsRefused(Socket client, EndPoint server)
    {
        using CancellationTokenSource patience = new(Patience);
        try
        {
            client.ConnectAsync(server, patience.Token).AsTask().GetAwaiter().GetResult();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
