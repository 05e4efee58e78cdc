using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>Finds the addresses of targets: those that the user gave for a name, or else those of the look-up.</summary>
/// <param name="given">The addresses that the user gave.</param>
/// <param name="binding">The binding of sockets, with which not every address can be reached; null for that of the routes.</param>
internal sealed class TargetAddresses(IReadOnlyList<GivenAddress> given, LocalBinding? binding)
{
    /// <summary>The maximum number of addresses of a name that are measured: its owner can give it any number.</summary>
    public const int Most = 64;

    /// <summary>Gets the action that prepares a socket before it connects; null if there is nothing to prepare.</summary>
    public Action<Socket>? Prepare => binding is null ? null : binding.Prepare;

    /// <summary>Returns the addresses of a target.</summary>
    /// <returns>At least one, in order of preference.</returns>
    /// <exception cref="SocketException">The name has no address.</exception>
    /// <exception cref="FailureException">No address can be reached.</exception>
    /// <exception cref="OperationCanceledException">The run was interrupted.</exception>
    public IPAddress[] Of(Target target, TimeSpan timeout, CancellationToken interrupted)
    {
        IPAddress[] addresses = given.Count > 0 && Given(target) is { Length: > 0 } those
            ? those
            : HostAddresses.Resolve(target.Host, target.Family, timeout, interrupted);
        return binding is null ? addresses : binding.Reachable(addresses);
    }

    private IPAddress[] Given(Target target)
    {
        IPAddress[] all = [.. given.Where(one => one.IsOf(target)).Select(static one => one.Address)];
        if (binding?.Interface is null && Array.Find(all, static address => address is { IsIPv6LinkLocal: true, ScopeId: 0 }) is { } local)
        {
            throw new FailureException(new(FailureKind.InvalidTarget, $"--resolve: {LinkLocal.WhatIsMissing(local.ToString())}"));
        }

        if (target.Family == AddressFamily.Unspecified || all.Length == 0)
        {
            return all;
        }

        IPAddress[] ofFamily = [.. all.Where(address => address.AddressFamily == target.Family)];
        string family = target.Family == AddressFamily.InterNetwork ? "IPv4" : "IPv6";
        return ofFamily.Length > 0 ? ofFamily : throw new FailureException(new(FailureKind.NoAddress, $"--resolve gives it no {family} address"));
    }
}
