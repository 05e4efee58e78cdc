namespace Hops.GuardedClient;

/// <summary>The task of the program: start a host with a guarded client, and fetch. One line of JSON.</summary>
/// <param name="Options">The guard's, as configuration has them: <c>AllowedNearHosts:0</c>.</param>
/// <param name="Urls">What to fetch, one after the other, with one client.</param>
/// <param name="Certificate">The SHA-256 of the only certificate that the client's own settings accept.</param>
/// <param name="NewConnections">Whether each fetch closes its connection.</param>
/// <param name="Version">The HTTP version to ask for, or a higher one; for new connections exactly that.</param>
/// <param name="Pending">
/// What to begin to fetch after the first URL, all at once, and to cancel after the last. Begun, the program writes <c>pending</c> and waits for a line.
/// </param>
/// <param name="Settings">How the client's own handler is set up; null for a guarded one that knows one certificate.</param>
public sealed record Errand(
    IReadOnlyDictionary<string, string?> Options,
    IReadOnlyList<string> Urls,
    string Certificate = "",
    bool NewConnections = false,
    string Version = "1.1",
    IReadOnlyList<string>? Pending = null,
    ClientSettings? Settings = null);
