namespace Hops.Benchmarks;

/// <summary>The exit statuses; the numbers are those of <c>hops</c>.</summary>
internal static class ExitStatus
{
    public const int Measured = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    public const int CannotMeasure = 4;
}
