using System.Net;
using System.Runtime.InteropServices;
using Hops.Common.Interop;

namespace Hops.Cli.Names;

/// <summary>
/// Asks the system's resolver for the name of an address, by files and name servers as <c>/etc/nsswitch.conf</c> says. <see cref="Dns"/> would ask for the
/// addresses of that name, too.
/// </summary>
internal static unsafe class ReverseDns
{
    /// <summary>Blocks until a name server answers, or until the resolver gives up: <c>timeout</c> and <c>attempts</c> in resolv.conf(5).</summary>
    /// <returns>Null where there is none, or none that may be shown.</returns>
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
