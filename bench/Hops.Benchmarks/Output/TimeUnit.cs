using System.Globalization;

namespace Hops.Benchmarks.Output;

/// <summary>A unit of time.</summary>
/// <param name="Name">Its symbol.</param>
/// <param name="Nanoseconds">How long it is.</param>
/// <param name="NumberFormat">With how many decimals.</param>
internal sealed record TimeUnit(string Name, double Nanoseconds, string NumberFormat)
{
    public static readonly TimeUnit Nanosecond = new("ns", 1, "#,0.0");
    public static readonly TimeUnit Microsecond = new("µs", 1e3, "#,0.00");
    public static readonly TimeUnit Millisecond = new("ms", 1e6, "#,0.000");

    /// <summary>Returns the greatest unit in which the median of the times is not less than 1.</summary>
    /// <param name="times">In nanoseconds.</param>
    public static TimeUnit For(IEnumerable<double> times)
    {
        double middle = Quartiles.Of(times).Median;
        return middle >= Millisecond.Nanoseconds ? Millisecond : middle >= Microsecond.Nanoseconds ? Microsecond : Nanosecond;
    }

    /// <summary>Nanoseconds in this unit, without its symbol.</summary>
    public string Format(Quartiles times)
    {
        (double lower, double median, double upper) = Of(times);
        return $"{Format(median)} ({Format(lower)} – {Format(upper)})";
    }

    /// <summary>Times in this unit.</summary>
    public Quartiles Of(Quartiles times) => new(times.Lower / Nanoseconds, times.Median / Nanoseconds, times.Upper / Nanoseconds);

    /// <summary>A time in this unit, without its symbol.</summary>
    public string Format(double time) => time.ToString(NumberFormat, CultureInfo.InvariantCulture);
}
