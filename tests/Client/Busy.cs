using System.Net;
using System.Net.Sockets;

namespace Hops.TestClient;

/// <summary>Armed connections over loopback that receive data without a pause, until standard input ends.</summary>
internal static class Busy
{
    public static void Run(HopMeter meter, int connections)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(64);
        List<Socket> ours = [];
        List<Socket> theirs = [];
        for (int i = 0; i < connections; i++)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            meter.Arm(socket);
            socket.Connect(listener.LocalEndPoint!);
            ours.Add(socket);
            theirs.Add(listener.Accept());
        }

        Console.WriteLine($"busy {connections}");
        using CancellationTokenSource stop = new();
        long received = 0;
        Thread[] threads =
        [
            new(() => Repeat(theirs, static (socket, buffer) => socket.Send(buffer, SocketFlags.None, out _), stop.Token)),
            new(() => Repeat(ours, (socket, buffer) => received += socket.Receive(buffer, SocketFlags.None, out _), stop.Token)),
        ];
        Array.ForEach(threads, static thread => thread.Start());
        Console.In.ReadToEnd();
        stop.Cancel();
        Array.ForEach(threads, static thread => thread.Join());
        Console.WriteLine($"received {received}");
    }

    // Sockets that cannot take or give anything now are passed over.
    private static void Repeat(List<Socket> sockets, Action<Socket, byte[]> step, CancellationToken stop)
    {
        byte[] buffer = new byte[512];
        sockets.ForEach(static socket => socket.Blocking = false);
        while (!stop.IsCancellationRequested)
        {
            sockets.ForEach(socket => step(socket, buffer));
        }
    }
}
