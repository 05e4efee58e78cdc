using System.Net.Sockets;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Lab;
using Spectre.Console;

namespace Hops.Cli.Lab;

/// <summary>Implements <c>hops lab</c>, which measures in private networks of known size on this machine.</summary>
internal static class LabCommand
{
    /// <summary>The largest number of routers after which a TTL that started at 64 is still above 32.</summary>
    private const int FarthestFrom64 = 31;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly int[] UsualSizes = [0, 1, 2, 3, 5, 8, 30];

    public static async Task<ExitStatus> RunAsync(int? routers)
    {
        using Streams streams = new();
        using Interruption interruption = new();
        LabReport report = new();
        IReadOnlyList<HopSourceRefusal> refusals = [];
        bool interrupted = false;
        try
        {
            int[] sizes = routers is { } one ? [one] : UsualSizes;
            foreach (int size in sizes.TakeWhile(_ => !interruption.Token.IsCancellationRequested))
            {
                streams.ErrorTerminal?.MarkupLine($"[grey]building a network with {size} {(size == 1 ? "router" : "routers")} …[/]");
                using LabNetwork network = LabNetwork.Create(size);
                if (size > FarthestFrom64)
                {
                    // An initial TTL of 64 would arrive like one of the obsolete 32.
                    network.SetServerInitialTtl(255);
                }

                HopMeter meter = HopMeter.Open();
                refusals = meter.Refusals;
                using LabServer server = LabServer.Start(network.Server);
                foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
                {
                    (HopDistance? measured, string? reason) = await MeasureAsync(meter, network, server, family, interruption.Token).ConfigureAwait(false);
                    report.Add(size, family, measured, reason);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C, here or in an 'ip' command of the construction. Results until then are shown; disposing removes the network.
            interrupted = true;
        }
        catch (Exception e) when (e is LabUnavailableException or HopMeterUnavailableException or InvalidOperationException or SocketException
            or IOException or UnauthorizedAccessException)
        {
            streams.WriteMessage("[!]", Color.Red, Advice.Message(e));
            return ExitStatus.CannotMeasure;
        }

        report.Show(streams, refusals);
        return interruption.Status ?? (interrupted ? ExitStatus.Interrupted : report.IsAllRight ? ExitStatus.Measured : ExitStatus.SomeFailed);
    }

    /// <returns>The distance, or the reason why it is unknown.</returns>
    private static async Task<(HopDistance? Distance, string? Reason)> MeasureAsync(
        HopMeter meter, LabNetwork network, LabServer server, AddressFamily family, CancellationToken cancellationToken)
    {
        if (!meter.Measures(family))
        {
            return (null, $"the best source here, {SourceName.Of(meter.Source)}, measures IPv6 only");
        }

        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(Patience);
        using Socket socket = network.Client.Run(() => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        meter.Arm(socket);
        try
        {
            await socket.ConnectAsync(network.ServerAddress(family), server.Port, timeout.Token).ConfigureAwait(false);
            return meter.Read(socket) is { } distance ? (distance, null) : (null, "it connected, but nothing was measured");
        }
        catch (SocketException e)
        {
            return (null, $"connecting failed: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no connection within {Patience.TotalSeconds:0} seconds");
        }
    }
}
