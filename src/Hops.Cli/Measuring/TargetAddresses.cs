using System.Net;
using System.Net.Sockets;
using Hops.Cli.Measuring.Methods;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>The addresses of targets: those that the user gave for a name, else those that the look-up finds.</summary>
/// <param name="given">Those that the user gave.</param>
/// <param name="binding">From where the sockets connect: not every address can be reached from there. Null for wherever the routes say.</param>
internal sealed class TargetAddresses(IReadOnlyList<GivenAddress> given, LocalBinding? binding)
{
    /// <summary>Of how many addresses each is measured: the owner of a name decides how many it has.</summary>
    public const int Most = 64;

    /// <summary>Prepares a socket for connecting to them; null where there is nothing to prepare.</summary>
    public Action<Socket>? Prepare => binding is null ? null : binding.Prepare;

    /// <returns>At least one, in order of preference.</returns>
    /// <exception cref="SocketException">There is none.</exception>
    /// <exception cref="FailureException">There is none that can be reached.</exception>
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
