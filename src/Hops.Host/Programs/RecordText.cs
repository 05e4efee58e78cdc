using Ebpf.Contexts;

namespace Hops.Host.Programs;

/// <summary>Has the common code of programs that report: they build a record at the top of their stack, and write it to the ring buffer.</summary>
internal static class RecordText
{
    /// <summary>::ffff:0:0/96 (RFC 4291, section 2.5.5.2): the third word, in network byte order, as a little-endian machine reads it.</summary>
    public const int MappedWord = unchecked((int)0xffff0000);

    /// <summary>Returns how many bytes below r10 a field of the record is.</summary>
    public static int At(int offset) => ConnectionRecord.Size - offset;

    public static string Clear() =>
        string.Join('\n', Enumerable.Range(0, ConnectionRecord.Size / 8).Select(static i => $"*(u64 *)(r10 - {At(8 * i)}) = 0"));

    /// <summary>Writes the record on the stack to the ring buffer.</summary>
    /// <param name="lost">The offset of the counter of lost records to increase if there is no room.</param>
    /// <param name="next">The label to continue at.</param>
    public static string Submit(LostRecords lost, string next) => Submit("r10", -At(0), lost, next);

    /// <summary>Writes the record at an offset from a register to the ring buffer.</summary>
    public static string Submit(string register, int distance, LostRecords lost, string next) => Submit(register, distance, HelperFlags.NoWakeup, lost, next);

    /// <summary>Writes the record on the stack to the ring buffer, and wakes the reader.</summary>
    public static string SubmitAndWake(LostRecords lost, string next) => Submit("r10", -At(0), 0, lost, next);

    private static string Submit(string register, int distance, int flags, LostRecords lost, string next) => $"""
                    r1 = map[ring]
                    r2 = {register}
                    r2 += {distance}
                    r3 = {ConnectionRecord.Size}
                    r4 = {flags}
                    call bpf_ringbuf_output
                    if r0 == 0 goto {next}
            {Count(lost)}
        """;

    /// <summary>Counts a lost record.</summary>
    public static string Count(LostRecords lost) => $"""
                    r1 = map[lost][0]+{(int)lost * sizeof(ulong)}
                    r2 = 1
                    lock *(u64 *)(r1 + 0) += r2
        """;

    /// <summary>Reads the kernel's memory at the address in r3. Needs CAP_PERFMON, and a licence that is compatible with the GPL.</summary>
    /// <param name="to">The destination on the stack, that many bytes below r10.</param>
    /// <param name="size">The number of bytes.</param>
    /// <param name="otherwise">The label to continue at if the memory cannot be read.</param>
    public static string ReadKernel(int to, int size, string otherwise) => $"""
                    r1 = r10
                    r1 += -{to}
                    r2 = {size}
                    call bpf_probe_read_kernel
                    if r0 != 0 goto {otherwise}
        """;
}
