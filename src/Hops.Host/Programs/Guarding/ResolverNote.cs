using Ebpf.Contexts;
using Ebpf.Maps;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// A note, kept with a socket, that it has named a resolver: what leaves may have another address and port by then, since this host translates addresses in
/// between (as Docker does for 127.0.0.11). A socket whose note cannot be made is refused. A UDP socket may be connected to elsewhere, as the C library does to
/// find out which address it would have, and does not send then, whatever it names later.
/// </summary>
internal static class ResolverNote
{
    /// <summary>It has named a resolver.</summary>
    public const int Resolver = 1;

    /// <summary>It was connected to elsewhere.</summary>
    public const int Elsewhere = 2;

    public static BpfSocketStorage<ulong> Create() => BpfMap.CreateSocketStorage<ulong>("hops_resolving");

    /// <summary>Takes the note away, in a program for addresses that are named (<c>CGROUP_SOCK_ADDR</c>). Uses r0 to r5.</summary>
    public static string Clear() => $"""
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", 0)}
                    if r0 == 0 goto note_cleared
                    *(u64 *)(r0 + 0) = 0
            note_cleared:
            """;

    /// <summary>Adds to the note, in such a program. Uses r0 to r5.</summary>
    /// <param name="what">What to note.</param>
    /// <param name="otherwise">Where to go on where it cannot be made: the socket's memory is full.</param>
    public static string Make(int what, string otherwise) => $"""
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", HelperFlags.CreateStorage)}
                    if r0 != 0 goto note{what}_there
            // Of two that make it at once, one gets nothing; it is there then.
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", 0)}
                    if r0 == 0 goto {otherwise}
            note{what}_there:
                    r1 = {what}
                    lock *(u64 *)(r0 + 0) |= r1
            """;

    /// <summary>Goes elsewhere if the socket in r7 has named a resolver, and nobody else. Uses r0 to r5.</summary>
    /// <param name="then">Where.</param>
    /// <param name="otherwise">A label of its own, for where it goes on.</param>
    public static string IfMade(string then, string otherwise) => $"""
            {Find("r7", 0)}
                    if r0 == 0 goto {otherwise}
                    r1 = *(u64 *)(r0 + 0)
                    if r1 == {Resolver} goto {then}
            {otherwise}:
            """;

    private static string Find(string socket, int flags) => $"""
                    r1 = map[resolving]
                    r2 = {socket}
                    r3 = 0
                    r4 = {flags}
                    call bpf_sk_storage_get
            """;
}
