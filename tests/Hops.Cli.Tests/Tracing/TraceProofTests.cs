using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Tracing;

/// <summary>Traces beside other programs: those that trace, one that captures packets, one that forges them.</summary>
public sealed partial class TraceProofTests
{
    private const int FirstPort = 32_768;
    private const int LastPort = 60_999;

    public TraceProofTests() => Requires.Root();

    [Theory]
    [InlineData(AddressFamily.InterNetwork, "mtr", "mtr-tiny", "--no-dns --report --report-cycles 1 --tcp --port 443")]
    [InlineData(AddressFamily.InterNetworkV6, "mtr", "mtr-tiny", "--no-dns --report --report-wide --report-cycles 1 --tcp --port 443")]
    [InlineData(AddressFamily.InterNetwork, "traceroute", "traceroute", "-n -T -p 443")]
    [InlineData(AddressFamily.InterNetworkV6, "traceroute", "traceroute", "-n -T -p 443")]
    public void Other_programs_find_the_same_routers_at_the_same_TTLs(AddressFamily family, string program, string package, string options)
    {
        using RoutedLab lab = RoutedLab.Asymmetric();
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        foreach (string router in (string[])["r1", "r2"])
        {
            // Both programs ask within the second that a router takes for its next answers.
            lab[router].SetSysctl("net/ipv4/icmp_ratelimit", 0);
            lab[router].SetSysctl("net/ipv6/icmp/ratelimit", 0);
        }

        IPAddress address = lab.Address("server", "r2", family);
        // Ours first: it waits for the neighbours' addresses, which take a second in a new IPv6 network. traceroute takes that for silence.
        JsonElement trace = TraceTests.Trace(lab, 0, TraceTests.Target(address));
        Outcome other = (lab.Hops with { Program = Requires.Program(package, program) }).Run([.. options.Split(' '), $"{address}"]);
        other.AssertStatus(0);
        string[] theirs = [.. OtherLine().Matches(other.Output).Select(static match => $"{match.Groups["ttl"].Value} {match.Groups["address"].Value}")];
        string[] ours =
        [
            .. TraceTests.Ttls(trace).Select(static ttl =>
                $"{TraceTests.Number(ttl, "ttl")} {TraceTests.Text(Assert.Single(ttl.GetProperty("answers").EnumerateArray()), "address")}"),
        ];
        Assert.Equal(3, ours.Length);
        Assert.True(theirs.SequenceEqual(ours), $"{string.Join(", ", ours)} are not those of {other}");
    }

    [Fact]
    public void Nobody_gets_more_packets_than_promised_and_nothing_stays_half_open()
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2", "r3");
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        string target = $"{lab.Address("server", "r3")}";
        using RunningCommand capture =
            (lab.Hops with { Program = Requires.Program("tcpdump", "tcpdump") }).Start("-n", "-l", "-i", "r1", "not arp and not ip6");
        capture.WaitUntil(static running => running.Errors.Contains("listening on", StringComparison.Ordinal));
        TraceTests.Trace(lab, 0, target);
        string[] states = TraceTextTests.States(lab[RoutedLab.Server], "tcp6");
        // SYN_RECV is 3.
        Assert.DoesNotContain("03", states);
        // Packets come to the program with a delay: what follows the trace shows that all of them have.
        lab[RoutedLab.Client].Run(() =>
        {
            using Socket last = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            last.SendTo("end"u8, new IPEndPoint(lab.Address("r1", "client"), 9));
        });
        capture.WaitUntil(static running => running.Output.Contains(".9: UDP", StringComparison.Ordinal));
        capture.Signal(RunningCommand.SigInt);
        string[] packets = [.. capture.Wait().Lines.TakeWhile(static line => !line.Contains(".9: UDP", StringComparison.Ordinal))];
        int syns = packets.Count(static line => line.Contains("Flags [S],", StringComparison.Ordinal));
        // One for the way back; one with each TTL up to that of the target and one beyond; two more with each up to that of the target.
        Assert.InRange(syns, 1 + (3 * 4), 1 + 5 + (2 * 4));
        Assert.All(packets, line => Assert.Matches(
            $@" IP (198\.18\.0\.1\.\d+ > {Regex.Escape(target)}\.443: |{Regex.Escape(target)}\.443 > 198\.18\.0\.1\.\d+: "
            + @"|\S+ > 198\.18\.0\.1: ICMP time exceeded in-transit)", line));
    }

    [Fact]
    public void Without_rights_the_way_there_is_known()
    {
        Assert.SkipWhen(
            int.Parse(File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled"), CultureInfo.InvariantCulture) == 0,
            "needs kernel.unprivileged_bpf_disabled=2: here everyone may load eBPF");
        using RoutedLab lab = RoutedLab.Asymmetric();
        using LabServer server = LabServer.Start(lab[RoutedLab.Server], 443);
        using PublicCopy copy = PublicCopy.OfHops();
        HopsCommand hops = lab.Hops with { Program = copy.Program, Through = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] };
        string ipv4 = $"{lab.Address("server", "r2")}";
        Outcome text = hops.Run("trace", "--no-names", ipv4);
        text.AssertStatus(1);
        Assert.Equal("[+] There 2 routers, back unknown: IPv4 cannot be measured here yet.", text.Lines[^2]);
        Assert.Contains($"  now:   hops trace --source minimum-ttl {ipv4} ", text.Errors, StringComparison.Ordinal);
        JsonElement unknown = TraceTests.TraceOf(hops.Run("trace", "--json", "--no-names", ipv4));
        Assert.Equal(
            (2, "not-permitted", false),
            (TraceTests.Number(unknown, "routersThere"), TraceTests.Text(unknown, "error"), unknown.TryGetProperty("back", out _)));

        foreach ((string[] options, string target, string source) in ((string[], string, string)[])
            [(["--source", "minimum-ttl"], ipv4, "minimum-ttl"), ([], $"[{lab.Address("server", "r2", AddressFamily.InterNetworkV6)}]", "socket-option")])
        {
            Outcome outcome = hops.Run(["trace", "--json", "--no-names", .. options, target]);
            outcome.AssertStatus(0);
            JsonElement both = TraceTests.TraceOf(outcome);
            JsonElement back = both.GetProperty("back");
            Assert.Equal((2, 4, source), (TraceTests.Number(both, "routersThere"), TraceTests.Number(back, "hops"), TraceTests.Text(back, "source")));
        }
    }

    /// <summary>
    /// ICMP errors that quote every port that a connect may have, from a neighbour who did not see its sequence number. Datagrams have none: that they are
    /// deceived shows that the forgery is a good one.
    /// </summary>
    [Theory]
    [InlineData("", ProtocolType.Tcp, false)]
    [InlineData("udp4://", ProtocolType.Udp, true)]
    public void A_forged_error_counts_over_UDP_only(string scheme, ProtocolType protocol, bool counts)
    {
        using RoutedLab lab = RoutedLab.Row("r1", "r2");
        lab.Filter("r1", "prerouting", "tcp dport 443 drop", "udp dport 53 drop");
        lab["r1"].SetSysctl("net/ipv4/icmp_ratelimit", 0);
        IPAddress target = lab.Address("server", "r2");
        using RunningCommand running = lab.Hops.Start("trace", "--json", "--no-names", $"{scheme}{target}");
        using Socket forger = lab["r1"].Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Icmp));
        IPEndPoint victim = new(lab.Address("client", "r1"), 0);
        int port = protocol == ProtocolType.Tcp ? 443 : 53;
        for (int from = FirstPort; !running.HasExited; from = from == LastPort ? FirstPort : from + 1)
        {
            forger.SendTo(TimeExceeded(victim.Address, target, protocol, (ushort)from, (ushort)port), victim);
        }

        JsonElement trace = TraceTests.TraceOf(running.Wait());
        Assert.Equal(counts, TraceTests.Answers(trace).Length > 0);
    }

    /// <summary>RFC 792: type 11, and the beginning of the packet that it answers.</summary>
    private static byte[] TimeExceeded(IPAddress from, IPAddress to, ProtocolType protocol, ushort fromPort, ushort toPort)
    {
        byte[] message =
        [
            11, 0, 0, 0, 0, 0, 0, 0,
            0x45, 0, 0, 60, 0, 0, 0, 0, 1, (byte)protocol, 0, 0, .. from.GetAddressBytes(), .. to.GetAddressBytes(),
            (byte)(fromPort >> 8), (byte)fromPort, (byte)(toPort >> 8), (byte)toPort, 0, 40, 0, 0,
        ];
        uint sum = 0;
        for (int i = 0; i < message.Length; i += 2)
        {
            sum += (uint)((message[i] << 8) | message[i + 1]);
        }

        sum = (sum & 0xffff) + (sum >> 16);
        ushort checksum = (ushort)~(sum + (sum >> 16));
        (message[2], message[3]) = ((byte)(checksum >> 8), (byte)checksum);
        return message;
    }

    /// <summary>A line of mtr or traceroute; a star is a packet that was not answered in time.</summary>
    [GeneratedRegex(@"(?m)^ *(?<ttl>\d+)(\.\|--)? +(\* )*(?<address>[0-9a-f.:]+) ", RegexOptions.ExplicitCapture)]
    private static partial Regex OtherLine();
}
