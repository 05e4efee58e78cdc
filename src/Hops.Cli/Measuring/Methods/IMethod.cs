using System.Net;
using System.Net.Sockets;
using Ebpf;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring.Methods;

/// <summary>Represents a way to measure a target whose addresses are known.</summary>
internal interface IMethod
{
    /// <summary>Gets why there is no better source; empty before the first target.</summary>
    IReadOnlyList<HopSourceRefusal> Refusals => [];

    /// <summary>Creates the method for TCP.</summary>
    /// <param name="source">The source that the user named; null for the best one that this process may use.</param>
    /// <param name="prepare">Prepares each socket before it connects; null if there is nothing to prepare.</param>
    static IMethod ForTcp(HopSource? source, Action<Socket>? prepare = null) =>
        source == HopSource.MinimumTtl ? new TcpProbing(prepare) : new TcpConnecting((HopMeterSource?)source, prepare);

    /// <summary>Returns whether some of the addresses cannot be tried because rights are missing.</summary>
    bool LeavesOut(IPAddress[] addresses) => false;

    /// <summary>Adds to the failure of the other addresses that some were not tried.</summary>
    Failure Untried(Failure failure) => failure;

    /// <summary>Measures the machine that refused, by one more connection. This is not the distance of the target.</summary>
    /// <param name="target">The target that was refused.</param>
    /// <param name="addresses">Its addresses, in order of preference.</param>
    /// <param name="timeout">How long the measurement may take.</param>
    /// <param name="interrupted">Cancels it.</param>
    /// <returns>Null if the distance is unknown.</returns>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    Reading? MeasureRefusal(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted) => null;

    /// <summary>Measures a target.</summary>
    /// <param name="target">The target.</param>
    /// <param name="addresses">Its addresses, in order of preference.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="interrupted">Cancels it, except while a connect blocks.</param>
    /// <exception cref="SocketException">There was no answer, or none in time.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="NotSupportedException">The sockets of this host cannot be measured.</exception>
    /// <exception cref="FailureException">The target cannot be measured in this way.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    Reading Measure(Target target, IPAddress[] addresses, TimeSpan timeout, CancellationToken interrupted);
}
