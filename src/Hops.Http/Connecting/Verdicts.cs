using System.Globalization;
using System.Net;
using Hops.Http.Policy;

namespace Hops.Http.Connecting;

/// <summary>What came of the addresses of one connection. Allocates only for what was refused.</summary>
internal sealed class Verdicts(DnsEndPoint endPoint)
{
    private List<HopGuardAttempt>? _attempts;
    private bool _anyAllowed;
    private string? _whyUnknown;

    public DnsEndPoint EndPoint => endPoint;

    /// <summary>Whether an address was refused.</summary>
    public bool Refused => _attempts is not null;

    /// <param name="address">What was looked at.</param>
    /// <param name="reason">Why it is refused; null if it is not.</param>
    /// <param name="distance">What was measured.</param>
    /// <param name="whyUnknown">Why nothing was.</param>
    public void Add(IPAddress address, HopGuardReason? reason, HopDistance? distance, string? whyUnknown = null)
    {
        if (reason is null)
        {
            _anyAllowed = true;
            return;
        }

        _whyUnknown = whyUnknown;
        (_attempts ??= []).Add(new HopGuardAttempt(address, reason, distance));
    }

    /// <param name="policy">What was asked for.</param>
    /// <param name="anyLeft">Whether there are addresses that nothing was held against.</param>
    public HopGuardException ToException(GuardPolicy policy, bool anyLeft)
    {
        HopGuardAttempt last = _attempts![^1];
        HopGuardReason reason = anyLeft || _anyAllowed ? HopGuardReason.Mixed : last.Reason!.Value;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{endPoint.Host} port {endPoint.Port} {(policy.Mode == HopGuardMode.Enforce ? "was" : "would have been")} refused: {last.Address} {Describe(policy, last)}{(reason == HopGuardReason.Mixed ? ", and the name has other addresses that are allowed" : "")}");
        return new HopGuardException(reason, endPoint, _attempts, text);
    }

    private string Describe(GuardPolicy policy, HopGuardAttempt attempt) => attempt.Reason switch
    {
        HopGuardReason.Near => string.Create(CultureInfo.InvariantCulture, $"is {attempt.Distance}, and the minimum is {policy.MinimumFor(endPoint.Host)}"),
        HopGuardReason.Unknown => "is at an unknown distance" + (_whyUnknown is null ? "" : $": {_whyUnknown}"),
        HopGuardReason.Implausible => $"is at an implausible distance: {attempt.Distance}",
        HopGuardReason.SpecialPurpose => "is special-purpose: " + (Addresses.EmbeddedAddresses.Of(attempt.Address).Select(Addresses.SpecialPurpose.Find).FirstOrDefault(static block => block is not null) is { } block
            ? $"{block.Name} ({block.Reference})"
            : ""),
        HopGuardReason.CloudMetadata => "is a cloud's metadata service",
        HopGuardReason.Network => "is in a network that the options refuse",
        HopGuardReason.Filter => "is refused by the options' filter",
        _ => "is refused",
    };
}
