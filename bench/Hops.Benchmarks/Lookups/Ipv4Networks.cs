using System.Buffers.Binary;
using System.Net;
using Ebpf.Instructions;
using Ebpf.Maps;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Lookups;

/// <summary><c>10.0.0.0/24</c>, <c>10.0.1.0/24</c> and so on.</summary>
internal sealed class Ipv4Networks() : NetworkFamily<Ipv4Prefix>("IPv4")
{
    private const int Base = 10 << 24;
    private const int PrefixLength = 24;
    private const int HostBits = 32 - PrefixLength;
    private const int Host = 1;

    public override Ipv4Prefix Network(uint index) => new(new IPNetwork(AddressOf(index, 0), PrefixLength));

    public override Ipv4Prefix Address(uint index) => new(AddressOf(index, Host));

    public override void Write(Assembler asm, int stack, Register index, bool isAddress)
    {
        asm.Store(U32[R10 + stack], isAddress ? 32 : PrefixLength);
        asm.Move(R2, index);
        asm.ShiftLeft(R2, HostBits);
        asm.Add(R2, Base + (isAddress ? Host : 0));
        asm.ToBigEndian(R2, 32);
        asm.Store(U32[R10 + (stack + 4)], R2);
    }

    private static IPAddress AddressOf(uint index, uint host)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Base + (index << HostBits) + host);
        return new IPAddress(bytes);
    }
}
