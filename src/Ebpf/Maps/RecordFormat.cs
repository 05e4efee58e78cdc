namespace Ebpf.Maps;

/// <summary>Copies a record out of the ring.</summary>
internal abstract class RecordFormat<TRecord>
{
    /// <exception cref="InvalidDataException">The bytes are not such a record. The record stays in the ring.</exception>
    public abstract void Read(ReadOnlySpan<byte> bytes, out TRecord record);
}
