using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Http.Tests.Support;

/// <summary>Packets from the client that tcpdump sees arrive at a host's own addresses.</summary>
internal sealed partial class PacketCapture : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NetworkNamespace _client;
    private readonly string _address;
    private readonly Process _process;
    private readonly List<string> _lines = [];
    private int _fencePort = 40_000;

    /// <param name="at">Where.</param>
    /// <param name="client">Where what arrives comes from.</param>
    /// <param name="addresses">The host's own, an IPv4 address first. What it forwards to others is not of interest.</param>
    public PacketCapture(NetworkNamespace at, NetworkNamespace client, params string[] addresses)
    {
        _client = client;
        _address = addresses[0];
        string filter = $"(tcp or udp) and ({string.Join(" or ", addresses.Select(static address => $"dst host {address}"))})";
        string[] arguments = ["-nn", "-l", "-t", "--immediate-mode", "-Z", "root", "-Q", "in", "-i", "toclient", filter];
        ProcessStartInfo start = new(Requires.Program("tcpdump", "tcpdump"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = at.Run(() => Process.Start(start)!);
        while (_process.StandardError.ReadLine() is { } line && !line.StartsWith("listening on", StringComparison.Ordinal))
        {
        }

        Assert.False(_process.HasExited, "tcpdump did not start");
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
    }

    /// <summary>What arrived since the last call: all that was sent until now.</summary>
    public Arrivals Take()
    {
        // A datagram behind the rest: when it is seen, all before it has been.
        int port = ++_fencePort;
        string fence = $"{_address}.{port}: ";
        using Socket socket = _client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        socket.SendTo([0], new IPEndPoint(IPAddress.Parse(_address), port));
        long start = Stopwatch.GetTimestamp();
        for (; ; )
        {
            lock (_lines)
            {
                int end = _lines.FindIndex(line => line.Contains(fence, StringComparison.Ordinal));
                if (end >= 0)
                {
                    string[] taken = [.. _lines.Take(end)];
                    _lines.RemoveRange(0, end + 1);
                    return Read(taken);
                }
            }

            Assert.True(
                Stopwatch.GetElapsedTime(start) < Patience,
                $"tcpdump does not see {fence}, but{Environment.NewLine}{string.Join(Environment.NewLine, _lines)}");
            Thread.Sleep(5);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    private static Arrivals Read(string[] lines)
    {
        Match[] segments = [.. lines.Select(static line => Segment().Match(line)).Where(static match => match.Success)];
        HashSet<string> begun =
        [
            .. segments.Where(static s => s.Groups["flags"].Value.Contains('S', StringComparison.Ordinal)).Select(static s => s.Groups["connection"].Value),
        ];
        HashSet<string> closed =
        [
            .. segments.Where(static s => s.Groups["flags"].Value.AsSpan().ContainsAny('F', 'R')).Select(static s => s.Groups["connection"].Value),
        ];
        int bytes = segments.Sum(static s => int.Parse(s.Groups["length"].Value, CultureInfo.InvariantCulture));
        return new Arrivals(begun.Count, begun.Except(closed).Count(), bytes, lines.Length - segments.Length);
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }

    [GeneratedRegex(@"^IP6? (?<connection>\S+ > \S+): Flags \[(?<flags>[^\]]*)\].*?, length (?<length>\d+)")]
    private static partial Regex Segment();
}
