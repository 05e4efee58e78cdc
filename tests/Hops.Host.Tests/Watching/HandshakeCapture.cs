using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>tcpdump in the namespace of a server, which writes the small packets of TCP to a file: those of handshakes are among them.</summary>
internal sealed partial class HandshakeCapture : IDisposable
{
    // What no packet of TCP in the file holds, and a port that nobody listens on ('discard').
    private const int FencePort = 9;
    private static readonly byte[] Fence = "all that was before is in the file"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LabNetwork _network;
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-capture-").FullName;
    private readonly Process _process;

    /// <param name="network">Packets are captured where they reach the server, behind all routers, and where they leave it.</param>
    public HandshakeCapture(LabNetwork network)
    {
        _network = network;
        string[] arguments =
        [
            // 80 bytes are the headers; the buffer is in KiB.
            "-i", "toclient", "-nn", "-U", "-Z", "root", "-s", "80", "-B", "131072", "-w", FilePath, $"(tcp and less 94) or udp port {FencePort}",
        ];
        ProcessStartInfo start = new(Requires.Program("tcpdump", "tcpdump"), arguments) { RedirectStandardError = true };
        _process = network.Server.Run(() => Process.Start(start)!);
        string? line;
        do
        {
            line = _process.StandardError.ReadLine();
            Assert.True(line is not null, "tcpdump did not start");
        }
        while (!line.Contains("listening on", StringComparison.Ordinal));
    }

    private string FilePath => Path.Combine(_folder, "packets");

    /// <summary>Ends the capture.</summary>
    /// <returns>All handshakes that were completed until now. None is missing: the kernel says that it dropped no packet.</returns>
    public List<Handshake> Stop()
    {
        using (Socket socket = _network.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)))
        {
            socket.SendTo(Fence, new IPEndPoint(_network.ServerAddress(AddressFamily.InterNetwork), FencePort));
        }

        long start = Stopwatch.GetTimestamp();
        while (!EndsWithFence())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "tcpdump does not see the datagram that ends the capture");
            Thread.Sleep(10);
        }

        Command.Run("bash", "-c", $"kill -INT {_process.Id}");
        string said = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        Assert.Matches(NothingDropped(), said);
        return CaptureFile.ReadHandshakes(FilePath);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.StandardError.Dispose();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private bool EndsWithFence()
    {
        using FileStream file = new(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(-Math.Min(file.Length, 4096), SeekOrigin.End);
        byte[] bytes = new byte[4096];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).IndexOf(Fence) >= 0;
    }

    [GeneratedRegex(@"\n0 packets dropped by kernel")]
    private static partial Regex NothingDropped();
}
