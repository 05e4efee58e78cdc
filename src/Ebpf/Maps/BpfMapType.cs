namespace Ebpf.Maps;

/// <summary>Specifies the type of a map (<c>enum bpf_map_type</c>).</summary>
public enum BpfMapType
{
    /// <summary>A hash table. A full table refuses new keys. Linux 3.19.</summary>
    Hash = 1,

    /// <summary>An array indexed by a 32-bit number: every entry exists, is initially zero, and cannot be deleted. Linux 3.19.</summary>
    Array = 2,

    /// <summary>An array of programs for the helper <c>bpf_tail_call</c>: see <see cref="Programs.BpfProgramArray"/>. Linux 4.2.</summary>
    ProgramArray = 3,

    /// <summary>A hash table with a value for each processor under each key: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuHash = 5,

    /// <summary>An array with a value for each processor in each entry: see <see cref="BpfPerCpuMap{TKey, TValue}"/>. Linux 4.6.</summary>
    PerCpuArray = 6,

    /// <summary>A hash table that evicts the least recently used entries when it is full. Linux 4.10.</summary>
    LruHash = 9,

    /// <summary><see cref="LruHash"/> with a value for each processor under each key. Linux 4.10.</summary>
    LruPerCpuHash = 10,

    /// <summary>
    /// A trie of prefixes such as networks and routes. A lookup finds the longest prefix that matches. A key is an <see cref="Ipv4Prefix"/>, an
    /// <see cref="Ipv6Prefix"/>, or any structure that starts with the prefix's length in bits (<see cref="uint"/>), followed by up to 256 bytes in network
    /// byte order. A full trie refuses new keys. Linux 4.11.
    /// </summary>
    LpmTrie = 11,

    /// <summary>An array of maps: see <see cref="BpfMapOfMaps{TKey}"/>. Linux 4.12.</summary>
    ArrayOfMaps = 12,

    /// <summary>A hash table of maps: see <see cref="BpfMapOfMaps{TKey}"/>. Linux 4.12.</summary>
    HashOfMaps = 13,

    /// <summary>An array of sockets: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.14; creating it also needs CAP_NET_ADMIN.</summary>
    SockMap = 15,

    /// <summary>A hash table of sockets: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.18; creating it also needs CAP_NET_ADMIN.</summary>
    SockHash = 18,

    /// <summary>An array of sockets that share a port: see <see cref="BpfSocketMap{TKey}"/>. Linux 4.19.</summary>
    ReusePortSockArray = 20,

    /// <summary>A value for each socket, stored with the socket: see <see cref="BpfSocketStorage{TValue}"/>. Linux 5.2.</summary>
    SocketStorage = 24,

    /// <summary>A queue of records from programs to one reader: see <see cref="BpfRingBuffer"/>. Linux 5.8.</summary>
    RingBuffer = 27,
}
