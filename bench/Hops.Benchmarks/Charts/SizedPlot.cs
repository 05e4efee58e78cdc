using ScottPlot;

namespace Hops.Benchmarks.Charts;

/// <summary>A plot, and how large it wants to be, in pixels.</summary>
internal sealed record SizedPlot(Plot Plot, int Width, int Height);
