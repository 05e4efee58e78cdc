using Ebpf.Features;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Tests.SystemCalls;

/// <summary>The numbers on both sides of a version's edge: that is where a table of last numbers goes wrong.</summary>
public sealed class KernelVersionsTests
{
    [Theory]
    [InlineData("bpf_map_delete_elem", "3.19")]
    [InlineData("bpf_probe_read", "4.1")]
    [InlineData("bpf_l4_csum_replace", "4.1")]
    [InlineData("bpf_tail_call", "4.2")]
    [InlineData("bpf_perf_event_read", "4.3")]
    [InlineData("bpf_redirect", "4.4")]
    [InlineData("bpf_skb_load_bytes", "4.5")]
    [InlineData("bpf_get_stackid", "4.6")]
    [InlineData("bpf_skb_change_proto", "4.8")]
    [InlineData("bpf_set_hash_invalid", "4.9")]
    [InlineData("bpf_xdp_adjust_head", "4.10")]
    [InlineData("bpf_probe_read_str", "4.11")]
    [InlineData("bpf_get_socket_cookie", "4.12")]
    [InlineData("bpf_set_hash", "4.13")]
    [InlineData("bpf_redirect_map", "4.14")]
    [InlineData("bpf_getsockopt", "4.15")]
    [InlineData("bpf_sock_ops_cb_flags_set", "4.16")]
    [InlineData("bpf_bind", "4.17")]
    [InlineData("bpf_xdp_adjust_tail", "4.18")]
    [InlineData("bpf_get_current_cgroup_id", "4.18")]
    [InlineData("bpf_get_local_storage", "4.19")]
    [InlineData("bpf_sk_lookup_tcp", "4.20")]
    [InlineData("bpf_msg_pop_data", "5.0")]
    [InlineData("bpf_spin_lock", "5.1")]
    [InlineData("bpf_skc_lookup_tcp", "5.2")]
    [InlineData("bpf_sk_storage_delete", "5.2")]
    [InlineData("bpf_send_signal", "5.3")]
    [InlineData("bpf_tcp_gen_syncookie", "5.4")]
    [InlineData("bpf_probe_read_kernel_str", "5.5")]
    [InlineData("bpf_tcp_send_ack", "5.6")]
    [InlineData("bpf_get_netns_cookie", "5.7")]
    [InlineData("bpf_ktime_get_boot_ns", "5.8")]
    [InlineData("bpf_csum_level", "5.8")]
    [InlineData("bpf_skc_to_tcp6_sock", "5.9")]
    [InlineData("bpf_redirect_peer", "5.10")]
    [InlineData("bpf_task_storage_get", "5.11")]
    [InlineData("bpf_check_mtu", "5.12")]
    [InlineData("bpf_snprintf", "5.13")]
    [InlineData("bpf_sys_close", "5.14")]
    [InlineData("bpf_timer_init", "5.15")]
    [InlineData("bpf_kallsyms_lookup_name", "5.16")]
    [InlineData("bpf_loop", "5.17")]
    [InlineData("bpf_get_retval", "5.18")]
    [InlineData("bpf_dynptr_data", "5.19")]
    [InlineData("bpf_tcp_raw_gen_syncookie_ipv4", "6.0")]
    [InlineData("bpf_user_ringbuf_drain", "6.1")]
    [InlineData("bpf_cgrp_storage_delete", "6.2")]
    public void A_helper_has_the_version_that_brought_it(string helper, string expected)
    {
        Assert.True(HelperNames.TryGetNumber(helper, out int number));
        Assert.Equal(Version.Parse(expected), KernelVersions.OfHelper(number));
    }

    [Theory]
    [InlineData(BpfProgramType.SocketFilter, "3.19")]
    [InlineData(BpfProgramType.Xdp, "4.8")]
    [InlineData(BpfProgramType.CgroupSkb, "4.10")]
    [InlineData(BpfProgramType.SockOps, "4.13")]
    [InlineData(BpfProgramType.CgroupSockAddr, "4.17")]
    [InlineData((BpfProgramType)2, "4.1")]
    [InlineData((BpfProgramType)30, "5.9")]
    [InlineData((BpfProgramType)32, "6.4")]
    public void A_program_type_has_the_version_that_brought_it(BpfProgramType type, string expected) =>
        Assert.Equal(Version.Parse(expected), KernelVersions.OfProgramType((int)type));

    [Theory]
    [InlineData(BpfMapType.Hash, "3.19")]
    [InlineData(BpfMapType.Array, "3.19")]
    [InlineData(BpfMapType.PerCpuHash, "4.6")]
    [InlineData(BpfMapType.PerCpuArray, "4.6")]
    [InlineData(BpfMapType.LruHash, "4.10")]
    [InlineData(BpfMapType.LruPerCpuHash, "4.10")]
    [InlineData((BpfMapType)11, "4.11")]
    [InlineData((BpfMapType)24, "5.2")]
    [InlineData(BpfMapType.RingBuffer, "5.8")]
    [InlineData((BpfMapType)33, "6.9")]
    public void A_map_type_has_the_version_that_brought_it(BpfMapType type, string expected) =>
        Assert.Equal(Version.Parse(expected), KernelVersions.OfMapType((int)type));

    [Theory]
    [InlineData(BpfMapFlags.NoPreallocation, "4.6")]
    [InlineData(BpfMapFlags.MemoryMappable, "5.5")]
    [InlineData(BpfMapFlags.NoPreallocation | BpfMapFlags.MemoryMappable, "5.5")]
    public void Flags_have_the_version_that_brought_the_last_of_them(BpfMapFlags flags, string expected) =>
        Assert.Equal(Version.Parse(expected), KernelVersions.OfMapFlags((uint)flags));

    [Theory]
    [InlineData("BPF_MAP_CREATE", "3.18")]
    [InlineData("BPF_OBJ_GET", "4.4")]
    [InlineData("BPF_PROG_ATTACH", "4.10")]
    [InlineData("BPF_PROG_TEST_RUN", "4.12")]
    [InlineData("BPF_OBJ_GET_INFO_BY_FD", "4.13")]
    [InlineData("BPF_PROG_QUERY", "4.15")]
    [InlineData("BPF_MAP_LOOKUP_AND_DELETE_ELEM", "4.20")]
    [InlineData("BPF_MAP_FREEZE", "5.2")]
    [InlineData("BPF_MAP_LOOKUP_BATCH", "5.6")]
    [InlineData("BPF_MAP_DELETE_BATCH", "5.6")]
    [InlineData("BPF_LINK_CREATE", "5.7")]
    [InlineData("BPF_LINK_GET_FD_BY_ID", "5.8")]
    [InlineData("BPF_ENABLE_STATS", "5.8")]
    [InlineData("BPF_LINK_DETACH", "5.9")]
    public void A_command_has_the_version_that_brought_it(string command, string expected) =>
        Assert.Equal(Version.Parse(expected), Assert.Single(Enum.GetValues<BpfCommand>().Select(CommandFacts.Of), facts => facts.Name == command).Since);

    [Theory]
    [InlineData(0, "4.10")] // BPF_CGROUP_INET_INGRESS
    [InlineData(3, "4.13")] // BPF_CGROUP_SOCK_OPS
    [InlineData(10, "4.17")] // BPF_CGROUP_INET4_CONNECT
    [InlineData(14, "4.18")] // BPF_CGROUP_UDP4_SENDMSG
    [InlineData(20, "5.2")] // BPF_CGROUP_UDP6_RECVMSG
    [InlineData(32, "5.8")] // BPF_CGROUP_INET6_GETSOCKNAME
    [InlineData(37, "5.9")] // BPF_XDP
    public void A_place_to_attach_has_the_version_that_brought_it(int attachType, string expected) =>
        Assert.Equal(Version.Parse(expected), KernelVersions.OfAttachType(attachType));

    [Theory]
    [InlineData("r0 = r1", null)]
    [InlineData("w0 s>>= 3", null)]
    [InlineData("r0 = be16 r0", null)]
    [InlineData("r0 = *(u8 *)(r1 + 0)", null)]
    [InlineData("lock *(u64 *)(r1 + 0) += r2", null)]
    [InlineData("call bpf_ktime_get_ns", null)]
    [InlineData("exit", null)]
    [InlineData("if r0 > 1 goto +0", null)]
    [InlineData("if r0 <= r1 goto +0", "4.14")]
    [InlineData("if w0 == 1 goto +0", "5.1")]
    [InlineData("r2 = atomic_fetch_or((u64 *)(r1 + 0), r2)", "5.12")]
    [InlineData("lock *(u32 *)(r1 + 0) |= w2", "5.12")]
    [InlineData("r0 = *(s8 *)(r1 + 0)", "6.6")]
    [InlineData("r0 = (s16)r1", "6.6")]
    [InlineData("w0 = (s8)w1", "6.6")]
    [InlineData("r0 s/= r1", "6.6")]
    [InlineData("w0 s%= 3", "6.6")]
    [InlineData("r0 = bswap32 r0", "6.6")]
    [InlineData("gotol +0", "6.6")]
    [InlineData("r0 = load_acquire((u64 *)(r1 + 0))", "6.15")]
    public void An_instruction_has_the_version_that_brought_it(string text, string? expected)
    {
        Instruction instruction = Assembler.Parse(text).Instructions[0];
        Assert.Equal(
            expected is null ? null : Version.Parse(expected),
            KernelVersions.OfInstruction(instruction.Opcode, instruction.Offset, instruction.Immediate));
    }

    [Fact]
    public void What_is_not_in_the_tables_has_no_version()
    {
        Assert.Null(KernelVersions.OfHelper(0));
        Assert.Null(KernelVersions.OfHelper(HelperNames.Last + 1));
        Assert.Null(KernelVersions.OfProgramType(0));
        Assert.Null(KernelVersions.OfProgramType(9999));
        Assert.Null(KernelVersions.OfMapType(-1));
        Assert.Null(KernelVersions.OfMapFlags(0));
        Assert.Null(KernelVersions.OfAttachType(-1));
    }

    /// <summary>A type that is in the enumeration but not in the table would make refusals that explain nothing.</summary>
    [Fact]
    public void Everything_that_the_library_offers_is_in_the_tables()
    {
        Assert.All(Enum.GetValues<BpfProgramType>(), static type => Assert.NotNull(KernelVersions.OfProgramType((int)type)));
        Assert.All(Enum.GetValues<BpfMapType>(), static type => Assert.NotNull(KernelVersions.OfMapType((int)type)));
        Assert.All(
            Enum.GetValues<BpfMapFlags>().Where(static flag => flag != BpfMapFlags.None), static flag => Assert.NotNull(KernelVersions.OfMapFlags((uint)flag)));
        Assert.All(Enum.GetValues<Helper>(), static helper => Assert.NotNull(KernelVersions.OfHelper((int)helper)));
        Assert.All(Enum.GetValues<BpfInstructionSet>(), static instructions => Assert.NotNull(InstructionSetProbe.SinceOf(instructions)));
    }

    /// <summary>Commands are named where they are refused; one without a row could not be explained.</summary>
    [Fact]
    public void Every_command_has_a_row_of_its_own()
    {
        CommandFacts[] rows = [.. Enum.GetValues<BpfCommand>().Select(CommandFacts.Of)];
        Assert.Equal(rows.Length, rows.DistinctBy(static row => row.Name).Count());
        Assert.All(rows, static row => Assert.StartsWith("BPF_", row.Name, StringComparison.Ordinal));
    }
}
