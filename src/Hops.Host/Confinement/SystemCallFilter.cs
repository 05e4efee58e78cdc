using System.Runtime.InteropServices;
using Ebpf;
using Hops.Common.Interop;

namespace Hops.Host.Confinement;

/// <summary>
/// Refuses the system calls of a guarded program (seccomp(2)) that make connections which the programs of a cgroup do not see: sockets of other families,
/// io_uring, whose sockets seccomp does not see, tunnels, and the system calls of other architectures (i386, x32), whose numbers differ. Also refuses typing
/// into the terminal that the program shares with the shell that started it.
/// </summary>
/// <remarks>The filter is classic BPF, as seccomp requires. Constants are those of linux/filter.h, linux/seccomp.h and linux/audit.h.</remarks>
internal static unsafe class SystemCallFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort And = 0x54;
    private const ushort Return = 0x06;

    private const uint Allow = 0x7fff0000;
    private const uint KillProcess = 0x80000000;
    private const uint Fail = 0x00050000;

    // struct seccomp_data.
    private const uint Number = 0;
    private const uint Machine = 4;
    private const uint FirstArgument = 16;
    private const uint SecondArgument = 24;
    private const uint ThirdArgument = 32;

    private const uint X64Machine = 0xc000003e;
    private const uint Arm64Machine = 0xc00000b7;

    // The numbers of x32, another ABI of x86-64, begin here.
    private const uint OtherNumbers = 0x40000000;

    private const uint Unix = LibC.UnixDomain;
    private const uint Ipv4 = 2;
    private const uint Ipv6 = 10;

    // SOCK_TYPE_MASK: the bits above are flags. SOCK_SEQPACKET, and SOCK_PACKET, which makes a socket of the family AF_PACKET for any given one (packet(7)).
    private const uint TypeMask = 0xf;
    private const uint SequencedPackets = 5;
    private const uint LinkPackets = 10;

    private static readonly bool IsArm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static readonly Call Socket = new("socket", 41, 198);
    private static readonly Call SocketPair = new("socketpair", 53, 199);
    private static readonly Call Control = new("ioctl", 16, 29);

    // TIOCSTI and TIOCLINUX type into the terminal, whose shell is not guarded; TUNSETIFF opens a tunnel, whose packets belong to no socket (ioctl(2)). The
    // kernel reads the lower 32 bits of a request.
    private static readonly uint[] RefusedControls = [0x5412, 0x541c, 0x400454ca];

    private static readonly Call[] Rings =
        [new("io_uring_setup", 425, 425), new("io_uring_enter", 426, 426), new("io_uring_register", 427, 427)];

    // Calls that access other processes, or have the kernel start a program outside.
    private static readonly Call[] RefusedInIsolation =
    [
        new("ptrace", 101, 117),
        new("process_vm_readv", 310, 270),
        new("process_vm_writev", 311, 271),
        new("pidfd_getfd", 438, 438),
        new("add_key", 248, 217),
        new("request_key", 249, 218),
        new("keyctl", 250, 219),
    ];

    /// <summary>All system calls that the filter refers to.</summary>
    public static IEnumerable<Call> Calls => [Socket, SocketPair, Control, .. Rings, .. RefusedInIsolation];

    /// <summary>Installs the filter for this thread and all processes that it starts. It cannot be removed. Needs <c>no_new_privs</c>.</summary>
    /// <param name="isIsolated">Whether the program is isolated.</param>
    /// <exception cref="ConfinementException">The kernel refused.</exception>
    public static void Install(bool isIsolated)
    {
        LibC.ClassicInstruction[] code = [.. Assemble(isIsolated)];
        fixed (LibC.ClassicInstruction* first = code)
        {
            LibC.ClassicProgram program = new() { Length = (ushort)code.Length, Instructions = first };
            ConfinementException.ThrowIfFailed(
                "filtering the program's system calls", LibC.ControlProcess(LibC.SetSeccomp, LibC.SeccompModeFilter, (nuint)(&program)));
        }
    }

    private static IEnumerable<LibC.ClassicInstruction> Assemble(bool isIsolated) =>
    [
        Load(Machine),
        .. Unless(IsArm64 ? Arm64Machine : X64Machine, KillProcess),
        Load(Number),
        new() { Code = JumpIfAtLeast, Value = OtherNumbers, IfTrue = 0, IfFalse = 1 },
        Answer(Fail | (uint)Errno.ENOSYS),
        // As on a kernel without io_uring: programs have a fallback.
        .. Rings.SelectMany(static call => When(NumberOf(call), Fail | (uint)Errno.ENOSYS)),
        .. isIsolated ? RefusedInIsolation.SelectMany(static call => When(NumberOf(call), Fail | (uint)Errno.EPERM)) : [],
        .. Block(
            NumberOf(Socket),
            [
                .. LoadType(),
                .. When(LinkPackets, Fail | (uint)Errno.EAFNOSUPPORT),
                Load(FirstArgument),
                .. When(Ipv4, Allow),
                .. When(Ipv6, Allow),
                .. isIsolated ? [] : When(Unix, Allow),
                .. Unless(LibC.NetlinkDomain, Fail | (uint)Errno.EAFNOSUPPORT),
                Load(ThirdArgument),
                .. When(LibC.NetlinkRoute, Allow),
                Answer(Fail | (uint)Errno.EAFNOSUPPORT),
            ]),
        .. Block(
            NumberOf(Control),
            [Load(SecondArgument), .. RefusedControls.SelectMany(static control => When(control, Fail | (uint)Errno.EPERM)), Answer(Allow)]),
        .. Block(
            NumberOf(SocketPair),
            [
                Load(FirstArgument),
                .. Unless(Unix, Fail | (uint)Errno.EAFNOSUPPORT),
                // A socket of a datagram pair could send to any other Unix socket by its name.
                .. isIsolated
                    ? [.. LoadType(), .. When(LibC.StreamType, Allow), .. When(SequencedPackets, Allow), Answer(Fail | (uint)Errno.EAFNOSUPPORT)]
                    : (LibC.ClassicInstruction[])[Answer(Allow)],
            ]),
        Answer(Allow),
    ];

    private static uint NumberOf(Call call) => IsArm64 ? call.Arm64 : call.X64;

    private static LibC.ClassicInstruction Load(uint from) => new() { Code = LoadWord, Value = from };

    private static LibC.ClassicInstruction[] LoadType() => [Load(SecondArgument), new() { Code = And, Value = TypeMask }];

    private static LibC.ClassicInstruction Answer(uint action) => new() { Code = Return, Value = action };

    private static LibC.ClassicInstruction[] When(uint value, uint action) => Block(value, [Answer(action)]);

    private static LibC.ClassicInstruction[] Unless(uint value, uint action) =>
        [new() { Code = JumpIfEqual, Value = value, IfTrue = 1, IfFalse = 0 }, Answer(action)];

    /// <summary>Runs the code if the loaded value is this one. The code must end with an answer.</summary>
    private static LibC.ClassicInstruction[] Block(uint value, LibC.ClassicInstruction[] code) =>
        [new() { Code = JumpIfEqual, Value = value, IfTrue = 0, IfFalse = (byte)code.Length }, .. code];

    /// <summary>Represents a system call and its numbers (asm/unistd.h).</summary>
    internal readonly record struct Call(string Name, uint X64, uint Arm64);
}
