namespace Hops.Benchmarks.Peers;

/// <summary>A program that finds the distance of a server.</summary>
/// <param name="Name">What to call it, with the options that matter.</param>
/// <param name="Program">The name of the program, or its path.</param>
/// <param name="Package">The Debian package that has it; empty for our own.</param>
/// <param name="ArgumentsFor">How to ask it.</param>
/// <param name="AnswerOf">Its answer in what it has printed so far; null while there is none.</param>
internal sealed record Peer(
    string Name, string Program, string Package, Func<PeerTarget, string[]> ArgumentsFor, Func<string, PeerTarget, PeerAnswer?> AnswerOf)
{
    private const string P0fFingerprints = "/etc/p0f/p0f.fp";

    /// <summary>The text that it prints when it is ready to watch connections; null for a program that makes its own.</summary>
    public string? Ready { get; init; }

    /// <summary>The time after its end in which packets are still sent because of it.</summary>
    public TimeSpan Aftermath { get; init; }

    /// <summary>All of them, ours first.</summary>
    /// <param name="hops">The path of <c>hops</c>.</param>
    public static IReadOnlyList<Peer> All(string hops) =>
    [
        new("hops", hops, "", static t => [$"tcp4://{t.Address}:{t.Port}"], static (output, _) => PeerAnswer.OfHops(output)),
        new(
            "hops --source minimum-ttl",
            hops,
            "",
            static t => ["--source", "minimum-ttl", $"tcp4://{t.Address}:{t.Port}"],
            static (output, _) => PeerAnswer.OfHops(output))
        {
            // After a second a server repeats the SYN+ACKs that were dropped, and gets resets.
            Aftermath = TimeSpan.FromSeconds(1.2),
        },
        new("p0f", "p0f", "p0f", static t => ["-i", t.Interface, "-f", P0fFingerprints, $"tcp port {t.Port}"], static (output, _) => PeerAnswer.OfP0f(output))
        {
            Ready = "Entered main event loop.",
        },
        new(
            "tshark", "tshark", "tshark",
            // SYN and ACK of the TCP flags, as the filter of Hops has it; one packet.
            static t => ["-i", t.Interface, "-l", "-n", "-c", "1", "-f", $"tcp src port {t.Port} and tcp[13] & 0x12 == 0x12", "-T", "fields", "-e", "ip.ttl"],
            static (output, _) => PeerAnswer.OfTshark(output))
        {
            Ready = "Capture started.",
        },
        new("tcptraceroute -q 1", "tcptraceroute", "tcptraceroute", static t => ["-n", "-q", "1", $"{t.Address}", $"{t.Port}"], PeerAnswer.OfTcpTraceroute),
        new("mtr -c 1", "mtr", "mtr-tiny", static t => ["--tcp", "-n", "--report", "-c", "1", "-P", $"{t.Port}", $"{t.Address}"], PeerAnswer.OfMtr),
        // mtr waits for late answers, by default for five seconds.
        new(
            "mtr -c 1 -i 0.1 -G 0.1",
            "mtr",
            "mtr-tiny",
            static t => ["--tcp", "-n", "--report", "-c", "1", "-i", "0.1", "-G", "0.1", "-P", $"{t.Port}", $"{t.Address}"],
            PeerAnswer.OfMtr),
    ];
}
