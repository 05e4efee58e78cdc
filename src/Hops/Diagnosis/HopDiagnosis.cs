using System.Net.Sockets;
using System.Text;

namespace Hops.Diagnosis;

/// <summary>
/// What can be measured in this process, what cannot, why, and what would change it. Each source is tried on connections over loopback: what works here has
/// measured.
/// </summary>
public sealed class HopDiagnosis
{
    // The sources are tried side by side, so the whole takes little longer than the slowest: about 25 ms where they work. The second time is for hosts that are
    // busy.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan SecondPatience = TimeSpan.FromSeconds(5);

    // As HopMeter.Open() prefers them, then those with an API of their own.
    private static readonly HopSource[] Examined =
        [HopSource.SocketFilter, HopSource.PinnedFilter, HopSource.SocketOption, HopSource.MinimumTtl, HopSource.SavedSyn, HopSource.Datagram];

    private HopDiagnosis(IReadOnlyList<HopFact> facts, IReadOnlyList<HopSourceCheck> sources)
    {
        Facts = facts;
        Sources = sources;
        Verdict = Judge(sources);
    }

    /// <summary>What this process and its machine are, for a person who is asked for help.</summary>
    public IReadOnlyList<HopFact> Facts { get; }

    /// <summary>A check for each source; those of a TCP client first, the best of them first.</summary>
    public IReadOnlyList<HopSourceCheck> Sources { get; }

    /// <summary>How much works.</summary>
    public HopVerdict Verdict { get; }

    /// <summary>
    /// What to do, the best first: what keeps an open source from measuring; then, since it needs no right, a shared filter before one of this process's own.
    /// Empty when the connections of a TCP client can be
    /// measured: one source is enough.
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
    /// Tries every source, in the network namespace of this process, in less than a second; a source of which nothing came in that time is tried once more, for
    /// up to five seconds. Makes connections over loopback only, and closes them; a meter that could be opened stays the meter of this process
    /// (<see cref="HopMeter.Open()"/>). Does not throw for what the machine is like; on other systems than Linux it says that nothing works there.
    /// </summary>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static async Task<HopDiagnosis> RunAsync(CancellationToken cancellationToken = default)
    {
        ProcessFacts facts = new();
        SourceCheck check = new(facts, Patience, SecondPatience);
        return new HopDiagnosis(
            [.. facts.ToList()], await Task.WhenAll(Examined.Select(source => check.RunAsync(source, cancellationToken))).ConfigureAwait(false));
    }

    /// <summary>All of it as plain lines: the verdict, the sources, what to do by the remedies' names, the facts.</summary>
    public override string ToString() => ToString(static remedy => remedy.ToString());

    /// <summary>The same, with the remedies in the caller's words.</summary>
    /// <param name="describe">Makes a sentence of a remedy, or several lines.</param>
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
            text.AppendLine("What to do, the best first:");
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
