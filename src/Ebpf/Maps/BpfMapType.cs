namespace Ebpf.Maps;

/// <summary>What kind of map the kernel makes (<c>enum bpf_map_type</c>).</summary>
public enum BpfMapType
{
    /// <summary>A hash table. A full one refuses new keys. Linux 3.19.</summary>
    Hash = 1,

    /// <summary>An array indexed by a 32-bit number: every entry exists, starts as zeros and cannot be deleted. Linux 3.19.</summary>
    Array = 2,

    /// <summary>Programs by number, for the helper <c>bpf_tail_call</c>: see <see cref="Programs.BpfProgramArray"/>. Linux 4.2.</summary>
    ProgramArray = 3,

    /// <summary>A hash table with a value for each processor under each key: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuHash = 5,

    /// <summary>An array with a value for each processor in each entry: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuArray = 6,

    /// <summary>A hash table that makes room by dropping entries that were not used for long. Linux 4.10.</summary>
    LruHash = 9,

    /// <summary><see cref="LruHash"/> with a value for each processor under each key. Linux 4.10.</summary>
    LruPerCpuHash = 10,

    /// <summary>
    /// Prefixes, of which a look-up finds the longest that fits: routes, networks (<see cref="Ipv4Prefix"/>, <see cref="Ipv6Prefix"/>). A key is any structure
    /// that starts with the prefix's length in bits (<see cref="uint"/>), and the bytes behind it, up to 256, in network byte order. A full one refuses new
    /// keys. Linux 4.11.
    /// </summary>
    LpmTrie = 11,

    /// <summary>An array of maps, for programs: see <see cref="BpfMapOfMaps{TKey}"/>. Linux 4.12.</summary>
    ArrayOfMaps = 12,

    /// <summary>A hash table of maps, for programs: see <see cref="BpfMapOfMaps{TKey}"/>. Linux 4.12.</summary>
    HashOfMaps = 13,

    /// <summary>An array of sockets: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.14; making it needs CAP_NET_ADMIN, too.</summary>
    SockMap = 15,

    /// <summary>A hash table of sockets: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.18; making it needs CAP_NET_ADMIN, too.</summary>
    SockHash = 18,

    /// <summary>An array of sockets that share a port: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.19.</summary>
    ReusePortSockArray = 20,

    /// <summary>A value for each socket, kept with the socket: see <see cref="BpfSocketStorage{TValue}"/>. Linux 5.2.</summary>
    SocketStorage = 24,

    /// <summary>A queue of records that programs fill and one reader empties: see <see cref="BpfRingBuffer"/>. Linux 5.8.</summary>
    RingBuffer = 27,
}
