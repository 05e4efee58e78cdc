using Hops.Cli.Measuring;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;
using Hops.Guard.Calibration;

namespace Hops.Cli.Calibrating;

/// <summary>Implements <c>hops calibrate</c>, which finds the minimum distance that tells inside from outside.</summary>
internal sealed class CalibrateCommand : IDisposable
{
    private static readonly MeasureOptions Usual = new() { Targets = [] };

    private readonly HopSource? _source;
    private readonly bool _json;
    private readonly Streams _streams = new();
    private readonly Interruption _interruption = new();
    private readonly IMethod _tcp;
    private readonly Measurer _measurer;
    private readonly List<Measurement> _near = [];
    private readonly List<Measurement> _far = [];

    private CalibrateCommand(HopSource? source, bool json)
    {
        _source = source;
        _json = json;
        _tcp = IMethod.ForTcp(source);
        _measurer = new Measurer(_tcp, new NotForUdp(), new TargetParser(), Usual.Timeout);
    }

    public static ExitStatus Run(string insideFile, string outsideFile, HopSource? source, bool json)
    {
        using TargetReader? inside = Open(insideFile);
        using TargetReader? outside = inside is null ? null : Open(outsideFile);
        if (inside is null || outside is null)
        {
            return ExitStatus.WrongUsage;
        }

        using CalibrateCommand command = new(source, json);
        // A part of the targets could lead to a proposal that the others contradict.
        return command.Measure(inside, outside) is { } interrupted ? interrupted
            : command._near.Count == 0 ? WrongInput(insideFile, "it contains none")
            : command._far.Count == 0 ? WrongInput(outsideFile, "it contains none")
            : command.Report();
    }

    public void Dispose()
    {
        _interruption.Dispose();
        _streams.Dispose();
    }

    /// <returns>The exit status of a signal, if there was one.</returns>
    private ExitStatus? Measure(TargetReader inside, TargetReader outside)
    {
        try
        {
            ProgressBar.Run(
                _streams.ErrorTerminal,
                () => inside.Count(_interruption.Token) + outside.Count(_interruption.Token),
                onResult =>
                {
                    MeasureAll(inside, _near, onResult);
                    if (_near.Count > 0 && _interruption.Status is null)
                    {
                        MeasureAll(outside, _far, onResult);
                    }
                });
        }
        catch (OperationCanceledException)
        {
            // Interrupted while counting.
        }

        return _interruption.Status;
    }

    private void MeasureAll(TargetReader targets, List<Measurement> results, Action onResult)
    {
        using ParallelRun run = new(
            _measurer,
            Usual.Parallel,
            Usual.Count,
            targets.Read(),
            measurement =>
            {
                results.Add(measurement);
                onResult();
            },
            _interruption.Token);
        run.Run();
    }

    private ExitStatus Report()
    {
        HopCalibration calibration = new(_near.Select(ToTarget), _far.Select(ToTarget));
        if (_json)
        {
            _streams.WriteRaw(CalibrationJson.Format(calibration, _near, _far));
        }
        else
        {
            new CalibrationReport(_streams).Show(calibration);
        }

        Tally tally = new(minimumHops: null);
        _near.ForEach(tally.Add);
        _far.ForEach(tally.Add);
        if (tally.IsAdviceWanted)
        {
            WaysOn.Write(_streams, _source, verbose: false, _tcp.Refusals);
        }

        return tally.Status != ExitStatus.Measured ? tally.Status
            : calibration is { Verdict: CalibrationVerdict.Separate, NotCounted.Count: 0 } ? ExitStatus.Measured
            : ExitStatus.SomeFailed;
    }

    private static CalibrationTarget ToTarget(Measurement measurement) =>
        new(measurement.Target, measurement.Reading?.RemoteEndPoint.Address, measurement.Distance, measurement.Failure?.Message);

    private static TargetReader? Open(string file)
    {
        if (!TargetReader.TryOpen([], file, out TargetReader? targets, out string? error))
        {
            WrongInput(file, error);
        }

        return targets;
    }

    private static ExitStatus WrongInput(string file, string reason) => WrongUsage.TellInput($"'{TerminalText.Escape(file)}'", reason);
}
