using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hops.Host.Watching;

/// <summary>The listening sockets that are there when a watch starts, and who has them: from <c>/proc</c>, as far as this process may read it.</summary>
internal static class OlderListeners
{
    // SOL_SOCKET, SO_NETNS_COOKIE: Linux 5.14.
    private const int SocketLevel = 1;
    private const int NetworkNamespaceCookie = 71;

    // proc_net(5), TCP_LISTEN.
    private const string Listening = "0A";

    public static void Add(ListenerOwners owners, bool withCommands)
    {
        // By the socket's inode.
        Dictionary<string, int> holders = [];
        // By the namespace's name, net:[4026531840], files to enter it by. A socket may be in another one than its process.
        Dictionary<string, string> namespaces = NetworkNamespaces.OfMounts();
        foreach (int process in Processes.All())
        {
            if (Processes.LinkOf($"/proc/{process}/ns/net") is { } own)
            {
                namespaces.TryAdd(own, $"/proc/{process}/ns/net");
            }

            foreach ((string file, string target) in Processes.DescriptorsOf(process))
            {
                if (target.StartsWith("net:[", StringComparison.Ordinal))
                {
                    namespaces.TryAdd(target, file);
                }
                // Children inherit: the oldest is the one that listens.
                else if (target.StartsWith("socket:[", StringComparison.Ordinal)
                    && (!holders.TryGetValue(target[8..^1], out int other) || Processes.StartOf(process) < Processes.StartOf(other)))
                {
                    holders[target[8..^1]] = process;
                }
            }
        }

        foreach (string file in namespaces.Values)
        {
            foreach ((Listener listener, uint user, string socket) in NetworkNamespaces.Within(file, Read) ?? [])
            {
                if (holders.TryGetValue(socket, out int process))
                {
                    owners.Add(listener, new(process, user, withCommands ? Processes.CommandOf(process) : null));
                }
            }
        }
    }

    /// <summary>The listening sockets of this thread's network namespace.</summary>
    private static List<(Listener Listener, uint User, string Socket)> Read()
    {
        using Socket witness = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Span<byte> value = stackalloc byte[8];
        if (witness.GetRawSocketOption(SocketLevel, NetworkNamespaceCookie, value) != value.Length)
        {
            return [];
        }

        ulong cookie = BinaryPrimitives.ReadUInt64LittleEndian(value);
        List<(Listener, uint, string)> listeners = [];
        foreach (string line in Lines("tcp").Concat(Lines("tcp6")))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && TryParse(fields[1], out UInt128 address, out ushort port)
                && uint.TryParse(fields[7], NumberStyles.None, CultureInfo.InvariantCulture, out uint user))
            {
                listeners.Add((new(cookie, address, port), user, fields[9]));
            }
        }

        return listeners;

        // Without IPv6 there is no tcp6.
        static string[] Lines(string file) => File.Exists($"/proc/thread-self/net/{file}") ? File.ReadAllLines($"/proc/thread-self/net/{file}") : [];
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
}
