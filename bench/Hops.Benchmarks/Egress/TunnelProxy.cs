using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Egress;

/// <summary>A proxy in its own process, on loopback, with its configuration in a folder that is deleted with it. It logs no tunnels.</summary>
internal sealed class TunnelProxy : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hops-egress-");
    private readonly ChildProcess _process;

    private TunnelProxy(string program, Func<string, int, string[]> argumentsFor)
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        // squid drops root, and writes into this folder.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0x1FF);
        }

        _process = ChildProcess.Start(program, argumentsFor(_folder.FullName, EndPoint.Port));
        try
        {
            WaitUntilListening(program);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The sample.</summary>
    /// <param name="library">Its path.</param>
    /// <param name="target">Where it may connect to, although it is near.</param>
    public static TunnelProxy StartOurs(string library, IPEndPoint target) => new(
        ProgramPath.Find("dotnet") ?? throw new InvalidOperationException("There is no 'dotnet' in the PATH."),
        (_, port) =>
        [
            library, "--HopGuard:MinimumHops=1", "--HopGuard:AllowedSpecialPurposeNetworks:0=127.0.0.0/8", "--HopGuard:AllowedNearNetworks:0=127.0.0.0/8",
            $"--HopGuard:AllowedPorts:0={target.Port}", $"--EgressProxy:Listen:0=127.0.0.1:{port}", $"--EgressProxy:OperatorListen=127.0.0.1:{FreePort()}",
            "--Logging:LogLevel:Default=Warning",
        ]);

    public static TunnelProxy StartSquid(string program) => new(program, static (folder, port) =>
    {
        string file = Path.Combine(folder, "squid.conf");
        File.WriteAllText(file, $"""
            http_port 127.0.0.1:{port}
            http_access allow localhost
            http_access deny all
            cache deny all
            access_log none
            cache_log {folder}/cache.log
            pid_filename {folder}/squid.pid
            coredump_dir {folder}
            pinger_enable off
            shutdown_lifetime 1 seconds

            """);
        return ["-N", "-f", file];
    });

    public static TunnelProxy StartTinyproxy(string program) => new(program, static (folder, port) =>
    {
        string file = Path.Combine(folder, "tinyproxy.conf");
        File.WriteAllText(file, $"""
            Port {port}
            Listen 127.0.0.1
            Timeout 600
            MaxClients 2000
            LogLevel Critical
            LogFile "{folder}/tinyproxy.log"
            Allow 127.0.0.1

            """);
        return ["-d", "-c", file];
    });

    public void Dispose()
    {
        _process.Terminate();
        _ = _process.Wait();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void WaitUntilListening(string program)
    {
        long start = Stopwatch.GetTimestamp();
        for (; ; )
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(EndPoint);
                return;
            }
            catch (SocketException) when (Stopwatch.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(50);
            }
            catch (SocketException e)
            {
                throw new InvalidOperationException($"{program} does not listen.", e);
            }
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
