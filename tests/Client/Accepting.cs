using System.Net;
using System.Net.Sockets;

namespace Hops.TestClient;

/// <summary>A server that prints how far away each client is, until standard input ends.</summary>
internal static class Accepting
{
    public static void Run()
    {
        using Socket listener = new(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        listener.SaveSyn();
        listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        listener.Listen();
        Console.WriteLine($"port {((IPEndPoint)listener.LocalEndPoint!).Port}");
        // Console.In reads on the caller's thread, also where it is asked not to.
        Task ended = Task.Run(Console.In.ReadToEnd);
        while (true)
        {
            Task<Socket> accepting = listener.AcceptAsync();
            if (Task.WaitAny(accepting, ended) != 0)
            {
                return;
            }

            using Socket socket = accepting.Result;
            Console.WriteLine($"client {(socket.ReadSavedSyn() is { } distance ? distance.Hops : "unknown")}");
        }
    }
}
