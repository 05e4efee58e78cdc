namespace Hops.Sharing;

/// <summary>
/// The paths of a shared filter. <c>bpf</c> is a file system of type bpf; in it <c>v1</c> is a layout, in that each folder one filter with its slots, and
/// <c>current</c> a symbolic link to the folder that counts: replacing the link replaces both pins in one step.
/// </summary>
/// <param name="Root"><c>/run/hops</c>, except in tests. Only root may write to it and to the folders above.</param>
internal sealed record SharedPaths(string Root)
{
    /// <summary>
    /// The version of the layout that readers rely on: the names here, the filter's code (<see cref="Filters.SynAckFilter.Tags"/>) and the slots. A change of
    /// one of these changes the number.
    /// </summary>
    public const int Layout = 1;

    public static readonly SharedPaths OfHost = new("/run/hops");

    public string FileSystem => $"{Root}/bpf";

    public string LayoutFolder => $"{FileSystem}/v{Layout}";

    public string CurrentLink => $"{LayoutFolder}/current";

    /// <summary>A link that is about to be the current one.</summary>
    public string NextLink => $"{LayoutFolder}/next";

    public string Socket => $"{Root}/hops.sock";

    /// <summary>Gets the path of the socket of a watch (<c>hops watch --share</c>).</summary>
    public string WatchSocket => $"{Root}/watch.sock";

    public string Lock => $"{Root}/lock";

    public string GenerationFolder(string generation) => $"{LayoutFolder}/{generation}";

    public static string FilterPin(string folder) => $"{folder}/filter";

    public static string SlotsPin(string folder) => $"{folder}/slots";
}
