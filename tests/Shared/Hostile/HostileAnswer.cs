using System.Text;

namespace Hops.TestSupport.Hostile;

/// <summary>What a hostile server does after it has sent its answer.</summary>
internal enum HostileEnd
{
    /// <summary>It closes the connection.</summary>
    Close,

    /// <summary>It resets the connection.</summary>
    Reset,

    /// <summary>It sends nothing more, and leaves the connection open.</summary>
    Silence,
}

/// <summary>One answer of a hostile server, byte by byte. A test fails with its name, which finds it again.</summary>
/// <param name="Name">What is wrong with it; one made from a seed has the seed.</param>
/// <param name="Start">What is sent first.</param>
/// <param name="Repeated">What is sent after that, again and again, until the client goes or has had enough; empty for none.</param>
/// <param name="Pause">How long the server waits before each byte of the start; zero sends it at once.</param>
/// <param name="End">What happens then.</param>
internal sealed record HostileAnswer(
    string Name, ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Repeated = default, TimeSpan Pause = default, HostileEnd End = HostileEnd.Close)
{
    /// <summary>An answer of text; each character is a byte.</summary>
    public static HostileAnswer Of(string name, string start, string repeated = "", HostileEnd end = HostileEnd.Close) =>
        new(name, Encoding.Latin1.GetBytes(start), Encoding.Latin1.GetBytes(repeated), default, end);

    /// <summary>Whether the client waits for it until its own limits end it.</summary>
    public bool IsSlow => Pause > TimeSpan.Zero || End == HostileEnd.Silence || !Repeated.IsEmpty;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
