using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Output;
using Hops.Cli.Shell;
using Hops.Cli.Syntax;
using Hops.Cli.Targets;
using Hops.Cli.Tracing.Probing;
using Spectre.Console;

namespace Hops.Cli.Tracing;

/// <summary>Implements <c>hops trace</c>, which shows the way to a target, and the length of the way back.</summary>
internal sealed class TraceCommand : IDisposable
{
    // A working resolver does not take longer; a broken one must not delay the results.
    private static readonly TimeSpan NameTimeout = TimeSpan.FromSeconds(2);

    private readonly TraceOptions _options;
    private readonly Target _target;
    private readonly Streams _streams = new();
    private readonly Interruption _interruption = new();
    private readonly IMethod _tcp;

    private TraceCommand(TraceOptions options, Target target)
    {
        _options = options;
        _target = target;
        _tcp = IMethod.ForTcp(options.Source);
    }

    public static async Task<ExitStatus> RunAsync(TraceOptions options)
    {
        if (!new TargetParser(options.Port, options.Family).TryParse(options.Target, out Target? target, out string? error))
        {
            return WrongUsage.Tell($"'{TargetParser.WithoutPassword(options.Target)}' is not a target: {error}", new TraceVerb());
        }

        if (options.Limits.IsOneByOne && target.Protocol == ProtocolType.Udp)
        {
            // A late answer to one datagram could be taken for an answer to the next; for TCP the kernel compares sequence numbers.
            return WrongUsage.Tell("--one-path is for TCP only", new TraceVerb());
        }

        using TraceCommand command = new(options, target);
        return await command.RunAsync().ConfigureAwait(false);
    }

    public void Dispose()
    {
        _interruption.Dispose();
        _streams.Dispose();
    }

    private async Task<ExitStatus> RunAsync()
    {
        try
        {
            Measurer measurer = new(_tcp, new UdpAsking(payload: null), new TargetParser(_options.Port, _options.Family), _options.Limits.Timeout);
            // A measurement with a usual TTL also shows how many TTLs to try. It runs on another thread, because a blocking connect ignores signals.
            Measurement back = await Task.Run(() => measurer.Measure(_options.Target, 1, _interruption.Token))
                .WaitAsync(_interruption.Token).ConfigureAwait(false);
            IPEndPoint endPoint = back.RemoteEndPoint ?? new IPEndPoint(FirstAddress(back.Failure!), _target.Port);
            TraceResult result = Trace(endPoint, back);
            Show(result);
            return _interruption.Status ?? (result.There.Routers is not null && result.Back.Distance is not null ? ExitStatus.Measured : ExitStatus.SomeFailed);
        }
        catch (OperationCanceledException)
        {
            return _interruption.Status ?? ExitStatus.Interrupted;
        }
        catch (FailureException e)
        {
            Fail(e.Failure);
            return e.Failure.Kind == FailureKind.NotPermitted ? ExitStatus.CannotMeasure : ExitStatus.SomeFailed;
        }
    }

    /// <summary>Returns the address to trace if no distance was measured: the way there can still be found.</summary>
    private IPAddress FirstAddress(Failure failure)
    {
        if (failure.Kind == FailureKind.Unresolved)
        {
            throw new FailureException(failure);
        }

        try
        {
            return HostAddresses.Resolve(_target.Host, _target.Family, _options.Limits.Timeout, _interruption.Token)[0];
        }
        catch (SocketException)
        {
            throw new FailureException(failure);
        }
    }

    private TraceResult Trace(IPEndPoint endPoint, Measurement back)
    {
        byte[] payload = UdpAsking.RootNameServersQuery();
        WayThere there;
        try
        {
            int sourcePort = _options.Limits.IsOneByOne ? TcpTtlProbe.FreePort(endPoint.AddressFamily) : 0;
            Trace trace = new(
                ttl => _target.Protocol == ProtocolType.Udp ? new UdpTtlProbe(endPoint, ttl, payload) : new TcpTtlProbe(endPoint, ttl, sourcePort),
                _options.Limits);
            bool isThere = back.Reading is not null || back.Failure!.Kind == FailureKind.Refused;
            // The target needs one TTL more than there are routers, and the way there may be one longer.
            int guess = back.Distance is { IsPlausible: true, Hops: var hops } ? hops + 2 : Probing.Trace.Block;
            there = trace.Run(isThere, guess, _interruption.Token);
        }
        catch (SocketException e)
        {
            bool isOfThisHost = e.SocketErrorCode is SocketError.AccessDenied or SocketError.TooManyOpenSockets;
            throw new FailureException(new Failure(
                isOfThisHost ? FailureKind.NotPermitted : FailureKind.Unreachable,
                $"this host refuses to send: {TerminalText.Escape(e.Message)}"));
        }

        TraceResult result = new(_options.Target, _target.Protocol, endPoint, there, WayBackOf(back, there));
        IPAddress[] addresses = [.. there.Answers.Select(static answer => answer.Address).Append(endPoint.Address).Distinct()];
        return _options.Names ? result with { Names = RouterNames.Of(addresses, NameTimeout, _interruption.Token) } : result;
    }

    private static WayBack WayBackOf(Measurement measured, WayThere there) =>
        measured.Distance is { } distance ? new(distance, SourceName.Of(measured.Reading!.Source), null)
        : measured.Refusal is { Distance: { } ofRst } ? new(ofRst, WayBack.OfReset, null)
        // An ICMP error of the target itself, such as that no program listens for datagrams. The TTL of a reset is unknown.
        : there.Reached is { Kind: AnswerKind.Refused, Back: { } ofIcmp } ? new(ofIcmp, WayBack.OfIcmp, null)
        : new(null, null, measured.Failure);

    private void Show(TraceResult result)
    {
        if (_options.Json)
        {
            _streams.WriteRaw(TraceJson.Format(result));
            return;
        }

        new TraceText(_streams).Show(result);
        if (_options.Source is null && result.Back.Failure is { Kind: FailureKind.NotPermitted })
        {
            _streams.WriteMessage("To measure the way back, too:");
            _streams.WriteMessage($"  now:   hops trace --source minimum-ttl {TerminalText.Escape(_options.Target)}   (without rights, by extra connections)");
            _streams.WriteMessage($"  once:  {Advice.ForIpv4(_tcp.Refusals)}");
        }
    }

    private void Fail(Failure failure)
    {
        if (_options.Json)
        {
            _streams.WriteRaw(TraceJson.Format(_options.Target, failure));
        }
        else
        {
            _streams.WriteMessage("[!]", Color.Red, $"{TerminalText.Escape(_options.Target)}: {failure.Message}");
        }
    }
}
