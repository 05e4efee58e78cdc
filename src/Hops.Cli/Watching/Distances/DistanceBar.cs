namespace Hops.Cli.Watching.Distances;

/// <summary>Represents a bar of the histogram.</summary>
internal readonly record struct DistanceBar(string Label, long Connections);
