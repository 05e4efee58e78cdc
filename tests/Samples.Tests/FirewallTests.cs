using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>PrefixFirewall, between two network namespaces: what is sent from where arrives, or does not.</summary>
public sealed class FirewallTests
{
    private const string Interface = "toclient";

    // Four senders at one end of the cable. The lab's own addresses end with 1.
    private static readonly string[] Senders = ["198.18.0.1", "198.18.7.7", "198.18.7.8", "2001:db8::1", "2001:db8::7", "2001:db8::8"];

    [Fact]
    public void What_is_denied_does_not_arrive_and_what_is_allowed_in_it_does()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(0);
        network.Client.Ip(["address add 198.18.7.7/16 dev toserver", "address add 198.18.7.8/16 dev toserver", .. Ipv6("toserver", "7", "8")]);
        network.Server.Ip(["route add 198.18.7.0/24 dev toclient"]);
        // The control: without the firewall all arrive.
        Assert.Equal(Senders, Senders.Where(sender => Arrives(network, sender, 100)));

        (int status, string output, string errors) end;
        using (Sample sample = Sample.StartIn(
            network.Server, "PrefixFirewall", Interface, "deny", "198.18.7.0/24", "2001:db8::/64", "allow", "198.18.7.7/32", "2001:db8::7/128"))
        {
            Assert.Equal(["198.18.0.1", "198.18.7.7", "2001:db8::7"], Senders.Where(sender => Arrives(network, sender, 100)));
            // More than fits into a frame of Ethernet: fragments.
            Assert.Equal(["198.18.0.1", "198.18.7.7", "2001:db8::7"], Senders.Where(sender => Arrives(network, sender, 4000)));
            Assert.True(Connects(network, "198.18.7.7"));
            // Neighbours are found anew, also those whose answers come from where all else is denied (RFC 4861).
            network.Client.Ip(["neighbour flush dev toserver"]);
            network.Server.Ip(["neighbour flush dev toclient"]);
            Assert.True(Arrives(network.Server, network.Client, IPAddress.Parse("2001:db8::2"), IPAddress.Parse("2001:db8::8"), 100));
            end = sample.End();
        }

        Assert.Equal((0, ""), (end.status, end.errors));
        string[] lines = [.. end.output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..]];
        Assert.Equal(
            ["deny  198.18.7.0/24", "deny  2001:db8::/64", "allow 198.18.7.7/32", "allow 2001:db8::7/128"],
            lines.Select(static line => line[..line.LastIndexOf(": ", StringComparison.Ordinal)]));
        Assert.All(lines, static line => Assert.DoesNotContain(": 0 packets", line, StringComparison.Ordinal));
        Assert.Equal(Senders, Senders.Where(sender => Arrives(network, sender, 100)));
    }

    private static IEnumerable<string> Ipv6(string device, params string[] hosts) =>
        hosts.Select(host => $"address add 2001:db8::{host}/64 dev {device} nodad");

    private static bool Arrives(LabNetwork network, string sender, int length) =>
        Arrives(network.Client, network.Server, IPAddress.Parse(sender), network.ServerAddress(IPAddress.Parse(sender).AddressFamily), length);

    private static bool Arrives(NetworkNamespace there, NetworkNamespace here, IPAddress from, IPAddress to, int length)
    {
        using Socket receiver = here.Run(() => Bound(to));
        using Socket socket = there.Run(() => Bound(from));
        socket.SendTo(new byte[length], receiver.LocalEndPoint!);
        try
        {
            return receiver.Receive(new byte[5000]) == length;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            return false;
        }
    }

    private static bool Connects(LabNetwork network, string sender) => network.Server.Run(() =>
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("198.18.0.2"), 0));
        listener.Listen();
        return network.Client.Run(() =>
        {
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(sender), 0));
            socket.Connect(listener.LocalEndPoint!);
            return socket.Connected;
        });
    });

    // On one machine a datagram arrives while it is sent, or after the neighbour was asked for.
    private static Socket Bound(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 1000 };
        socket.Bind(new IPEndPoint(address, 0));
        return socket;
    }
}
