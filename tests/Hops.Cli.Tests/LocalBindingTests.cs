using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests;

/// <summary><c>--interface</c>, <c>--source-address</c> and <c>--mark</c>, where two paths of different length lead to one server.</summary>
public sealed class LocalBindingTests
{
    private static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    public LocalBindingTests() => Requires.Root();

    [Fact]
    public void The_distance_is_that_of_the_chosen_path()
    {
        using TwoPaths lab = new();
        using LabServer server = LabServer.Start(lab.Server);
        using UdpServer udp = UdpServer.Start(lab.Server);
        HopsCommand hops = new() { At = lab.Client };
        foreach (AddressFamily family in Families)
        {
            bool isIpv4 = family == AddressFamily.InterNetwork;
            string address = TwoPaths.Address(family);
            string tcp = $"{new IPEndPoint(IPAddress.Parse(address), server.Port)}";
            string asked = $"udp{(isIpv4 ? 4 : 6)}://{new IPEndPoint(IPAddress.Parse(address), udp.Port)}";
            foreach ((string[] options, int routers) in ((string[], int)[])
            [
                ([], 1), (["--interface", "short"], 1), (["--source-address", isIpv4 ? "10.1.0.1" : "2001:db8:10::1"], 1), (["--mark", "5"], 1),
                (["--interface", "long"], 3), (["--source-address", isIpv4 ? "10.2.0.1" : "2001:db8:20::1"], 3), (["--mark", $"{TwoPaths.LongMark}"], 3),
                (["--mark", $"0x{TwoPaths.LongMark:X}", "--source-address", isIpv4 ? "10.2.0.1" : "2001:db8:20::1", "--interface", "long"], 3),
            ])
            {
                using SeenTtls seen = new(lab.Client, routers == 1 ? "short" : "long", 1, isIpv4 ? "tcp[tcpflags] & tcp-syn != 0" : "ip6 and ip6[53] & 2 != 0");
                foreach (string[] source in (string[][])[[], ["--source", "minimum-ttl"]])
                {
                    Outcome outcome = hops.Run([.. options, .. source, "--json", tcp, asked]);
                    outcome.AssertStatus(0);
                    Assert.Equal([$"{routers}", $"{routers}"], outcome.Values("hops"));
                }

                Assert.Equal([64 - routers], seen.Wait());
            }
        }
    }

    [Fact]
    public void A_zone_is_that_of_the_interface_and_need_not_be_said_again()
    {
        using TwoPaths lab = new();
        // At both ends of both links: fe80::2 is the first router, and what listens there is no router away.
        HopsCommand hops = new() { At = lab.Client };
        string[] refusing = ["--interface", "long", "--json", "--timeout", "2", "[fe80::2%long]:9", "[fe80::2]:9", "[fe80::2%short]:9", "[fe80::2%nothing]:9"];
        Outcome outcome = hops.Run(refusing);
        outcome.AssertStatus(1);
        Assert.Equal(["refused", "refused", "no-address", "unreachable"], outcome.Values("error"));
        Assert.Equal("its zone is another interface than that of --interface, long", outcome.Values("message")[2]);

        using LabNetwork link = LabNetwork.Create(0);
        using LabServer server = LabServer.Start(link.Server);
        Outcome measured = new HopsCommand { At = link.Client }.Run("--interface", "toserver", $"[fe80::2%toserver]:{server.Port}", $"[fe80::2]:{server.Port}");
        measured.AssertStatus(0);
        Assert.Equal(
            [
                $"[+] [fe80::2%toserver]:{server.Port} is 0 hops away (socket-filter)",
                $"[+] [fe80::2]:{server.Port} is 0 hops away (socket-filter)",
            ],
            measured.Lines);
    }

    [Fact]
    public void What_this_host_does_not_have_is_told_of_each_target()
    {
        using LabNetwork lab = LabNetwork.Create(0);
        HopsCommand hops = new() { At = lab.Client };
        string[] targets = [$"{lab.ServerAddress(AddressFamily.InterNetwork)}", "udp4://198.18.0.2"];
        foreach (string[] source in (string[][])[[], ["--source", "minimum-ttl"]])
        {
            // The kernel would take a name of 16 characters or more for the interface that has the first 15.
            foreach (string name in (string[])["eth7", "toserver2345678", "toserverxxxxxxxxxxxxxxxxx"])
            {
                AssertRefused(["--interface", name], $"no interface '{name}' here; there are lo, toserver");
            }

            AssertRefused(["--source-address", "192.0.2.9"], "this host has no address 192.0.2.9 to connect from");

            void AssertRefused(string[] options, string message)
            {
                Outcome outcome = hops.Run([.. options, .. source, "--json", .. targets]);
                outcome.AssertStatus(4);
                Assert.Equal(["not-permitted", "not-permitted"], outcome.Values("error"));
                Assert.Equal([message, message], outcome.Values("message"));
                Assert.All(outcome.Json, JsonContract.AssertKept);
            }
        }

        Outcome otherFamily = hops.Run("--json", "--source-address", "198.18.0.1", "[2001:db8::2]:9", "udp6://[2001:db8::2]");
        otherFamily.AssertStatus(1);
        Assert.Equal(["no-address", "no-address"], otherFamily.Values("error"));
        Assert.All(otherFamily.Values("message"), static message => Assert.Equal("no IPv4 address, and --source-address is one", message));
    }

    [Fact]
    public void Of_a_name_only_the_addresses_of_the_source_addresss_family_are_tried()
    {
        using TwoPaths lab = new();
        using LabServer server = LabServer.Start(lab.Server);
        using PrivateNames names = new(
            $"{TwoPaths.Address(AddressFamily.InterNetwork)} two.example", $"{TwoPaths.Address(AddressFamily.InterNetworkV6)} two.example");
        HopsCommand hops = new() { At = lab.Client, Through = names.Through };
        foreach ((string source, string family) in ((string, string)[])[("10.2.0.1", "ipv4"), ("2001:db8:20::1", "ipv6"), ("::ffff:10.2.0.1", "ipv4")])
        {
            Outcome outcome = hops.Run("--json", "--source-address", source, $"two.example:{server.Port}");
            outcome.AssertStatus(0);
            Assert.Equal((family, "3"), (outcome.Values("family")[0], outcome.Values("hops")[0]));
        }
    }

    [Fact]
    public void A_user_may_choose_interface_and_address_and_needs_a_capability_for_the_mark()
    {
        using TwoPaths lab = new();
        using LabServer server = LabServer.Start(lab.Server);
        using PublicCopy copy = PublicCopy.OfHops();
        string target = $"10.9.9.9:{server.Port}";
        Outcome bound = Run([], "--interface", "long", "--source-address", "10.2.0.1");
        bound.AssertStatus(0);
        Assert.Equal("3", bound.Values("hops")[0]);

        Outcome marked = Run([], "--mark", $"{TwoPaths.LongMark}");
        marked.AssertStatus(4);
        Assert.Equal("not-permitted", marked.Values("error")[0]);
        Assert.Contains("--mark needs CAP_NET_ADMIN, or from Linux 5.17 on CAP_NET_RAW: run it as root", marked.Values("message")[0], StringComparison.Ordinal);

        foreach (string capability in (string[])["net_admin", "net_raw"])
        {
            Outcome permitted = Run(["--inh-caps", $"+{capability}", "--ambient-caps", $"+{capability}"], "--mark", $"{TwoPaths.LongMark}");
            permitted.AssertStatus(0);
            Assert.Equal("3", permitted.Values("hops")[0]);
        }

        Outcome Run(string[] rights, params string[] options) => new HopsCommand
        {
            At = lab.Client,
            Program = copy.Program,
            Through = [Requires.Program("util-linux", "setpriv"), "--reuid", "65534", "--regid", "65534", "--clear-groups", .. rights],
        }.Run([.. options, "--source", "minimum-ttl", "--json", target]);
    }

    [Fact]
    public void One_port_serves_many_servers()
    {
        using TwoPaths lab = new();
        using LabServer first = LabServer.Start(lab.Server);
        using LabServer second = LabServer.Start(lab.Server);
        // A bind that takes a port of its own would find none for the second.
        lab.Client.Run(static () => File.WriteAllText("/proc/sys/net/ipv4/ip_local_port_range", "40000 40000\n"));
        Outcome outcome = new HopsCommand { At = lab.Client }.Run(
            "--parallel", "2", "--source-address", "10.2.0.1", $"10.9.9.9:{first.Port}", $"10.9.9.9:{second.Port}");
        outcome.AssertStatus(0);
    }

    [Theory]
    [InlineData("--mark -1", "--mark takes a number from 0 to 0xffffffff, decimal or with 0x before it, not '-1'")]
    [InlineData("--mark 4294967296", "--mark takes a number from 0 to 0xffffffff, decimal or with 0x before it, not '4294967296'")]
    [InlineData("--mark 0x", "--mark takes a number from 0 to 0xffffffff, decimal or with 0x before it, not '0x'")]
    [InlineData("--mark bee", "--mark takes a number from 0 to 0xffffffff, decimal or with 0x before it, not 'bee'")]
    [InlineData("--source-address 10.1", "--source-address takes an address such as 192.0.2.1 or 2001:db8::1, not '10.1'")]
    [InlineData("--source-address eth0", "--source-address takes an address such as 192.0.2.1 or 2001:db8::1, not 'eth0'")]
    public void What_cannot_be_read_is_wrong_usage(string options, string mistake) =>
        Assert.Equal(new Outcome(2, "", $"hops: {mistake} (see 'hops --help')\n"), new HopsCommand().Run([.. options.Split(' '), "127.0.0.1"]));
}
