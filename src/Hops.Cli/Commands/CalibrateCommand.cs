using Hops.Guard.Calibration;
using Hops.Cli.Calibrating;
using Hops.Cli.Measuring;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Commands;

/// <summary><c>hops calibrate</c>: which minimum distance tells inside from outside?</summary>
internal static class CalibrateCommand
{
    private const int Port = 443;

    /// <summary>From here on a run has a progress bar.</summary>
    private const int Many = 6;

    public static int Run(string insideFile, string outsideFile, HopSource? source, bool json)
    {
        using TargetReader? inside = Open(insideFile);
        using TargetReader? outside = inside is null ? null : Open(outsideFile);
        if (inside is null || outside is null)
        {
            return ExitStatus.WrongUsage;
        }

        using Streams streams = new();
        using Interruption interruption = new();
        MeasureOptions options = new() { Targets = [], Source = source, Json = json };
        TcpConnecting connecting = new(source);
        IMethod tcp = source == HopSource.MinimumTtl ? new TcpProbing() : connecting;
        Measurer measurer = new(tcp, new NotForUdp(), new TargetParser(Port, default), options.Timeout);
        List<Measurement> near = [];
        List<Measurement> far = [];
        try
        {
            if (streams.ErrorTerminal is { } terminal
                && inside.Count(interruption.Token) + outside.Count(interruption.Token) is var total and (null or >= Many))
            {
                ProgressBar.Run(terminal, total, MeasureBoth);
            }
            else
            {
                MeasureBoth(static () => { });
            }
        }
        catch (OperationCanceledException)
        {
            // Interrupted while counting.
        }

        // Part of the targets may propose what the rest would have refuted.
        if (interruption.Status is { } signal)
        {
            return signal;
        }

        if (near.Count == 0 || far.Count == 0)
        {
            return WrongInput(near.Count == 0 ? insideFile : outsideFile, "it has none");
        }

        HopCalibration calibration = new(near.Select(ToTarget), far.Select(ToTarget));
        if (json)
        {
            streams.WriteRaw(CalibrationJson.Format(calibration, near, far));
        }
        else
        {
            new CalibrationReport(streams).Show(calibration);
        }

        Tally tally = new(minimumHops: null);
        near.ForEach(tally.Add);
        far.ForEach(tally.Add);
        if (tally.IsAdviceWanted)
        {
            Advice.Write(streams, options, connecting.Refusals);
        }

        return tally.Status != ExitStatus.Measured ? tally.Status
            : calibration is { Verdict: CalibrationVerdict.Separate, NotCounted.Count: 0 } ? ExitStatus.Measured
            : ExitStatus.SomeFailed;

        void MeasureBoth(Action onResult)
        {
            MeasureAll(inside, near);
            if (near.Count > 0 && interruption.Status is null)
            {
                MeasureAll(outside, far);
            }

            void MeasureAll(TargetReader targets, List<Measurement> results)
            {
                using MeasureRun run = new(
                    measurer,
                    options,
                    targets.Read(),
                    measurement =>
                    {
                        results.Add(measurement);
                        onResult();
                    },
                    interruption.Token);
                run.Run();
            }
        }
    }

    private static CalibrationTarget ToTarget(Measurement measurement) =>
        new(measurement.Target, measurement.Reading?.RemoteEndPoint.Address, measurement.Distance, measurement.Failure?.Message);

    private static TargetReader? Open(string file)
    {
        try
        {
            return new TargetReader([], file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            WrongInput(file, e.Message);
            return null;
        }
    }

    private static int WrongInput(string file, string reason)
    {
        StandardError.WriteLine($"hops: cannot read targets from '{TargetParser.Printable(file)}': {TargetParser.Printable(reason)}");
        return ExitStatus.WrongUsage;
    }
}
