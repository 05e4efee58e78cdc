using System.Globalization;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Tests.Explanation;

namespace KernelChecks;

/// <summary>Loads each program of <c>refusals.txt</c> on this kernel, and says where its author is told something else than the file says.</summary>
internal static class RefusalCheck
{
    private const string At = "\n    at line ";

    /// <returns>1 if an author is told no reason or a wrong line, else 0.</returns>
    public static int Run(string file, string? logs)
    {
        using RefusalMaps maps = new();
        int all = 0, reasons = 0, lines = 0, advices = 0, accepted = 0;
        foreach (RefusalCase refusal in RefusalCase.Read(file))
        {
            all++;
            VerifierException? told = null;
            try
            {
                Action load = () => told = maps.Refuse(refusal);
                if (refusal.WithoutPerfMon)
                {
                    RestrictedThread.Run(load);
                }
                else
                {
                    load();
                }
            }
            catch (Exception e) when (e is BpfException or AssemblyException or ArgumentException)
            {
                Console.WriteLine($"wrong {refusal.Number}: {e.Message.ReplaceLineEndings(" ")}");
                continue;
            }

            if (told is null)
            {
                accepted++;
                Console.WriteLine($"accepted {refusal.Number}");
                continue;
            }

            if (logs is not null)
            {
                File.WriteAllText(Path.Combine(logs, refusal.Number.ToString(CultureInfo.InvariantCulture)), $"{told.Message}\n----\n{told.Log}");
            }

            int line = LineOf(told.Message);
            bool reason = told.Reason.Length > 0 && told.Reason != "it gave no reason";
            bool advice = refusal.Advice is null ? told.Advice is null : told.Advice?.StartsWith(refusal.Advice, StringComparison.Ordinal) == true;
            reasons += reason ? 1 : 0;
            lines += line == refusal.Line ? 1 : 0;
            advices += advice ? 1 : 0;
            string state = reason && line == refusal.Line ? advice ? "right" : "differs" : "wrong";
            Console.WriteLine($"{state} {refusal.Number}\t{line}\t{told.Reason}\t{told.Advice ?? "-"}");
        }

        Console.WriteLine($"{all} programs, {accepted} of them accepted; told: {reasons} reasons, {lines} lines, {advices} advices as in the file");
        return reasons + accepted == all && lines + accepted == all ? 0 : 1;
    }

    private static int LineOf(string message)
    {
        int at = message.IndexOf(At, StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(message.AsSpan(at + At.Length, message.IndexOf(':', at + At.Length) - at - At.Length), CultureInfo.InvariantCulture);
    }
}
