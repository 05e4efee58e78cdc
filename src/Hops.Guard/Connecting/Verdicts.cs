using System.Globalization;
using System.Net;
using Hops.Guard.Addresses;
using Hops.Guard.Policy;

namespace Hops.Guard.Connecting;

/// <summary>Collects the refused addresses of one connection. Allocates only if there are any.</summary>
internal struct Verdicts(DnsEndPoint endPoint)
{
    private List<HopGuardAttempt>? _attempts;
    private Exception? _failure;

    /// <summary>Whether an address was refused.</summary>
    public readonly bool Refused => _attempts is not null;

    /// <param name="address">The address.</param>
    /// <param name="reason">Why it is refused.</param>
    /// <param name="distance">How far away it is; null if it was not measured.</param>
    /// <param name="failure">The exception of the application's <c>IsAllowed</c>.</param>
    /// <param name="whyUnknown">Why it was not measured.</param>
    public void Add(IPAddress address, HopGuardReason reason, HopDistance? distance, Exception? failure = null, string? whyUnknown = null)
    {
        _failure ??= failure;
        (_attempts ??= []).Add(new HopGuardAttempt(address, reason, distance) { WhyUnknown = whyUnknown });
    }

    /// <param name="policy">What was asked for.</param>
    /// <param name="isMixed">Whether there are addresses that nothing was held against, and the options refuse the name all the same.</param>
    /// <param name="isSilent">Whether there are others that would have been used, and none of them answers.</param>
    public readonly HopGuardException ToException(GuardPolicy policy, bool isMixed, bool isSilent)
    {
        HopGuardAttempt last = _attempts![^1];
        string others = isMixed ? ", and the name has other addresses that are allowed" : isSilent ? ", and no other address of the name answers" : "";
        string verb = policy.Mode == HopGuardMode.Enforce ? "was" : "would have been";
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{endPoint.Host} port {endPoint.Port} {verb} refused: {last.Address} {Describe(policy, last)}{others}");
        HopGuardReason reason = isMixed ? HopGuardReason.Mixed : last.Reason!.Value;
        return new HopGuardException(reason, endPoint, policy.MinimumFor(endPoint.Host, last.Address), _attempts, text, _failure);
    }

    private readonly string Describe(GuardPolicy policy, HopGuardAttempt attempt) => attempt.Reason switch
    {
        HopGuardReason.Near => string.Create(
            CultureInfo.InvariantCulture, $"is {attempt.Distance}, and the minimum is {policy.MinimumFor(endPoint.Host, attempt.Address)}"),
        HopGuardReason.Unknown => "is at an unknown distance" + (attempt.WhyUnknown is null ? "" : $": {attempt.WhyUnknown}"),
        HopGuardReason.Implausible => $"is at an implausible distance: {attempt.Distance}",
        HopGuardReason.SpecialPurpose => $"is special-purpose{BlockOf(attempt.Address)}",
        HopGuardReason.CloudMetadata => "is a cloud's metadata service",
        HopGuardReason.Network => $"is in a refused network ({nameof(HopGuardOptions.RefusedNetworks)})",
        HopGuardReason.Application => $"is not allowed by the application ({nameof(HopGuardOptions.IsAllowed)})",
        _ => "is refused",
    };

    /// <summary>The block that a special-purpose address is in.</summary>
    private static string BlockOf(IPAddress address)
    {
        SpecialPurposeBlock? block = EmbeddedAddresses.Of(address).Select(SpecialPurpose.Find).FirstOrDefault(static block => block is not null);
        return block is null ? "" : $": {block.Name} ({block.Reference})";
    }
}
