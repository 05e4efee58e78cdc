using System.Net;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Sharing;

/// <summary>Each user gets the best source that they may use, and the right distance by it; or a refusal that says why, and no distance.</summary>
public sealed class UserTests : IClassFixture<LabsOfUpToFive>
{
    private const string Filter = "socket-filter";
    private const string Pinned = "pinned-filter";
    private const string Option = "socket-option";

    private readonly LabsOfUpToFive _labs;

    public UserTests(LabsOfUpToFive labs)
    {
        Requires.Root();
        _labs = labs;
    }

    /// <summary>What is shared on a host.</summary>
    public enum Offer
    {
        Nothing,
        Pins,
        Service,
    }

    [Theory]
    [InlineData(User.Root, Offer.Nothing, Filter, Filter)]
    [InlineData(User.Root, Offer.Pins, Filter, Filter)]
    [InlineData(User.WithCapBpf, Offer.Nothing, Filter, Filter)]
    [InlineData(User.Member, Offer.Pins, Pinned, Pinned)]
    [InlineData(User.Member, Offer.Service, Pinned, Pinned)]
    [InlineData(User.Member, Offer.Nothing, null, Option)]
    [InlineData(User.Stranger, Offer.Pins, null, Option)]
    [InlineData(User.Stranger, Offer.Service, null, Option)]
    [InlineData(User.ContainedMember, Offer.Service, Pinned, Pinned)]
    [InlineData(User.ContainedMember, Offer.Pins, null, Option)]
    [InlineData(User.ContainedMember, Offer.Nothing, null, Option)]
    [InlineData(User.ContainedStranger, Offer.Service, null, Option)]
    public void Each_user_measures_rightly_by_the_best_source_or_not_at_all(User user, Offer offer, string? ipv4, string ipv6)
    {
        using SharedHost host = Sharing(offer);
        foreach (LabNetwork lab in _labs.All)
        {
            // An IPv4-mapped address is reached over IPv4.
            Outcome outcome = (host.Hops(user) with { At = lab.Client }).Run(
                "--json", "--parallel", "1", LabsOfUpToFive.Ipv4(lab), LabsOfUpToFive.Ipv6(lab), $"[::ffff:{LabsOfUpToFive.Ipv4(lab)}]");
            Assert.Equal([ipv4, ipv6, ipv4], outcome.Values("source"));
            string? hopsOverIpv4 = ipv4 is null ? null : $"{lab.Routers}";
            Assert.Equal([hopsOverIpv4, $"{lab.Routers}", hopsOverIpv4], outcome.Values("hops"));
            Assert.Equal(ipv4 is null ? ["not-permitted", null, "not-permitted"] : [null, null, null], outcome.Values("error"));
            Assert.All(outcome.Json, JsonContract.AssertKept);
            outcome.AssertStatus(ipv4 is null ? 1 : 0);
        }

        // Only the families that cannot be measured.
        LabNetwork last = _labs.All.Last();
        Outcome alone = (host.Hops(user) with { At = last.Client }).Run(LabsOfUpToFive.Ipv4(last));
        alone.AssertStatus(ipv4 is null ? 4 : 0);
        Assert.Equal(ipv4 is null, alone.Output.Length == 0);
    }

    [Theory]
    [InlineData(User.Root, Offer.Nothing, true)]
    [InlineData(User.WithCapBpf, Offer.Nothing, true)]
    [InlineData(User.Member, Offer.Pins, true)]
    [InlineData(User.ContainedMember, Offer.Service, true)]
    [InlineData(User.Stranger, Offer.Pins, false)]
    [InlineData(User.ContainedMember, Offer.Nothing, false)]
    public void A_dual_mode_socket_is_measured_over_both_families_or_unknown(User user, Offer offer, bool measuresIpv4)
    {
        using SharedHost host = Sharing(offer);
        foreach (LabNetwork lab in _labs.All)
        {
            IPAddress address = lab.ServerAddress(AddressFamily.InterNetwork);
            using RunningCommand client = (host.Client(user) with { At = lab.Client }).Start("measure");
            client.Input.WriteLine($"measure {address.MapToIPv6()} 443 2 1");
            client.Input.WriteLine($"measure {lab.ServerAddress(AddressFamily.InterNetworkV6)} 443 2 1");
            client.Input.Close();
            Outcome outcome = client.Wait();
            outcome.AssertStatus(0);
            Assert.Equal([$"443:{(measuresIpv4 ? 64 - lab.Routers : 0)}=2", $"443:{64 - lab.Routers}=2"], outcome.Lines[1..]);
        }
    }

    [Theory]
    [InlineData(User.Root)]
    [InlineData(User.WithCapBpf)]
    [InlineData(User.Stranger)]
    [InlineData(User.ContainedStranger)]
    public void Every_user_sees_how_far_away_the_clients_of_accepted_sockets_are(User user)
    {
        using SharedHost host = Sharing(Offer.Nothing);
        foreach (LabNetwork lab in _labs.All)
        {
            using RunningCommand server = (host.Client(user) with { At = lab.Server }).Start("accept");
            server.WaitUntil(static running => running.Output.EndsWith('\n'));
            int port = int.Parse(server.Output.Split(' ', '\n')[1], null);
            foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
            {
                using Socket socket = lab.Client.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
                socket.Connect(lab.ServerAddress(family), port);
                // The server closes when it has printed.
                Assert.Equal(0, socket.Receive(new byte[1]));
            }

            server.Input.Close();
            Outcome outcome = server.Wait();
            outcome.AssertStatus(0);
            Assert.Equal([$"client {lab.Routers}", $"client {lab.Routers}"], outcome.Lines[1..]);
        }
    }

    [Theory]
    [InlineData(User.Root)]
    [InlineData(User.WithCapBpf)]
    [InlineData(User.Stranger)]
    [InlineData(User.ContainedStranger)]
    public async Task Every_user_sees_how_far_away_the_sender_of_a_datagram_is(User user)
    {
        using SharedHost host = Sharing(Offer.Nothing);
        foreach (LabNetwork lab in _labs.All)
        {
            using Socket echo = lab.Server.Run(static () => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true });
            echo.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            int port = ((IPEndPoint)echo.LocalEndPoint!).Port;
            using RunningCommand hops = (host.Hops(user) with { At = lab.Client }).Start(
                "--json", "--parallel", "1", $"udp4://{LabsOfUpToFive.Ipv4(lab)}:{port}", $"udp6://[{LabsOfUpToFive.Ipv6(lab)}]:{port}");
            for (int i = 0; i < 2; i++)
            {
                SocketReceiveFromResult request = await echo.ReceiveFromAsync(
                    new byte[64], new IPEndPoint(IPAddress.IPv6Any, 0), TestContext.Current.CancellationToken);
                await echo.SendToAsync(new byte[1], request.RemoteEndPoint, TestContext.Current.CancellationToken);
            }

            Outcome outcome = hops.Wait();
            Assert.Equal(["datagram", "datagram"], outcome.Values("source"));
            Assert.Equal([$"{lab.Routers}", $"{lab.Routers}"], outcome.Values("hops"));
            outcome.AssertStatus(0);
        }
    }

    [Theory]
    [InlineData(User.Stranger, Offer.Nothing, "/run/hops is not there", "sudo hops system enable")]
    [InlineData(User.ContainedMember, Offer.Nothing, "/run/hops is not there", "sudo systemctl enable --now hops.socket, or sudo hops system serve")]
    [InlineData(
        User.Stranger, Offer.Pins, "is for members of the group 61234, and this process is not one",
        "sudo groupadd --gid 61234 NAME, sudo usermod -aG NAME USER, then log in again")]
    [InlineData(
        User.Stranger, Offer.Service, "the service at /run/hops/hops.sock is for members of the group 61234, and this process is not one",
        "sudo groupadd --gid 61234 NAME, sudo usermod -aG NAME USER, then log in again")]
    [InlineData(User.ContainedMember, Offer.Pins, "opening the pins in /run/hops/bpf/v1/", "sudo systemctl enable --now hops.socket")]
    public void Who_names_the_shared_filter_and_may_not_use_it_learns_why_and_what_to_do(User user, Offer offer, string reason, string remedy)
    {
        using SharedHost host = Sharing(offer);
        Outcome outcome = (host.Client(user) with { Input = "" }).Run("measure", "PinnedFilter");
        outcome.AssertStatus(4);
        Assert.Equal("", outcome.Output);
        Assert.Contains(reason, outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(remedy, outcome.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_file_system_for_pins_may_be_closed_to_users_as_systemd_mounts_it()
    {
        using SharedHost host = SharedHost.WithPins("mount -t bpf -o mode=0700 bpf /sys/fs/bpf");
        using LabServer server = LabServer.Start();
        Assert.NotEqual(0, host.Program(User.Member, "ls").Run("/sys/fs/bpf").Status);
        Outcome outcome = host.Hops(User.Member).Run("--json", $"127.0.0.1:{server.Port}", $"[::1]:{server.Port}");
        outcome.AssertStatus(0);
        Assert.Equal([Pinned, Pinned], outcome.Values("source"));
        Assert.Equal(["0", "0"], outcome.Values("hops"));
    }

    private static SharedHost Sharing(Offer offer) => offer switch
    {
        Offer.Pins => SharedHost.WithPins(),
        Offer.Service => SharedHost.WithService(),
        _ => SharedHost.Start(),
    };
}
