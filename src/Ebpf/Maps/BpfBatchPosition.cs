namespace Ebpf.Maps;

/// <summary>
/// Represents a position in a map for <see cref="BpfMap{TKey, TValue}.ReadBatch"/> and <see cref="BpfMap{TKey, TValue}.TakeBatch"/>. A new instance is the
/// beginning.
/// </summary>
public struct BpfBatchPosition : IEquatable<BpfBatchPosition>
{
    // Opaque: the number of a bucket for hash maps, the last key for arrays. Both have four bytes.
    internal ulong Place;

    // For LPM tries: the last key, of any length.
    internal byte[]? LongPlace;
    internal bool IsStarted;

    /// <summary>Gets a value indicating whether the last batch was returned.</summary>
    public bool IsAtEnd { get; internal set; }

    /// <inheritdoc/>
    public readonly bool Equals(BpfBatchPosition other) => Place == other.Place && LongPlace.AsSpan().SequenceEqual(other.LongPlace)
        && IsStarted == other.IsStarted && IsAtEnd == other.IsAtEnd;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is BpfBatchPosition other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Place, IsStarted, IsAtEnd);

    /// <summary>Returns true if both are the same position.</summary>
    public static bool operator ==(BpfBatchPosition left, BpfBatchPosition right) => left.Equals(right);

    /// <summary>Returns true if they are different positions.</summary>
    public static bool operator !=(BpfBatchPosition left, BpfBatchPosition right) => !left.Equals(right);
}
