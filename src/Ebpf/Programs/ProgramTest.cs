using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary><c>BPF_PROG_TEST_RUN</c>: runs a program on a given packet.</summary>
internal static unsafe class ProgramTest
{
    private const int EthernetHeader = 14;

    // A signal ends a long run with EINTR, and .NET's garbage collector sends signals.
    private const int Attempts = 10;

    // Older kernels write the whole packet even if it does not fit (commit b5a36b1e1b13).
    private static readonly bool OverrunsOutput = Environment.OSVersion.Version < new Version(5, 0);

    public static BpfTestResult Run(
        BpfProgram program, ReadOnlySpan<byte> packet, Span<byte> output, ReadOnlySpan<byte> context, Span<byte> contextOutput, int repeat)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(repeat, 1);
        if (OverrunsOutput && !output.IsEmpty)
        {
            throw new PlatformNotSupportedException("Getting the packet back from a test run needs Linux 5.0.");
        }

        using DescriptorLease lease = new(program.Descriptor);
        fixed (byte* packetPointer = packet)
        fixed (byte* outputPointer = output)
        fixed (byte* contextPointer = context)
        fixed (byte* contextOutputPointer = contextOutput)
        {
            Errno error = Errno.EINTR;
            Bpf.ProgramTestRunAttributes attributes = default;
            for (int attempt = 0; error is Errno.EINTR or Errno.EAGAIN && attempt < Attempts; attempt++)
            {
                attributes = new()
                {
                    ProgramDescriptor = (uint)lease.Number,
                    DataSizeIn = (uint)packet.Length,
                    DataSizeOut = (uint)output.Length,
                    DataIn = (ulong)packetPointer,
                    DataOut = (ulong)outputPointer,
                    Repeat = (uint)repeat,
                    ContextSizeIn = (uint)context.Length,
                    ContextSizeOut = (uint)contextOutput.Length,
                    ContextIn = (ulong)contextPointer,
                    ContextOut = (ulong)contextOutputPointer,
                };
                error = Bpf.ProgramTestRun(ref attributes);
            }

            return error is Errno.None or Errno.ENOSPC
                ? new(attributes.ReturnValue, (int)attributes.DataSizeOut, (int)attributes.ContextSizeOut, attributes.Duration, error == Errno.ENOSPC)
                : throw Explain(program, error, packet.Length, !context.IsEmpty);
        }
    }

    private static BpfException Explain(BpfProgram program, Errno error, int length, bool hasContext)
    {
        string attempt = $"Testing {program.Describe()}";
        string? reason = error switch
        {
            Errno.EOPNOTSUPP or Errno.ENOTSUPP => "the kernel cannot run programs of this type on a packet; attach it and send one",
            Errno.EINTR or Errno.EAGAIN => "signals kept interrupting it; repeat it less often",
            Errno.EINVAL when length <= EthernetHeader =>
                $"the packet has {length} bytes; it must be an Ethernet frame, its header of {EthernetHeader} bytes included, with something in it",
            Errno.EINVAL or Errno.E2BIG when hasContext =>
                "the packet is too long, or the context has a value in a field that must be 0 in a test, or its addresses do not match the packet",
            // A packet that is too long is EINVAL for one type and ENOMEM for another.
            Errno.ENOMEM when length <= Environment.SystemPageSize => null,
            Errno.EINVAL or Errno.E2BIG or Errno.ENOMEM =>
                $"the packet is too long for a test, with {length} bytes, or this kernel cannot test the program's type",
            _ => null,
        };
        return new BpfException(BpfCommand.ProgramTestRun, error, attempt, reason);
    }
}
