using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Calibration;
using Hops.Http.Connecting;

namespace Hops.Http.Calibration;

/// <summary>Measures the targets of a calibration as a guard would: the same network, and no judging of addresses.</summary>
internal sealed class Calibrator(IHopNetwork network, TimeSpan timeout)
{
    private const int AtOnce = 16;

    public async Task<IReadOnlyList<CalibrationTarget>> MeasureAsync(IReadOnlyList<Uri> targets, CancellationToken cancellationToken)
    {
        CalibrationTarget[] measured = new CalibrationTarget[targets.Count];
        await Parallel.ForAsync(
            0,
            targets.Count,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, stop) => measured[i] = await MeasureAsync(targets[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        return measured;
    }

    private async ValueTask<CalibrationTarget> MeasureAsync(Uri target, CancellationToken cancellationToken)
    {
        string name = target.OriginalString;
        // For the look-up of the name and the connect together.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        try
        {
            IReadOnlyList<IPAddress> addresses = await network.ResolveAsync(Host(target), stop.Token).ConfigureAwait(false);
            MeasuredConnection connection = await network.ConnectAsync(addresses, target.Port, stop.Token).ConfigureAwait(false);
            await connection.Stream.DisposeAsync().ConfigureAwait(false);
            return new(name, connection.Address, connection.Distance, connection.Distance is null ? $"{connection.Address} answered, but its distance is unknown" : null);
        }
        catch (Exception e) when (e is SocketException or NotSupportedException or BpfException)
        {
            return new(name, null, null, e.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(name, null, null, "it did not answer in time");
        }
    }

    /// <summary>The host as the resolver wants it: an IPv6 address without its brackets.</summary>
    private static string Host(Uri target) => target.HostNameType == UriHostNameType.IPv6 ? target.DnsSafeHost : target.IdnHost;
}
