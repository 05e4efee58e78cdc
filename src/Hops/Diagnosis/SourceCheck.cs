using System.Net.Sockets;
using Ebpf;
using Hops.Sources;

namespace Hops.Diagnosis;

/// <summary>Tries sources on loopback connections.</summary>
/// <param name="facts">For advice.</param>
/// <param name="patience">How long each source may take.</param>
/// <param name="secondPatience">How long it may take when it is tried again.</param>
internal sealed class SourceCheck(ProcessFacts facts, TimeSpan patience, TimeSpan secondPatience)
{
    private static readonly AddressFamily[] BothFamilies = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public async Task<HopSourceCheck> RunAsync(HopSource source, CancellationToken cancellationToken)
    {
        // On a busy host the first time may be too short. A refusal, or a wrong distance, is an answer.
        (HopSourceCheck check, bool isAnswer) = await TryAsync(source, patience, cancellationToken).ConfigureAwait(false);
        return isAnswer ? check : (await TryAsync(source, secondPatience, cancellationToken).ConfigureAwait(false)).Check;
    }

    private async Task<(HopSourceCheck Check, bool IsAnswer)> TryAsync(HopSource source, TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource end = new(limit);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, end.Token);
        try
        {
            ITtlSource? open = source switch
            {
                // It may wait for the service that shares the filter.
                HopSource.PinnedFilter => await Task.Run(static () => OpenSources.Get(HopMeterSource.PinnedFilter), CancellationToken.None)
                    .WaitAsync(stop.Token).ConfigureAwait(false),
                HopSource.SocketFilter => OpenSources.Get(HopMeterSource.SocketFilter),
                HopSource.SocketOption => OpenSources.Get(HopMeterSource.SocketOption),
                _ => null,
            };
            HopFamilyCheck[] families = await Task.WhenAll(BothFamilies
                .Where(family => open?.Measures(family) ?? true)
                .Select(family => CheckAsync(source, open, family, limit, cancellationToken, stop.Token))).ConfigureAwait(false);
            return (Judge(source, families), families.All(static check => check is not { Outcome: HopCheckOutcome.Failed, Distance: null }));
        }
        catch (HopMeterUnavailableException e)
        {
            HopSourceRefusal refusal = e.Refusals[0];
            IReadOnlyList<HopRemedy> remedies = source switch
            {
                HopSource.PinnedFilter => FilterRemedies.ForPinnedFilter(refusal, facts),
                HopSource.SocketFilter => FilterRemedies.ForSocketFilter(refusal, e.InnerException as BpfException, facts),
                _ => [refusal.Remedy],
            };
            return (new HopSourceCheck(source, [], refusal.Reason, remedies), true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The diagnosis reports every failure instead of throwing it.
            return (new HopSourceCheck(source, [], $"opening it failed: {e.Message.TrimEnd('.')}", []), true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (new HopSourceCheck(source, [], $"opening it took longer than {limit.TotalMilliseconds:0} ms", [new(HopRemedyKind.TryAgain)]), false);
        }
    }

    /// <param name="source">What is tried.</param>
    /// <param name="open">It, where it measures the connections of a client.</param>
    /// <param name="family">Over which family.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="stop">Also at the end of that time.</param>
    private static async Task<HopFamilyCheck> CheckAsync(
        HopSource source, ITtlSource? open, AddressFamily family, TimeSpan limit, CancellationToken cancellationToken, CancellationToken stop)
    {
        try
        {
            if (LoopbackServer.WhyOff(family) is { } reason)
            {
                return new HopFamilyCheck(family, HopCheckOutcome.FamilyOff, null, reason);
            }

            HopDistance? distance = await (source switch
            {
                HopSource.MinimumTtl => LoopbackMeasurement.OfProbesAsync(family, limit, stop),
                HopSource.SavedSyn => LoopbackMeasurement.OfSavedSynAsync(family, stop),
                HopSource.Datagram => LoopbackMeasurement.OfDatagramAsync(family, stop),
                _ => LoopbackMeasurement.OfClientAsync(open!, family, stop),
            }).ConfigureAwait(false);
            return Compare(family, distance);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HopFamilyCheck(
                family, HopCheckOutcome.Failed, null, $"a loopback connection over {NameOf(family)} was not established within {limit.TotalMilliseconds:0} ms");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets)
        {
            return new HopFamilyCheck(family, HopCheckOutcome.Failed, null, "this process has no file descriptor left for a loopback connection");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new HopFamilyCheck(
                family, HopCheckOutcome.Failed, null, $"measuring a loopback connection over {NameOf(family)} failed: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Only what was sent counts as measured.</summary>
    internal static HopFamilyCheck Compare(AddressFamily family, HopDistance? distance)
    {
        int sent = LoopbackServer.TtlOf(family);
        if (distance?.ReceivedTtl == sent)
        {
            return new(family, HopCheckOutcome.Measured, distance, null);
        }

        string reason = distance is { } wrong
            ? $"over {NameOf(family)} TTL {wrong.ReceivedTtl} was measured where {sent} was sent: "
                + "something else answers for this host's own loopback address"
            : $"a loopback connection over {NameOf(family)} came about, but nothing was measured";
        return new(family, HopCheckOutcome.Failed, distance, reason);
    }

    private static HopSourceCheck Judge(HopSource source, HopFamilyCheck[] families)
    {
        if (families.FirstOrDefault(static check => check.Outcome == HopCheckOutcome.Failed) is { } failed)
        {
            return new HopSourceCheck(source, families, failed.Reason, [Advise(failed)]);
        }

        return families.Any(static check => check.Outcome == HopCheckOutcome.Measured)
            ? new HopSourceCheck(source, families, null, [])
            : new HopSourceCheck(
                source,
                families,
                $"it could not be tried: {families[0].Reason}",
                LoopbackServer.WhyOff(AddressFamily.InterNetwork) is null ? [] : [new(HopRemedyKind.StartLoopback)]);
    }

    private static HopRemedy Advise(HopFamilyCheck failed) => new(failed.Distance is null ? HopRemedyKind.InspectLoopback : HopRemedyKind.FindTransparentProxy);

    private static string NameOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}
