using System.Net;

namespace Hops.Guard.Telemetry;

/// <summary>
/// Where a guard writes what operators should read. The library has no log of its own; <see cref="GuardTelemetry"/> catches what an implementation throws.
/// </summary>
internal interface IGuardLog
{
    /// <summary>A connection or a request was refused, or would have been.</summary>
    /// <param name="mode">Whether it was really refused.</param>
    /// <param name="refusal">The refusal.</param>
    void Refused(HopGuardMode mode, HopGuardException refusal);

    /// <summary>The application's own judgement threw. Apart from the refusal, which may not come: other addresses of the name may be used.</summary>
    void FailedToJudge(DnsEndPoint endPoint, IPAddress address, Exception failure);
}
