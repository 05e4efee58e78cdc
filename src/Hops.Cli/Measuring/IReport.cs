namespace Hops.Cli.Measuring;

/// <summary>Prints results in a format.</summary>
internal interface IReport
{
    /// <exception cref="IOException">The reader of the output has closed it.</exception>
    void Show(Measurement measurement);
}
