using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace KernelChecks.Kinds;

/// <summary>Sockets on the loopback interface, and the command <c>ip</c>.</summary>
internal static class Network
{
    private const int SolSocket = 1;
    private const int SoReusePort = 15;

    // A packet on the loopback interface is there, or was dropped, when the sender's call returns; an emulated machine may take a while to say so.
    private const int Patience = 10_000_000;

    public static Socket Udp(string address = "127.0.0.1")
    {
        IPAddress local = IPAddress.Parse(address);
        Socket socket = new(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(local, 0));
        return socket;
    }

    public static Socket Tcp(AddressFamily family = AddressFamily.InterNetwork) => new(family, SocketType.Stream, ProtocolType.Tcp);

    public static Socket Listening(int port = 0, bool sharesPort = false, string address = "127.0.0.1")
    {
        IPAddress local = IPAddress.Parse(address);
        Socket socket = Tcp(local.AddressFamily);
        if (sharesPort)
        {
            socket.SetRawSocketOption(SolSocket, SoReusePort, [1, 0, 0, 0]);
        }

        socket.Bind(new IPEndPoint(local, port));
        socket.Listen();
        return socket;
    }

    /// <summary>Whether a listener answers at a port; false where it is refused.</summary>
    public static bool Connects(int port)
    {
        using Socket socket = Tcp();
        try
        {
            socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    /// <summary>The first byte of the next datagram.</summary>
    public static byte Receive(Socket socket)
    {
        Claim.Holds(socket.Poll(Patience, SelectMode.SelectRead), "a datagram arrives");
        byte[] buffer = new byte[64];
        socket.Receive(buffer);
        return buffer[0];
    }

    /// <summary>The port, in host byte order.</summary>
    public static ushort PortOf(EndPoint? endPoint) => (ushort)((IPEndPoint)endPoint!).Port;

    public static int Option(Socket socket, int option)
    {
        byte[] value = new byte[4];
        socket.GetRawSocketOption(SolSocket, option, value);
        return BitConverter.ToInt32(value);
    }

    /// <summary>Runs <c>ip</c> in the network of the calling thread.</summary>
    public static void Ip(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Claim.Holds(process.ExitCode == 0, $"'ip {arguments}' works ({errors.Trim()})");
    }
}
