using ScottPlot;

namespace Hops.Benchmarks.Charts;

/// <summary>A plot and its size, in pixels.</summary>
internal sealed record SizedPlot(Plot Plot, int Width, int Height);
