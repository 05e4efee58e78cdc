using System.Net;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Cli.Names;

/// <summary>
/// Looks up the name of an address with the system's resolver, in the files and name servers of <c>/etc/nsswitch.conf</c>. <see cref="Dns"/> would also
/// look up the addresses of that name.
/// </summary>
internal static unsafe class ReverseDns
{
    /// <summary>
    /// Returns the name of an address. Blocks until a name server answers or the resolver times out (<c>timeout</c> and <c>attempts</c> in resolv.conf(5)).
    /// </summary>
    /// <returns>Null if there is no name, or none that may be shown.</returns>
    public static string? NameOf(IPAddress address)
    {
        SocketAddress endPoint = new IPEndPoint(address, 0).Serialize();
        byte* name = stackalloc byte[LibC.LongestHost];
        fixed (byte* bytes = endPoint.Buffer.Span)
        {
            if (LibC.NameOf(bytes, (uint)endPoint.Size, name, LibC.LongestHost, null, 0, LibC.NameRequired) != 0)
            {
                return null;
            }
        }

        return HostName.Parse(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }
}
