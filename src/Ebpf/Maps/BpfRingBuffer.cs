namespace Ebpf.Maps;

/// <summary>
/// Represents a ring buffer. Programs on any processor write records, and one reader gets them in the order in which they were reserved. Linux 5.8.
/// </summary>
/// <remarks>
/// A program writes a record with helper 130 (<c>bpf_ringbuf_output(ring, data, size, flags)</c>), or reserves it with 131 and commits it with 132 or discards
/// it with 133. If the ring is full the record is dropped, and only the program is notified: <c>bpf_ringbuf_output</c> returns a negative number and
/// <c>bpf_ringbuf_reserve</c> returns 0. To report drops, let the program count them in a map (<see cref="BpfMapType.PerCpuArray"/>).
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
    /// Gets the size of the ring in bytes. A record takes its own length and 8 bytes more, rounded up to 8. A reader frees the space of records in portions:
    /// while its loop is busy, up to 4 KiB, and at most an eighth of the ring, of records that it has read are not free yet.
    /// </summary>
    public int Capacity => MaxEntries;

    /// <summary>Creates a ring buffer.</summary>
    /// <param name="capacity">The size in bytes: a power of two, and a multiple of the page size (<see cref="Environment.SystemPageSize"/>).</param>
    /// <param name="name">The name that the kernel's tools show: up to 15 ASCII letters, digits, <c>_</c> and <c>.</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is not a power of two, or is smaller than a page.</exception>
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
                "The capacity of a ring buffer must be a power of two and at least a page: "
                + $"{Environment.SystemPageSize}, {Environment.SystemPageSize * 2}, … bytes.");
        }

        return new BpfRingBuffer(MapOrigin.Make(Shape, BpfMapType.RingBuffer, capacity, BpfMapFlags.None, name));
    }

    /// <summary>Opens a pinned ring buffer.</summary>
    /// <param name="path">The path of the pin.</param>
    /// <param name="access">The requested access. A reader needs <see cref="BpfMapAccess.ReadWrite"/>, because it writes its position.</param>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a ring buffer.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfRingBuffer OpenPinned(string path, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenPinned(Shape, path, access));

    /// <summary>Opens a ring buffer by its id (<see cref="BpfMapInfo.Id"/>). Needs CAP_SYS_ADMIN.</summary>
    /// <param name="id">The map's id.</param>
    /// <param name="access">The requested access. A reader needs <see cref="BpfMapAccess.ReadWrite"/>.</param>
    /// <exception cref="BpfException">The kernel refused, or the map is of another type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfRingBuffer OpenById(uint id, BpfMapAccess access = BpfMapAccess.ReadWrite) => new(MapOrigin.OpenById(Shape, id, access));

    /// <summary>
    /// Opens a reader of records that all have the size of <typeparamref name="T"/>. It continues where the previous reader, of any process, stopped.
    /// </summary>
    /// <typeparam name="T">The type of the records, with the layout that programs use. Its size is the size that the program passes to the helper.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// This process reads the ring buffer already. (A reader in another process cannot be detected: both would lose records.)
    /// </exception>
    /// <exception cref="InvalidDataException">The positions in the ring buffer are invalid: another process has written to them.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The ring buffer was disposed.</exception>
    public BpfRingBufferReader<T> OpenReader<T>()
        where T : unmanaged => BpfRingBufferReader<T>.Open(this, new FixedSizeRecords<T>());

    /// <summary>Opens a reader of records of any size. Each record is returned as a new array.</summary>
    /// <exception cref="InvalidOperationException">
    /// This process reads the ring buffer already. (A reader in another process cannot be detected: both would lose records.)
    /// </exception>
    /// <exception cref="InvalidDataException">The positions in the ring buffer are invalid: another process has written to them.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The ring buffer was disposed.</exception>
    public BpfRingBufferReader<byte[]> OpenReader() => BpfRingBufferReader<byte[]>.Open(this, new VariableSizeRecords());
}
