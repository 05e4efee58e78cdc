using System.Buffers.Binary;
using System.Net;
using Ebpf.Instructions;
using Ebpf.Maps;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Hops.Benchmarks.Lookups;

/// <summary><c>2001:db8::/64</c>, <c>2001:db8:0:1::/64</c> and so on.</summary>
internal sealed class Ipv6Networks() : NetworkFamily<Ipv6Prefix>("IPv6")
{
    private const int Base = 0x20010db8;
    private const int PrefixLength = 64;
    private const int Host = 1;

    public override Ipv6Prefix Network(uint index) => new(new IPNetwork(AddressOf(index, 0), PrefixLength));

    public override Ipv6Prefix Address(uint index) => new(AddressOf(index, Host));

    public override void Write(Assembler asm, int stack, Register index, bool isAddress)
    {
        asm.Store(U32[R10 + stack], isAddress ? 128 : PrefixLength);
        asm.Store(U32[R10 + (stack + 4)], BinaryPrimitives.ReverseEndianness(Base));
        asm.Move(R2, index);
        asm.ToBigEndian(R2, 32);
        asm.Store(U32[R10 + (stack + 8)], R2);
        asm.Store(U32[R10 + (stack + 12)], 0);
        asm.Store(U32[R10 + (stack + 16)], isAddress ? BinaryPrimitives.ReverseEndianness(Host) : 0);
    }

    private static IPAddress AddressOf(uint index, uint host)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        BinaryPrimitives.WriteInt32BigEndian(bytes, Base);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], index);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], host);
        return new IPAddress(bytes);
    }
}
