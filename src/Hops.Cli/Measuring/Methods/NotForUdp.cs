using System.Net;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>For those who want TCP only: another server may answer over UDP, from elsewhere.</summary>
internal sealed class NotForUdp : IMethod
{
    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) =>
        throw new FailureException(new Failure(FailureKind.InvalidTarget, "not a target: a guard judges connections of TCP, and this is UDP"));
}
