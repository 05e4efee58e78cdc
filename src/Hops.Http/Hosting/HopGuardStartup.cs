using Hops.Common.Remedies;
using Hops.Diagnosis;
using Hops.Guard;
using Hops.Guard.Connecting;
using Hops.Http.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Before the host starts anything else: verifies each guard by a measured connection, or fails with the diagnosis.</summary>
internal sealed class HopGuardStartup(
    ApplicationGuards guards, IOptionsMonitor<HopGuardOptions> options, IServiceProvider services) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        foreach (string exempt in guards.Exempt)
        {
            guards.TelemetryOf(exempt).Exempt();
        }

        foreach (string name in guards.Names)
        {
            HopGuardOptions own = options.Get(name);
            ClientTelemetry telemetry = guards.TelemetryOf(name);
            try
            {
                HopNetwork network = guards.Get(name).Network;
                await network.VerifyAsync(cancellationToken).ConfigureAwait(false);
                telemetry.Verified(network.Source, own.MinimumHops!.Value, own.Mode);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                if (own.Mode == HopGuardMode.Enforce && own.RequireMeasurement)
                {
                    HopDiagnosis diagnosis = await HopDiagnosis.RunAsync(cancellationToken).ConfigureAwait(false);
                    throw new InvalidOperationException(
                        $"The hop guard '{name}' cannot measure all connections, and would refuse those that it cannot. "
                        + $"{RemedyText.Of(e)}{Environment.NewLine}{diagnosis.ToString(RemedyText.Of)}",
                        e);
                }

                telemetry.NotVerified(own.Mode, RemedyText.Of(e));
            }

            if (!guards.Guards(name))
            {
                continue;
            }

            // Clients that cannot be guarded fail now, and an ignored proxy is logged now, not at the first request.
            services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(name).Dispose();
            HandlerRotation.Try(name, services);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
