using Ebpf.TypeInformation;
using Hops.TestSupport;

namespace Ebpf.Tests.TypeInformation;

public sealed class BtfTypesTests
{
    private const string KernelFile = "/sys/kernel/btf/vmlinux";

    /// <summary>Kind, name, size, references and entries of all types, and names, types, offsets, widths and values of all entries.</summary>
    [Fact]
    public void Every_type_of_the_kernel_is_read_as_bpftool_reads_it()
    {
        Requires.Root();
        string[] ours = [.. TypeLines.Of(File.ReadAllBytes(KernelFile))];
        string[] theirs = [.. BpftoolListing.Of(KernelFile)];
        string[] different = [.. ours.Zip(theirs).Where(static pair => pair.First != pair.Second).Select(static pair => $"{pair.First} <> {pair.Second}")];
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{ours.Length} lines of ours, {theirs.Length} of bpftool's, {ours.Zip(theirs).Count() - different.Length} equal, {different.Length} different");
        Assert.Equal([], different.Take(20));
        Assert.Equal(theirs.Length, ours.Length);
        Assert.True(ours.Count(static line => line[0] == '[') > 10_000);
    }

    [Fact]
    public void Every_kind_of_type_is_read_as_bpftool_reads_it()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, TypeLines.EveryKind());
            Assert.Equal([.. BpftoolListing.Of(file)], TypeLines.Of(TypeLines.EveryKind()));
            Assert.Equal(
                Enum.GetValues<BtfKind>().Where(static kind => kind != BtfKind.Void),
                Enumerable.Range(1, 19).Select(static id => BtfTypes.Read(TypeLines.EveryKind())[id].Kind));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The uapi structures, whose offsets every compiler has, and others in members of members.</summary>
    [Theory]
    [InlineData("__sk_buff", "protocol", Contexts.SkBuff.Protocol)]
    [InlineData("__sk_buff", "hwtstamp", Contexts.SkBuff.HardwareTimestamp)]
    [InlineData("bpf_sock_ops", "skb_tcp_flags", Contexts.SockOps.PacketTcpFlags)]
    // Both are in unions without a name.
    [InlineData("bpf_sock_ops", "args", Contexts.SockOps.Arguments)]
    [InlineData("bpf_sock_ops", "skb_data", Contexts.SockOps.PacketData)]
    [InlineData("sockaddr_in6", "sin6_addr.in6_u.u6_addr8", 8)]
    public void Members_lie_where_the_c_compiler_puts_them(string structure, string path, int offset) =>
        Assert.Equal(offset, BtfTypes.OfKernel().OffsetOf(structure, path));

    [Fact]
    public void Sizes_values_and_functions_of_the_kernel_are_found_by_name()
    {
        BtfTypes kernel = BtfTypes.OfKernel();
        Assert.Equal(20, kernel.SizeOf("xdp_md") - 4);
        Assert.Equal(8, kernel.SizeOf("atomic64_t"));
        Assert.Equal(28, kernel.SizeOf("sockaddr_in6"));
        Assert.Equal(2, kernel.ValueOf("TCP_SYN_SENT"));
        Assert.Equal(BtfKind.Function, kernel[kernel.FunctionId("bpf_cast_to_kern_ctx")].Kind);
        Assert.Equal(kernel[kernel.FunctionId("bpf_cast_to_kern_ctx")], kernel.Find("bpf_cast_to_kern_ctx", BtfKind.Function));
        Assert.Null(kernel.Find("bpf_cast_to_kern_ctx", BtfKind.Structure));
        Assert.Equal(kernel.OffsetOf("sock", "__sk_common.skc_state"), kernel.OffsetOf("sock_common", "skc_state"));
    }

    [Fact]
    public void Names_that_are_not_there_are_said()
    {
        BtfTypes kernel = BtfTypes.OfKernel();
        Assert.Equal("There is no function 'no_such' in the types of this kernel.", NotFound(() => kernel.FunctionId("no_such")));
        Assert.Equal("There is no structure 'no_such' in the types of this kernel.", NotFound(() => kernel.OffsetOf("no_such", "len")));
        Assert.Equal("There is no type 'no_such' in the types of this kernel.", NotFound(() => kernel.SizeOf("no_such")));
        Assert.Equal("There is no constant 'NO_SUCH' in the types of this kernel.", NotFound(() => kernel.ValueOf("NO_SUCH")));
        Assert.Contains("There is no member 'no_such' in type", NotFound(() => kernel.OffsetOf("sk_buff", "no_such")), StringComparison.Ordinal);
        Assert.Contains("('int')", NotFound(() => BtfTypes.Read(TypeLines.EveryKind()).OffsetOf("outer", "first.x")), StringComparison.Ordinal);
        // The beginning of a name, the end of one, and two names at a time are not found.
        Assert.All((string[])["bpf_cast_to_kern_ct", "pf_cast_to_kern_ctx"], name => Assert.Null(kernel.Find(name, BtfKind.Function)));
        Assert.Throws<ArgumentException>(() => kernel.Find("bpf_cast_to_kern_ctx\0", BtfKind.Function));
        Assert.Throws<ArgumentException>(() => kernel.OffsetOf("sk_buff", "len."));
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel[kernel.Count + 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => kernel.SizeOf(-1));

        static string NotFound(Func<object?> find) => Assert.Throws<KeyNotFoundException>(find).Message;
    }

    [Fact]
    public void A_bit_field_has_no_offset_in_bytes()
    {
        BtfTypes types = BtfTypes.Read(TypeLines.EveryKind());
        Assert.Equal(new BtfMember("bits", 1, 64, 3), types.FindMember("outer", "bits"));
        Assert.Equal(
            "'bits' of 'outer' is a bit field, 3 bits from bit 64 on, and has no offset in bytes.",
            Assert.Throws<InvalidOperationException>(() => types.OffsetOf("outer", "bits")).Message);
        Assert.Equal(4, types.OffsetOf("outer", "half"));
    }

    [Fact]
    public void Sizes_and_values_of_every_kind()
    {
        BtfTypes types = BtfTypes.Read(TypeLines.EveryKind());
        long?[] sizes = [null, 4, 8, 12, 16, 4, 4, null, 4, 4, 4, 4, null, null, 4, 4, 8, null, 16, 8];
        Assert.Equal(sizes, Enumerable.Range(0, 20).Select(id => Record.Exception(() => types.SizeOf(id)) is null ? types.SizeOf(id) : (long?)null));
        Assert.Equal("Type 12 ('run', Function) of these types has no size.", Assert.Throws<InvalidOperationException>(() => types.SizeOf(12)).Message);
        Assert.Equal((-1L, 0L, 0x2_0000_0001L, -1L), (types.ValueOf("none"), types.ValueOf("red"), types.ValueOf("large"), types.ValueOf("most")));
    }

    [Fact]
    public void A_kernel_that_does_not_tell_its_types_is_explained() => Assert.Equal(
        "This kernel does not provide its types: there is no /no/such/vmlinux. It needs Linux 5.4, built with CONFIG_DEBUG_INFO_BTF=y, and sysfs.",
        Assert.Throws<PlatformNotSupportedException>(static () => BtfTypes.OfKernel("/no/such/vmlinux")).Message);

    [Fact]
    public void Everyone_may_read_the_types_of_the_kernel()
    {
        Requires.Root();
        int function = 0;
        TestThread.WithoutCapabilities(() => function = BtfTypes.OfKernel().FunctionId("bpf_cast_to_kern_ctx"));
        Assert.NotEqual(0, function);
    }
}
