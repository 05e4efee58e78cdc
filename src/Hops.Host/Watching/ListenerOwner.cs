namespace Hops.Host.Watching;

/// <summary>Represents the process that a listening socket belongs to.</summary>
/// <param name="ProcessId">The process ID.</param>
/// <param name="UserId">The user ID; null if it is unknown.</param>
/// <param name="Command">The command; null if it is unknown.</param>
internal sealed record ListenerOwner(int ProcessId, uint? UserId, string? Command);
