using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Host.Watching;

/// <summary>The listening sockets that are there when a watch starts, and who has them: from <c>/proc</c>, as far as this process may read it.</summary>
internal static class OlderListeners
{
    // SOL_SOCKET, SO_NETNS_COOKIE: Linux 5.14.
    private const int SocketLevel = 1;
    private const int NetworkNamespaceCookie = 71;

    // proc_net(5), TCP_LISTEN.
    private const string Listening = "0A";

    public static void Add(ListenerOwners owners)
    {
        Dictionary<string, int> holders = [];
        Dictionary<string, int> namespaces = [];
        foreach (int process in Processes.All())
        {
            if (Processes.LinkOf($"/proc/{process}/ns/net") is { } name)
            {
                namespaces.TryAdd(name, process);
            }

            foreach (string socket in SocketsOf(process))
            {
                // Children inherit: the oldest is the one that listens.
                if (!holders.TryGetValue(socket, out int other) || Processes.StartOf(process) < Processes.StartOf(other))
                {
                    holders[socket] = process;
                }
            }
        }

        foreach (int member in namespaces.Values)
        {
            if (CookieOf(member) is not { } cookie)
            {
                continue;
            }

            foreach (string file in (string[])["tcp", "tcp6"])
            {
                foreach ((UInt128 address, ushort port, string socket) in Read($"/proc/{member}/net/{file}"))
                {
                    if (holders.TryGetValue(socket, out int process))
                    {
                        owners.Add(new(cookie, address, port), new(process, null, Processes.CommandOf(process)));
                    }
                }
            }
        }
    }

    private static List<string> SocketsOf(int process)
    {
        List<string> sockets = [];
        try
        {
            foreach (string file in Directory.EnumerateFileSystemEntries($"/proc/{process}/fd"))
            {
                if (Processes.LinkOf(file) is { } target && target.StartsWith("socket:[", StringComparison.Ordinal))
                {
                    sockets.Add(target[8..^1]);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended, or is not ours to see.
        }

        return sockets;
    }

    private static IEnumerable<(UInt128 Address, ushort Port, string Socket)> Read(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && TryParse(fields[1], out UInt128 address, out ushort port))
            {
                yield return (address, port, fields[9]);
            }
        }
    }

    /// <summary>Words of 32 bits as the machine has them, in hexadecimal, and a port: <c>0100007F:0050</c>.</summary>
    private static bool TryParse(string text, out UInt128 address, out ushort port)
    {
        address = 0;
        port = 0;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is not (8 or 32) || !ushort.TryParse(text[(colon + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out port))
        {
            return false;
        }

        Span<uint> words = [0, 0, 0xffff0000, 0];
        for (int i = 0; i < colon / 8; i++)
        {
            if (!uint.TryParse(text.AsSpan(8 * i, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out words[colon == 8 ? 3 : i]))
            {
                return false;
            }
        }

        address = BinaryPrimitives.ReadUInt128LittleEndian(MemoryMarshal.AsBytes(words));
        return true;
    }

    /// <summary>The cookie of a process's network namespace: a socket made in it tells.</summary>
    private static ulong? CookieOf(int process)
    {
        ulong? cookie = null;
        // setns(2) moves one thread, which then ends.
        Thread thread = new(() =>
        {
            try
            {
                using Microsoft.Win32.SafeHandles.SafeFileHandle target = File.OpenHandle($"/proc/{process}/ns/net");
                if (InodeNumber.Of("/proc/thread-self/ns/net") is { } own && InodeNumber.Of($"/proc/{process}/ns/net") == own
                    || LibC.SetNamespace(target, LibC.CloneNewNet) == 0)
                {
                    using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    Span<byte> value = stackalloc byte[8];
                    cookie = socket.GetRawSocketOption(SocketLevel, NetworkNamespaceCookie, value) == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(value) : null;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
            {
                // It has ended, or is not ours to enter.
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        return cookie;
    }
}
