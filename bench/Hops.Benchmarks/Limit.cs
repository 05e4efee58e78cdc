using System.Globalization;

namespace Hops.Benchmarks;

/// <summary>A limit on the median of a variant, which <c>--check</c> checks.</summary>
/// <param name="Quantity">The limited quantity, as shown in tables.</param>
/// <param name="Bound">The minimum or the maximum.</param>
/// <param name="IsLeast">Which of the two.</param>
/// <param name="Of">The quantity in a measurement.</param>
internal sealed record Limit(string Quantity, double Bound, bool IsLeast, Func<Measurement, double> Of)
{
    /// <summary>At least so many million operations in a second.</summary>
    public static Limit Rate(double least) => new("million/s", least, IsLeast: true, static m => m.OperationsPerSecond / 1e6);

    /// <summary>At most so many microseconds for an operation.</summary>
    public static Limit Microseconds(double most) => new("µs", most, IsLeast: false, static m => m.Nanoseconds.Median / 1e3);

    /// <summary>At most so many times the time of the first variant.</summary>
    public static Limit Ratio(double most) => new("ratio", most, IsLeast: false, static m => m.Ratio!.Value.Median);

    /// <summary>At most so many bytes of managed memory per operation.</summary>
    public static Limit Allocation(double most) => new("bytes allocated", most, IsLeast: false, static m => m.AllocatedBytes!.Value);

    /// <summary>At most so many times the managed memory of the first variant.</summary>
    public static Limit AllocationRatio(double most) => new("of the bytes", most, IsLeast: false, static m => m.AllocationRatio!.Value);

    public bool IsMetBy(Measurement measurement) => IsLeast ? Of(measurement) >= Bound : Of(measurement) <= Bound;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsLeast ? '≥' : '≤')} {Bound} {Quantity}");
}
