namespace Ebpf.Maps;

/// <summary>How far <see cref="BpfMap{TKey, TValue}.ReadBatch"/> or <see cref="BpfMap{TKey, TValue}.TakeBatch"/> came: a new one is the beginning.</summary>
public struct BpfBatchPosition : IEquatable<BpfBatchPosition>
{
    // Opaque: a bucket's number for hash maps, the last key for arrays, four bytes both.
    internal ulong Place;

    // Of LPM tries: the last key, however long.
    internal byte[]? LongPlace;
    internal bool IsStarted;

    /// <summary>Whether the last batch has been handed out.</summary>
    public bool IsAtEnd { get; internal set; }

    /// <inheritdoc/>
    public readonly bool Equals(BpfBatchPosition other) => Place == other.Place && LongPlace.AsSpan().SequenceEqual(other.LongPlace)
        && IsStarted == other.IsStarted && IsAtEnd == other.IsAtEnd;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is BpfBatchPosition other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Place, IsStarted, IsAtEnd);

    /// <summary>Whether both stand at the same place.</summary>
    public static bool operator ==(BpfBatchPosition left, BpfBatchPosition right) => left.Equals(right);

    /// <summary>Whether they stand at different places.</summary>
    public static bool operator !=(BpfBatchPosition left, BpfBatchPosition right) => !left.Equals(right);
}
