namespace Hops.Benchmarks.Rings;

/// <summary>32 bytes, as the program of <see cref="RecordProducer"/> writes them.</summary>
/// <param name="Number">Counts what the program made, from 0, those included that found no room.</param>
/// <param name="First">Zero.</param>
/// <param name="Second">Zero.</param>
/// <param name="NumberAgain">The number again, which reveals a record that was read too early.</param>
internal readonly record struct RingRecord(ulong Number, ulong First, ulong Second, ulong NumberAgain);
