using Ebpf.Contexts;

namespace Hops.Host.Programs;

/// <summary>What the programs that tell have in common: they put a record together at the top of their stack, and hand it to the ring buffer.</summary>
internal static class RecordText
{
    /// <summary>::ffff:0:0/96 (RFC 4291, section 2.5.5.2): the third word, in network byte order, as a little-endian machine reads it.</summary>
    public const int MappedWord = unchecked((int)0xffff0000);

    /// <summary>Where a field of the record lies: that many bytes below r10.</summary>
    public static int At(int offset) => ConnectionRecord.Size - offset;

    public static string Clear() =>
        string.Join('\n', Enumerable.Range(0, ConnectionRecord.Size / 8).Select(static i => $"*(u64 *)(r10 - {At(8 * i)}) = 0"));

    /// <summary>Hands the record on the stack over.</summary>
    /// <param name="lost">Where in the map of what is lost to count it, if there is no room.</param>
    /// <param name="next">Where to go on.</param>
    public static string Submit(LostRecords lost, string next) => Submit("r10", -At(0), lost, next);

    /// <summary>Hands the record over that lies so many bytes behind where a register points.</summary>
    public static string Submit(string register, int distance, LostRecords lost, string next) => Submit(register, distance, HelperFlags.NoWakeup, lost, next);

    /// <summary>Hands the record on the stack over, and wakes who reads.</summary>
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

    /// <summary>Counts a record that is lost.</summary>
    public static string Count(LostRecords lost) => $"""
                    r1 = map[lost][0]+{(int)lost * sizeof(ulong)}
                    r2 = 1
                    lock *(u64 *)(r1 + 0) += r2
        """;

    /// <summary>Reads the kernel's memory at the address in r3. It takes CAP_PERFMON, and a licence that is compatible with the GPL.</summary>
    /// <param name="to">Where on the stack it goes: that many bytes below r10.</param>
    /// <param name="size">How many bytes.</param>
    /// <param name="otherwise">Where to go on when there is nothing to read.</param>
    public static string ReadKernel(int to, int size, string otherwise) => $"""
                    r1 = r10
                    r1 += -{to}
                    r2 = {size}
                    call bpf_probe_read_kernel
                    if r0 != 0 goto {otherwise}
        """;
}
