using Hops.Common.Remedies;
using Hops.Guard;
using Hops.Guard.Connecting;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Hops.Http.Hosting;

/// <summary>Whether the guards of this process can still measure.</summary>
internal sealed class HopGuardHealthCheck(
    IEnumerable<GuardedClient> clients, IOptionsMonitor<HopGuardOptions> options, IServiceProvider services) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (string name in clients.Select(static client => client.Name ?? Options.DefaultName).Distinct(StringComparer.Ordinal))
        {
            try
            {
                HopNetwork network = services.OpenNetwork(options.Get(name));
                await network.VerifyAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, $"The hop guard of client '{name}' cannot measure: {RemedyText.Of(e)}", e);
            }
        }

        return HealthCheckResult.Healthy();
    }
}
