using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>A way to measure a target whose addresses are known.</summary>
internal interface IMethod
{
    /// <summary>Why there is no better one; empty before the first target.</summary>
    IReadOnlyList<HopSourceRefusal> Refusals => [];

    /// <summary>The method for TCP.</summary>
    /// <param name="source">The source that the user named; null for the best one that this process may use.</param>
    /// <param name="prepare">Prepares each socket before it connects; null where there is nothing to prepare.</param>
    static IMethod ForTcp(HopSource? source, Action<Socket>? prepare = null) =>
        source == HopSource.MinimumTtl ? new TcpProbing(prepare) : new TcpConnecting((HopMeterSource?)source, prepare);

    /// <summary>Whether some of the addresses cannot be tried for want of rights.</summary>
    bool LeavesOut(IPAddress[] addresses) => false;

    /// <summary>Adds that to the failure of the others.</summary>
    Failure Untried(Failure failure) => failure;

    /// <summary>Measures who refuses to be connected to, by one more connection: not the target's distance, and never to be taken for it.</summary>
    /// <param name="target">What refused.</param>
    /// <param name="addresses">Its addresses, in order of preference.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="interrupted">Ends it.</param>
    /// <returns>Null where that is unknown.</returns>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    Reading? MeasureRefusal(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) => null;

    /// <param name="target">What to measure.</param>
    /// <param name="addresses">Its addresses, in order of preference.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="interrupted">May end it; a blocking connect does not listen.</param>
    /// <exception cref="SocketException">No answer, or none in time.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">The sockets of this host cannot be measured.</exception>
    /// <exception cref="FailureException">It cannot be measured in this way.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted);
}
