using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Host.Confinement;
using Hops.Host.Watching;

namespace Hops.Host.Guarding;

/// <summary>Represents the result of testing on a connection over loopback whether a guard works on this host.</summary>
public sealed record HostGuardCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Gets whether a guard works on this host.</summary>
    public bool Works => Reason is null;

    /// <summary>Gets why a guard does not work; null if it works.</summary>
    public string? Reason { get; private init; }

    /// <summary>Gets whether refused connections end at once: see <see cref="HostGuard.EndsConnections"/>.</summary>
    public bool EndsConnections { get; private init; }

    /// <summary>Gets how long it took until the connection ended; null if it did not end.</summary>
    public TimeSpan? TimeToError { get; private init; }

    /// <summary>
    /// Runs the test: creates a guarded cgroup, in which this process is for a moment to create a socket, and connects that socket to a listener on loopback.
    /// Needs root.
    /// </summary>
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
                    : !isRefused && guard.EndsConnections ? "a refused connection over loopback did not end"
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
