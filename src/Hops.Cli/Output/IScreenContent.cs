using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>What a <see cref="FullScreen"/> shows.</summary>
internal interface IScreenContent
{
    /// <summary>Another number whenever the content has changed, but for ages.</summary>
    long Version { get; }

    /// <summary>The content at this moment, made to measure.</summary>
    /// <param name="width">The terminal's, in cells.</param>
    /// <param name="height">The terminal's, in lines; the lowest stays free.</param>
    IRenderable Frame(int width, int height);
}
