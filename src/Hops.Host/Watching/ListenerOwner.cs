namespace Hops.Host.Watching;

/// <summary>The process that a listening socket belongs to.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="UserId">Its user; null where that is not known.</param>
/// <param name="Command">Its command; null where that is not known.</param>
internal sealed record ListenerOwner(int ProcessId, uint? UserId, string? Command);
