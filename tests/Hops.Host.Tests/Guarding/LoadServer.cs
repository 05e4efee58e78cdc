using System.Net;
using System.Net.Sockets;
using Hops.Lab;

namespace Hops.Host.Tests.Guarding;

/// <summary>A server that takes connections one after the other, counts the bytes of each until it ends or enough have come, and resets it.</summary>
internal sealed class LoadServer : IDisposable
{
    private readonly Socket _listener;
    private readonly Task _accepting;
    private long _accepted;
    private long _received;

    /// <param name="network">Where.</param>
    /// <param name="distance">From the client.</param>
    /// <param name="family">Of its address.</param>
    public LoadServer(LabNetwork network, int distance, AddressFamily family)
    {
        _listener = network.HostAt(distance).Run(() =>
        {
            Socket socket = new(family, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(network.AddressAt(distance, family), 0));
            socket.Listen();
            return socket;
        });
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        Address = EndPoint.Serialize();
        _accepting = Task.Factory.StartNew(Accept, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>The same as system calls take it.</summary>
    public SocketAddress Address { get; }

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Received => Interlocked.Read(ref _received);

    public void Dispose()
    {
        _listener.Dispose();
        _accepting.GetAwaiter().GetResult();
    }

    private void Accept()
    {
        byte[] buffer = new byte[100];
        try
        {
            while (true)
            {
                using Socket socket = _listener.Accept();
                Interlocked.Increment(ref _accepted);
                for (int all = 0, received;
                    all < Attempt.Payload && (received = socket.Receive(buffer, 0, buffer.Length, SocketFlags.None, out _)) > 0;
                    all += received)
                {
                    Interlocked.Add(ref _received, received);
                }

                socket.LingerState = new(true, 0);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // No listener any more.
        }
    }
}
