using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Tests.Guarding;

/// <summary>An attempt to connect.</summary>
/// <param name="Cookie">The socket's.</param>
/// <param name="Error">What the program got.</param>
/// <param name="Time">How long that took.</param>
internal readonly record struct Attempt(ulong Cookie, Errno Error, TimeSpan Time)
{
    /// <summary>What a client sends as soon as it is connected, in bytes.</summary>
    public const int Payload = 5;

    private const int SocketErrorOption = 4;

    /// <summary>Connects, sends data and waits for the other end to go, so that no pair of ports stays taken.</summary>
    public static Attempt Make(SocketAddress address)
    {
        using Socket socket = NewSocket(address);
        long start = Stopwatch.GetTimestamp();
        Errno error = BareConnect.Connect(socket, address);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        if (error == Errno.None)
        {
            Send(socket);
            socket.Receive(new byte[1], 0, 1, SocketFlags.None, out _);
        }

        return new(CookieOf(socket), error, time);
    }

    /// <summary>Begins to connect.</summary>
    /// <returns>A function that waits for the result, until so much time has passed since the beginning; after that the result is EINPROGRESS.</returns>
    public static Func<TimeSpan, Attempt> Begin(SocketAddress address)
    {
        Socket socket = NewSocket(address);
        socket.Blocking = false;
        long start = Stopwatch.GetTimestamp();
        Errno begun = BareConnect.Connect(socket, address);
        return patience =>
        {
            using (socket)
            {
                TimeSpan rest = patience - Stopwatch.GetElapsedTime(start);
                bool isAnswered = socket.Poll(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, SelectMode.SelectWrite);
                TimeSpan time = Stopwatch.GetElapsedTime(start);
                Errno error = isAnswered ? (Errno)(int)Option(socket, SocketErrorOption, sizeof(int)) : begun;
                Send(socket);
                return new(CookieOf(socket), error, time);
            }
        };
    }

    private static Socket NewSocket(SocketAddress address) => new(address.Family, SocketType.Stream, ProtocolType.Tcp);

    private static void Send(Socket socket) => socket.Send(new byte[Payload], 0, Payload, SocketFlags.None, out _);

    private static ulong CookieOf(Socket socket) => Option(socket, LibC.SoCookie, sizeof(ulong));

    private static ulong Option(Socket socket, int option, int size)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        socket.GetRawSocketOption(LibC.SolSocket, option, value[..size]);
        return BitConverter.ToUInt64(value);
    }
}
