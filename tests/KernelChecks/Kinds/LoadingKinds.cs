using System.Net.Sockets;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;
using Ebpf.TypeInformation;
using static Ebpf.Instructions.Register;
using static Ebpf.Instructions.Width;

namespace KernelChecks.Kinds;

/// <summary>Cancelling, and calls of the kernel's functions.</summary>
internal static class LoadingKinds
{
    public static IEnumerable<KindCheck> Rows { get; } =
    [
        new("cancel-between-passes", "5.2", CancelBetweenPasses),
        new("kernel-function", "5.13", CallKernelFunction),
    ];

    /// <summary>Cancels while the first of two verifications runs: the second is not begun.</summary>
    private static string CancelBetweenPasses()
    {
        // Walks 600,000 instructions, then reads what has no value.
        BpfCode code = Assembler.Parse("""
                    r6 = 0
            again:  r6 += 1
                    r7 = r6
                    if r6 < 200000 goto again
                    r0 = r2
                    exit
            """);
        int descriptors = Descriptors();
        using CancellationTokenSource source = new();
        using ManualResetEventSlim ready = new();
        int id = 0;
        Exception? thrown = null;
        Thread loader = new(() =>
        {
            id = SeparateThread.GetId();
            ready.Set();
            try
            {
                BpfProgram.Load(BpfProgramType.SocketFilter, code, new() { License = "MIT" }, source.Token).Dispose();
            }
#pragma warning disable CA1031 // Looked at below.
            catch (Exception e)
#pragma warning restore CA1031
            {
                thrown = e;
            }
        });
        loader.Start();
        ready.Wait();
        long before = TicksInKernel(id);
        // A thread does little else in the kernel: once it has worked there for some ticks, the verifier walks.
        while (loader.IsAlive && TicksInKernel(id) < before + 3)
        {
            Thread.Yield();
        }

        source.Cancel();
        loader.Join();
        Claim.Holds(thrown is OperationCanceledException, $"a cancellation is what was thrown ({thrown?.GetType().Name ?? "nothing"})");
        Claim.Equal(descriptors, Descriptors(), "open descriptors");
        return "cancelled during the first verification, before the second; nothing was left open";
    }

    /// <summary>Calls a function of the kernel on each packet that the loopback interface sends.</summary>
    private static string CallKernelFunction()
    {
        const string Cast = "bpf_cast_to_kern_ctx";
        BtfTypes kernel = BtfTypes.OfKernel();
        using BpfMap<uint, uint> results = BpfMap.Create<uint, uint>(BpfMapType.Array, 1, name: "results");
        bool hasCast = kernel.Find(Cast, BtfKind.Function) is not null;
        BpfCode code = hasCast ? ReadOwnLength(kernel.FunctionId(Cast), kernel.OffsetOf("sk_buff", "len"), results)
            : AddNumbers(kernel.FunctionId("bpf_kfunc_call_test2"), results);
        using BpfProgram program = BpfProgram.Load(BpfProgramType.SchedCls, code, new() { License = "Dual MIT/GPL" });
        using Socket receiver = Network.Udp();
        using Socket sender = Network.Udp();
        using (InterfaceKinds.AttachClsact(program, "lo", BpfAttachType.TcxEgress))
        {
            sender.SendTo("hello"u8, receiver.LocalEndPoint!);
        }

        Claim.Equal(hasCast ? 14u + 20 + 8 + 5 : 42u, results[0], "what the function gave");
        return hasCast ? $"{Cast} gave the kernel's own packet, of 47 bytes" : "bpf_kfunc_call_test2 added two numbers";
    }

    private static BpfCode ReadOwnLength(int function, int offset, BpfMap<uint, uint> results)
    {
        Assembler asm = new();
        asm.CallKernelFunction(function);
        asm.Load(R1, U32[R0 + offset]);
        asm.LoadMapValue(R2, results);
        asm.Store(U32[R2], R1);
        asm.Move(R0, TcxVerdict.Next);
        asm.Exit();
        return asm.Assemble();
    }

    private static BpfCode AddNumbers(int function, BpfMap<uint, uint> results)
    {
        Assembler asm = new();
        Label pass = asm.NewLabel("pass");
        asm.Load(R1, U64[R1 + SkBuff.Socket]);
        asm.JumpIf(R1 == 0, pass);
        asm.Call(Helper.GetFullSocket);
        asm.JumpIf(R0 == 0, pass);
        asm.Move(R1, R0);
        asm.Move(R2, 40);
        asm.Move(R3, 2);
        asm.CallKernelFunction(function);
        asm.LoadMapValue(R2, results);
        asm.Store(U32[R2], R0);
        asm.Mark(pass);
        asm.Move(R0, TcxVerdict.Next);
        asm.Exit();
        return asm.Assemble();
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    /// <summary>Returns the time that a thread has spent in the kernel, in ticks of the clock (proc_pid_stat(5)).</summary>
    private static long TicksInKernel(int id)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/self/task/{id}/stat");
            return long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[12], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has just ended.
            return long.MaxValue;
        }
    }
}
