using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Cli.Tests.Support;

/// <summary>Answers datagrams over IPv4 and IPv6 with one byte, those that it does not lose on purpose.</summary>
internal sealed class UdpServer : IDisposable
{
    private readonly Socket _socket;
    private readonly List<byte[]> _questions = [];

    private UdpServer(Socket socket) => _socket = socket;

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>What has arrived so far.</summary>
    public byte[][] Questions
    {
        get
        {
            lock (_questions)
            {
                return [.. _questions];
            }
        }
    }

    /// <param name="at">Where; null for the network of the tests.</param>
    /// <param name="port">The port, or 0 for any that is free.</param>
    /// <param name="lost">How many questions it does not answer at first.</param>
    /// <param name="stranger">Whether another port answers.</param>
    public static UdpServer Start(NetworkNamespace? at = null, int port = 0, int lost = 0, bool stranger = false)
    {
        Socket socket = at is null ? NewSocket() : at.Run(NewSocket);
        socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
        Socket answering = stranger ? at is null ? NewSocket() : at.Run(NewSocket) : socket;
        UdpServer server = new(socket);
        _ = server.AnswerAsync(answering, lost);
        return server;

        static Socket NewSocket() => new(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { DualMode = true };
    }

    public void Dispose() => _socket.Dispose();

    private async Task AnswerAsync(Socket answering, int lost)
    {
        using (answering)
        {
            try
            {
                byte[] buffer = new byte[65_536];
                for (int i = 0; ; i++)
                {
                    SocketReceiveFromResult question = await _socket.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0));
                    lock (_questions)
                    {
                        _questions.Add(buffer[..question.ReceivedBytes]);
                    }

                    if (i >= lost)
                    {
                        await answering.SendToAsync(new byte[] { 42 }, question.RemoteEndPoint);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Disposed.
            }
        }
    }
}
