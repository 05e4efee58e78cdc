namespace Hops.Cli.Watching.Distances;

/// <summary>A bar of the histogram.</summary>
internal readonly record struct DistanceBar(string Label, long Connections);
