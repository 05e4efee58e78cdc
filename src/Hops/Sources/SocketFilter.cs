using System.Buffers.Binary;
using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.Common.Interop;
using Hops.Filters;
using Hops.Sockets;

namespace Hops.Sources;

/// <summary>
/// One eBPF socket filter and one array of slots. The filter runs in the kernel, when the SYN+ACK arrives, and leaves the socket's cookie and the TTL in a
/// slot; the application finds them there, in mapped memory. Both are this process's own, or shared by all on the host: the cost is the same.
/// </summary>
internal sealed class SocketFilter : ITtlSource, IDisposable
{
    private readonly BpfProgram _filter;
    private readonly MappedArray<ulong> _slots;

    /// <param name="kind">Whether the filter is this process's own.</param>
    /// <param name="pair">Belongs to this object from now on.</param>
    /// <exception cref="Ebpf.BpfException">The kernel does not map the slots.</exception>
    public SocketFilter(HopSource kind, FilterPair pair)
    {
        Kind = kind;
        _filter = pair.Filter;
        try
        {
            _slots = pair.Slots.MapMemory();
        }
        catch
        {
            pair.Filter.Dispose();
            throw;
        }
        finally
        {
            // The mapping and the filter keep the map.
            pair.Slots.Dispose();
        }
    }

    public HopSource Kind { get; }

    public bool Measures(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public void Arm(Socket socket) => socket.AttachFilter(_filter);

    public byte Read(Socket socket)
    {
        ulong cookie = CookieOf(socket);
        return SynAckFilter.TtlOf(_slots[SynAckFilter.SlotOf(cookie)], cookie);
    }

    public void Disarm(Socket socket) => socket.DetachFilter();

    public void Dispose()
    {
        _filter.Dispose();
        _slots.Dispose();
    }

    private static ulong CookieOf(Socket socket)
    {
        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        if (SocketValue.Get(socket, LibC.SolSocket, LibC.SoCookie, cookie) != sizeof(ulong))
        {
            // Says why, as an exception.
            socket.GetRawSocketOption(LibC.SolSocket, LibC.SoCookie, cookie);
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(cookie);
    }
}
