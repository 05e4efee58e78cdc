using System.Net.Sockets;
using Hops.Cli.Tests.Support;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A guarded program connects to a near server, and sends to it, in all the ways that there are.</summary>
public sealed class EscapeConnectTests(EscapeLab lab) : IClassFixture<EscapeLab>
{
    // Clients that need no cookie, and servers that ask for none, on any port.
    private const int FastClient = 0x5;
    private const int FastServer = 0x602;

    private static readonly string[] Refused = ["ECONNABORTED", "ECONNREFUSED", "EPERM", "ETIMEDOUT"];

    [Theory]
    [InlineData("connect")]
    [InlineData("connect6")]
    [InlineData("mapped")]
    [InlineData("reformed")]
    [InlineData("fast")]
    [InlineData("fast6")]
    [InlineData("deferred")]
    [InlineData("again")]
    [InlineData("device")]
    [InlineData("hops")]
    [InlineData("small-segments")]
    [InlineData("no-discovery")]
    [InlineData("option")]
    [InlineData("datagram")]
    [InlineData("datagram6")]
    [InlineData("datagram-mapped")]
    [InlineData("datagram-connected")]
    [InlineData("datagram-from-resolver")]
    [InlineData("datagram-encapsulating")]
    public void No_way_to_connect_or_to_send_gets_to_a_near_server(string way)
    {
        Outcome control = Try(Promise.None);
        Assert.True(control.HasArrived(way), $"{way}: {control}");
        foreach (Promise promise in new[] { Promise.Misled, Promise.Isolated })
        {
            Outcome outcome = Try(promise);
            Assert.False(outcome.HasArrived(way), $"{way}: {outcome}");
            Assert.Contains(outcome.Said(way), Refused);
        }
    }

    /// <summary>Calls that an ordinary user may not make, guarded or not.</summary>
    [Theory]
    [InlineData("mark")]
    [InlineData("transparent")]
    [InlineData("repair")]
    [InlineData("source-route")]
    [InlineData("destination-options")]
    public void Options_of_sockets_that_lead_elsewhere_need_rights_that_it_has_not(string way) =>
        Assert.All([Promise.None, Promise.Misled, Promise.Isolated], promise => Assert.Equal("EPERM", Try(promise).Said(way)));

    /// <summary>Whether the kernel takes them from ordinary users at all is up to its version.</summary>
    [Fact]
    public void Segment_routes_do_not_lead_to_a_near_server() => Assert.All([Promise.Misled, Promise.Isolated], promise =>
    {
        Outcome outcome = Try(promise);
        Assert.False(outcome.HasArrived("route6"));
        Assert.NotEqual("OK", outcome.Said("route6"));
    });

    /// <summary>Of an isolated one that is closed where what comes in is judged, too.</summary>
    [Theory]
    [InlineData(Promise.None)]
    [InlineData(Promise.Misled)]
    public void A_near_client_is_answered_by_a_misled_program_that_listens(Promise promise) => Assert.Equal("accepted", Listen(promise));

    [Fact]
    public void A_near_client_is_not_answered_by_an_isolated_program()
    {
        using RunningCommand program = lab.Start(Promise.Isolated, "connects", "listen", Own, "7777");
        program.WaitUntil(static running => running.Output.StartsWith("listening\n", StringComparison.Ordinal));
        using Socket near = lab.Network.HostAt(1).Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        Assert.ThrowsAny<OperationCanceledException>(() => near.ConnectAsync(Own, 7777, patience.Token).AsTask().GetAwaiter().GetResult());
        program.WaitUntil(static running => running.Errors.Contains("a connection from ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Promise.None, "OK", true)]
    [InlineData(Promise.Misled, "OK", true)]
    [InlineData(Promise.Isolated, "EADDRINUSE", false)]
    public void A_listener_on_loopback_is_shared_only_with_the_same_user(Promise promise, string said, bool arrives)
    {
        // Another program of the user's, that lets its port be shared.
        using RunningCommand outside = lab.Start(Promise.None, "connects", "shared");
        outside.WaitUntil(static running => running.Output.Contains('\n', StringComparison.Ordinal));
        Outcome outcome = lab.Run(promise, "connects", "share", outside.Output.Trim().Split(' ')[1]);
        Assert.Equal(said, outcome.Said("shared"));
        outside.Input.Close();
        Assert.Equal(arrives, outside.Wait().Output.Contains("received shared", StringComparison.Ordinal));
    }

    private string Own => $"{lab.Network.AddressAt(0, AddressFamily.InterNetwork)}".Replace(".2", ".1", StringComparison.Ordinal);

    private string Listen(Promise promise)
    {
        using RunningCommand program = lab.Start(promise, "connects", "listen", Own, "7777");
        program.WaitUntil(static running => running.Output.StartsWith("listening\n", StringComparison.Ordinal));
        using Socket near = lab.Network.HostAt(1).Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(Own, 7777);
            return socket;
        });
        byte[] text = new byte[100];
        string received = System.Text.Encoding.UTF8.GetString(text, 0, near.Receive(text));
        program.Wait().AssertStatus(0);
        return received;
    }

    private Outcome Try(Promise promise)
    {
        lab.Network.Client.SetSysctl("net/ipv4/tcp_fastopen", FastClient);
        lab.Network.HostAt(1).SetSysctl("net/ipv4/tcp_fastopen", FastServer);
        return lab.RunOnce(promise, "connects", lab.Near, lab.Near6, $"{lab.Port}", lab.Far, $"{lab.FarPort}");
    }
}
