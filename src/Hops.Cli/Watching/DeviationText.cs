using Hops.Cli.Output;
using Hops.Host.Learning;

namespace Hops.Cli.Watching;

/// <summary>Formats the deviation of a connection from learnt distances for people: <c>nearer: 2, learnt 9 to 11</c>.</summary>
internal static class DeviationText
{
    public static string Format(HopDeviation deviation, HopDistance? distance) =>
        $"{KebabCase.Of(deviation.Kind)}: {distance?.Hops}" + (deviation is { LearntLeast: { } least, LearntMost: { } most }
            ? $", learnt {least}{(least == most ? "" : $" to {most}")}"
            : "");
}
