using System.Net;
using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Represents a method that limits the connections per second to one host. The wait does not count for the target's time.</summary>
/// <param name="method">The method that measures.</param>
/// <param name="pace">The limit.</param>
/// <param name="connections">How many connections the method may make for one target.</param>
internal sealed class Polite(IMethod method, HostPace pace, int connections) : IMethod
{
    public IReadOnlyList<HopSourceRefusal> Refusals => method.Refusals;

    public bool LeavesOut(IPAddress[] addresses) => method.LeavesOut(addresses);

    public Failure Untried(Failure failure) => method.Untried(failure);

    public Reading? MeasureRefusal(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted)
    {
        pace.Wait(addresses[0], 1, interrupted);
        return method.MeasureRefusal(target, addresses, timeout, interrupted);
    }

    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted)
    {
        // The address that is tried first identifies the host; for a name with several addresses it is mostly the only one that is tried.
        pace.Wait(addresses[0], connections, interrupted);
        return method.Measure(target, addresses, timeout, interrupted);
    }
}
