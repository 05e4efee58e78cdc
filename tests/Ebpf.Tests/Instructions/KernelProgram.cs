using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Ebpf.Instructions;
using Ebpf.SystemCalls;
using Hops.Common.Interop;
using Op = Ebpf.Instructions.Opcodes;

namespace Ebpf.Tests.Instructions;

/// <summary>
/// A socket filter in the kernel, with the verifier's log at level 2, and with types for its functions: without BTF the kernel takes no reference to a
/// function. It is run on a packet (<c>BPF_PROG_TEST_RUN</c>).
/// </summary>
internal sealed unsafe class KernelProgram : IDisposable
{
    private const int BpfSystemCall = 321;
    private const int ProgramLoad = 5;
    private const int ProgramTestRun = 10;
    private const int BtfLoad = 18;
    private const int SocketFilter = 1;

    // The maximum of the kernel; tests run one at a time.
    private static readonly byte[] LogBuffer = GC.AllocateArray<byte>((16 * 1024 * 1024) - 1, pinned: true);

    private readonly FileDescriptor _program;

    private KernelProgram(FileDescriptor program, string log)
    {
        _program = program;
        Log = log;
    }

    public string Log { get; }

    public static KernelProgram Load(BpfCode code)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "the system call's number is that of x86-64");
        LogBuffer[0] = 0;
        uint[] functions = FindFunctions(code);
        using BpfCode.Resolved resolved = code.Resolve();
        using FileDescriptor btf = functions.Length > 2 ? LoadBtf() : new FileDescriptor();
        fixed (byte* instructions = resolved.Bytes, license = "MIT\0"u8, log = LogBuffer)
        fixed (uint* functionInfo = functions)
        {
            // The variant of union bpf_attr, in words of 64 bits; the program's name is words 6 and 7.
            ulong* attributes = stackalloc ulong[14];
            new Span<ulong>(attributes, 14).Clear();
            attributes[0] = SocketFilter | ((ulong)(resolved.Bytes.Length / Instruction.SlotSize) << 32);
            attributes[1] = (ulong)instructions;
            attributes[2] = (ulong)license;
            attributes[3] = 2 | ((ulong)LogBuffer.Length << 32);
            attributes[4] = (ulong)log;
            if (functions.Length > 2)
            {
                attributes[9] = (uint)btf.DangerousGetHandle() | (8UL << 32);
                attributes[10] = (ulong)functionInfo;
                attributes[11] = (uint)functions.Length / 2;
            }

            FileDescriptor program = new();
            nint result = LibC.SystemCall(BpfSystemCall, ProgramLoad, attributes, 14 * sizeof(ulong));
            string text = Encoding.UTF8.GetString(LogBuffer, 0, LogBuffer.AsSpan().IndexOf((byte)0));
            Assert.True(result >= 0, $"{LibC.LastError}: {code}\n{text[^Math.Min(text.Length, 5000)..]}");
            program.Own((int)result);
            return new KernelProgram(program, text);
        }
    }

    /// <returns>What the program returns.</returns>
    public uint Run(ReadOnlySpan<byte> packet)
    {
        fixed (byte* data = packet)
        {
            ulong* attributes = stackalloc ulong[8];
            new Span<ulong>(attributes, 8).Clear();
            attributes[0] = (uint)_program.DangerousGetHandle();
            attributes[1] = (uint)packet.Length;
            attributes[2] = (ulong)data;
            nint result = LibC.SystemCall(BpfSystemCall, ProgramTestRun, attributes, 8 * sizeof(ulong));
            Assert.True(result == 0, $"BPF_PROG_TEST_RUN: {LibC.LastError}");
            return (uint)(attributes[0] >> 32);
        }
    }

    public void Dispose() => _program.Dispose();

    /// <summary>Pairs of a slot where a function starts, and its type (<c>struct bpf_func_info</c>).</summary>
    private static uint[] FindFunctions(BpfCode code)
    {
        SortedSet<uint> starts = [0];
        uint slot = 0;
        foreach (Instruction instruction in code.Instructions)
        {
            if (instruction.Distance is { } distance && (instruction.Opcode is Op.Call or Op.LoadImmediate64))
            {
                starts.Add((uint)(slot + 1 + distance));
            }

            slot += (uint)instruction.Slots;
        }

        return [.. starts.SelectMany(static start => new[] { start, 3u })];
    }

    /// <summary>Types in the kernel's binary form: <c>static int f()</c>, whose number is 3.</summary>
    private static FileDescriptor LoadBtf()
    {
        uint[] types =
        [
            1, 1 << 24, 4, 0x01000020, // 1: int, four bytes, signed, 32 bits
            0, 13 << 24, 1, // 2: a function's prototype that returns 1
            5, 12 << 24, 2, // 3: a static function with prototype 2
        ];
        byte[] strings = "\0int\0f\0"u8.ToArray();
        byte[] btf = new byte[24 + (types.Length * sizeof(uint)) + strings.Length];
        uint[] header = [0x0001eb9f, 24, 0, (uint)types.Length * sizeof(uint), (uint)types.Length * sizeof(uint), (uint)strings.Length];
        foreach ((int i, uint word) in header.Concat(types).Index())
        {
            BinaryPrimitives.WriteUInt32LittleEndian(btf.AsSpan(i * sizeof(uint)), word);
        }

        strings.CopyTo(btf, btf.Length - strings.Length);
        fixed (byte* pointer = btf)
        {
            ulong* attributes = stackalloc ulong[4];
            new Span<ulong>(attributes, 4).Clear();
            attributes[0] = (ulong)pointer;
            attributes[2] = (uint)btf.Length;
            FileDescriptor descriptor = new();
            nint result = LibC.SystemCall(BpfSystemCall, BtfLoad, attributes, 4 * sizeof(ulong));
            Assert.True(result >= 0, $"BPF_BTF_LOAD: {LibC.LastError}");
            descriptor.Own((int)result);
            return descriptor;
        }
    }
}
