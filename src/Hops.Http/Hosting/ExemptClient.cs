namespace Hops.Http.Hosting;

/// <summary>A client that has no guard where all others have one.</summary>
/// <param name="Name">Its name.</param>
internal sealed record ExemptClient(string Name);
