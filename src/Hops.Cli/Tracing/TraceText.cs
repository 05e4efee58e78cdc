using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Hops.Cli.Output;
using Hops.Cli.Tracing.Probing;
using Spectre.Console;

namespace Hops.Cli.Tracing;

/// <summary>Prints a trace for people: a line for each address that answered, and the result below them.</summary>
internal sealed class TraceText(Streams streams)
{
    private const int TtlWidth = 3;

    private readonly FoldedText _lines = new(streams);

    public void Show(TraceResult result)
    {
        string endPoint = EndPointText.Of(result.EndPoint);
        _lines.Write("", Color.Default, result.Target == endPoint ? endPoint : $"{TerminalText.Escape(result.Target)} ({endPoint})");
        WriteTable(result);
        (string sign, Color color) = (result.There.Routers is null ? "[!]" : "[+]", result switch
        {
            { There.Routers: null } => Color.Red,
            { Differs: false } => Color.Green,
            _ => Color.Yellow,
        });
        _lines.Write(sign, color, $"{There(result)} {Back(result)}");
        if (result.There.Routers is { } routers)
        {
            _lines.Write("", Color.Default, $"The target is not a router: mtr and traceroute count it, too, and end with line {Number(routers + 1)}.");
        }
    }

    private void WriteTable(TraceResult result)
    {
        TraceRow[][] rows = [.. Enumerable.Range(1, result.There.Last).Select(ttl => TraceRow.Of(result, ttl).ToArray())];
        int[] widths = [TtlWidth, Math.Max(7, rows.SelectMany(static row => row).Select(static row => Address(row).Length).DefaultIfEmpty().Max()), 4, 6, 6];
        _lines.WriteColumns(widths, ["TTL", "ADDRESS", "BACK", "LAST", "MIN ms"]);
        for (int i = 0; i < rows.Length; i++)
        {
            string ttl = Number(i + 1);
            if (rows[i].Length == 0)
            {
                _lines.WriteColumns(widths, [ttl, "*"]);
            }

            foreach (TraceRow row in rows[i])
            {
                string[] cells = [ttl, Address(row), Distance(row.Answer.Back), Milliseconds(row.Last), Milliseconds(row.Minimum)];
                string[] texts = [TerminalText.Escape(row.Name ?? ""), Note(row)];
                _lines.WriteColumns(widths, cells, string.Join("  ", texts.Where(static text => text.Length > 0)));
                ttl = "";
            }
        }
    }

    private static string There(TraceResult result) => result.There switch
    {
        { Routers: { } routers } => $"There {Routers(routers)},",
        { End: TraceEnd.Interrupted } => "Interrupted before the target was reached;",
        { Barrier: { Icmp: { } icmp } barrier } =>
            $"Not reached: {(IsOwn(barrier.Address) ? "this host itself" : EndPointText.Of(barrier.Address))} reports: {IcmpText.Of(icmp)};",
        { End: TraceEnd.MaximumHops } => $"Not reached with TTLs up to {Number(result.There.Sent.Count)};",
        { Answers.Count: > 0 } =>
            $"Not reached: no answer after TTL {Number(result.There.Last)}, up to {Number(result.There.Sent.Count)};",
        _ => $"Not reached: no answer with TTLs up to {Number(result.There.Sent.Count)};",
    };

    private static string Back(TraceResult result) => result.Back switch
    {
        { Distance: { } distance, Source: var source } =>
            $"back {(result.There.Routers is null ? Routers(distance.Hops) : Number(distance.Hops))} ({source}"
            + $"{(distance.IsPlausible ? "" : $", implausible: TTL {Number(distance.ReceivedTtl)} of {Number(distance.InitialTtl)}")})"
            + (result.Differs != true ? "." : source == WayBack.OfReset ? ": not the same way, or a firewall in between refused." : ": not the same way."),
        // Otherwise the ICMP error was already shown.
        { Failure.Message: var message } when result.There.Barrier is null => $"back unknown: {message.TrimEnd('.')}.",
        _ => "back unknown.",
    };

    private static string Note(TraceRow row) => row.Answer switch
    {
        { Kind: AnswerKind.Answered } => "answers",
        { Kind: AnswerKind.Refused, Icmp: { } icmp } => $"refuses: {IcmpText.Of(icmp)}",
        { Kind: AnswerKind.Refused } => "refuses",
        { Kind: AnswerKind.Unreachable, Icmp: { } icmp } => IcmpText.Of(icmp),
        _ => "",
    };

    private static bool IsOwn(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(static device => device.GetIPProperties().UnicastAddresses)
        .Any(own => own.Address.Equals(address));

    private static string Address(TraceRow row) => EndPointText.Of(row.Answer.Address);

    private static string Distance(HopDistance? distance) => distance is { } known ? $"{Number(known.Hops)}{(known.IsPlausible ? "" : "?")}" : "";

    private static string Milliseconds(TimeSpan? time) => time is { } known ? known.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) : "";

    private static string Routers(int count) => $"{Number(count)} {(count == 1 ? "router" : "routers")}";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
