using Hops.Cli.Measuring;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Targets;
using Hops.Diagnosis;
using Hops.Host.Guarding;
using Hops.Host.Watching;

namespace Hops.Cli.Diagnosing;

/// <summary>Implements <c>hops doctor</c>, which shows what works here, what does not, why, and what to do about it.</summary>
internal static class DoctorCommand
{
    public static async Task<ExitStatus> RunAsync(string[] targets, bool json)
    {
        using Streams streams = new();
        using Interruption interruption = new();
        try
        {
            HopDiagnosis diagnosis = await HopDiagnosis.RunAsync(interruption.Token).ConfigureAwait(false);
            List<Measurement> measurements = Measure(targets, interruption.Token);
            interruption.Token.ThrowIfCancellationRequested();
            string? suspicion = NearTargets.Suspect(measurements);
            IReadOnlyDictionary<KernelSide, string?> watch = HostWatch.Check();
            HostGuardCheck guard = HostGuardCheck.Run();
            if (json)
            {
                streams.WriteRaw(DoctorJson.Format(diagnosis, watch, guard, measurements, suspicion));
            }
            else
            {
                new DoctorText(streams).Show(diagnosis, watch, guard, measurements, suspicion);
            }

            return diagnosis.Verdict switch
            {
                HopVerdict.Nothing => ExitStatus.CannotMeasure,
                HopVerdict.TcpClients when suspicion is null && measurements.All(static m => m.Failure is null) => ExitStatus.Measured,
                _ => ExitStatus.SomeFailed,
            };
        }
        catch (OperationCanceledException)
        {
            return interruption.Status ?? ExitStatus.Interrupted;
        }
    }

    private static List<Measurement> Measure(string[] targets, CancellationToken interrupted)
    {
        MeasureOptions usual = new() { Targets = targets };
        Measurer measurer = new(IMethod.ForTcp(source: null), new UdpAsking(payload: null), new TargetParser(), usual.Timeout);
        List<Measurement> measurements = [];
        using ParallelRun run = new(measurer, usual.Parallel, usual.Count, targets, measurements.Add, interrupted);
        run.Run();
        return measurements;
    }
}
