using System.Globalization;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.TypeInformation;
using Hops.TestSupport;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace Ebpf.Tests.TypeInformation;

/// <summary>Programs that call functions of the kernel, by the ids and with the offsets that its own types tell.</summary>
public sealed class KernelFunctionTests
{
    private static readonly BtfTypes Kernel = BtfTypes.OfKernel();

    private static readonly byte[] Packet =
    [
        2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0,
        0x45, 0, 0, 28, 0, 0, 0, 0, 61, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0, 7, 0, 9, 0, 8, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8,
    ];

    [Theory]
    [InlineData(BpfProgramType.CgroupSkb, 1)]
    [InlineData(BpfProgramType.SocketFilter, 50)]
    public void A_program_reads_the_length_of_the_kernels_own_packet_structure(BpfProgramType type, int result)
    {
        Requires.Root();
        using BpfMap<uint, uint> lengths = BpfMap.Create<uint, uint>(BpfMapType.Array, 2);
        // lengths[0] = skb->len of the kernel's structure, lengths[1] = that of the context
        Assembler asm = new();
        asm.Move(R6, R1);
        asm.CallKernelFunction(Kernel.FunctionId("bpf_cast_to_kern_ctx"));
        asm.Load(R7, U32[R0 + Kernel.OffsetOf("sk_buff", "len")]);
        asm.Load(R8, U32[R6 + SkBuff.Length]);
        AppendStore(asm, lengths, 0, R7);
        AppendStore(asm, lengths, 1, R8);
        asm.Move(R0, result);
        asm.Exit();
        using BpfProgram program = Load(type, asm.Assemble());
        Assert.Equal((uint)result, program.Test(Packet).ReturnValue);
        uint length = (uint)Packet.Length - 14;
        Assert.Equal((length, length), (lengths[0], lengths[1]));
    }

    [Fact]
    public void An_xdp_program_follows_pointers_of_the_kernel_to_the_interface_it_runs_for()
    {
        Requires.Root();
        Assembler asm = new();
        asm.CallKernelFunction(Kernel.FunctionId("bpf_cast_to_kern_ctx"));
        asm.Load(R0, U64[R0 + Kernel.OffsetOf("xdp_buff", "rxq")]);
        asm.Load(R0, U64[R0 + Kernel.OffsetOf("xdp_rxq_info", "dev")]);
        asm.Load(R0, U32[R0 + Kernel.OffsetOf("net_device", "ifindex")]);
        asm.Exit();
        using BpfProgram program = Load(BpfProgramType.Xdp, asm.Assemble());
        // A test run is on the loopback interface of the caller's network.
        int loopback = int.Parse(File.ReadAllText("/sys/class/net/lo/ifindex"), CultureInfo.InvariantCulture);
        Assert.Equal((uint)loopback, program.Test(Packet).ReturnValue);
    }

    /// <summary>The verifier's log names the function: what was loaded is a call of it and of no helper with that number.</summary>
    [Fact]
    public void The_kernel_reads_the_call_as_that_of_the_function_with_the_id()
    {
        Requires.Root();
        int id = Kernel.FunctionId("bpf_cast_to_kern_ctx");
        VerifierException refusal = Assert.Throws<VerifierException>(() => Load(BpfProgramType.CgroupSkb, Assembler.Parse(
            $"""
            call kernel-function#{id}
            r0 = r9
            exit
            """)));
        Assert.Contains($"call bpf_cast_to_kern_ctx#{id}", refusal.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_that_are_not_under_the_gpl_may_not_call_functions_of_the_kernel()
    {
        Requires.Root();
        Assembler asm = new();
        asm.CallKernelFunction(Kernel.FunctionId("bpf_cast_to_kern_ctx"));
        asm.Move(R0, 1);
        asm.Exit();
        BpfCode code = asm.Assemble();
        VerifierException refusal = Assert.Throws<VerifierException>(() => BpfProgram.Load(BpfProgramType.CgroupSkb, code, new() { License = "MIT" }));
        Assert.Contains("cannot call kernel function from non-GPL compatible program", refusal.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_programs_may_not_call_is_refused_by_the_verifier()
    {
        Requires.Root();
        Assembler asm = new();
        asm.CallKernelFunction(Kernel.FunctionId("schedule"));
        asm.Move(R0, 1);
        asm.Exit();
        Assert.Contains(
            "calling kernel function schedule is not allowed",
            Assert.Throws<VerifierException>(() => Load(BpfProgramType.CgroupSkb, asm.Assemble())).Log,
            StringComparison.Ordinal);
    }

    private static BpfProgram Load(BpfProgramType type, BpfCode code) => BpfProgram.Load(type, code, new() { License = "Dual MIT/GPL" });

    private static void AppendStore(Assembler asm, BpfMap<uint, uint> map, int index, Register value)
    {
        asm.Store(U32[R10 - 4], index);
        asm.Store(U32[R10 - 8], value);
        asm.LoadMap(R1, map);
        asm.Move(R2, R10);
        asm.Add(R2, -4);
        asm.Move(R3, R10);
        asm.Add(R3, -8);
        asm.Move(R4, 0);
        asm.Call(Helper.MapUpdateElement);
    }
}
