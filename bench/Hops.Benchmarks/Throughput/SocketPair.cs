using System.Net;
using System.Net.Sockets;
using Ebpf.Links;

namespace Hops.Benchmarks.Throughput;

/// <summary>Both ends of a connection over loopback, in the network of the thread that makes it.</summary>
internal sealed class SocketPair : IDisposable
{
    // Large enough for a whole chunk, so that the one thread that sends and receives never blocks.
    private const int BufferSize = 1024 * 1024;

    /// <param name="meter">Arms the client, and must read 0 hops. Then the filter is detached.</param>
    public SocketPair(HopMeter meter)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = BufferSize,
            SendBufferSize = BufferSize,
        };
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = BufferSize, SendBufferSize = BufferSize };
        meter.Arm(Client);
        Client.Connect(listener.LocalEndPoint!);
        Server = listener.Accept();
        if (meter.Read(Client) is not { Hops: 0 })
        {
            throw new InvalidOperationException("The distance to this machine did not read as 0 hops.");
        }

        Client.DetachFilter();
    }

    public Socket Client { get; }

    public Socket Server { get; }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
