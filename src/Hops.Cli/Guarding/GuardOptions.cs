using System.Net;
using Hops.Guard;

namespace Hops.Cli.Guarding;

/// <summary>Represents the options of <c>hops guard</c>.</summary>
internal sealed record GuardOptions
{
    /// <summary>Gets the command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required HopGuardOptions Policy { get; init; }

    /// <summary>Gets the name servers that the program may query; null for those of this host.</summary>
    public IReadOnlyList<IPAddress>? Resolvers { get; init; }

    /// <summary>Gets the user to run the program as; null for the user who called sudo.</summary>
    public string? User { get; init; }

    /// <summary>Gets whether to confine a program that may be hostile.</summary>
    public bool Isolate { get; init; }

    /// <summary>Gets whether the program may use the proxy that its environment names.</summary>
    public bool Proxy { get; init; }

    public bool Json { get; init; }

    /// <summary>Gets the file to which refusals are appended; null for standard error.</summary>
    public string? Log { get; init; }
}
