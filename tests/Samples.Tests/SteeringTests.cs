using System.Net;
using System.Net.Sockets;
using System.Text;
using Hops.Lab;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>PortSteering, between two network namespaces.</summary>
public sealed class SteeringTests
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void PortSteering_answers_for_the_range_and_for_nothing_else_and_only_while_it_runs(AddressFamily family)
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        using LabNetwork network = LabNetwork.Create(0);
        IPAddress server = network.ServerAddress(family);
        Assert.Null(Ask(8042));
        (int status, string output, string errors) end;
        using (Sample sample = Sample.StartIn(network.Server, "PortSteering", "7000", "8000", "8099"))
        {
            foreach (int port in (int[])[8000, 8042, 8099, 7000])
            {
                Assert.EndsWith($" asked for {new IPEndPoint(server, port)}\n", Ask(port), StringComparison.Ordinal);
            }

            Assert.Null(Ask(7999));
            Assert.Null(Ask(8100));
            end = sample.End();
        }

        Assert.Equal((0, ""), (end.status, end.errors));
        Assert.Equal(4, end.output.Split(" asked for ").Length - 1);
        Assert.Null(Ask(8042));

        string? Ask(int port) => network.Client.Run(() =>
        {
            using Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };
            try
            {
                socket.Connect(server, port);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return null;
            }

            byte[] buffer = new byte[200];
            return Encoding.ASCII.GetString(buffer, 0, socket.Receive(buffer));
        });
    }
}
