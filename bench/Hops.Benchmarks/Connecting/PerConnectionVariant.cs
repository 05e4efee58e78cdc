using System.Net.Sockets;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;

namespace Hops.Benchmarks.Connecting;

/// <summary>
/// The connection, and its distance by its own map and program: the method of the Go program of 2018 that Hops started from. (That program also asked the
/// verifier for its log at every load, which makes it twice as slow again; this variant does not.)
/// </summary>
internal sealed class PerConnectionVariant : IConnectVariant
{
    public const string VariantName = "per-connection";

    private BpfMap<uint, ulong>? _packets;
    private BpfProgram? _program;

    public string Name => VariantName;

    public void BeforeConnect(Socket socket)
    {
        _packets = BpfMap.Create<uint, ulong>(BpfMapType.Hash, NaiveFilter.MostTtls);
        _program = BpfProgram.Load(BpfProgramType.SocketFilter, NaiveFilter.Assemble(_packets), new() { License = "MIT" });
        socket.AttachFilter(_program);
    }

    public void AfterConnect(Socket socket)
    {
        uint? highest = null;
        for (bool found = _packets!.TryGetFirstKey(out uint ttl); found; found = _packets.TryGetNextKey(ttl, out ttl))
        {
            highest = Math.Max(highest ?? 0, ttl);
        }

        _program!.Dispose();
        _packets.Dispose();
        if (highest is not { } received || HopDistance.FromReceivedTtl((int)received).Hops != 0)
        {
            throw new InvalidOperationException($"The highest TTL from this machine read as {highest?.ToString() ?? "unknown"}, which is not 0 hops.");
        }
    }
}
