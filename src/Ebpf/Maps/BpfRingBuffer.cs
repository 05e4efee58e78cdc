namespace Ebpf.Maps;

/// <summary>
/// A ring buffer: programs put records in, on any processor, and one reader takes them out in the order in which they were reserved. Linux 5.8.
/// </summary>
/// <remarks>
/// A program writes with helper 130 (<c>bpf_ringbuf_output(ring, data, size, flags)</c>), or reserves with 131 and commits with 132 or discards with 133. When
/// the ring is full the record is dropped, and only the program knows: <c>bpf_ringbuf_output</c> returns a negative number and <c>bpf_ringbuf_reserve</c>
/// returns 0. Count drops there, in a map (<see cref="BpfMapType.PerCpuArray"/>), and read that beside the records.
/// </remarks>
/// <seealso href="https://docs.kernel.org/bpf/ringbuf.html"/>
public sealed class BpfRingBuffer : BpfMap
{
    private static readonly MapShape Shape = new("BpfRingBuffer", 0, 0, BpfMapType.RingBuffer);

    private BpfRingBuffer(MapOrigin origin)
        : base(origin)
    {
    }

    /// <summary>
    /// How many bytes fit. A record takes its own length and 8 bytes more, rounded up to 8. A reader gives room back in portions: while its loop is busy, up to
    /// 4 KiB, and at most an eighth of the ring, of what it has read already is not free yet.
    /// </summary>
    public int Capacity => MaxEntries;

    /// <summary>Makes a ring buffer.</summary>
    /// <param name="capacity">How many bytes it holds: a power of two, and a multiple of the page size (<see cref="Environment.SystemPageSize"/>).</param>
    /// <param name="name">Shown by the kernel's tools: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no ring buffer of that capacity.</exception>
    /// <exception cref="ArgumentException">The kernel would refuse the name.</exception>
    /// <exception cref="BpfException">The kernel refused: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfRingBuffer Create(int capacity, string? name = null)
    {
        if (capacity < Environment.SystemPageSize || !int.IsPow2(capacity))
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity),
                capacity,
                "The capacity of a ring buffer is a power of two and at least a page: "
                + $"{Environment.SystemPageSize}, {Environment.SystemPageSize * 2}, … bytes.");
        }

        return new BpfRingBuffer(MapOrigin.Make(Shape, BpfMapType.RingBuffer, capacity, BpfMapFlags.None, name));
    }

    /// <summary>Opens a ring buffer that was pinned.</summary>
    /// <param name="path">The pin.</param>
    /// <param name="access">What for. A reader needs <see cref="BpfMapAccess.ReadWrite"/>: it tells the kernel how far it has read.</param>
    /// <exception cref="BpfException">The kernel refused, or the pin is something else.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfRingBuffer OpenPinned(string path, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenPinned(Shape, path, access));

    /// <summary>Opens a ring buffer by its id (<see cref="BpfMapInfo.Id"/>). Needs CAP_SYS_ADMIN.</summary>
    /// <param name="id">The map's id.</param>
    /// <param name="access">What for. A reader needs <see cref="BpfMapAccess.ReadWrite"/>.</param>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfRingBuffer OpenById(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenById(Shape, id, access));

    /// <summary>
    /// Opens a reader of records that all have the size of <typeparamref name="T"/>. It goes on where the last reader, of whichever process, stopped.
    /// </summary>
    /// <typeparam name="T">A record, as it lies in memory. Its size is the one that the program hands to the helper.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// This process reads the ring buffer already. (That another process does cannot be seen: both would lose records.)
    /// </exception>
    /// <exception cref="InvalidDataException">The kernel's positions make no sense: another process has written to them.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The ring buffer was disposed.</exception>
    public BpfRingBufferReader<T> OpenReader<T>()
        where T : unmanaged => BpfRingBufferReader<T>.Open(this, new FixedSizeRecords<T>());

    /// <summary>Opens a reader of records of any size. Each comes as an array of its own.</summary>
    /// <exception cref="InvalidOperationException">
    /// This process reads the ring buffer already. (That another process does cannot be seen: both would lose records.)
    /// </exception>
    /// <exception cref="InvalidDataException">The kernel's positions make no sense: another process has written to them.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The ring buffer was disposed.</exception>
    public BpfRingBufferReader<byte[]> OpenReader() => BpfRingBufferReader<byte[]>.Open(this, new VariableSizeRecords());
}
