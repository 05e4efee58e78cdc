using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Guard.Connecting;
using Hops.Guard.Watching;

namespace Hops.Guard.Calibration;

/// <summary>Measures the targets of a calibration over the same network as a guard, without checking their addresses.</summary>
internal sealed class Calibrator(HopNetwork network, TimeSpan timeout)
{
    private const int AtOnce = 16;

    /// <returns>The targets of the caller, after checking them.</returns>
    /// <exception cref="ArgumentException">There is no target, or a target has no host or no port.</exception>
    public static Uri[] Targets(IEnumerable<Uri> targets, string parameter)
    {
        ArgumentNullException.ThrowIfNull(targets, parameter);
        Uri[] all = [.. targets];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no target to measure.", parameter);
        }

        return Array.Find(all, static target => !target.IsAbsoluteUri || target.Host.Length == 0 || target.Port is < 1 or > ushort.MaxValue) is { } wrong
            ? throw new ArgumentException(
                $"'{wrong}' is not a target: write it with a host and a port, such as https://wiki.internal or tcp://db.internal:5432.", parameter)
            : all;
    }

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
        // The limit includes the look-up of the name and the connect.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(timeout);
        try
        {
            IReadOnlyList<IPAddress> addresses = await network.ResolveAsync(Host(target), stop.Token).ConfigureAwait(false);
            using GuardedConnect.Mark mark = GuardedConnect.Begin();
            MeasuredConnection connection = await network.ConnectAsync(addresses, target.Port, stop.Token).ConfigureAwait(false);
            await connection.Stream.DisposeAsync().ConfigureAwait(false);
            string? problem = connection.Distance is null ? $"{connection.Address} answered, but its distance is unknown" : null;
            return new(name, connection.Address, connection.Distance, problem);
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

    /// <summary>Returns the host in the form that the resolver takes: an IPv6 address without its brackets.</summary>
    private static string Host(Uri target) => target.HostNameType == UriHostNameType.IPv6 ? target.DnsSafeHost : target.IdnHost;
}
