using Ebpf.TypeInformation;
using Hops.TestSupport;

namespace Ebpf.Tests.TypeInformation;

public sealed class BtfBuilderTests
{
    [Fact]
    public void The_kernel_takes_what_is_written()
    {
        Requires.Root();
        BtfLoader.Load(Written(), "a test").Dispose();
    }

    [Fact]
    public void What_is_written_is_read_by_us_and_by_bpftool()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, Written());
            string[] expected =
            [
                "[1] INT int size=4", "[2] PTR - type=1", "[3] ARRAY - type=1 vlen=3", "[4] STRUCT point size=24 vlen=2", "\tplaces type=3 bits=0",
                "\tnext type=2 bits=128", "[5] FUNC_PROTO - type=1 vlen=2", "\tleft type=2", "\tright type=1", "[6] FUNC add type=5",
            ];
            Assert.Equal(expected, TypeLines.Of(Written()));
            Assert.Equal(expected, BpftoolListing.Of(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_kernels_reason_for_a_refusal_is_told()
    {
        Requires.Root();
        BtfBuilder types = new();
        types.AddInteger("int", 4);
        types.AddStructure("1st", 4, ("number", 1, 0));
        BpfException refusal = Assert.Throws<BpfException>(() => BtfLoader.Load(types.ToBytes(), "the map 'points'"));
        Assert.Equal("Describing the types of the map 'points' failed: [2] STRUCT 1st size=4 vlen=1 Invalid name (bpf(BPF_BTF_LOAD): EINVAL)", refusal.Message);
    }

    [Fact]
    public void The_missing_capability_is_named() => TestThread.WithoutCapabilities(static () => Assert.StartsWith(
        "Describing the types of a test needs CAP_BPF: run as root",
        Assert.Throws<BpfException>(static () => BtfLoader.Load(Written(), "a test")).Message,
        StringComparison.Ordinal));

    private static byte[] Written()
    {
        BtfBuilder types = new();
        int number = types.AddInteger("int", 4, isSigned: true);
        int pointer = types.AddPointer(number);
        int array = types.AddArray(number, number, 3);
        types.AddStructure("point", 24, ("places", array, 0), ("next", pointer, 16));
        types.AddFunction("add", types.AddFunctionPrototype(number, ("left", pointer), ("right", number)));
        return types.ToBytes();
    }
}
