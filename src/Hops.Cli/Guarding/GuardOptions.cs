using System.Net;
using Hops.Guard;

namespace Hops.Cli.Guarding;

/// <summary>What <c>hops guard</c> was asked for.</summary>
internal sealed record GuardOptions
{
    /// <summary>The command and its arguments.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public required HopGuardOptions Policy { get; init; }

    /// <summary>Those that may be asked; null for those of this host.</summary>
    public IReadOnlyList<IPAddress>? Resolvers { get; init; }

    /// <summary>Whose the program is; null for who called sudo.</summary>
    public string? User { get; init; }

    /// <summary>The program may be hostile.</summary>
    public bool Isolate { get; init; }

    /// <summary>A proxy that the environment names may be used.</summary>
    public bool Proxy { get; init; }

    public bool Json { get; init; }

    /// <summary>The file to tell refusals into; null for standard error.</summary>
    public string? Log { get; init; }
}
