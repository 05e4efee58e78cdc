using System.Globalization;
using System.Text.RegularExpressions;
using Ebpf;
using Ebpf.Instructions;
using Ebpf.Tests.Explanation;

namespace KernelChecks;

/// <summary>Loads each program of <c>refusals.txt</c> on this kernel, and says where its author is told something else than the file says.</summary>
internal static class RefusalCheck
{
    private const string At = "\n    at line ";

    /// <returns>
    /// 1 if an author is told no reason or a wrong line, else 0. Older and newer kernels may refuse a program for another reason, at another line, or tell
    /// a line where others tell none: that is printed as 'elsewhere', for a person to judge.
    /// </returns>
    public static int Run(string file, string? logs)
    {
        using RefusalMaps maps = new();
        int all = 0, reasons = 0, lines = 0, elsewhere = 0, advices = 0, accepted = 0;
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
            bool isElsewhere = reason && line != refusal.Line && line > 0 && (refusal.Line == 0 || !IsOf(refusal, told.Reason));
            elsewhere += isElsewhere ? 1 : 0;
            string state = isElsewhere ? "elsewhere" : reason && line == refusal.Line ? advice ? "right" : "differs" : "wrong";
            Console.WriteLine($"{state} {refusal.Number}\t{line}\t{told.Reason}\t{told.Advice ?? "-"}");
        }

        Console.WriteLine(
            $"{all} programs, {accepted} of them accepted; told: {reasons} reasons, {lines} lines, {advices} advices as in the file; {elsewhere} elsewhere");
        return reasons + accepted == all && lines + elsewhere + accepted == all ? 0 : 1;
    }

    private static bool IsOf(RefusalCase refusal, string reason) => refusal.Reason.Split("||").Any(
        words => Regex.IsMatch(reason, $"^{Regex.Escape(words).Replace(@"\*", ".*", StringComparison.Ordinal)}$", RegexOptions.None, TimeSpan.FromSeconds(10)));

    private static int LineOf(string message)
    {
        int at = message.IndexOf(At, StringComparison.Ordinal);
        return at < 0 ? 0 : int.Parse(message.AsSpan(at + At.Length, message.IndexOf(':', at + At.Length) - at - At.Length), CultureInfo.InvariantCulture);
    }
}
