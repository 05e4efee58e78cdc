using Ebpf.Contexts;

namespace Hops.Host.Programs.Guarding;

/// <summary>Finds the socket of the other end of a connection over loopback, and its cgroup. The packet is in r6.</summary>
internal static class SocketLookUp
{
    /// <summary>Copies bytes of the stack as 32-bit words. Uses r1.</summary>
    public static string Copy(int from, int to, int size) => string.Join(
        '\n', Enumerable.Range(0, size / 4).Select(i => $"r1 = *(u32 *)(r10 - {from - (4 * i)})\n*(u32 *)(r10 - {to - (4 * i)}) = r1"));

    /// <summary>Finds the socket that a packet would go to: r0 is the socket, or 0. Uses r0 to r5.</summary>
    /// <param name="tuple">The position of <c>struct bpf_sock_tuple</c> (both addresses and both ports), that many bytes below r10.</param>
    /// <param name="size">The size of the tuple: 12 for IPv4, 36 for IPv6.</param>
    public static string LookUp(int tuple, int size) => $"""
                    r1 = r6
                    r2 = r10
                    r2 += -{tuple}
                    r3 = {size}
                    r4 = {HelperFlags.CurrentNetworkNamespace}
                    r5 = 0
                    call bpf_sk_lookup_tcp
            """;

    /// <summary>Releases the found socket, and jumps to a label if it is in the same cgroup as the packet's own. Uses r0 to r5 and r8.</summary>
    public static string IfOfSameCgroup(string socket, string then) => $"""
                    r1 = {socket}
                    call bpf_sk_cgroup_id
                    r8 = r0
                    r1 = {socket}
                    call bpf_sk_release
                    r1 = r6
                    call bpf_skb_cgroup_id
                    if r0 == r8 goto {then}
            """;
}
