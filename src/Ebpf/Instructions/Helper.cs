namespace Ebpf.Instructions;

/// <summary>
/// Specifies the helpers, functions of the kernel that programs call, by their numbers in <c>linux/bpf.h</c>. The members are all helpers of the program types
/// in <see cref="Programs.BpfProgramType"/>. The type of a program determines which of them it may call: see
/// <see cref="Features.BpfFeatures.Probe(Helper, Programs.BpfProgramType)"/> or <c>docs/ebpf/helpers.md</c>. <see cref="Assembler.Call(int, string?, int)"/>
/// calls other helpers.
/// </summary>
/// <remarks>
/// Unless noted, <c>r0</c> is 0 or a negative error number (-2 is <see cref="Errno.ENOENT"/>). A call destroys <c>r1</c> to <c>r5</c>. <c>*r2</c> is the memory
/// that <c>r2</c> points to. The version is the first kernel with the helper; some program types got it later. GPL: only for programs with a licence that is
/// compatible with the GPL. CAP_PERFMON: loading the program needs this capability, too.
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man7/bpf-helpers.7.html"/>
public enum Helper
{
    /// <summary><c>r0</c> = the address of the value of the key at <c>*r2</c> in the map <c>r1</c>, or 0. Linux 3.19.</summary>
    MapLookupElement = 1,

    /// <summary>Writes the value at <c>*r3</c> under the key at <c>*r2</c> of the map <c>r1</c>, flags <c>r4</c>. Linux 3.19.</summary>
    MapUpdateElement = 2,

    /// <summary>Deletes the key at <c>*r2</c> of the map <c>r1</c>. Linux 3.19.</summary>
    MapDeleteElement = 3,

    /// <summary><c>r0</c> = nanoseconds since boot, without time in suspend. Linux 4.1.</summary>
    GetMonotonicNanoseconds = 5,

    /// <summary>
    /// Prints to the kernel's trace pipe: the format of <c>r2</c> bytes at <c>*r1</c> with the values <c>r3</c> to <c>r5</c>. For debugging. <c>r0</c> = the
    /// bytes written, or a negative error. GPL. CAP_PERFMON. Linux 4.1.
    /// </summary>
    TracePrint = 6,

    /// <summary><c>r0</c> = a random 32-bit number. Linux 4.1.</summary>
    GetRandomNumber = 7,

    /// <summary><c>r0</c> = the processor that the program runs on. Linux 4.1.</summary>
    GetProcessorId = 8,

    /// <summary>
    /// Copies the <c>r4</c> bytes at <c>*r3</c> to offset <c>r2</c> of the packet <c>r1</c>, flags <c>r5</c>. Pointers into the packet must be loaded and
    /// checked again. Linux 4.1.
    /// </summary>
    StorePacketBytes = 9,

    /// <summary>
    /// Corrects the IP header's checksum at offset <c>r2</c> of the packet <c>r1</c> after a field changed from <c>r3</c> to <c>r4</c>; <c>r5</c> is the
    /// field's size, 2 or 4. Linux 4.1.
    /// </summary>
    ReplaceIpChecksum = 10,

    /// <summary>As <see cref="ReplaceIpChecksum"/>, for a TCP, UDP or ICMP header; flags and size in <c>r5</c>. Linux 4.1.</summary>
    ReplaceTransportChecksum = 11,

    /// <summary>
    /// Continues with the program at index <c>r3</c> of the program array <c>r2</c>, with the context <c>r1</c>, and does not return, unless there is no such
    /// program. Linux 4.2.
    /// </summary>
    TailCall = 12,

    /// <summary>Sends a copy of the packet <c>r1</c> through the interface with index <c>r2</c>, flags <c>r3</c>. Linux 4.2.</summary>
    CloneAndRedirect = 13,

    /// <summary>
    /// <c>r0</c> = the process's id in the high 32 bits, the thread's in the low. In programs that process packets it may be that of an unrelated process.
    /// Linux 4.2.
    /// </summary>
    GetCurrentProcessAndThreadId = 14,

    /// <summary><c>r0</c> = the group's id in the high 32 bits, the user's in the low. Linux 4.2.</summary>
    GetCurrentUserAndGroupId = 15,

    /// <summary>
    /// Copies the name of the current thread's command to the <c>r2</c> bytes at <c>*r1</c>, with a terminating zero. CAP_PERFMON. Linux 4.2.
    /// </summary>
    GetCurrentCommand = 16,

    /// <summary><c>r0</c> = the <c>net_cls</c> class of the current process's cgroup, or 0. Linux 4.3.</summary>
    GetNetworkClass = 17,

    /// <summary>Adds a VLAN tag to the packet <c>r1</c>: protocol <c>r2</c> in network byte order, tag <c>r3</c>. Linux 4.3.</summary>
    PushVlan = 18,

    /// <summary>Removes the VLAN tag from the packet <c>r1</c>. Linux 4.3.</summary>
    PopVlan = 19,

    /// <summary>
    /// Writes the metadata of the tunnel through which the packet <c>r1</c> arrived to the <c>r3</c> bytes at <c>*r2</c> (<c>struct bpf_tunnel_key</c>), flags
    /// <c>r4</c>. Linux 4.3.
    /// </summary>
    GetTunnelKey = 20,

    /// <summary>Sets the tunnel through which the packet <c>r1</c> is sent: the <c>r3</c> bytes at <c>*r2</c>, flags <c>r4</c>. Linux 4.3.</summary>
    SetTunnelKey = 21,

    /// <summary>
    /// <c>r0</c> = the counter at index <c>r2</c> of the perf event array <c>r1</c>, or a negative error, which looks like a large counter:
    /// <see cref="PerfEventReadValue"/> distinguishes them. GPL. CAP_PERFMON. Linux 4.3.
    /// </summary>
    PerfEventRead = 22,

    /// <summary>
    /// Sends the packet through the interface with index <c>r1</c>, flags <c>r2</c>. <c>r0</c> = the value that the program must return. Linux 4.4.
    /// </summary>
    Redirect = 23,

    /// <summary><c>r0</c> = the realm of the route of the packet <c>r1</c>, or 0. Linux 4.4.</summary>
    GetRouteRealm = 24,

    /// <summary>
    /// Sends the <c>r5</c> bytes at <c>*r4</c> to the perf event array <c>r2</c> with flags <c>r3</c>; <c>r1</c> is the context. GPL. Linux 4.4.
    /// </summary>
    PerfEventOutput = 25,

    /// <summary>Copies <c>r4</c> bytes at offset <c>r2</c> of the packet <c>r1</c> to <c>*r3</c>. Linux 4.5.</summary>
    LoadPacketBytes = 26,

    /// <summary>
    /// <c>r0</c> = the checksum <c>r5</c> after the <c>r2</c> bytes at <c>*r1</c> are replaced by the <c>r4</c> bytes at <c>*r3</c>, or a negative error. Linux
    /// 4.6.
    /// </summary>
    ChecksumDifference = 28,

    /// <summary>
    /// Copies the options of the packet <c>r1</c>'s tunnel to the <c>r3</c> bytes at <c>*r2</c>. <c>r0</c> = their size, or a negative error. Linux 4.6.
    /// </summary>
    GetTunnelOptions = 29,

    /// <summary>Sets the options of the packet <c>r1</c>'s tunnel: the <c>r3</c> bytes at <c>*r2</c>. Linux 4.6.</summary>
    SetTunnelOptions = 30,

    /// <summary>
    /// Converts the packet <c>r1</c> from IPv4 to IPv6, or back: EtherType <c>r2</c> in network byte order, flags <c>r3</c>. The program must write the
    /// contents of the headers. Linux 4.8.
    /// </summary>
    ChangePacketProtocol = 31,

    /// <summary>Sets the destination type of the packet <c>r1</c>: <c>r2</c> is <c>PACKET_HOST</c> or another <c>PACKET_…</c> constant. Linux 4.8.</summary>
    ChangePacketType = 32,

    /// <summary>
    /// <c>r0</c> = 1 if the packet <c>r1</c> is from a socket of the control group at index <c>r3</c> of the cgroup array <c>r2</c> or one below, 0 if not,
    /// or a negative error. Linux 4.8.
    /// </summary>
    PacketIsUnderCgroup = 33,

    /// <summary><c>r0</c> = the packet <c>r1</c>'s hash, computed now if it has none. Linux 4.8.</summary>
    RecomputeHash = 34,

    /// <summary><c>r0</c> = the address of the current thread's <c>struct task_struct</c>, as a number. GPL. CAP_PERFMON. Linux 4.8.</summary>
    GetCurrentTask = 35,

    /// <summary>
    /// <c>r0</c> = 1 if the current thread belongs to the control group at index <c>r2</c> of the cgroup array <c>r1</c> or one below, 0 if not, or a
    /// negative error. Linux 4.9.
    /// </summary>
    CurrentTaskIsUnderCgroup = 37,

    /// <summary>Sets the length of the packet <c>r1</c> to <c>r2</c> bytes, flags <c>r3</c>. Linux 4.9.</summary>
    ChangePacketTail = 38,

    /// <summary>
    /// Makes the first <c>r2</c> bytes of the packet <c>r1</c> accessible through <c>data</c>. Pointers into the packet must be loaded and checked again. Linux
    /// 4.9.
    /// </summary>
    PullPacketData = 39,

    /// <summary>Adds <c>r2</c> to the checksum that the packet <c>r1</c> arrived with, if it has one. Linux 4.9.</summary>
    UpdateChecksum = 40,

    /// <summary>Discards the packet <c>r1</c>'s hash. Linux 4.9.</summary>
    InvalidateHash = 41,

    /// <summary><c>r0</c> = the memory node of the processor that the program runs on. Linux 4.10.</summary>
    GetNumaNodeId = 42,

    /// <summary>Adds <c>r2</c> bytes of space in front of the packet <c>r1</c>, flags <c>r3</c>. Linux 4.10.</summary>
    ChangePacketHead = 43,

    /// <summary>
    /// Moves the start of the packet <c>r1</c> by <c>r2</c> bytes; a negative number adds space. Pointers into the packet must be loaded and checked again.
    /// Linux 4.10.
    /// </summary>
    XdpAdjustHead = 44,

    /// <summary>
    /// <c>r0</c> = the cookie of the socket that the context <c>r1</c> belongs to: the value of <c>SO_COOKIE</c> for the application. Linux 4.12.
    /// </summary>
    GetSocketCookie = 46,

    /// <summary><c>r0</c> = the user who owns the socket of the packet <c>r1</c>. Linux 4.12.</summary>
    GetSocketUserId = 47,

    /// <summary>Sets the packet <c>r1</c>'s hash to <c>r2</c>. Linux 4.13.</summary>
    SetHash = 48,

    /// <summary>
    /// <c>setsockopt</c>: level <c>r2</c>, option <c>r3</c>, the <c>r5</c> bytes at <c>*r4</c>, on the socket of the context <c>r1</c>. Linux 4.13.
    /// </summary>
    SetSocketOption = 49,

    /// <summary>
    /// Adds or removes <c>r2</c> bytes of space in the packet <c>r1</c>, behind the header that <c>r3</c> specifies (<c>BPF_ADJ_ROOM_NET</c>), flags <c>r4</c>.
    /// Linux 4.13.
    /// </summary>
    AdjustPacketRoom = 50,

    /// <summary>
    /// Sends the packet to the entry at index <c>r2</c> of the device, processor or socket map <c>r1</c>. <c>r0</c> = the value that the program must return;
    /// the low bits of <c>r3</c> if there is no entry. Linux 4.14.
    /// </summary>
    RedirectMap = 51,

    /// <summary>Adds the connection of the context <c>r1</c> under the key at <c>*r3</c> of the socket map <c>r2</c>, flags <c>r4</c>. Linux 4.14.</summary>
    SocketMapUpdate = 53,

    /// <summary>Moves the start of the metadata space in front of the packet <c>r1</c> by <c>r2</c> bytes. Linux 4.15.</summary>
    XdpAdjustMetadata = 54,

    /// <summary>
    /// Copies the counter at index <c>r2</c> of the perf event array <c>r1</c>, and the times for which it was enabled and running, to the <c>r4</c> bytes at
    /// <c>*r3</c>. GPL. CAP_PERFMON. Linux 4.15.
    /// </summary>
    PerfEventReadValue = 55,

    /// <summary>
    /// <c>getsockopt</c>: level <c>r2</c>, option <c>r3</c>, into the <c>r5</c> bytes at <c>*r4</c>, of the socket of the context <c>r1</c>. Linux 4.15.
    /// </summary>
    GetSocketOption = 57,

    /// <summary>
    /// Sets with <c>r2</c> the events of the connection of the context <c>r1</c> for which the program is called. <c>r0</c> = the bits that this kernel does
    /// not know. Linux 4.16.
    /// </summary>
    SetSocketCallbackFlags = 59,

    /// <summary>Before a <c>connect</c>: binds the socket of the context <c>r1</c> to the address of <c>r3</c> bytes at <c>*r2</c>. Linux 4.17.</summary>
    Bind = 64,

    /// <summary>Moves the end of the packet <c>r1</c> by <c>r2</c> bytes; it may grow since Linux 5.8. Linux 4.18.</summary>
    XdpAdjustTail = 65,

    /// <summary>
    /// Copies the IPsec state at index <c>r2</c> of the packet <c>r1</c>'s path to the <c>r4</c> bytes at <c>*r3</c>, flags <c>r5</c>. Linux 4.18.
    /// </summary>
    GetTransformState = 66,

    /// <summary>
    /// Copies <c>r4</c> bytes to <c>*r3</c> from offset <c>r2</c> of the packet <c>r1</c>, counted from its link layer's header (<c>r5</c> = 0) or its
    /// network header (1). Linux 4.18.
    /// </summary>
    LoadPacketBytesRelative = 68,

    /// <summary>
    /// Looks up the route for the <c>struct bpf_fib_lookup</c> of <c>r3</c> bytes at <c>*r2</c>, flags <c>r4</c>, and fills it in; <c>r1</c> is the context.
    /// <c>r0</c> = 0, the reason why there is no route, or a negative error. GPL. Linux 4.18.
    /// </summary>
    LookUpRoute = 69,

    /// <summary>
    /// Adds the connection of the context <c>r1</c> under the key at <c>*r3</c> of the socket hash map <c>r2</c>, flags <c>r4</c>. Linux 4.18.
    /// </summary>
    SocketHashUpdate = 70,

    /// <summary><c>r0</c> = the id of the control group of the packet <c>r1</c>'s socket, or 0. Linux 4.18.</summary>
    GetPacketCgroupId = 79,

    /// <summary><c>r0</c> = the id of the current thread's control group. Linux 4.18.</summary>
    GetCurrentCgroupId = 80,

    /// <summary><c>r0</c> = the address of the value of this control group in the cgroup storage map <c>r1</c>; <c>r2</c> is 0. Linux 4.19.</summary>
    GetLocalStorage = 81,

    /// <summary>
    /// Chooses the socket at the key <c>*r3</c> of the map <c>r2</c> (<see cref="Maps.BpfMapType.ReusePortSockArray"/>; Linux 5.8 also socket maps and
    /// hashes) for the packet of the context <c>r1</c>, flags <c>r4</c>. Linux 4.19.
    /// </summary>
    SelectReusePort = 82,

    /// <summary>As <see cref="GetPacketCgroupId"/>, for the control group's ancestor at depth <c>r2</c>; the root's is 0. Linux 4.19.</summary>
    GetPacketAncestorCgroupId = 83,

    /// <summary>
    /// <c>r0</c> = the TCP socket, which must be released, for the <c>struct bpf_sock_tuple</c> of <c>r3</c> bytes at <c>*r2</c> in the network namespace
    /// <c>r4</c> (-1: this one), or 0; <c>r1</c> is the context, <c>r5</c> 0. Linux 4.20.
    /// </summary>
    LookUpTcpSocket = 84,

    /// <summary>As <see cref="LookUpTcpSocket"/>, for UDP. Linux 4.20.</summary>
    LookUpUdpSocket = 85,

    /// <summary>Releases the socket <c>r1</c> that a lookup returned. Linux 4.20.</summary>
    ReleaseSocket = 86,

    /// <summary>
    /// Appends the value at <c>*r2</c> to the queue or stack <c>r1</c>; with flags <c>r3</c> = 2 a full one drops its oldest value. Linux 4.20.
    /// </summary>
    MapPushElement = 87,

    /// <summary>Removes the next value from the queue or stack <c>r1</c> and copies it to <c>*r2</c>. Linux 4.20.</summary>
    MapPopElement = 88,

    /// <summary>Copies the next value of the queue or stack <c>r1</c> to <c>*r2</c>. Linux 4.20.</summary>
    MapPeekElement = 89,

    /// <summary>
    /// Acquires the lock at <c>*r1</c>, in a map's value. Not for socket filters. The program must not call helpers until it releases the lock. Linux 5.1.
    /// </summary>
    SpinLock = 93,

    /// <summary>Releases the lock at <c>*r1</c>. Linux 5.1.</summary>
    SpinUnlock = 94,

    /// <summary><c>r0</c> = the socket <c>r1</c> with all its fields, or 0 if it is not a full socket (a request, or in TIME_WAIT). Linux 5.1.</summary>
    GetFullSocket = 95,

    /// <summary><c>r0</c> = the <c>struct bpf_tcp_sock</c> of the socket <c>r1</c>, or 0 if it is not a TCP socket. Linux 5.1.</summary>
    GetTcpSocket = 96,

    /// <summary>
    /// Sets the congestion mark of the IP packet <c>r1</c> if its sender supports ECN. <c>r0</c> = 1 if it is marked now, 0 if not. Linux 5.1.
    /// </summary>
    SetCongestionExperienced = 97,

    /// <summary><c>r0</c> = the listening socket that the socket <c>r1</c> belongs to, or 0. Linux 5.1.</summary>
    GetListener = 98,

    /// <summary>As <see cref="LookUpTcpSocket"/>, but also finds requests and sockets in TIME_WAIT. Linux 5.2.</summary>
    LookUpTcpSocketOrRequest = 99,

    /// <summary>
    /// <c>r0</c> = 0 if the ACK (IP header of <c>r3</c> bytes at <c>*r2</c>, TCP header of <c>r5</c> bytes at <c>*r4</c>) answers a SYN cookie of the
    /// listener <c>r1</c>, or a negative error. GPL. Linux 5.2.
    /// </summary>
    CheckSynCookie = 100,

    /// <summary>
    /// Reads a signed number from the <c>r2</c> characters at <c>*r1</c>, in base <c>r3</c> (0: as written), to <c>*r4</c>. <c>r0</c> = the number of
    /// characters read, or a negative error. Linux 5.2.
    /// </summary>
    ParseSigned = 105,

    /// <summary>As <see cref="ParseSigned"/>, unsigned. Linux 5.2.</summary>
    ParseUnsigned = 106,

    /// <summary>
    /// <c>r0</c> = the address of the value of the socket <c>r2</c> in the socket storage map <c>r1</c>, or 0; with flags <c>r4</c> = 1 a missing value is
    /// created from <c>*r3</c>. <c>r0</c> is also 0 if another processor creates it at that moment: the next call finds it. Linux 5.2.
    /// </summary>
    GetSocketStorage = 107,

    /// <summary>Deletes the value of the socket <c>r2</c> from the socket storage map <c>r1</c>. Linux 5.2.</summary>
    DeleteSocketStorage = 108,

    /// <summary>Sends the signal <c>r1</c> to the current process. CAP_PERFMON. Linux 5.3.</summary>
    SendSignal = 109,

    /// <summary>
    /// <c>r0</c> = a SYN cookie in the low 32 bits and its MSS above, for the SYN (IP header of <c>r3</c> bytes at <c>*r2</c>, TCP header of <c>r5</c> bytes
    /// at <c>*r4</c>) to the listener <c>r1</c>, or a negative error. GPL. Linux 5.4.
    /// </summary>
    MakeSynCookie = 110,

    /// <summary>Copies <c>r2</c> bytes of the process's memory at address <c>r3</c> to <c>*r1</c>. GPL. CAP_PERFMON. Linux 5.5.</summary>
    ReadUserMemory = 112,

    /// <summary>Copies <c>r2</c> bytes of the kernel's memory at address <c>r3</c> to <c>*r1</c>. GPL. CAP_PERFMON. Linux 5.5.</summary>
    ReadKernelMemory = 113,

    /// <summary>
    /// As <see cref="ReadUserMemory"/>, up to a terminating zero. <c>r0</c> = the bytes copied, or a negative error. GPL. CAP_PERFMON. Linux 5.5.
    /// </summary>
    ReadUserString = 114,

    /// <summary>
    /// As <see cref="ReadKernelMemory"/>, up to a terminating zero. <c>r0</c> = the bytes copied, or a negative error. GPL. CAP_PERFMON. Linux 5.5.
    /// </summary>
    ReadKernelString = 115,

    /// <summary>Sends the signal <c>r1</c> to the current thread. CAP_PERFMON. Linux 5.6.</summary>
    SendSignalToThread = 117,

    /// <summary><c>r0</c> = the kernel's 64-bit count of clock ticks. Linux 5.6.</summary>
    GetJiffies = 118,

    /// <summary>
    /// Writes the current process's and thread's ids, as seen in the process id namespace with device <c>r1</c> and inode <c>r2</c>, to the 8 bytes (<c>r4</c>)
    /// at <c>*r3</c>. Linux 5.7.
    /// </summary>
    GetNamespacedProcessAndThreadId = 120,

    /// <summary><c>r0</c> = the cookie of the context <c>r1</c>'s network namespace; of the initial namespace if <c>r1</c> is 0. Linux 5.7.</summary>
    GetNetworkNamespaceCookie = 122,

    /// <summary><c>r0</c> = the id of the ancestor at depth <c>r1</c> of the current thread's control group, or 0; the root's depth is 0. Linux 5.7.</summary>
    GetCurrentAncestorCgroupId = 123,

    /// <summary>
    /// Assigns the packet of the context <c>r1</c> to the socket <c>r2</c>, flags <c>r3</c>: in traffic control Linux 5.7, in
    /// <see cref="Programs.BpfProgramType.SkLookup"/> programs Linux 5.9, where 0 for <c>r2</c> clears the choice.
    /// </summary>
    AssignSocket = 124,

    /// <summary><c>r0</c> = nanoseconds since boot, including time in suspend. Linux 5.8.</summary>
    GetBootNanoseconds = 125,

    /// <summary><c>r0</c> = the id of the control group of the socket <c>r1</c>, or 0. Linux 5.8.</summary>
    GetSocketCgroupId = 128,

    /// <summary>As <see cref="GetSocketCgroupId"/>, for the control group's ancestor at depth <c>r2</c>; the root's is 0. Linux 5.8.</summary>
    GetSocketAncestorCgroupId = 129,

    /// <summary>Copies the <c>r3</c> bytes at <c>*r2</c> to the ring buffer <c>r1</c> as one record, flags <c>r4</c>. Linux 5.8.</summary>
    RingBufferOutput = 130,

    /// <summary>
    /// <c>r0</c> = the address of a reserved record of <c>r2</c> bytes, a constant, in the ring buffer <c>r1</c>, or 0; <c>r3</c> is 0. It must be submitted or
    /// discarded. Linux 5.8.
    /// </summary>
    RingBufferReserve = 131,

    /// <summary>Submits the reserved record <c>r1</c> to the reader, flags <c>r2</c>. Linux 5.8.</summary>
    RingBufferSubmit = 132,

    /// <summary>Discards the reserved record <c>r1</c>, flags <c>r2</c>. Linux 5.8.</summary>
    RingBufferDiscard = 133,

    /// <summary>
    /// <c>r0</c> = a property of the ring buffer <c>r1</c>, by <c>r2</c>: the unread bytes (0), the size (1), the reader's position (2), the writers' position
    /// (3). Linux 5.8.
    /// </summary>
    RingBufferQuery = 134,

    /// <summary>
    /// Gets or changes the header up to which the checksum of the packet <c>r1</c> was checked: <c>r2</c> is <c>BPF_CSUM_LEVEL_QUERY</c> or another
    /// <c>BPF_CSUM_LEVEL_…</c> constant. Linux 5.8.
    /// </summary>
    ChangeChecksumLevel = 135,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct tcp6_sock</c>, or 0. CAP_PERFMON. Linux 5.9.</summary>
    ToTcp6Socket = 136,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct tcp_sock</c>, or 0. CAP_PERFMON. Linux 5.9.</summary>
    ToTcpSocket = 137,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct tcp_timewait_sock</c>, or 0. CAP_PERFMON. Linux 5.9.</summary>
    ToTcpTimeWaitSocket = 138,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct tcp_request_sock</c>, or 0. CAP_PERFMON. Linux 5.9.</summary>
    ToTcpRequestSocket = 139,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct udp6_sock</c>, or 0. CAP_PERFMON. Linux 5.9.</summary>
    ToUdp6Socket = 140,

    /// <summary>
    /// Copies the stack of the task <c>r1</c> to the <c>r3</c> bytes at <c>*r2</c>, flags <c>r4</c>. <c>r0</c> = the bytes copied, or a negative error.
    /// CAP_PERFMON. Linux 5.9.
    /// </summary>
    GetTaskStack = 141,

    /// <summary>
    /// Finds the TCP option with the kind, or kind and magic, at <c>*r2</c>, and copies it to these <c>r3</c> bytes; <c>r1</c> is the context, flags <c>r4</c>.
    /// <c>r0</c> = its length, or a negative error. Linux 5.10.
    /// </summary>
    LoadTcpOption = 142,

    /// <summary>Writes the TCP option of <c>r3</c> bytes at <c>*r2</c> to the outgoing header; <c>r1</c> is the context, <c>r4</c> 0. Linux 5.10.</summary>
    StoreTcpOption = 143,

    /// <summary>Reserves <c>r2</c> bytes of the outgoing header for TCP options; <c>r1</c> is the context, <c>r3</c> 0. Linux 5.10.</summary>
    ReserveTcpOption = 144,

    /// <summary>
    /// Formats the data that the <c>struct btf_ptr</c> of <c>r4</c> bytes at <c>*r3</c> points to, field by field, into the <c>r2</c> bytes at <c>*r1</c>,
    /// flags <c>r5</c>. <c>r0</c> = the number of bytes needed, or a negative error. CAP_PERFMON. Linux 5.10.
    /// </summary>
    FormatType = 149,

    /// <summary><c>r0</c> = the net_cls class of the socket that the packet <c>r1</c> is from, or 0. Linux 5.10.</summary>
    GetPacketCgroupClassId = 151,

    /// <summary>
    /// Sends the packet through the interface with index <c>r1</c> to the next hop at <c>*r2</c>, <c>r3</c> bytes, or to the next hop that the kernel finds.
    /// Flags <c>r4</c>. <c>r0</c> = the value that the program must return. Linux 5.10.
    /// </summary>
    RedirectToNeighbour = 152,

    /// <summary><c>r0</c> = the kernel's per-processor variable <c>r1</c> of the processor <c>r2</c>, or 0. Linux 5.10.</summary>
    GetPerCpuPointer = 153,

    /// <summary><c>r0</c> = the kernel's per-processor variable <c>r1</c> of this processor. Linux 5.10.</summary>
    GetThisCpuPointer = 154,

    /// <summary>
    /// Sends the packet to the other end of the veth or netkit with index <c>r1</c>, in its network namespace, flags <c>r2</c>. <c>r0</c> = the value that the
    /// program must return. Linux 5.10.
    /// </summary>
    RedirectToPeer = 155,

    /// <summary>
    /// <c>r0</c> = the address of the value of the task <c>r2</c> in the task storage map <c>r1</c>, or 0; with flags <c>r4</c> = 1 a missing value is created
    /// from <c>*r3</c>. Linux 5.11.
    /// </summary>
    GetTaskStorage = 156,

    /// <summary>Deletes the value of the task <c>r2</c> from the task storage map <c>r1</c>. Linux 5.11.</summary>
    DeleteTaskStorage = 157,

    /// <summary><c>r0</c> = the current thread's <c>struct task_struct</c>, as a pointer that may be dereferenced. GPL. CAP_PERFMON. Linux 5.11.</summary>
    GetCurrentTaskPointer = 158,

    /// <summary>As <see cref="GetMonotonicNanoseconds"/>, at the last clock tick; faster and less precise. Linux 5.11.</summary>
    GetCoarseNanoseconds = 160,

    /// <summary>
    /// Writes the MTU of the interface with index <c>r2</c> (0: the context's) to <c>*r3</c>; a packet changed by <c>r4</c> bytes fits if <c>r0</c> = 0; 1 or
    /// 2 if not, or a negative error. <c>r1</c> is the context, flags <c>r5</c>. GPL. Linux 5.12.
    /// </summary>
    CheckMtu = 163,

    /// <summary>
    /// Calls the function <c>r2</c> for every entry of the map <c>r1</c> with <c>*r3</c>, until it returns 1; <c>r4</c> is 0. <c>r0</c> = the calls made, or
    /// a negative error. Linux 5.13.
    /// </summary>
    ForEachMapElement = 164,

    /// <summary>
    /// Prints the format at <c>*r3</c> with the values in the <c>r5</c> bytes at <c>*r4</c> to the <c>r2</c> bytes at <c>*r1</c>. <c>r0</c> = the number of
    /// bytes needed, or a negative error. GPL. CAP_PERFMON. Linux 5.13.
    /// </summary>
    Format = 165,

    /// <summary>Prepares the timer at <c>*r1</c>, in a value of the map <c>r2</c>, for the clock <c>r3</c>. GPL. Linux 5.15.</summary>
    TimerInitialize = 169,

    /// <summary>Sets the function <c>r2</c> that the timer at <c>*r1</c> calls. GPL. Linux 5.15.</summary>
    TimerSetCallback = 170,

    /// <summary>Starts the timer at <c>*r1</c> to expire in <c>r2</c> nanoseconds, flags <c>r3</c>. GPL. Linux 5.15.</summary>
    TimerStart = 171,

    /// <summary>Stops the timer at <c>*r1</c>. <c>r0</c> = 1 if it was running, 0 if not, or a negative error. GPL. Linux 5.15.</summary>
    TimerCancel = 172,

    /// <summary><c>r0</c> = the <c>struct pt_regs</c> of the task <c>r1</c>. GPL. CAP_PERFMON. Linux 5.15.</summary>
    GetTaskRegisters = 175,

    /// <summary>
    /// Copies the processor's record of the last branches to the <c>r2</c> bytes at <c>*r1</c>; <c>r3</c> is 0. <c>r0</c> = the bytes copied, or a negative
    /// error. GPL. CAP_PERFMON. Linux 5.16.
    /// </summary>
    GetBranchSnapshot = 176,

    /// <summary>As <see cref="TracePrint"/>, with the values in the <c>r4</c> bytes at <c>*r3</c>. GPL. CAP_PERFMON. Linux 5.16.</summary>
    TracePrintMany = 177,

    /// <summary><c>r0</c> = the socket <c>r1</c> as the kernel's <c>struct unix_sock</c>, or 0. CAP_PERFMON. Linux 5.16.</summary>
    ToUnixSocket = 178,

    /// <summary>
    /// Calls the function <c>r3</c> with <c>*r4</c> for the memory area of the task <c>r1</c> that holds the address <c>r2</c>; <c>r5</c> is 0. CAP_PERFMON.
    /// Linux 5.17.
    /// </summary>
    FindMemoryArea = 180,

    /// <summary>
    /// Calls the function <c>r2</c> up to <c>r1</c> times with the iteration's number and <c>*r3</c>, until it returns 1; <c>r4</c> is 0. <c>r0</c> = the
    /// number of iterations, or a negative error. Linux 5.17.
    /// </summary>
    Loop = 181,

    /// <summary>
    /// Compares up to <c>r2</c> characters at <c>*r1</c> with the constant string at <c>*r3</c>. <c>r0</c> = less than, equal to or greater than 0. Linux 5.17.
    /// </summary>
    CompareStrings = 182,

    /// <summary><c>r0</c> = the current return value of the system call: 0, or the negative error that an earlier program set. Linux 5.18.</summary>
    GetReturnValue = 186,

    /// <summary>Sets the return value of the system call to <c>r1</c>: 0, or a negative error. Linux 5.18.</summary>
    SetReturnValue = 187,

    /// <summary><c>r0</c> = the bytes of the packet <c>r1</c>, fragments included. Linux 5.18.</summary>
    XdpGetLength = 188,

    /// <summary>Copies <c>r4</c> bytes at offset <c>r2</c> of the packet <c>r1</c>, fragments included, to <c>*r3</c>. Linux 5.18.</summary>
    XdpLoadBytes = 189,

    /// <summary>Copies the <c>r4</c> bytes at <c>*r3</c> to offset <c>r2</c> of the packet <c>r1</c>, fragments included. Linux 5.18.</summary>
    XdpStoreBytes = 190,

    /// <summary>Sets the packet <c>r1</c>'s timestamp to <c>r2</c> nanoseconds of the clock that <c>r3</c> specifies. Linux 5.18.</summary>
    SetPacketTimestamp = 192,

    /// <summary>Replaces the kernel pointer at <c>*r1</c>, in a map's value, with <c>r2</c>. <c>r0</c> = the old pointer. Linux 5.19.</summary>
    ExchangeKernelPointer = 194,

    /// <summary>
    /// <c>r0</c> = the address of the processor <c>r3</c>'s value of the key at <c>*r2</c> in the per-processor map <c>r1</c>, or 0. Linux 5.19.
    /// </summary>
    MapLookupPerCpuElement = 195,

    /// <summary><c>r0</c> = the MPTCP connection of the socket <c>r1</c>, as the kernel's <c>struct mptcp_sock</c>, or 0. CAP_PERFMON. Linux 5.19.</summary>
    ToMptcpSocket = 196,

    /// <summary>Initializes the dynptr at <c>*r4</c> with the <c>r2</c> bytes at <c>*r1</c>; <c>r3</c> is 0. Linux 5.19.</summary>
    DynptrFromMemory = 197,

    /// <summary>
    /// As <see cref="RingBufferReserve"/>, for a size that is not constant: the dynptr at <c>*r4</c> is the record. It must be submitted or discarded, even if
    /// it is empty. Linux 5.19.
    /// </summary>
    RingBufferReserveDynptr = 198,

    /// <summary>Submits the record of the dynptr at <c>*r1</c> to the reader, flags <c>r2</c>. Linux 5.19.</summary>
    RingBufferSubmitDynptr = 199,

    /// <summary>Discards the record of the dynptr at <c>*r1</c>, flags <c>r2</c>. Linux 5.19.</summary>
    RingBufferDiscardDynptr = 200,

    /// <summary>Copies <c>r2</c> bytes at offset <c>r4</c> of the dynptr at <c>*r3</c> to <c>*r1</c>; <c>r5</c> is 0. Linux 5.19.</summary>
    DynptrRead = 201,

    /// <summary>Copies the <c>r4</c> bytes at <c>*r3</c> to offset <c>r2</c> of the dynptr at <c>*r1</c>, flags <c>r5</c>. Linux 5.19.</summary>
    DynptrWrite = 202,

    /// <summary><c>r0</c> = the address of the <c>r3</c> bytes, a constant, at offset <c>r2</c> of the dynptr at <c>*r1</c>, or 0. Linux 5.19.</summary>
    DynptrData = 203,

    /// <summary>
    /// As <see cref="MakeSynCookie"/> without a listener: the IPv4 header at <c>*r1</c>, the TCP header of <c>r3</c> bytes at <c>*r2</c>. GPL. Linux 6.0.
    /// </summary>
    MakeRawSynCookieIpv4 = 204,

    /// <summary>As <see cref="MakeRawSynCookieIpv4"/>, for IPv6. GPL. Linux 6.0.</summary>
    MakeRawSynCookieIpv6 = 205,

    /// <summary>As <see cref="CheckSynCookie"/> without a listener: the IPv4 header at <c>*r1</c>, the TCP header at <c>*r2</c>. GPL. Linux 6.0.</summary>
    CheckRawSynCookieIpv4 = 206,

    /// <summary>As <see cref="CheckRawSynCookieIpv4"/>, for IPv6. GPL. Linux 6.0.</summary>
    CheckRawSynCookieIpv6 = 207,

    /// <summary><c>r0</c> = nanoseconds of international atomic time since 1970, without leap seconds. Linux 6.1.</summary>
    GetTaiNanoseconds = 208,

    /// <summary>
    /// Calls the function <c>r2</c> with <c>*r3</c> for every record that the application wrote to the user ring buffer <c>r1</c>, flags <c>r4</c>. <c>r0</c> =
    /// the number of records, or a negative error. Linux 6.1.
    /// </summary>
    UserRingBufferDrain = 209,

    /// <summary>
    /// <c>r0</c> = the address of the value of the control group <c>r2</c> in the cgroup storage map <c>r1</c>, or 0; with flags <c>r4</c> = 1 a missing value
    /// is created from <c>*r3</c>. Linux 6.2.
    /// </summary>
    GetCgroupStorage = 210,

    /// <summary>Deletes the value of the control group <c>r2</c> from the cgroup storage map <c>r1</c>. Linux 6.2.</summary>
    DeleteCgroupStorage = 211,
}
