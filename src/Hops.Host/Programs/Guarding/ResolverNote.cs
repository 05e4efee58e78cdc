using Ebpf.Contexts;
using Ebpf.Maps;

namespace Hops.Host.Programs.Guarding;

/// <summary>
/// Marks sockets that have named a resolver, with a note in the socket's storage. Packets may leave with another address and port than the program named, since
/// this host may translate addresses (as Docker does for 127.0.0.11). If the note cannot be made, the call is refused. A UDP socket may be connected to another
/// address, as the C library does to find its source address, but cannot send after that, even if it names a resolver later.
/// </summary>
internal static class ResolverNote
{
    /// <summary>The socket has named a resolver.</summary>
    public const int Resolver = 1;

    /// <summary>The socket was connected to another address.</summary>
    public const int Elsewhere = 2;

    public static BpfSocketStorage<ulong> Create() => BpfMap.CreateSocketStorage<ulong>("hops_resolving");

    /// <summary>Removes the note, in a program for named addresses (<c>CGROUP_SOCK_ADDR</c>). Uses r0 to r5.</summary>
    public static string Clear() => $"""
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", 0)}
                    if r0 == 0 goto note_cleared
                    *(u64 *)(r0 + 0) = 0
            note_cleared:
            """;

    /// <summary>Adds a flag to the note, in a program for named addresses. Uses r0 to r5.</summary>
    /// <param name="what">The flag.</param>
    /// <param name="otherwise">The label to jump to if the note cannot be made, because the socket's memory is full.</param>
    public static string Make(int what, string otherwise) => $"""
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", HelperFlags.CreateStorage)}
                    if r0 != 0 goto note{what}_there
            // If two calls create it at once, one gets null, and finds it now.
            {Find($"*(u64 *)(r6 + {SockAddr.Socket})", 0)}
                    if r0 == 0 goto {otherwise}
            note{what}_there:
                    r1 = {what}
                    lock *(u64 *)(r0 + 0) |= r1
            """;

    /// <summary>Jumps to a label if the socket in r7 has named a resolver, and no other address. Uses r0 to r5.</summary>
    /// <param name="then">The label to jump to.</param>
    /// <param name="otherwise">A unique label, defined at the end of this code.</param>
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
