using Hops.Common.Remedies;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Hops.Http.Hosting;

/// <summary>Checks whether the guards of this process can still measure.</summary>
internal sealed class HopGuardHealthCheck(ApplicationGuards guards) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        foreach (string name in guards.Names)
        {
            try
            {
                await guards.Get(name).Network.VerifyAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, $"The hop guard '{name}' cannot measure: {RemedyText.Of(e)}", e);
            }
        }

        return HealthCheckResult.Healthy();
    }
}
