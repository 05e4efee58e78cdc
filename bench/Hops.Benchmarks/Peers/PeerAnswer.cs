using System.Globalization;
using System.Text.RegularExpressions;

namespace Hops.Benchmarks.Peers;

/// <summary>What a program answered, in its own terms.</summary>
/// <param name="Text">As it says it: routers, a TTL, or which one in the row the server is.</param>
/// <param name="Routers">The answer as a number of routers.</param>
internal sealed partial record PeerAnswer(string Text, int Routers)
{
    private const int UsualInitialTtl = 64;

    /// <summary><c>[+] TTL distance to tcp4://198.18.3.2:8080 198.18.3.2:8080 is 3 (socket-filter)</c></summary>
    public static PeerAnswer? OfHops(string output) => Find(HopsLine(), output, static hops => new($"{hops} hops", hops));

    /// <summary>The line <c>dist</c> of its report about a SYN+ACK. It reports SYNs, too.</summary>
    public static PeerAnswer? OfP0f(string output) => Find(P0fLine(), output, static distance => new($"dist {distance}", distance));

    /// <summary>The only field that it was asked for. It does not estimate an initial TTL.</summary>
    public static PeerAnswer? OfTshark(string output) => Find(TsharkLine(), output, static ttl => new($"TTL {ttl}", UsualInitialTtl - ttl));

    /// <summary><c>  4.|-- 198.18.3.2  0.0%  …</c></summary>
    public static PeerAnswer? OfMtr(string output, PeerTarget target) => FindLine(MtrLines(), output, target);

    /// <summary><c> 4  198.18.3.2 [open]  0.085 ms</c></summary>
    public static PeerAnswer? OfTcpTraceroute(string output, PeerTarget target) => FindLine(TcpTracerouteLines(), output, target);

    private static PeerAnswer? Find(Regex pattern, string output, Func<int, PeerAnswer> answerOf) =>
        pattern.Match(output) is { Success: true } match ? answerOf(int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)) : null;

    private static PeerAnswer? FindLine(Regex lines, string output, PeerTarget target)
    {
        Match? line = lines.Matches(output).FirstOrDefault(match => match.Groups[2].Value == target.Address.ToString());
        return line is null ? null : new($"server is no. {line.Groups[1].Value}", int.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture) - 1);
    }

    // Each pattern matches up to the end of the line, because the number in an incomplete line may be cut off.
    [GeneratedRegex(@"^\[\+\] TTL distance to .* is (\d+)\b.*\n", RegexOptions.Multiline)]
    private static partial Regex HopsLine();

    [GeneratedRegex(@"\(syn\+ack\) \]-\n(?:\|.*\n)*?\| dist +=\ (\d+)\n")]
    private static partial Regex P0fLine();

    [GeneratedRegex(@"^(\d+)\n", RegexOptions.Multiline)]
    private static partial Regex TsharkLine();

    [GeneratedRegex(@"^ +(\d+)\.\|-- (\S+) .*\n", RegexOptions.Multiline)]
    private static partial Regex MtrLines();

    [GeneratedRegex(@"^ *(\d+)  (\S+) \[open\].*\n", RegexOptions.Multiline)]
    private static partial Regex TcpTracerouteLines();
}
