namespace Hops.Benchmarks;

/// <summary>Something else that was measured with the time.</summary>
/// <param name="Quantity">What, for people: <c>packets sent</c>.</param>
/// <param name="Value">How much; of a time, nanoseconds.</param>
/// <param name="IsTime">Whether it is a time.</param>
internal sealed record Figure(string Quantity, Quartiles Value, bool IsTime = false);
