using System.Globalization;

namespace Hops.Guard.Calibration;

/// <summary>Formats a calibration as lines of text.</summary>
internal static class CalibrationText
{
    private const int WidestBar = 50;

    public static IEnumerable<string> All(HopCalibration calibration)
    {
        int[] distances = [.. Measured(calibration.Inside).Concat(Measured(calibration.Outside)).Distinct().Order()];
        int most = distances.Length == 0 ? 0 : distances.Max(hops => Math.Max(CountAt(calibration.Inside, hops), CountAt(calibration.Outside, hops)));
        return
        [
            .. Distribution("Inside", calibration.Inside, distances, most),
            .. Distribution("Outside", calibration.Outside, distances, most),
            "",
            .. Findings(calibration),
            .. calibration.MinimumHops is { } hops ? OptionsToPaste(hops).Prepend("") : [],
        ];
    }

    public static IEnumerable<string> Findings(HopCalibration calibration)
    {
        foreach (string line in calibration.Verdict switch
        {
            CalibrationVerdict.Separate => Separate(calibration),
            CalibrationVerdict.Overlap => Overlap(calibration),
            _ => TooFew(calibration),
        })
        {
            yield return line;
        }

        const string mayBeFar = "They may be farther away than all that were measured, so a minimum may let them through.";
        foreach (string line in LeftOut("inside", calibration.Inside, mayBeFar))
        {
            yield return line;
        }

        foreach (string line in LeftOut("outside", calibration.Outside, "A guard refuses what it cannot measure, whatever its minimum."))
        {
            yield return line;
        }
    }

    public static IEnumerable<string> OptionsToPaste(int minimumHops) =>
    [
        "In C#:",
        "",
        Line($"  new {nameof(HopGuardOptions)} {{ {nameof(HopGuardOptions.MinimumHops)} = {minimumHops} }}"),
        "",
        "Or in appsettings.json, as a section of configuration:",
        "",
        "  {",
        "    \"HopGuard\": {",
        Line($"      \"{nameof(HopGuardOptions.MinimumHops)}\": {minimumHops}"),
        "    }",
        "  }",
    ];

    private static IEnumerable<string> Separate(HopCalibration calibration)
    {
        int minimum = calibration.MinimumHops!.Value;
        int nearest = Hops(calibration.NearestOutside!);
        string inside = Count(calibration.Inside, "inside");
        string outside = Count(calibration.Outside, "outside");
        yield return Line($"A minimum of {minimum} tells inside from outside: it refuses {inside}, and lets {outside} through.");
        yield return Line($"The farthest inside is {Named(calibration.FarthestInside!)}; the nearest outside is {Named(calibration.NearestOutside!)}.");
        if (nearest > minimum)
        {
            yield return Line($"Each minimum up to {nearest} does so; the lowest refuses the fewest hosts that were not measured here.");
        }
    }

    private static IEnumerable<string> Overlap(HopCalibration calibration)
    {
        MinimumJudgement fewest = calibration.FewestMisjudged!;
        int counted = calibration.Inside.Concat(calibration.Outside).Count(static target => target.IsCounted);
        yield return "Inside and outside overlap: no minimum tells them apart, and none is proposed.";
        yield return Line($"The farthest inside is {Named(calibration.FarthestInside!)}; the nearest outside is {Named(calibration.NearestOutside!)}.");
        yield return Line($"A minimum of {fewest.MinimumHops} misjudges the fewest, {fewest.Misjudged} of {counted}:");
        foreach (string line in Misjudged(fewest))
        {
            yield return line;
        }

        if (calibration.NoneLetThrough is { } strict && strict.MinimumHops != fewest.MinimumHops)
        {
            string lowest = Line($"A minimum of {strict.MinimumHops} is the lowest that lets none of these inside targets through");
            yield return Line($"{lowest}; it misjudges {strict.Misjudged} of {counted}:");
            foreach (string line in Misjudged(strict))
            {
                yield return line;
            }
        }

        yield return $"A guard has options for such targets: {nameof(HopGuardOptions.RefusedNetworks)} for inside targets, "
            + $"{nameof(HopGuardOptions.AllowedNearHosts)} and {nameof(HopGuardOptions.AllowedNearNetworks)} for outside targets that may be near, "
            + $"{nameof(HopGuardOptions.MinimumHopsByHost)} and {nameof(HopGuardOptions.MinimumHopsByNetwork)} for the minimum of a single host or network.";
    }

    private static IEnumerable<string> TooFew(HopCalibration calibration)
    {
        string?[] missing = [calibration.FarthestInside is null ? "inside" : null, calibration.NearestOutside is null ? "outside" : null];
        yield return $"No minimum can be proposed: no distance {string.Join(" and none ", missing.OfType<string>())} is known and plausible.";
    }

    private static IEnumerable<string> Misjudged(MinimumJudgement judgement) =>
    [
        .. judgement.LetThrough.Select(static target => $"  it lets through, inside: {Named(target)}"),
        .. judgement.Refused.Select(static target => $"  it refuses, outside: {Named(target)}"),
    ];

    private static IEnumerable<string> LeftOut(string side, IReadOnlyList<CalibrationTarget> targets, string consequence)
    {
        CalibrationTarget[] left = [.. targets.Where(static target => !target.IsCounted)];
        return left.Length == 0 ? [] :
        [
            Line($"Of {targets.Count} {side} {Plural("target", targets.Count)}, {left.Length} {(left.Length == 1 ? "does" : "do")} not count. {consequence}"),
            .. left.Select(static target => $"  {target.Name}: {target.Problem ?? target.Distance.ToString()}"),
        ];
    }

    private static IEnumerable<string> Distribution(string title, IReadOnlyList<CalibrationTarget> targets, int[] distances, int most) =>
    [
        $"{title}:",
        .. distances.Select(hops =>
        {
            int count = CountAt(targets, hops);
            // A bar of one target is never empty.
            int length = most <= WidestBar ? count : ((count * WidestBar) + most - 1) / most;
            return Line($"  {hops,2} {(hops == 1 ? "hop " : "hops")} {new string('#', length)} {count}");
        }),
    ];

    private static IEnumerable<int> Measured(IReadOnlyList<CalibrationTarget> targets) => targets.Where(static target => target.IsCounted).Select(Hops);

    private static int CountAt(IReadOnlyList<CalibrationTarget> targets, int hops) => Measured(targets).Count(measured => measured == hops);

    private static string Count(IReadOnlyList<CalibrationTarget> targets, string side)
    {
        int count = Measured(targets).Count();
        string one = count == 1 ? "the one" : count == targets.Count ? $"all {count}" : $"the {count}";
        return Line($"{one} {side} {Plural("target", count)}{(count == targets.Count ? "" : count == 1 ? " that counts" : " that count")}");
    }

    /// <summary>A name with the one of its addresses that answered.</summary>
    private static string Named(CalibrationTarget target)
    {
        string address = target.Address is { } known && !target.Name.Contains($"{known}", StringComparison.Ordinal) ? $" ({known})" : "";
        return Line($"{target.Name}{address}, {Hops(target)} {Plural("hop", Hops(target))} away");
    }

    private static string Plural(string word, int count) => count == 1 ? word : $"{word}s";

    private static int Hops(CalibrationTarget target) => target.Distance!.Value.Hops;

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
