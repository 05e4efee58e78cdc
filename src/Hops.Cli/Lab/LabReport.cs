using System.Net.Sockets;
using Hops.Cli.Output;
using Spectre.Console;

namespace Hops.Cli.Lab;

/// <summary>Prints a table of expected and measured distances, with the reason for each unknown one.</summary>
internal sealed class LabReport
{
    private readonly Table _table = new Table().Title("client – r1 … rN – server").AddColumns("routers", "family", "expected", "measured", "");
    private readonly HashSet<string> _reasons = [];

    public bool IsAllRight { get; private set; } = true;

    /// <param name="routers">The number of routers.</param>
    /// <param name="family">The address family of the measurement.</param>
    /// <param name="measured">The distance, or null.</param>
    /// <param name="reason">Why there is no distance.</param>
    public void Add(int routers, AddressFamily family, HopDistance? measured, string? reason)
    {
        string name = family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        if (reason is not null)
        {
            _reasons.Add($"{name}: {reason}");
        }

        bool isRight = measured?.Hops == routers;
        IsAllRight &= isRight;
        _table.AddRow(
            $"{routers}",
            name,
            $"{routers}",
            Markup.Escape(measured?.ToString() ?? ""),
            isRight ? "[green]right[/]" : measured is null ? "[red]unknown[/]" : "[red]wrong[/]");
    }

    /// <param name="streams">Where to print.</param>
    /// <param name="refusals">Why there was no better source.</param>
    public void Show(Streams streams, IReadOnlyList<HopSourceRefusal> refusals)
    {
        streams.OutputConsole.Write(_table);
        foreach (string reason in _reasons)
        {
            streams.WriteMessage("[!]", Color.Red, reason);
        }

        Advice.Write(streams, _reasons.Count > 0 ? refusals : []);
    }
}
