using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program calls the kernel for what no program of a control group sees.</summary>
public sealed class EscapeCallTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    private const string Tunnel = "escape";

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void Sockets_that_it_needs_are_made(Promise promise) =>
        Try(promise).AssertSaid("tcp OK\ntcp6 OK\nudp OK\nroute OK\nunix-pair OK\nunix-packet-pair OK");

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void Sockets_of_other_families_are_not_made(Promise promise)
    {
        const string Families =
            """
            packet
            packet-as-it-was
            packet-in-an-own-network
            packet-as-it-was-in-an-own-network
            xdp
            vsock
            alg
            bluetooth
            can
            tipc
            rds
            kcm
            smc
            rxrpc
            pppox
            qrtr
            netlink-generic
            netlink-diag
            netlink-netfilter
            family-of-64-bits
            inet-pair
            tipc-pair
            """;
        Try(promise).AssertSaid(Families.ReplaceLineEndings(" EAFNOSUPPORT\n") + " EAFNOSUPPORT");
    }

    [Theory]
    [InlineData("packet")]
    [InlineData("packet-as-it-was")]
    [InlineData("xdp")]
    [InlineData("vsock")]
    [InlineData("netlink-generic")]
    [InlineData("netlink-diag")]
    [InlineData("multipath")]
    [InlineData("raw")]
    [InlineData("unix-datagram-pair")]
    [InlineData("ring")]
    [InlineData("foreign")]
    public void Without_a_guard_root_has_them(string name) => Assert.Equal("OK", TryAsRoot().Said(name));

    [Theory]
    [InlineData("multipath")]
    [InlineData("udp-lite")]
    [InlineData("packet-as-it-was-in-an-own-network")]
    [InlineData("packet-in-an-own-network")]
    [InlineData("ring")]
    [InlineData("foreign")]
    [InlineData("unix")]
    [InlineData("vsock")]
    [InlineData("tunnel")]
    public void Without_a_guard_an_ordinary_user_has_them(string name) => Assert.Equal("OK", Try(Promise.None).Said(name));

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void Sockets_of_other_protocols_are_not_made(Promise promise)
    {
        Outcome outcome = Try(promise);
        Assert.All(
            ["raw", "raw6", "ping", "multipath", "sctp", "sctp-packets", "dccp", "udp-lite", "smc-protocol", "l2tp"],
            name => Assert.Contains(outcome.Said(name), (string[])["EPERM", "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EACCES"]));
        outcome.AssertSaid("multipath EPERM\nudp-lite EPERM");
    }

    [Theory]
    [InlineData(Promise.Misled, "OK", "OK")]
    [InlineData(Promise.Isolated, "EAFNOSUPPORT", "EAFNOSUPPORT")]
    public void Unix_sockets_that_reach_others_are_not_made_in_isolation(Promise promise, string unix, string datagramPair) => Try(promise).AssertSaid(
        $"unix {unix}\nunix-datagram-pair {datagramPair}\nunix-raw-pair {datagramPair}");

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void No_io_uring_makes_sockets(Promise promise) => Try(promise).AssertSaid("ring ENOSYS\nring-enter ENOSYS\nring-register ENOSYS");

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void System_calls_of_other_machines_are_not_made(Promise promise) => Try(promise).AssertSaid("foreign SIGSYS\nx32 ENOSYS");

    [Theory]
    [InlineData(Promise.Misled, "ENO", "OK", "OK")]
    [InlineData(Promise.Isolated, "EPERM", "EPERM", "EPERM")]
    public void The_kernel_starts_no_program_for_its_keys_in_isolation(Promise promise, string request, string add, string trace)
    {
        Try(promise).AssertSaid($"add-key {add}\ntrace-children {trace}");
        // ENOKEY; ENOENT where there is no such program.
        Assert.StartsWith(request, Try(promise).Said("request-key"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void It_loads_no_program_into_the_kernel_and_mounts_nothing(Promise promise) =>
        Try(promise).AssertSaid("load-program EPERM\nmount EPERM\nnew-root EPERM");

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void No_packets_are_written_into_a_tunnel(Promise promise) => Assert.Equal("EPERM", Try(promise).Said("tunnel"));

    [Theory]
    [InlineData(Promise.Misled)]
    [InlineData(Promise.Isolated)]
    public void It_does_not_type_into_the_terminal_that_it_shares(Promise promise)
    {
        string script = Requires.Program("bsdutils", "script");
        string program = lab.Program("calls");
        // As root: other users may only if the host allows it (dev.tty.legacy_tiocsti).
        Outcome control = (lab.Command(Promise.None) with { Program = script }).Run("-qec", $"'{program}' terminal", "/dev/null");
        Assert.Contains("type OK", control.Output, StringComparison.Ordinal);
        string command = string.Join(' ', ((string[])[HopsCommand.Executable, .. lab.Words(promise), program, "terminal"]).Select(static word => $"'{word}'"));
        Outcome outcome = (lab.Command(promise) with { Program = script }).Run("-qec", command, "/dev/null");
        Assert.Equal("type EPERM\ntype-otherwise EPERM\npaste EPERM\n", outcome.Output.ReplaceLineEndings("\n"));
    }

    /// <summary>Root's mounts are not visible to other processes.</summary>
    private Outcome TryAsRoot() => lab.Once(
        Promise.None, "calls as root", () => (lab.Command(Promise.None) with { Program = lab.Program("calls"), Through = ["unshare", "--mount"] }).Run());

    private Outcome Try(Promise promise)
    {
        string device = Path.Combine(lab.Folder, "tun");
        if (!File.Exists(device))
        {
            // A process that may open the device may use a tunnel without an owner, and packets that it writes into the tunnel have no socket.
            TestSupport.Command.Run("mknod", "-m", "0666", device, "c", "10", "200");
            lab.Network.Client.Ip([$"tuntap add dev {Tunnel} mode tun"]);
        }

        return lab.RunOnce(promise, "calls", device, Tunnel);
    }
}
