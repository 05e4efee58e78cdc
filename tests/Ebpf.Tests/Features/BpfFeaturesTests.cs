using Ebpf.Features;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.TestSupport;

namespace Ebpf.Tests.Features;

public sealed class BpfFeaturesTests
{
    [Theory]
    [InlineData(BpfProgramType.SocketFilter)]
    [InlineData(BpfProgramType.Xdp)]
    [InlineData(BpfProgramType.CgroupSkb)]
    [InlineData(BpfProgramType.SockOps)]
    [InlineData(BpfProgramType.CgroupSockAddr)]
    public void Root_may_load_every_type_of_program(BpfProgramType type)
    {
        Requires.Root();
        Assert.Equal(new BpfFeature(BpfSupport.Yes, $"a program of type {type} loads"), BpfFeatures.Probe(type));
    }

    /// <summary>All the types of <c>enum bpf_map_type</c>, but for the one of <c>struct_ops</c>, which no map on its own can have.</summary>
    [Fact]
    public void Root_may_make_every_type_of_map()
    {
        Requires.Root();
        // Arenas came last, with Linux 6.9; this test asks for what has been there longer.
        foreach (int type in Enumerable.Range(1, 32).Except([26]))
        {
            BpfFeature feature = BpfFeatures.Probe((BpfMapType)type);
            Assert.True(feature.IsSupported, $"{type}: {feature}");
        }
    }

    [Theory]
    [InlineData(Helper.GetSocketUserId, BpfProgramType.SocketFilter)]
    [InlineData(Helper.XdpAdjustHead, BpfProgramType.Xdp)]
    [InlineData(Helper.GetFullSocket, BpfProgramType.CgroupSkb)]
    [InlineData(Helper.SetSocketCallbackFlags, BpfProgramType.SockOps)]
    [InlineData(Helper.Bind, BpfProgramType.CgroupSockAddr)]
    [InlineData(Helper.GetTcpSocket, BpfProgramType.SockOps)]
    public void A_helper_is_there_for_programs_that_may_call_it(Helper helper, BpfProgramType type)
    {
        Requires.Root();
        Assert.Equal(new BpfFeature(BpfSupport.Yes, $"programs of type {type} may call {HelperNames.NameOf((int)helper)}"), BpfFeatures.Probe(helper, type));
    }

    [Theory]
    [InlineData(BpfInstructionSet.V1)]
    [InlineData(BpfInstructionSet.V2)]
    [InlineData(BpfInstructionSet.V3)]
    [InlineData(BpfInstructionSet.V4)]
    [InlineData(BpfInstructionSet.AtomicFetch)]
    [InlineData(BpfInstructionSet.LoadAcquire)]
    public void This_kernel_has_the_whole_instruction_set(BpfInstructionSet instructions)
    {
        Requires.Root();
        Assert.SkipUnless(Environment.OSVersion.Version >= InstructionSetProbe.SinceOf(instructions), "needs a newer kernel");
        Assert.Equal(new BpfFeature(BpfSupport.Yes, $"a program with instructions of {instructions} loads"), BpfFeatures.Probe(instructions));
    }

    [Fact]
    public void What_the_kernel_does_not_know_is_a_no()
    {
        Requires.Root();
        Assert.Equal(
            new BpfFeature(BpfSupport.No, "this kernel has no program type 9999 (bpf(BPF_PROG_LOAD): EINVAL)"),
            BpfFeatures.Probe((BpfProgramType)9999));
        Assert.Equal(
            new BpfFeature(BpfSupport.No, "this kernel has no map type 9999 (bpf(BPF_MAP_CREATE): EINVAL)"),
            BpfFeatures.Probe((BpfMapType)9999));
        Assert.Equal(
            new BpfFeature(BpfSupport.No, "programs of type Xdp may not call the helper 9999: invalid func unknown#9999"),
            BpfFeatures.Probe((Helper)9999, BpfProgramType.Xdp));
        Assert.Equal(
            new BpfFeature(BpfSupport.No, "this kernel has no program type 9999 (bpf(BPF_PROG_LOAD): EINVAL)"),
            BpfFeatures.Probe(Helper.GetRandomNumber, (BpfProgramType)9999));
    }

    [Theory]
    [InlineData(47, "bpf_get_socket_uid#47")]
    [InlineData(95, "bpf_sk_fullsock#95")]
    [InlineData(148, "helper call might sleep in a non-sleepable prog")]
    public void A_helper_of_other_programs_is_a_no_with_the_verifiers_words(int helper, string expected)
    {
        Requires.Root();
        BpfFeature feature = BpfFeatures.Probe((Helper)helper, BpfProgramType.Xdp);
        Assert.Equal(BpfSupport.No, feature.Support);
        Assert.StartsWith($"programs of type Xdp may not call {HelperNames.NameOf(helper)}: ", feature.Reason, StringComparison.Ordinal);
        Assert.EndsWith(expected, feature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_capabilities_nothing_can_be_told_and_the_reason_says_what_is_missing()
    {
        Requires.Root();
        TestThread.WithoutCapabilities(static () =>
        {
            foreach ((BpfFeature feature, string expected) in ((BpfFeature, string)[])
            [
                (BpfFeatures.Probe(BpfProgramType.CgroupSkb), "Loading a program of type CgroupSkb needs CAP_BPF: run as root, "),
                (BpfFeatures.Probe(BpfProgramType.Xdp), "Loading a program of type Xdp needs CAP_BPF and CAP_NET_ADMIN: run as root, "),
                (BpfFeatures.Probe(BpfMapType.LruHash), "Creating a map of type LruHash needs CAP_BPF: run as root, "),
                (BpfFeatures.Probe(Helper.GetRandomNumber, BpfProgramType.Xdp),
                    "Loading a program of type Xdp that calls bpf_get_prandom_u32 needs CAP_BPF and CAP_NET_ADMIN: "),
            ])
            {
                Assert.Equal(BpfSupport.Unknown, feature.Support);
                Assert.StartsWith(expected, feature.Reason, StringComparison.Ordinal);
            }

            // Allowed by sysctl kernel.unprivileged_bpf_disabled = 0.
            if (!BpfFeatures.Probe(BpfSetting.UnprivilegedUse).IsSupported)
            {
                Assert.Equal(BpfSupport.Unknown, BpfFeatures.Probe(BpfInstructionSet.V3).Support);
            }
        });
    }

    [Theory]
    [InlineData(BpfProgramType.SockOps)]
    [InlineData(BpfProgramType.CgroupSockAddr)]
    [InlineData(BpfProgramType.Xdp)]
    public void With_CAP_BPF_alone_it_is_CAP_NET_ADMIN_that_is_missing(BpfProgramType type)
    {
        Requires.Root();
        TestThread.WithCapabilities(1UL << (int)Capability.Bpf, () =>
        {
            BpfFeature feature = BpfFeatures.Probe(type);
            Assert.Equal(BpfSupport.Unknown, feature.Support);
            Assert.Equal(
                $"Loading a program of type {type} needs CAP_NET_ADMIN: run as root, or give the process that capability "
                + "(systemd: AmbientCapabilities=CAP_NET_ADMIN; containers: --cap-add NET_ADMIN) (bpf(BPF_PROG_LOAD): EPERM)",
                feature.Reason);
            Assert.Equal(BpfSupport.Yes, BpfFeatures.Probe(BpfProgramType.CgroupSkb).Support);
        });
    }

    [Fact]
    public void Without_CAP_PERFMON_a_no_to_a_helper_is_not_believed()
    {
        Requires.Root();
        TestThread.WithCapabilities(1UL << (int)Capability.Bpf, static () =>
        {
            Assert.Equal(BpfSupport.Yes, BpfFeatures.Probe(Helper.GetSocketCookie, BpfProgramType.SocketFilter).Support);
            BpfFeature feature = BpfFeatures.Probe(Helper.ReadKernelMemory, BpfProgramType.SocketFilter);
            Assert.Equal(BpfSupport.Unknown, feature.Support);
            Assert.StartsWith("this thread lacks CAP_PERFMON, ", feature.Reason, StringComparison.Ordinal);
            // A helper that no program has is no question of rights.
            Assert.Equal(BpfSupport.No, BpfFeatures.Probe((Helper)9999, BpfProgramType.SocketFilter).Support);
        });
        Assert.Equal(BpfSupport.Yes, BpfFeatures.Probe(Helper.ReadKernelMemory, BpfProgramType.SocketFilter).Support);
    }

    [Theory]
    [InlineData(Errno.EPERM)]
    [InlineData(Errno.ENOSYS)]
    [InlineData(Errno.ENOMEM)]
    public void Where_bpf_is_refused_nothing_can_be_told(Errno errno)
    {
        Requires.Root();
        TestThread.WithBpfRefused(errno, () =>
        {
            foreach (BpfFeature feature in (BpfFeature[])
            [
                BpfFeatures.Probe(BpfProgramType.SocketFilter),
                BpfFeatures.Probe(BpfMapType.Array),
                BpfFeatures.Probe(Helper.GetRandomNumber, BpfProgramType.SocketFilter),
                BpfFeatures.Probe(BpfInstructionSet.V1),
            ])
            {
                Assert.Equal(BpfSupport.Unknown, feature.Support);
                Assert.EndsWith($": {errno})", feature.Reason, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void Capabilities_are_those_of_the_calling_thread()
    {
        Requires.Root();
        Assert.Equal("Yes: this thread has CAP_BPF", BpfFeatures.Probe(Capability.Bpf).ToString());
        TestThread.WithCapabilities(1UL << (int)Capability.NetAdmin, static () =>
        {
            Assert.Equal("Yes: this thread has CAP_NET_ADMIN", BpfFeatures.Probe(Capability.NetAdmin).ToString());
            Assert.Equal("No: this thread lacks CAP_BPF", BpfFeatures.Probe(Capability.Bpf).ToString());
            Assert.Equal("No: this thread lacks CAP_PERFMON", BpfFeatures.Probe(Capability.PerfMon).ToString());
            Assert.Equal("No: this thread lacks CAP_SYS_ADMIN", BpfFeatures.Probe(Capability.SysAdmin).ToString());
        });
    }

    [Fact]
    public void What_does_not_exist_is_a_wrong_argument()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => BpfFeatures.Probe((BpfInstructionSet)99));
        Assert.Throws<ArgumentOutOfRangeException>(static () => BpfFeatures.Probe((Capability)99));
        Assert.Throws<ArgumentOutOfRangeException>(static () => BpfFeatures.Probe((BpfSetting)99));
    }
}
