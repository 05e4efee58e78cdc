using System.Buffers.Binary;
using System.Net.Sockets;
using Hops.Common.Interop;
using Microsoft.Win32.SafeHandles;

namespace Hops.Host.Watching;

/// <summary>Finds and enters the network namespaces of this host, as far as this process may (network_namespaces(7)).</summary>
internal static class NetworkNamespaces
{
    // SOL_SOCKET, SO_NETNS_COOKIE.
    private const int SocketLevel = 1;
    private const int Cookie = 71;

    /// <summary>Returns the namespaces that are mounted, as <c>ip netns</c> does, by their names: <c>net:[4026531840]</c>.</summary>
    public static Dictionary<string, string> OfMounts()
    {
        Dictionary<string, string> files = [];
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            // proc_pid_mountinfo(5): for such a mount the fourth field is the name of the namespace, the fifth the path.
            string[] fields = line.Split(' ');
            if (fields.Length > 4 && fields[3].StartsWith("net:[", StringComparison.Ordinal))
            {
                files.TryAdd(fields[3], fields[4]);
            }
        }

        return files;
    }

    /// <summary>Returns the cookie of this thread's network namespace (<c>SO_NETNS_COOKIE</c>, Linux 5.14).</summary>
    /// <returns>Null on an older kernel.</returns>
    public static ulong? CookieOfThis()
    {
        using Socket witness = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Span<byte> value = stackalloc byte[8];
        return witness.GetRawSocketOption(SocketLevel, Cookie, value) == value.Length ? BinaryPrimitives.ReadUInt64LittleEndian(value) : null;
    }

    /// <summary>Runs code in a network namespace, on a new thread.</summary>
    /// <returns>Null if the namespace has been removed, or this process may not enter it.</returns>
    public static T? Within<T>(string file, Func<T> code)
        where T : class
    {
        T? result = null;
        // setns(2) moves one thread, which then ends.
        Thread thread = new(() =>
        {
            try
            {
                using SafeFileHandle target = File.OpenHandle(file);
                // Staying in the current namespace needs no right.
                if (Processes.LinkOf(file) == Processes.LinkOf("/proc/thread-self/ns/net") || LibC.SetNamespace(target, LibC.CloneNewNet) == 0)
                {
                    result = code();
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
            {
                // The namespace has been removed.
            }
        })
        { IsBackground = true };
        thread.Start();
        thread.Join();
        return result;
    }
}
