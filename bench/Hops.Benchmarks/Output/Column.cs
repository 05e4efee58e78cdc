namespace Hops.Benchmarks.Output;

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its title.</param>
/// <param name="Cell">What stands in it for a measurement.</param>
internal sealed record Column(string Heading, Func<Measurement, string> Cell);
