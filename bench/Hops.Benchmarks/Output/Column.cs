namespace Hops.Benchmarks.Output;

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its title.</param>
/// <param name="Cell">Returns its text for a measurement.</param>
internal sealed record Column(string Heading, Func<Measurement, string> Cell);
