using Spectre.Console.Rendering;

namespace Hops.Cli.Output;

/// <summary>Represents the content of a <see cref="FullScreen"/>.</summary>
internal interface IScreenContent
{
    /// <summary>Gets a number that changes with the content, except with ages.</summary>
    long Version { get; }

    /// <summary>Draws the current content in a given size.</summary>
    /// <param name="width">The width of the terminal, in cells.</param>
    /// <param name="height">The height of the terminal, in lines; the lowest line stays free.</param>
    IRenderable Frame(int width, int height);
}
