using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Hops.Host.Watching;

/// <summary>Finds the listening sockets that exist when a watch starts, and their processes, in <c>/proc</c>, as far as this process may read it.</summary>
internal static class OlderListeners
{
    // proc_net(5), TCP_LISTEN.
    private const string Listening = "0A";

    public static void Add(ListenerOwners owners, SocketHolders holders, bool withCommands)
    {
        foreach (string file in holders.Namespaces)
        {
            foreach ((Listener listener, uint user, uint socket) in NetworkNamespaces.Within(file, Read) ?? [])
            {
                if (holders.OwnerOf(socket, user, withCommands) is { } owner)
                {
                    owners.Add(listener, owner);
                }
            }
        }
    }

    /// <summary>Returns the listening sockets of this thread's network namespace.</summary>
    private static List<(Listener Listener, uint User, uint Socket)> Read()
    {
        if (NetworkNamespaces.CookieOfThis() is not { } cookie)
        {
            return [];
        }

        List<(Listener, uint, uint)> listeners = [];
        foreach (string line in Lines("tcp").Concat(Lines("tcp6")))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && TryParse(fields[1], out UInt128 address, out ushort port)
                && uint.TryParse(fields[7], NumberStyles.None, CultureInfo.InvariantCulture, out uint user)
                && uint.TryParse(fields[9], NumberStyles.None, CultureInfo.InvariantCulture, out uint socket))
            {
                listeners.Add((new(cookie, address, port), user, socket));
            }
        }

        return listeners;

        // Without IPv6 there is no tcp6.
        static string[] Lines(string file) => File.Exists($"/proc/thread-self/net/{file}") ? File.ReadAllLines($"/proc/thread-self/net/{file}") : [];
    }

    /// <summary>Reads 32-bit words in the machine's byte order, in hexadecimal, and a port: <c>0100007F:0050</c>.</summary>
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
