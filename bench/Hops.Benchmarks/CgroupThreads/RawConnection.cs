using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Benchmarks.CgroupThreads;

/// <summary>
/// TCP over loopback by bare system calls, both ends on one thread: the time of .NET's sockets would hide the time that programs in the kernel add.
/// </summary>
internal static unsafe partial class RawConnection
{
    private const int Ipv4 = 2;
    private const int Stream = 1;
    private const int SocketLevel = 1;
    private const int Linger = 13;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int WaitForAll = 0x100;

    /// <summary>Connects, accepts and closes so many times. With a reset, so that no pair of ports stays taken.</summary>
    public static void OpenAndClose(Socket listener, int times)
    {
        byte* address = stackalloc byte[16];
        Write(address, (IPEndPoint)listener.LocalEndPoint!);
        // struct linger: on, no time.
        int* linger = stackalloc int[] { 1, 0 };
        int listening = (int)listener.Handle;
        for (int i = 0; i < times; i++)
        {
            int client = Check(NewSocket(Ipv4, Stream, 0));
            Check(Connect(client, address, 16));
            int server = Check(Accept(listening, null, null));
            Check(SetOption(server, SocketLevel, Linger, linger, 8));
            Check(Close(server));
            Check(Close(client));
        }
    }

    /// <summary>Sends so many bytes there and one byte back, so many times.</summary>
    public static void Exchange(Socket client, Socket server, byte[] buffer, int size, int times)
    {
        int one = (int)client.Handle;
        int other = (int)server.Handle;
        fixed (byte* bytes = buffer)
        {
            for (int i = 0; i < times; i++)
            {
                Check(Send(one, bytes, size, 0) == size ? 0 : -1);
                Check(Receive(other, bytes, size, WaitForAll) == size ? 0 : -1);
                Check(Send(other, bytes, 1, 0) == 1 ? 0 : -1);
                Check(Receive(one, bytes, 1, WaitForAll) == 1 ? 0 : -1);
            }
        }
    }

    /// <summary>Has small packets leave at once.</summary>
    public static void SendAtOnce(Socket socket)
    {
        int yes = 1;
        Check(SetOption((int)socket.Handle, TcpLevel, NoDelay, &yes, sizeof(int)));
    }

    private static void Write(byte* address, IPEndPoint endPoint)
    {
        Span<byte> bytes = new(address, 16);
        bytes.Clear();
        bytes[0] = Ipv4;
        bytes[2] = (byte)(endPoint.Port >> 8);
        bytes[3] = (byte)endPoint.Port;
        endPoint.Address.TryWriteBytes(bytes[4..], out _);
    }

    private static int Check(int result) =>
        result >= 0 ? result : throw new InvalidOperationException($"A system call failed: errno {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int NewSocket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept", SetLastError = true)]
    private static partial int Accept(int socket, byte* address, uint* length);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(int socket, int level, int option, void* value, uint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int socket);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(int socket, byte* bytes, nint length, int flags);
}
