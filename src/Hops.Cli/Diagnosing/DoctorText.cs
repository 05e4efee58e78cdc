using System.Globalization;
using System.Net.Sockets;
using Hops.Cli.Guarding;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Diagnosis;
using Hops.Host.Guarding;
using Hops.Host.Watching;
using Hops.Probing;
using Spectre.Console;

namespace Hops.Cli.Diagnosing;

/// <summary>Prints the diagnosis for people: a table, and below it whole lines that can be copied.</summary>
internal sealed class DoctorText(Streams streams)
{
    public void Show(
        HopDiagnosis diagnosis,
        IReadOnlyDictionary<KernelSide, string?> watch,
        HostGuardCheck guard,
        IReadOnlyList<Measurement> targets,
        string? suspicion)
    {
        int width = diagnosis.Facts.Max(static fact => fact.Name.Length) + 2;
        foreach (HopFact fact in diagnosis.Facts)
        {
            WriteLine(fact.Name.PadRight(width) + fact.Value);
        }

        // Only the second column may be folded, so that a terminal of 40 columns breaks no word of the others.
        Table table = new Table { Border = TableBorder.None }
            .AddColumn(Column("source").NoWrap()).AddColumn(Column("measures")).AddColumn(Column("IPv4").NoWrap()).AddColumn(Column("IPv6").NoWrap());
        foreach (HopSourceCheck check in diagnosis.Sources)
        {
            table.AddRow(
                SourceName.Of(check.Source),
                Subject(check.Source),
                Cell(check, AddressFamily.InterNetwork),
                Cell(check, AddressFamily.InterNetworkV6));
        }

        streams.OutputConsole.Write(table);
        string[] reasons = [.. diagnosis.Sources.Where(static check => !check.Works).Select(static check => $"{SourceName.Of(check.Source)}: {check.Reason}")];
        IEnumerable<string> off = diagnosis.Sources.Where(static check => check.Works).SelectMany(static check => check.Families)
            .Where(static check => check.Outcome == HopCheckOutcome.FamilyOff).Select(static check => check.Reason!).Distinct();
        foreach (string reason in reasons.Concat(off.Where(reason => !reasons.Any(line => line.Contains(reason, StringComparison.Ordinal)))))
        {
            WriteLine(reason);
        }

        foreach ((KernelSide side, string? reason) in watch)
        {
            WriteLine($"hops watch --side {KebabCase.Of(side)}: {reason ?? "works"}");
        }

        WriteLine($"hops guard: {guard.Reason ?? Refusals(guard)}");
        if (Advice.For(diagnosis) is { Count: > 0 } advice)
        {
            streams.WriteRaw("");
            streams.WriteRaw("What to do, in order of preference:");
            foreach (string line in advice.SelectMany(static remedy => remedy.Split('\n')))
            {
                WriteLine($"  {line}");
            }

            if (diagnosis.Sources.Any(static check => check is { Source: HopSource.MinimumTtl, Works: true }))
            {
                const string Command = "hops --source minimum-ttl TARGET";
                WriteLine($"  until then, without rights: {Command} (up to {MinimumTtlProbe.MaximumConnections} further connections per target)");
            }
        }

        streams.WriteRaw("");
        ShowTargets(targets, suspicion);
        (string sign, Color color, string verdict) = diagnosis.Verdict switch
        {
            HopVerdict.TcpClients => ("[+]", Color.Green, "the hop distances of a TCP client's connections can be measured here"),
            HopVerdict.Part => ("[!]", Color.Yellow, "hop distances can be measured here only in part"),
            _ => ("[!]", Color.Red, "hop distances cannot be measured here"),
        };
        streams.WriteResult(sign, color, verdict);
    }

    private void ShowTargets(IReadOnlyList<Measurement> targets, string? suspicion)
    {
        foreach (Measurement target in targets)
        {
            string name = TerminalText.Escape(target.Target);
            if (target.Distance is { } distance)
            {
                string endPoint = EndPointText.Of(target.Reading!.RemoteEndPoint);
                string place = target.Target == endPoint ? "" : $" ({endPoint})";
                streams.WriteResult("[+]", distance.IsPlausible ? Color.Green : Color.Yellow, $"{name}{place}: {distance}");
            }
            else
            {
                streams.WriteResult("[!]", Color.Red, $"{name}: {target.Failure!.Message.ReplaceLineEndings(" ")}");
            }
        }

        if (suspicion is not null)
        {
            streams.WriteResult("[!]", Color.Yellow, suspicion);
        }
    }

    private static string Refusals(HostGuardCheck guard) => guard.TimeToError is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"works, a refusal takes {time.TotalMilliseconds:0.0} ms")
        : $"works, with {GuardText.SlowRefusals}";

    private static TableColumn Column(string title) => new(title) { Padding = new Padding(0, 0, 2, 0) };

    private static string Subject(HopSource source) => source switch
    {
        HopSource.SavedSyn => "TCP, accepted",
        HopSource.Datagram => "UDP",
        HopSource.MinimumTtl => "TCP, by probing",
        _ => "TCP",
    };

    private static string Cell(HopSourceCheck check, AddressFamily family) => check.Families.FirstOrDefault(tried => tried.Family == family) switch
    {
        { Outcome: HopCheckOutcome.Measured } => "[green]works[/]",
        { Outcome: HopCheckOutcome.Failed, Distance: not null } => "[red]wrong[/]",
        { Outcome: HopCheckOutcome.Failed } => "[red]fails[/]",
        { Outcome: HopCheckOutcome.FamilyOff } => "off",
        _ => "-",
    };

    // A path or a message may contain any characters.
    private void WriteLine(string line) => streams.WriteRaw(TerminalText.Blank(line));
}
