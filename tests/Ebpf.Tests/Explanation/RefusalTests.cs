using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Processes;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;

namespace Ebpf.Tests.Explanation;

public sealed class RefusalTests
{
    [Fact]
    public void Without_capabilities_the_message_names_CAP_BPF_and_nothing_leaks()
    {
        Requires.Root();
        TestThread.WithoutCapabilities(static () =>
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
        TestThread.WithBpfRefused(errno, () =>
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

    /// <summary>Answers of older kernels to unknown features. The kernel's version is a parameter, and the only thing of the kernel that is used.</summary>
    [Theory]
    [InlineData("BPF_MAP_CREATE", Errno.EINVAL, BpfMapType.RingBuffer, "5.4", "Trying failed: it needs Linux 5.8, and this is 5.4")]
    [InlineData("BPF_MAP_CREATE", Errno.EINVAL, BpfMapType.RingBuffer, "5.4.293", "Trying failed: it needs Linux 5.8, and this is 5.4")]
    [InlineData("BPF_MAP_CREATE", Errno.E2BIG, BpfMapType.RingBuffer, "5.7.19", "Trying failed: it needs Linux 5.8, and this is 5.7")]
    [InlineData("BPF_MAP_CREATE", Errno.EINVAL, BpfMapType.RingBuffer, "5.8.0", "Trying failed")]
    [InlineData("BPF_MAP_CREATE", Errno.EINVAL, BpfMapType.Array, "3.10", "Trying failed: it needs Linux 3.19, and this is 3.10")]
    [InlineData("BPF_MAP_CREATE", Errno.EINVAL, BpfMapType.Array, "5.4", "Trying failed")]
    [InlineData("BPF_MAP_CREATE", Errno.EBUSY, BpfMapType.RingBuffer, "5.4", "Trying failed")]
    [InlineData("BPF_LINK_CREATE", Errno.EINVAL, BpfMapType.Array, "5.6", "Trying failed: it needs Linux 5.7, and this is 5.6")]
    [InlineData("BPF_LINK_CREATE", Errno.EINVAL, BpfMapType.RingBuffer, "5.6", "Trying failed: it needs Linux 5.8, and this is 5.6")]
    public void A_kernel_that_is_too_old_is_named_with_the_one_that_is_needed(string command, Errno errno, BpfMapType type, string kernel, string expected) =>
        Assert.Equal(
            expected, new Refusal(Command(command), errno, "Trying", MapKind.RequirementOf(type), Version.Parse(kernel), ProcessStatus.Unread).ToString());

    [Theory]
    [InlineData(Errno.EINVAL, "99.0", true)]
    [InlineData(Errno.E2BIG, "99.0", true)]
    [InlineData(Errno.EINVAL, "3.19", false)]
    [InlineData(Errno.EPERM, "99.0", false)]
    [InlineData(Errno.ENOSYS, null, true)]
    public void What_the_kernel_does_not_have_can_be_tested_for(Errno errno, string? since, bool expected) =>
        Assert.Equal(
            expected, new BpfException(BpfCommand.MapCreate, errno, "Trying", new Requirement(since is null ? null : Version.Parse(since))).IsNotSupported);

    [Fact]
    public void The_flags_of_a_map_count_too()
    {
        Requirement needed = MapKind.RequirementOf(BpfMapType.Array, BpfMapFlags.MemoryMappable);
        Refusal refusal = new(BpfCommand.MapCreate, Errno.EINVAL, "Trying", needed, new Version(5, 4), ProcessStatus.Unread);
        Assert.Equal("Trying failed: it needs Linux 5.5, and this is 5.4", refusal.ToString());
    }

    /// <summary>The rights are those of a thread as <c>/proc</c> shows them; the real thread is asked in other tests.</summary>
    [Theory]
    [InlineData("BPF_MAP_CREATE", null, "", "6.18", "CAP_BPF")]
    [InlineData("BPF_PROG_LOAD", null, "NetAdmin", "6.18", "CAP_BPF")]
    [InlineData("BPF_PROG_LOAD", Capability.NetAdmin, "", "6.18", "CAP_BPF and CAP_NET_ADMIN")]
    [InlineData("BPF_PROG_LOAD", Capability.NetAdmin, "Bpf", "6.18", "CAP_NET_ADMIN")]
    [InlineData("BPF_PROG_LOAD", Capability.NetAdmin, "NetAdmin", "6.18", "CAP_BPF")]
    [InlineData("BPF_PROG_LOAD", Capability.NetAdmin, "NetAdmin", "5.4", "CAP_SYS_ADMIN")]
    [InlineData("BPF_PROG_LOAD", Capability.NetAdmin, "", "5.4", "CAP_SYS_ADMIN")]
    [InlineData("BPF_LINK_CREATE", Capability.NetAdmin, "Bpf", "6.18", "CAP_NET_ADMIN")]
    [InlineData("BPF_LINK_CREATE", Capability.NetAdmin, "SysAdmin", "5.15", "CAP_NET_ADMIN")]
    [InlineData("BPF_LINK_CREATE", Capability.NetAdmin, "", "5.15", "CAP_BPF and CAP_NET_ADMIN")]
    [InlineData("BPF_PROG_ATTACH", Capability.NetAdmin, "", "5.4", "CAP_SYS_ADMIN and CAP_NET_ADMIN")]
    [InlineData("BPF_PROG_QUERY", null, "Bpf", "6.18", "CAP_NET_ADMIN")]
    [InlineData("BPF_MAP_GET_FD_BY_ID", null, "Bpf, NetAdmin, PerfMon", "6.18", "CAP_SYS_ADMIN")]
    [InlineData("BPF_PROG_GET_NEXT_ID", null, "Bpf", "6.18", "CAP_SYS_ADMIN")]
    [InlineData("BPF_ENABLE_STATS", null, "Bpf", "6.18", "CAP_SYS_ADMIN")]
    public void The_missing_capabilities_are_named(string command, Capability? besides, string held, string kernel, string expected)
    {
        string sentence = new Refusal(Command(command), Errno.EPERM, "Trying", new(null, besides), Version.Parse(kernel), With(held)).ToString();
        Assert.StartsWith($"Trying needs {expected}: run as root, or give the process ", sentence, StringComparison.Ordinal);
        string[] names = expected.Split(" and ");
        Assert.EndsWith(
            $"(systemd: AmbientCapabilities={string.Join(' ', names)}; containers: {string.Join(' ', names.Select(static name => $"--cap-add {name[4..]}"))})",
            sentence,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BPF_MAP_UPDATE_ELEM", "Bpf", "5.4", "Trying was refused: the map is frozen, or was opened without the right to do that")]
    [InlineData("BPF_MAP_DELETE_BATCH", "", "6.18", "Trying was refused: the map is frozen, or was opened without the right to do that")]
    [InlineData("BPF_MAP_UPDATE_ELEM", "", "5.15", "Trying needs CAP_BPF: ")]
    [InlineData(
        "BPF_PROG_LOAD", "SysAdmin", "6.18", "Trying was refused although this process has the capability: a security module or kernel lockdown forbids it")]
    [InlineData("BPF_PROG_LOAD", "SysAdmin", "5.10", "Trying was refused: before Linux 5.11 eBPF memory counts against RLIMIT_MEMLOCK")]
    public void What_else_may_be_the_reason_is_told(string command, string held, string kernel, string expected) =>
        Assert.StartsWith(
            expected, new Refusal(Command(command), Errno.EPERM, "Trying", default, Version.Parse(kernel), With(held)).ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_read_only_map_is_no_question_of_capabilities()
    {
        Requires.Root();
        using BpfMap<uint, uint> map = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, BpfMapFlags.ReadOnly);
        BpfException refusal = Assert.Throws<BpfException>(() => map[0] = 1);
        Assert.Equal(
            "Writing to a map of type Array failed: this descriptor of the map is for reading only (bpf(BPF_MAP_UPDATE_ELEM): EPERM)", refusal.Message);
    }

    [Theory]
    [InlineData(BpfProgramType.Xdp)]
    [InlineData(BpfProgramType.SockOps)]
    [InlineData(BpfProgramType.CgroupSockAddr)]
    public void Programs_that_change_traffic_need_CAP_NET_ADMIN_to_load(BpfProgramType type)
    {
        Requires.Root();
        TestThread.WithCapabilities(1UL << (int)Capability.Bpf, () => Assert.StartsWith(
            "Loading the program needs CAP_NET_ADMIN: run as root, or give the process that capability (systemd: AmbientCapabilities=CAP_NET_ADMIN;",
            Assert.Throws<BpfException>(() => LoadProgram(type)).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Opening_by_id_needs_CAP_SYS_ADMIN()
    {
        Requires.Root();
        TestThread.WithCapabilities((1UL << (int)Capability.Bpf) | (1UL << (int)Capability.NetAdmin) | (1UL << (int)Capability.PerfMon), static () =>
        {
            Bpf.DescriptorByIdAttributes attributes = new() { Id = 1 };
            Errno error = Bpf.MapGetDescriptorById(ref attributes, out FileDescriptor map);
            map.Dispose();
            Assert.Equal(Errno.EPERM, error);
            Assert.StartsWith(
                "Opening map 1 needs CAP_SYS_ADMIN: ",
                new BpfException(BpfCommand.MapGetDescriptorById, error, "Opening map 1").Message,
                StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(
        "0: (85) call bpf_ringbuf_output#130\nunknown func bpf_ringbuf_output#130\nprocessed 1 insns\n",
        "5.4",
        "bpf_ringbuf_output needs Linux 5.8, and this is 5.4")]
    [InlineData("invalid func unknown#130\n", "5.4", "bpf_ringbuf_output needs Linux 5.8, and this is 5.4")]
    [InlineData("program of this type cannot use helper bpf_loop#181\n", "5.16", "bpf_loop needs Linux 5.17, and this is 5.16")]
    [InlineData("invalid func unknown#130\n", "5.8", null)]
    [InlineData("invalid func unknown#9999\n", "5.8", null)]
    [InlineData("R1 !read_ok\n", "5.4", null)]
    [InlineData("", "5.4", null)]
    public void A_helper_that_is_too_new_is_named_with_its_version(string log, string kernel, string? expected) =>
        Assert.Equal(expected, HelperRefusal.ExplainByVersion(log, Version.Parse(kernel), HelperNames.NameOf));

    private static BpfCommand Command(string name) => Enum.GetValues<BpfCommand>().Single(command => CommandFacts.Of(command).Name == name);

    private static ProcessStatus With(string capabilities) => new(
        capabilities.Split(", ", StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(0UL, static (bits, name) => bits | (1UL << (int)Enum.Parse<Capability>(name))),
        seccomp: false,
        initialUserNamespace: true);

    private static void CreateMap() => BpfMap.Create<uint, uint>(BpfMapType.Array, 1).Dispose();

    private static void LoadProgram() => LoadProgram(BpfProgramType.SocketFilter);

    private static void LoadProgram(BpfProgramType type)
    {
        Assembler asm = new();
        asm.Move(R0, 0);
        asm.Exit();
        BpfAttachType? attachType = type == BpfProgramType.CgroupSockAddr ? BpfAttachType.CgroupConnect4 : null;
        BpfProgram.Load(type, asm.Assemble(), new() { License = "MIT", ExpectedAttachType = attachType }).Dispose();
    }
}
