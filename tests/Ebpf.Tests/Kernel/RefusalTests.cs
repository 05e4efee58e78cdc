using Ebpf.Assembly;
using Ebpf.Kernel;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.TestSupport;
using static Ebpf.Assembly.Register;

namespace Ebpf.Tests.Kernel;

public sealed class RefusalTests
{
    [Fact]
    public void Without_capabilities_the_message_names_CAP_BPF_and_nothing_leaks()
    {
        Requires.Root();
        using OpenDescriptors _ = OpenDescriptors.MustNotGrow();
        SystemCalls.WithoutCapabilities(static () =>
        {
            foreach (Action attempt in (Action[])[CreateMap, LoadProgram])
            {
                BpfException refusal = Assert.Throws<BpfException>(attempt);
                Assert.Equal(Errno.EPERM, refusal.Errno);
                Assert.Contains("needs CAP_BPF: run as root, or give the process that capability", refusal.Message, StringComparison.Ordinal);
                Assert.EndsWith($"({refusal.Operation}: EPERM)", refusal.Message, StringComparison.Ordinal);
            }
        });
    }

    [Theory]
    [InlineData(Errno.EPERM, "its seccomp profile does not allow bpf(2)")]
    [InlineData(Errno.ENOSYS, "this kernel was built without bpf(2), or a sandbox hides it")]
    public void A_seccomp_profile_that_refuses_is_named(Errno errno, string expected)
    {
        Requires.Root();
        SystemCalls.WithBpfRefused(errno, () =>
        {
            Assert.Contains(expected, Assert.Throws<BpfException>(CreateMap).Message, StringComparison.Ordinal);
            Assert.Contains(expected, Assert.Throws<BpfException>(LoadProgram).Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("5.4", true)]
    [InlineData("5.10.251", true)]
    [InlineData("5.11", false)]
    [InlineData("6.18.44", false)]
    public void Memory_counts_against_the_limit_before_linux_5_11(string kernel, bool expected) =>
        Assert.Equal(expected, MemoryLock.Limits(Version.Parse(kernel)));

    [Fact]
    public void An_unknown_error_number_is_still_told() =>
        Assert.Equal("Trying failed (bpf(BPF_TEST): errno 131)", new BpfException("bpf(BPF_TEST)", (Errno)131, "Trying failed").Message);

    private static void CreateMap() => BpfMap.Create<uint, uint>(BpfMapType.Array, 1).Dispose();

    private static void LoadProgram()
    {
        Assembler asm = new();
        asm.Move(R0, 0);
        asm.Exit();
        BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { License = "MIT" }).Dispose();
    }
}
