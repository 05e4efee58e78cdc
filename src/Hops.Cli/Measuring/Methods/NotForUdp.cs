using System.Net;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Refuses UDP targets, for callers that need TCP: over UDP another server may answer, from elsewhere.</summary>
internal sealed class NotForUdp : IMethod
{
    public Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) =>
        throw new FailureException(new Failure(FailureKind.InvalidTarget, "not a target: a guard measures TCP connections, and this is UDP"));
}
