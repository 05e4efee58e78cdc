using System.Net.Sockets;
using System.Text;

namespace Hops.Diagnosis;

/// <summary>
/// Finds out which sources can measure in this process, why others cannot, and what would help. Each source is tested with connections over loopback, not
/// derived from settings.
/// </summary>
public sealed class HopDiagnosis
{
    // The sources are tried in parallel, so the whole takes little longer than the slowest: about 25 ms if they work. The second, longer limit is for busy
    // hosts.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan SecondPatience = TimeSpan.FromSeconds(5);

    // The sources of HopMeter.Open() in its order of preference, then those with an API of their own.
    private static readonly HopSource[] Examined =
        [HopSource.SocketFilter, HopSource.PinnedFilter, HopSource.SocketOption, HopSource.MinimumTtl, HopSource.SavedSyn, HopSource.Datagram];

    private HopDiagnosis(IReadOnlyList<HopFact> facts, IReadOnlyList<HopSourceCheck> sources)
    {
        Facts = facts;
        Sources = sources;
        Verdict = Judge(sources);
    }

    /// <summary>Gets facts about this process and its machine, for people who help with a problem.</summary>
    public IReadOnlyList<HopFact> Facts { get; }

    /// <summary>Gets a check for each source: first those for TCP clients, in order of preference.</summary>
    public IReadOnlyList<HopSourceCheck> Sources { get; }

    /// <summary>Gets how much can be measured here.</summary>
    public HopVerdict Verdict { get; }

    /// <summary>
    /// Gets the remedies, in order of preference: first those for sources that can be opened but do not measure; then those for a shared filter, because it
    /// needs no capability; then those for other sources. Empty if the connections of a TCP client can be measured, for which one source is enough.
    /// </summary>
    public IReadOnlyList<HopRemedy> Advice => Verdict == HopVerdict.TcpClients
        ? []
        :
        [
            .. Sources
                .OrderBy(static check => check.Families.Count > 0 ? 0 : check.Source == HopSource.PinnedFilter ? 1 : 2)
                .SelectMany(static check => check.Remedies)
                .Distinct(),
        ];

    /// <summary>
    /// Tests every source in the network namespace of this process, in less than a second. A source without a result in that time is tested once more, for up
    /// to five seconds. It makes connections over loopback only, and closes them; sources that could be opened stay open for later meters
    /// (<see cref="HopMeter.Open()"/>). Failures of sources are reported, not thrown; on systems other than Linux no source works.
    /// </summary>
    /// <param name="cancellationToken">Cancels the tests.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<HopDiagnosis> RunAsync(CancellationToken cancellationToken = default)
    {
        ProcessFacts facts = new();
        SourceCheck check = new(facts, Patience, SecondPatience);
        return new HopDiagnosis(
            [.. facts.ToList()], await Task.WhenAll(Examined.Select(source => check.RunAsync(source, cancellationToken))).ConfigureAwait(false));
    }

    /// <summary>Returns the whole diagnosis as lines of text: the verdict, the sources, the names of the remedies, the facts.</summary>
    public override string ToString() => ToString(static remedy => remedy.ToString());

    /// <summary>Returns the whole diagnosis as lines of text, with the remedies in the caller's words.</summary>
    /// <param name="describe">Returns one or more lines that describe a remedy.</param>
    public string ToString(Func<HopRemedy, string> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        StringBuilder text = new();
        text.AppendLine(Verdict switch
        {
            HopVerdict.TcpClients => "The hop distances of TCP clients' connections can be measured here.",
            HopVerdict.Part => "Hop distances can be measured here only in part.",
            _ => "Hop distances cannot be measured here.",
        });
        foreach (HopSourceCheck check in Sources)
        {
            string measured = string.Join(", ", check.Families.Where(static family => family.Outcome == HopCheckOutcome.Measured)
                .Select(static family => family.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6"));
            text.AppendLine(check.Works ? $"  {check.Source}: works ({measured})" : $"  {check.Source}: {check.Reason}");
        }

        if (Advice.Count > 0)
        {
            text.AppendLine("What to do, in order of preference:");
            foreach (HopRemedy remedy in Advice)
            {
                text.AppendLine($"  {describe(remedy)}");
            }
        }

        text.AppendLine("This process:");
        foreach (HopFact fact in Facts)
        {
            text.AppendLine($"  {fact.Name}: {fact.Value}");
        }

        return text.ToString().TrimEnd();
    }

    private static HopVerdict Judge(IReadOnlyList<HopSourceCheck> sources)
    {
        AddressFamily[] missing = [.. sources.SelectMany(static check => check.Families)
            .Where(static check => check.Outcome == HopCheckOutcome.FamilyOff).Select(static check => check.Family).Distinct()];
        AddressFamily[] needed = [.. ((AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]).Except(missing)];
        return sources.Any(check => check.Works && IsForTcpClients(check.Source) && needed.All(family => Measured(check, family))) ? HopVerdict.TcpClients
            : sources.Any(static check => check.Works) ? HopVerdict.Part
            : HopVerdict.Nothing;
    }

    private static bool IsForTcpClients(HopSource source) => source is HopSource.SocketFilter or HopSource.PinnedFilter or HopSource.SocketOption;

    private static bool Measured(HopSourceCheck check, AddressFamily family) =>
        check.Families.Any(tried => tried.Family == family && tried.Outcome == HopCheckOutcome.Measured);
}
