namespace Hops.Cli.Measuring;

/// <summary>How results are shown.</summary>
internal interface IReport
{
    /// <exception cref="IOException">Nobody reads any more.</exception>
    void Show(Measurement measurement);
}
