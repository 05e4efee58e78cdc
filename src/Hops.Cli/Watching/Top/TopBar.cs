namespace Hops.Cli.Watching.Top;

/// <summary>A bar of the histogram.</summary>
internal readonly record struct TopBar(string Label, long Connections);
