using System.CommandLine;
using System.Globalization;
using System.Reflection;
using Hops.Cli;
using static Manual.Roff;

namespace Manual;

/// <summary>Writes the manual page hops(1).</summary>
internal static class ManualPage
{
    public static string Write()
    {
        Roff page = new();
        page.Raw($".TH HOPS 1 {Date()} \"hops {Version()}\" \"User Commands\"");
        // No hyphenation of paths and options, and no justified lines.
        page.Raw(".nh").Raw(".ad l");
        string what = Verb.Measure.Brief;
        page.Section("NAME").Raw($@"hops \- {Escape(char.ToLowerInvariant(what[0]) + what[1..])}");
        WriteSynopsis(page);
        page.Section("DESCRIPTION").Text(Verb.Measure.Command.Description!).Raw("""
            .PP
            Every router lowers the TTL of a packet by one, and senders start at 32, 64,
            128 or 255.
            So the TTL of an answer tells how many routers it crossed: the hop distance.
            0 is this host or its own network, 1 is just behind the router, the Internet is
            usually more.
            The distance is that of the machine that answers: a proxy or a load balancer
            answers for the servers behind it.
            An unknown distance is never printed as a number.
            .PP
            Only the first word can be a verb; any other word is a host.
            \fB\-\-\fR ends the options.
            Results go to standard output, everything else to standard error.
            """);
        page.Section("OPTIONS");
        WriteOptions(page, Verb.Measure.Options);
        page.Section("TARGETS").Raw(".nf");
        foreach (string form in Verb.Measure.Footer["Targets"].SelectMany(static line => line.Split("  ")))
        {
            page.Raw(Escape(form));
        }

        page.Raw(".fi").Section("VERBS");
        foreach (Verb verb in Verb.All.Where(static v => v != Verb.Measure))
        {
            WriteVerb(page, verb);
        }

        WriteExamples(page);
        WriteExitStatus(page);
        return page.Raw("""
            .SH ENVIRONMENT
            .TP
            \fBNO_COLOR\fR
            If this variable is set, output has no colour.
            .SH FILES
            .TP
            \fI/run/hops/bpf\fR
            The file system with the pins of the filter that \fBhops system enable\fR
            shares.
            .TP
            \fI/run/hops/hops.sock\fR
            The socket on which \fBhops system serve\fR hands out the filter.
            .TP
            \fIhops\-enable.service\fR, \fIhops.socket\fR, \fIhops.service\fR
            Units of systemd that do the same at every boot.
            Neither is enabled by default; enable one with
            \fBsystemctl enable \-\-now hops\-enable.service\fR, or \fBhops.socket\fR.
            .TP
            \fIhops\-watch.service\fR
            A unit of systemd that writes every TCP connection of the host to the journal.
            .TP
            \fI/usr/share/doc/hops/command\-line.md.gz\fR
            The complete reference, with the fields of the JSON output.
            .TP
            \fI/usr/share/doc/hops/deploy.md.gz\fR
            How users, services and containers measure without root.
            .SH SEE ALSO
            .BR bpf (2),
            .BR ip (7),
            .BR capabilities (7),
            .BR systemctl (1),
            .BR ping (8),
            .BR traceroute (8)
            """).ToString();
    }

    private static void WriteSynopsis(Roff page)
    {
        page.Section("SYNOPSIS").Raw(".nf");
        foreach (Verb verb in Verb.All)
        {
            string name = verb == Verb.Measure ? $"{Bold("hops")} [{Bold(verb.Name)}]" : Bold($"hops {verb.Name}");
            if (verb.Verbs.Count == 0)
            {
                page.Raw(name + Usage(verb));
            }

            foreach (Verb sub in verb.Verbs)
            {
                page.Raw(Bold($"hops {verb.Name} {sub.Name}") + Usage(sub));
            }
        }

        page.Raw($"{Bold("hops")} [{Italic("VERB")}] {Bold("--help")}").Raw(Bold("hops --version")).Raw(".fi");
    }

    private static string Usage(Verb verb)
    {
        // More than three options are listed below only.
        Option[] own = [.. verb.OwnOptions];
        string options = own.Length > 3 ? $" [{Italic("OPTION")}]..." : string.Concat(own.Select(static o => $" [{Names(o)}]"));
        return options + string.Concat(
            verb.Command.Arguments.Select(static a => a.Arity.MaximumNumberOfValues == 1 ? $" {Italic(a.Name)}" : $" [{Italic(a.Name)}]..."));
    }

    private static void WriteVerb(Roff page, Verb verb)
    {
        page.Subsection($"hops {verb.Name}").Text(Installed(verb.Command.Description!));
        foreach (Argument argument in verb.Command.Arguments)
        {
            page.Entry(Italic(argument.Name), Installed(argument.Description!));
        }

        WriteOptions(page, verb.OwnOptions);
        foreach (Verb sub in verb.Verbs)
        {
            page.Entry(Bold(sub.Name), Installed(sub.Command.Description!));
            if (sub.OwnOptions.Any())
            {
                page.Raw(".RS");
                WriteOptions(page, sub.OwnOptions);
                page.Raw(".RE");
            }
        }

        foreach (string remark in verb.Footer.Remarks)
        {
            page.Paragraph(Installed(remark));
        }
    }

    private static void WriteOptions(Roff page, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            page.Entry(Names(option), Installed(option.Description!) + (Verb.DefaultOf(option) is { } usual ? $" Default: {usual}." : ""));
        }
    }

    private static void WriteExamples(Roff page)
    {
        page.Section("EXAMPLES");
        foreach ((string left, string right) in Verb.All.SelectMany(static verb => verb.Footer["Examples"]).Select(Footer.Columns))
        {
            page.Entry(Bold(left), Installed(right));
        }
    }

    private static void WriteExitStatus(Roff page)
    {
        page.Section("EXIT STATUS");
        foreach (Verb verb in Verb.All)
        {
            if (verb != Verb.Measure)
            {
                page.Subsection($"hops {verb.Name}");
            }

            foreach ((string status, string meaning) in verb.Footer.ExitStatuses())
            {
                page.Entry(Bold(status), meaning).Raw(".PD 0");
            }

            page.Raw(".PD");
        }
    }

    private static string Names(Option option) =>
        string.Join(", ", Verb.NamesOf(option).Select(Bold)) + (Verb.TakesValue(option) ? $" {Italic(option.HelpName!)}" : "");

    /// <summary>Replaces the pages that the help names by their paths on a host with the package.</summary>
    private static string Installed(string text) => text
        .Replace("docs/command-line.md", "/usr/share/doc/hops/command-line.md.gz", StringComparison.Ordinal)
        .Replace("docs/deploy.md", "/usr/share/doc/hops/deploy.md.gz", StringComparison.Ordinal);

    private static string Version() =>
        typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>Returns the date of the page: that of SOURCE_DATE_EPOCH, if it is set, so that the same sources give the same page.</summary>
    private static string Date()
    {
        DateTimeOffset date = Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") is { } seconds
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture))
            : DateTimeOffset.UtcNow;
        return date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
