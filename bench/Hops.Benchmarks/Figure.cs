namespace Hops.Benchmarks;

/// <summary>A quantity that was measured besides the time.</summary>
/// <param name="Quantity">Its name in tables, such as <c>packets sent</c>.</param>
/// <param name="Value">Its value; a time in nanoseconds.</param>
/// <param name="IsTime">Whether it is a time.</param>
internal sealed record Figure(string Quantity, Quartiles Value, bool IsTime = false);
