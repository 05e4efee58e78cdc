using System.Net;
using Hops.Cli.Measuring.Pacing;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>A method that does not measure one host too often in a second. The wait is no part of the target's time.</summary>
/// <param name="method">Measures.</param>
/// <param name="pace">How often it may.</param>
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
        // A host is known by the address that is tried first; of a name with several it is mostly the only one.
        pace.Wait(addresses[0], connections, interrupted);
        return method.Measure(target, addresses, timeout, interrupted);
    }
}
