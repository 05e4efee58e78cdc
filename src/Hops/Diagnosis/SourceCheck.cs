using System.Net.Sockets;
using Ebpf;

namespace Hops.Diagnosis;

/// <summary>Tries sources on loopback connections.</summary>
/// <param name="facts">For advice.</param>
/// <param name="patience">How long each source may take.</param>
/// <param name="secondPatience">How long it may take when it is tried again.</param>
internal sealed class SourceCheck(ProcessFacts facts, TimeSpan patience, TimeSpan secondPatience)
{
    private static readonly AddressFamily[] BothFamilies = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
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
            HopMeter? meter = source switch
            {
                // It may wait for the service that shares the filter.
                HopSource.PinnedFilter => await Task.Run(() => HopMeter.Open(source), CancellationToken.None).WaitAsync(stop.Token).ConfigureAwait(false),
                HopSource.SocketFilter or HopSource.SocketOption => HopMeter.Open(source),
                _ => null,
            };
            HopFamilyCheck[] families = await Task.WhenAll(BothFamilies
                .Where(family => meter?.Measures(family) ?? true)
                .Select(family => CheckAsync(source, meter, family, limit, cancellationToken, stop.Token))).ConfigureAwait(false);
            return (Judge(source, families), families.All(static check => check is not { Outcome: HopCheckOutcome.Failed, Distance: null }));
        }
        catch (HopMeterUnavailableException e)
        {
            HopSourceRefusal refusal = e.Refusals[0];
            IReadOnlyList<string> remedies = source switch
            {
                HopSource.PinnedFilter => FilterRemedies.ForPinnedFilter(refusal, facts),
                HopSource.SocketFilter => FilterRemedies.ForSocketFilter(refusal, e.InnerException as BpfException, facts),
                _ => [refusal.Remedy],
            };
            return (new HopSourceCheck(source, [], refusal.Reason, remedies), true);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whatever is wrong with a machine, a doctor says so.
            return (new HopSourceCheck(source, [], $"opening it failed: {e.Message.TrimEnd('.')}", []), true);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string[] remedies = ["try again; if it stays so, see whether the host is overloaded, or a service hangs"];
            return (new HopSourceCheck(source, [], $"opening it took longer than {limit.TotalMilliseconds:0} ms", remedies), false);
        }
    }

    /// <param name="source">What is tried.</param>
    /// <param name="meter">Its meter, where it has one.</param>
    /// <param name="family">Over which family.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">The caller's.</param>
    /// <param name="stop">Also at the end of that time.</param>
    private static async Task<HopFamilyCheck> CheckAsync(
        HopSource source, HopMeter? meter, AddressFamily family, TimeSpan limit, CancellationToken cancellationToken, CancellationToken stop)
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
                _ => LoopbackMeasurement.OfMeterAsync(meter!, family, stop),
            }).ConfigureAwait(false);
            return Compare(family, distance);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HopFamilyCheck(family, HopCheckOutcome.Failed, null, $"a loopback connection over {NameOf(family)} did not come about within {limit.TotalMilliseconds:0} ms");
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TooManyOpenSockets)
        {
            return new HopFamilyCheck(family, HopCheckOutcome.Failed, null, "this process has no file descriptor left for a loopback connection");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new HopFamilyCheck(family, HopCheckOutcome.Failed, null, $"measuring a loopback connection over {NameOf(family)} failed: {e.Message.TrimEnd('.')}");
        }
    }

    /// <summary>Only what was sent counts as measured.</summary>
    internal static HopFamilyCheck Compare(AddressFamily family, HopDistance? distance)
    {
        int sent = LoopbackServer.TtlOf(family);
        return distance is { } measured && measured.ReceivedTtl == sent ? new(family, HopCheckOutcome.Measured, measured, null)
            : new(family, HopCheckOutcome.Failed, distance, distance is { } wrong
                ? $"over {NameOf(family)} TTL {wrong.ReceivedTtl} was measured where {sent} was sent: something else answers for this host's own loopback address"
                : $"a loopback connection over {NameOf(family)} came about, but nothing was measured");
    }

    private static HopSourceCheck Judge(HopSource source, HopFamilyCheck[] families)
    {
        if (families.FirstOrDefault(static check => check.Outcome == HopCheckOutcome.Failed) is { } failed)
        {
            return new HopSourceCheck(source, families, failed.Reason, [Advise(failed)]);
        }

        return families.Any(static check => check.Outcome == HopCheckOutcome.Measured)
            ? new HopSourceCheck(source, families, null, [])
            : new HopSourceCheck(source, families, $"it could not be tried: {families[0].Reason}", LoopbackServer.WhyOff(AddressFamily.InterNetwork) is null ? [] : ["sudo ip link set lo up"]);
    }

    private static string Advise(HopFamilyCheck failed) => failed.Distance is null
        ? "see whether the host is overloaded, short of descriptors (raise 'ulimit -n'; systemd: LimitNOFILE=), or filters its own loopback packets"
        : "look for a transparent proxy or a service mesh that takes over connections";

    private static string NameOf(AddressFamily family) => family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
}
