using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Capturing;

/// <summary>tcpdump at a host of a lab, which writes the headers of packets to a file where they come from the client or go there.</summary>
internal sealed partial class PacketCapture : IDisposable
{
    // Bytes that no TCP packet in the file has, and a port without a listener ('discard').
    private const int FencePort = 9;
    private static readonly byte[] Fence = "all that was before is in the file"u8.ToArray();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly LabNetwork _network;
    private readonly int _distance;
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-capture-").FullName;
    private readonly Process _process;
    private long _looked;

    /// <param name="network">Where.</param>
    /// <param name="distance">Of the host from the client.</param>
    /// <param name="filter">Which packets, as in pcap-filter(7).</param>
    public PacketCapture(LabNetwork network, int distance, string filter)
    {
        (_network, _distance) = (network, distance);
        string[] arguments =
        [
            // 80 bytes are the headers; the buffer is in KiB.
            "-i", "toclient", "-nn", "-U", "-Z", "root", "-s", "80", "-B", "131072", "-w", FilePath, $"({filter}) or udp port {FencePort}",
        ];
        ProcessStartInfo start = new(Requires.Program("tcpdump", "tcpdump"), arguments) { RedirectStandardError = true };
        _process = network.HostAt(distance).Run(() => Process.Start(start)!);
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
    /// <returns>All segments until now. None is missing: the kernel says that it dropped no packet.</returns>
    public IEnumerable<CapturedSegment> Stop()
    {
        using (Socket socket = _network.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)))
        {
            socket.SendTo(Fence, new IPEndPoint(_network.AddressAt(_distance, AddressFamily.InterNetwork), FencePort));
        }

        long start = Stopwatch.GetTimestamp();
        while (!HasFence())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, "tcpdump does not see the datagram that ends the capture");
            Thread.Sleep(10);
        }

        Command.Run("bash", "-c", $"kill -INT {_process.Id}");
        string said = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        Assert.Matches(NothingDropped(), said);
        return CaptureFile.Read(FilePath);
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

    /// <summary>Looks at what has come since it was last asked: servers whose answers are refused go on answering, behind the fence.</summary>
    private bool HasFence()
    {
        using FileStream file = new(FilePath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(_looked, SeekOrigin.Begin);
        byte[] bytes = new byte[file.Length - _looked];
        int count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        // It may have come in part.
        _looked += Math.Max(count - Fence.Length, 0);
        return bytes.AsSpan(0, count).IndexOf(Fence) >= 0;
    }

    [GeneratedRegex(@"\n0 packets dropped by kernel")]
    private static partial Regex NothingDropped();
}
