using Hops.Cli.Output;
using Hops.Guard.Calibration;
using Spectre.Console;

namespace Hops.Cli.Calibrating;

/// <summary>Prints a calibration for people: both distributions, one below the other on the same scale, the findings, and the options to paste.</summary>
internal sealed class CalibrationReport(Streams streams)
{
    private const int WidestChart = 72;

    public void Show(HopCalibration calibration)
    {
        Dictionary<int, int> inside = Distribution(calibration.Inside);
        Dictionary<int, int> outside = Distribution(calibration.Outside);
        int[] distances = [.. inside.Keys.Union(outside.Keys).Order()];
        if (distances.Length > 0)
        {
            int most = inside.Values.Concat(outside.Values).Max();
            Draw("inside", inside, Color.Red);
            Draw("outside", outside, Color.Green);

            void Draw(string title, Dictionary<int, int> counts, Color color)
            {
                IAnsiConsole console = streams.OutputConsole;
                BarChart chart = new() { Width = Math.Min(WidestChart, console.Profile.Width), MaxValue = most };
                foreach (int hops in distances)
                {
                    chart.AddItem(hops == 1 ? " 1 hop " : $"{hops,2} hops", counts.GetValueOrDefault(hops), color);
                }

                console.WriteLine(title);
                console.Write(chart);
                console.WriteLine();
            }
        }

        (string sign, Color signColor) = calibration.Verdict switch
        {
            CalibrationVerdict.Separate => ("[+]", Color.Green),
            CalibrationVerdict.Overlap => ("[!]", Color.Yellow),
            _ => ("[!]", Color.Red),
        };
        // A target may contain any characters.
        streams.WriteResult(sign, signColor, TerminalText.Blank(calibration.Findings[0]));
        foreach (string line in calibration.Findings.Skip(1).Concat(calibration.OptionsToPaste.Count == 0 ? [] : calibration.OptionsToPaste.Prepend("")))
        {
            streams.WriteRaw(TerminalText.Blank(line));
        }
    }

    private static Dictionary<int, int> Distribution(IEnumerable<CalibrationTarget> targets) =>
        targets.Where(static target => target.IsCounted).CountBy(static target => target.Distance!.Value.Hops).ToDictionary();
}
