using Hops.Calibration;
using Hops.Http.Calibration;
using Hops.Http.Connecting;
using Hops.Http.Hosting;
using Hops.Http.Policy;
using Hops.Http.Telemetry;

namespace Hops.Http;

/// <summary>
/// Server-side request forgery stopped by topology: a message handler that measures how many routers away a server is, and refuses what is near before a byte of the request, or of TLS,
/// is sent. With dependency injection: <c>services.AddHttpClient("webhooks").AddHopGuard(o => o.MinimumHops = 4)</c>.
/// </summary>
public static class HopGuard
{
    /// <summary>
    /// What strangers may be told when their address was not fetched: the same whether it was refused, closed, silent or did not resolve. Anything else tells them about the inside of the
    /// network.
    /// </summary>
    public const string PublicMessage = "This address could not be fetched.";

    /// <summary>A handler for an <see cref="HttpClient"/> of your own. It owns its connections: make one and keep it.</summary>
    /// <param name="options">What to let through. Copied.</param>
    /// <param name="services">Where log and meters come from; null for none.</param>
    /// <exception cref="ArgumentException">The options are not valid: <see cref="HopGuardOptions.MinimumHops"/> is not set, for one.</exception>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure, and the options require it. The message is the whole diagnosis.</exception>
    /// <exception cref="InvalidOperationException">
    /// This host has an address of a family that cannot be measured, and the options require it (<see cref="HopGuardOptions.AddressFamily"/>).
    /// </exception>
    public static HttpMessageHandler CreateHandler(HopGuardOptions options, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        GuardPolicy policy = new(options);
        IHopNetwork network = GuardNetwork.Open(options, services);
        if (policy is { Mode: HopGuardMode.Enforce, RequireMeasurement: true })
        {
            _ = (network as SocketNetwork)?.FamiliesToMeasure();
        }

        return HopGuardHandler.Around(new SocketsHttpHandler(), "", policy, network, GuardTelemetry.Of("", services));
    }

    /// <summary>
    /// Measures targets of which it is known where they are, and proposes <see cref="HopGuardOptions.MinimumHops"/>: a connection is made to each, as a guard makes it, and closed without
    /// a byte sent. Addresses are not judged. <c>ToString()</c> of what comes back is the whole story, with the options to paste. <c>hops calibrate</c> does the same.
    /// </summary>
    /// <param name="inside">What a guard must refuse: absolute, with a port or a scheme that implies one: <c>https://wiki.internal</c>, <c>tcp://db.internal:5432</c>. The more of what is inside, the better.</param>
    /// <param name="outside">What it must let through, in the same way.</param>
    /// <param name="services">Where a network for tests comes from; null for the real one.</param>
    /// <param name="cancellationToken">Gives up. Each target has 15 seconds.</param>
    /// <exception cref="ArgumentException">There is no target, or one has no host or no port. Nothing was measured.</exception>
    /// <exception cref="HopMeterUnavailableException">Nothing here can measure.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<HopCalibration> CalibrateAsync(
        IEnumerable<Uri> inside, IEnumerable<Uri> outside, IServiceProvider? services = null, CancellationToken cancellationToken = default)
    {
        Uri[] near = CalibrationTargets(inside, nameof(inside));
        Uri[] far = CalibrationTargets(outside, nameof(outside));
        HopGuardOptions options = new();
        Calibrator calibrator = new(GuardNetwork.Open(options, services), options.ConnectTimeout);
        return new HopCalibration(
            await calibrator.MeasureAsync(near, cancellationToken).ConfigureAwait(false),
            await calibrator.MeasureAsync(far, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Whether an exception, or one inside it, is a refusal of a guard: final, not worth a retry, and no sign that the server is ill.</summary>
    public static bool IsRefusal(Exception? exception)
    {
        for (Exception? current = exception; current is not null; current = current.InnerException)
        {
            if (current is HopGuardException || (current is AggregateException several && several.InnerExceptions.Any(IsRefusal)))
            {
                return true;
            }
        }

        return false;
    }

    private static Uri[] CalibrationTargets(IEnumerable<Uri> targets, string parameter)
    {
        ArgumentNullException.ThrowIfNull(targets, parameter);
        Uri[] all = [.. targets];
        if (all.Length == 0)
        {
            throw new ArgumentException("There is no target to measure.", parameter);
        }

        return Array.Find(all, static target => !target.IsAbsoluteUri || target.Host.Length == 0 || target.Port is < 1 or > ushort.MaxValue) is { } wrong
            ? throw new ArgumentException($"'{wrong}' is not a target: write it with a host and a port, such as https://wiki.internal or tcp://db.internal:5432.", parameter)
            : all;
    }
}
