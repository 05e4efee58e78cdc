using System.Globalization;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Hops.TestSupport;

namespace Ebpf.Tests.Notation;

public sealed class ProgramTextTests
{
    [Fact]
    public void Numbers_are_written_as_the_notation_wants_them_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        odd.NumberFormat.NegativeSign = "minus";
        CultureInfo.CurrentCulture = odd;
        try
        {
            BpfCode code = Assembler.Parse($"r0 = *(u8 *)skb[{SkBuff.NetworkHeader} + {8}]");
            Assert.Equal("r0 = *(u8 *)skb[-1048568]", code.Instructions[0].ToString());
            Assert.Equal(code.ToString(), Assembler.Parse(code.ToString()).ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Enumerations_are_numbers_and_formats_are_heeded()
    {
        BpfCode code = Assembler.Parse($"""
            call {Helper.MapLookupElement}
            if r1 == {TcpState.SynSent} goto +0
            r0 = 0x{0x1234:x}
            {Register.R1} = {-5}
            {"exit"}
            """);
        Assert.Equal(["call 1", "if r1 == 2 goto +0", "r0 = 4660", "r1 = -5", "exit"], code.Instructions.Select(static i => i.ToString()));
    }

    [Fact]
    public void A_map_stands_in_the_text_as_itself()
    {
        Requires.Root();
        using BpfMap<uint, ulong> named = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, name: "counts");
        using BpfMap<uint, ulong> same = BpfMap.Create<uint, ulong>(BpfMapType.Array, 1, name: "counts");
        using BpfRingBuffer unnamed = BpfRingBuffer.Create(4096);
        BpfCode code = Assembler.Parse($"""
            r1 = {named}
            r2 = {same}
            r3 = {unnamed}
            r4 = {named}
            r5 = {same}[0]+4
            """);
        Assert.Equal([named, same, unnamed], code.Maps);
        Assert.Equal([0, 1, 2, 0, (4L << 32) + 1], code.Instructions.Select(static i => i.Immediate));
        Assert.Contains("r2 = map[counts_1]", code.ToString(), StringComparison.Ordinal);
    }
}
