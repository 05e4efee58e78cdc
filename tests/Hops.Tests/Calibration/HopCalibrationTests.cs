using System.Globalization;
using System.Net;
using System.Text.Json;
using CsCheck;
using Hops.Calibration;

namespace Hops.Tests.Calibration;

/// <summary>Targets are named by their side and their number: i0, i1, o0. A distance of -1 is unknown, one of 99 implausible.</summary>
public sealed class HopCalibrationTests
{
    private const int Unknown = -1;
    private const int Implausible = 99;

    [Theory]
    [InlineData("0 1 2 3", "4 5 6", 4)]
    [InlineData("0", "8", 1)]
    [InlineData("3 0", "9 5", 4)]
    [InlineData("34", "35", 35)]
    [InlineData("0 1 2 3", "3", null)]
    [InlineData("0 5", "4 6", null)]
    [InlineData("35", "35", null)]
    [InlineData("", "4", null)]
    [InlineData("0", "", null)]
    public void The_minimum_is_one_more_than_the_farthest_inside_where_all_outside_is_farther(string inside, string outside, int? expected)
    {
        HopCalibration calibration = Calibrate(inside, outside);
        Assert.Equal(expected, calibration.MinimumHops);
        Assert.Equal(expected is not null, calibration.Verdict == CalibrationVerdict.Separate);
        Assert.Equal(expected is not null, calibration.OptionsToPaste.Count > 0);
    }

    [Fact]
    public void A_minimum_of_2_lets_through_what_is_inside_at_2_and_3()
    {
        HopCalibration calibration = Calibrate("0 1 2 3", "4 5 6");
        MinimumJudgement two = calibration.Judge(2);
        Assert.Equal(("i2 i3", ""), (Joined(two.LetThrough), Joined(two.Refused)));
        MinimumJudgement five = calibration.Judge(5);
        Assert.Equal(("", "o0"), (Joined(five.LetThrough), Joined(five.Refused)));
        Assert.Equal(0, calibration.Judge(4).Misjudged);
        Assert.Throws<ArgumentOutOfRangeException>(() => calibration.Judge(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => calibration.Judge(36));
    }

    [Theory]
    // One inside host far out: cheaper to let that one through, but shown beside is what lets none through.
    [InlineData("0 1 7", "3 4 8 9", 2, "i2", "", 8, "o0 o1")]
    // A tie: rather refuse than let through.
    [InlineData("3", "3", 4, "", "o0", 4, "o0")]
    [InlineData("0 5 5", "3 9", 6, "", "o0", 6, "o0")]
    [InlineData("0 35 35", "35 20", 1, "i1 i2", "", null, "")]
    public void Where_they_overlap_nothing_is_proposed_and_the_misjudged_are_named(
        string inside, string outside, int fewest, string letThrough, string refused, int? strict, string strictRefused)
    {
        HopCalibration calibration = Calibrate(inside, outside);
        Assert.Equal(CalibrationVerdict.Overlap, calibration.Verdict);
        Assert.Null(calibration.MinimumHops);
        Assert.Equal((fewest, letThrough, refused), (calibration.FewestMisjudged!.MinimumHops, Joined(calibration.FewestMisjudged.LetThrough), Joined(calibration.FewestMisjudged.Refused)));
        Assert.Equal((strict, strictRefused), (calibration.NoneLetThrough?.MinimumHops, Joined(calibration.NoneLetThrough?.Refused ?? [])));

        string text = calibration.ToString();
        Assert.Contains("overlap", text, StringComparison.Ordinal);
        Assert.DoesNotContain("AddHttpClient", text, StringComparison.Ordinal);
        Assert.Contains($"A minimum of {fewest} misjudges the fewest", text, StringComparison.Ordinal);
        Assert.All(letThrough.Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.Contains($"  it lets through, inside: {name} (127.0.0.1), ", text, StringComparison.Ordinal));
        Assert.All($"{refused} {strictRefused}".Split(' ', StringSplitOptions.RemoveEmptyEntries), name => Assert.Contains($"  it refuses, outside: {name} (127.0.0.1), ", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2 -1", "5", 3, "i1", "i1: no answer")]
    [InlineData("2 99", "5", 3, "i1", "i1: 0 hops (TTL 32 of 32, implausible)")]
    [InlineData("2", "5 -1 99", 3, "o1 o2", "Of 3 outside targets, 2 do not count.")]
    [InlineData("2", "-1 99", null, "o0 o1", "no distance outside is known and plausible")]
    [InlineData("99", "5", null, "i0", "no distance inside is known and plausible")]
    [InlineData("-1", "-1", null, "i0 o0", "no distance inside and none outside is known")]
    public void What_is_unknown_or_implausible_is_neither_near_nor_far(string inside, string outside, int? expected, string notCounted, string told)
    {
        HopCalibration calibration = Calibrate(inside, outside);
        Assert.Equal(expected, calibration.MinimumHops);
        Assert.Equal(notCounted, Joined(calibration.NotCounted));
        Assert.Contains(told, calibration.ToString(), StringComparison.Ordinal);
        Assert.Equal(expected is null, calibration.FewestMisjudged is null);
    }

    [Fact]
    public void Whatever_the_distances_the_minimum_is_what_a_search_finds()
    {
        Gen<int[]> distances = Gen.Frequency((8, Gen.Int[0, 6]), (2, Gen.Int[7, 35]), (1, Gen.Const(Unknown)), (1, Gen.Const(Implausible))).Array[0, 8];
        Gen.Select(distances, distances).Sample((inside, outside) =>
        {
            HopCalibration calibration = Calibrate(string.Join(' ', inside), string.Join(' ', outside));
            int[] near = [.. inside.Where(static hops => hops is >= 0 and <= 35)];
            int[] far = [.. outside.Where(static hops => hops is >= 0 and <= 35)];
            int[] misjudged = [.. Enumerable.Range(1, 35).Select(minimum => near.Count(hops => hops >= minimum) + far.Count(hops => hops < minimum))];
            bool any = near.Length > 0 && far.Length > 0;
            int? expected = any && misjudged.Contains(0) ? Array.IndexOf(misjudged, 0) + 1 : null;
            Assert.Equal(expected, calibration.MinimumHops);
            Assert.Equal(any ? misjudged.Min() : null, calibration.FewestMisjudged?.Misjudged);
            Assert.Equal(inside.Length - near.Length + outside.Length - far.Length, calibration.NotCounted.Count);
            Assert.All(calibration.Findings, static line => Assert.NotEqual("", line));
        });
    }

    [Fact]
    public void The_text_has_both_distributions_on_one_scale_the_numbers_and_what_to_paste()
    {
        string[] lines = Calibrate("0 1 1 3", "6 6 6 12").ToString().Split(Environment.NewLine);
        Assert.Equal(
            [
                "Inside:",
                "   0 hops # 1",
                "   1 hop  ## 2",
                "   3 hops # 1",
                "   6 hops  0",
                "  12 hops  0",
                "Outside:",
                "   0 hops  0",
                "   1 hop   0",
                "   3 hops  0",
                "   6 hops ### 3",
                "  12 hops # 1",
                "",
                "A minimum of 4 tells inside from outside: it refuses all 4 inside targets, and lets all 4 outside targets through.",
                "The farthest inside is i3 (127.0.0.1), 3 hops away; the nearest outside is o0 (127.0.0.1), 6 hops away.",
                "Each minimum up to 6 does so; the lowest refuses the fewest hosts that were not measured here.",
                "",
                "In C#:",
            ],
            lines[..18]);
        string json = string.Concat(lines.SkipWhile(static line => line.Trim() != "{"));
        Assert.Equal(4, JsonDocument.Parse(json).RootElement.GetProperty("HopGuard").GetProperty("MinimumHops").GetInt32());
    }

    [Fact]
    public void Bars_of_many_targets_share_one_scale_and_none_that_has_one_is_empty()
    {
        string text = Calibrate(string.Join(' ', Enumerable.Repeat(1, 1000)), "3 " + string.Join(' ', Enumerable.Repeat(4, 500))).ToString();
        Assert.Contains($"   1 hop  {new string('#', 50)} 1000", text, StringComparison.Ordinal);
        Assert.Contains($"   4 hops {new string('#', 25)} 500", text, StringComparison.Ordinal);
        Assert.Contains("   3 hops # 1", text, StringComparison.Ordinal);
    }

    private static HopCalibration Calibrate(string inside, string outside) => new(Targets("i", inside), Targets("o", outside));

    private static CalibrationTarget[] Targets(string side, string distances) =>
    [
        .. distances.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static text => int.Parse(text, CultureInfo.InvariantCulture)).Select((hops, i) => new CalibrationTarget(
            $"{side}{i}",
            hops == Unknown ? null : IPAddress.Loopback,
            hops == Unknown ? null : HopDistance.FromReceivedTtl(hops == Implausible ? 32 : 128 - hops),
            hops == Unknown ? "no answer" : null)),
    ];

    private static string Joined(IEnumerable<CalibrationTarget> targets) => string.Join(' ', targets.Select(static target => target.Name));
}
