using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Hops.Sources;

/// <summary>
/// One eBPF socket filter and one array of slots for the whole process. The filter runs in the kernel, when the SYN+ACK arrives, and leaves the socket's
/// cookie and the TTL in a slot; the application finds them there, in mapped memory.
/// </summary>
internal sealed class SocketFilter : ITtlSource
{
    private const int SolSocket = 1;
    private const int SoCookie = 57;

    private readonly BpfMap<uint, ulong> _map;
    private readonly MappedArray<ulong> _slots;
    private readonly BpfProgram _filter;

    /// <exception cref="Ebpf.BpfException">The kernel refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public SocketFilter()
    {
        _map = BpfMap.Create<uint, ulong>(BpfMapType.Array, SynAckFilter.SlotCount, BpfMapFlags.MemoryMappable, "hop_slots");
        try
        {
            _slots = _map.MapMemory();
            _filter = BpfProgram.Load(BpfProgramType.SocketFilter, SynAckFilter.Assemble(_map), new() { Name = "hop_filter", License = "Dual MIT/GPL" });
        }
        catch
        {
            _slots?.Dispose();
            _map.Dispose();
            throw;
        }
    }

    public HopSource Kind => HopSource.SocketFilter;

    public bool Measures(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    public void Arm(Socket socket) => _filter.AttachTo(socket);

    public byte Read(Socket socket)
    {
        ulong cookie = 0;
        socket.GetRawSocketOption(SolSocket, SoCookie, MemoryMarshal.AsBytes(new Span<ulong>(ref cookie)));
        return SynAckFilter.TtlOf(_slots[SynAckFilter.SlotOf(cookie)], cookie);
    }

    public void Disarm(Socket socket) => BpfProgram.DetachFrom(socket);
}
