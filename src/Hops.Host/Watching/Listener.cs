namespace Hops.Host.Watching;

/// <summary>Where a listening socket listens.</summary>
/// <param name="NetworkNamespace">Its network namespace's cookie.</param>
/// <param name="Address">In network byte order; IPv4 as ::ffff:192.0.2.1.</param>
/// <param name="Port">Its port.</param>
internal readonly record struct Listener(ulong NetworkNamespace, UInt128 Address, ushort Port);
