using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Objects;
using Ebpf.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Programs;

/// <summary>
/// Represents a program that the kernel has verified and loaded. The program stays in the kernel as long as this object, a pin or an attachment refers to it.
/// All members are thread-safe, and throw <see cref="ObjectDisposedException"/> after the object is disposed.
/// </summary>
/// <remarks>
/// To attach a program, use <see cref="Links.CgroupLink"/> for cgroups; <see cref="Links.XdpLink"/>, <see cref="Links.TcxLink"/> and
/// <see cref="Links.ClsactFilter"/> for network interfaces; <see cref="Links.SkLookupLink"/> for network namespaces; <see cref="Links.SocketFilterExtensions"/>
/// and <see cref="Links.ReusePortExtensions"/> for sockets.
/// </remarks>
public sealed class BpfProgram : IDisposable
{
    private BpfProgram(FileDescriptor descriptor, BpfProgramType type, string? name, BpfAttachType? expectedAttachType, string? log = null)
    {
        Descriptor = descriptor;
        Type = type;
        Name = name;
        ExpectedAttachType = expectedAttachType;
        VerifierLog = log;
    }

    /// <summary>Gets the type of the program.</summary>
    public BpfProgramType Type { get; }

    /// <summary>Gets the name that the kernel's tools show for the program, or null.</summary>
    public string? Name { get; }

    /// <summary>
    /// Gets the event that the program was loaded for, if this object loaded it with one; null for a program that was opened, because the kernel does not
    /// report it.
    /// </summary>
    public BpfAttachType? ExpectedAttachType { get; }

    /// <summary>
    /// Gets the log that the verifier wrote when it accepted the program, if this object loaded it and <see cref="BpfProgramOptions.LogLevel"/> requested a
    /// log. A line says so if the log did not fit into <see cref="BpfProgramOptions.LogSize"/>.
    /// </summary>
    public string? VerifierLog { get; }

    /// <summary>
    /// Gets the program's file descriptor, for passing it to another process over a Unix socket (unix(7), <c>SCM_RIGHTS</c>) or by inheritance. This object
    /// owns the descriptor.
    /// </summary>
    public SafeHandle SafeHandle => Descriptor;

    internal FileDescriptor Descriptor { get; }

    /// <summary>Loads a program into the kernel, which verifies it first.</summary>
    /// <param name="type">The type of the program.</param>
    /// <param name="code">The program. The maps that it refers to must not be disposed before the call; after it the program keeps them alive.</param>
    /// <param name="options">The program's name, licence and attach type, and options for loading.</param>
    /// <param name="cancellationToken">
    /// Cancels between verifications. A refused program is verified twice, the first time without instructions in the log; or once, if
    /// <see cref="BpfProgramOptions.LogLevel"/> requests the instructions or the program is too large. A verification cannot be interrupted: at the limit of a
    /// million instructions it takes seconds.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The code is empty, the kernel would refuse the name, the licence, <see cref="BpfProgramOptions.LogLevel"/> or <see cref="BpfProgramOptions.LogSize"/>,
    /// or <see cref="BpfProgramOptions.ExpectedAttachType"/> is missing or does not fit the type.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is not defined in <see cref="BpfProgramType"/>.</exception>
    /// <exception cref="ObjectDisposedException">A map that the code refers to was disposed.</exception>
    /// <exception cref="VerifierException">The verifier refused the program.</exception>
    /// <exception cref="BpfException">The kernel refused for another reason: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram Load(BpfProgramType type, BpfCode code, BpfProgramOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(options);
        if (!ProgramKind.IsSupported(type))
        {
            throw new ArgumentOutOfRangeException(
                nameof(type), type, "This library does not support programs of this type: it could not attach one.");
        }

        ProgramKind kind = ProgramKind.Of(type);
        BpfAttachType? attachType = options.ExpectedAttachType ?? (kind.SaysWhere ? kind.OnlyAttachType : null);
        if (kind.SaysWhere && attachType is null)
        {
            throw new ArgumentException(
                $"A program of type {type} needs {nameof(options.ExpectedAttachType)}, the event at which it will run: {kind.Describe()}.",
                nameof(options));
        }

        if (options.ExpectedAttachType is { } expected && ProgramKind.At(expected)?.Type is { } fitting && fitting != type)
        {
            throw new ArgumentException(
                $"{expected} is for programs of type {fitting}. This is one of type {type}; {kind.Describe()}.", nameof(options));
        }

        (FileDescriptor descriptor, string? log) = ProgramLoader.Load((uint)type, code, attachType, options, cancellationToken);
        return new BpfProgram(descriptor, type, options.Name, attachType, log);
    }

    /// <summary>Opens a pinned program. Needs read permission for the pin. Linux 4.15; without a capability 5.19.</summary>
    /// <param name="path">The path of the pin.</param>
    /// <param name="expectedType">The type that the program must have.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a program of that type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram OpenPinned(string path, BpfProgramType expectedType) =>
        // For reading only: a program's descriptor has no other rights, so the pin need not permit writing.
        Adopt(Pins.Open(path, ObjectKind.Program, (uint)BpfMapAccess.ReadOnly), expectedType, BpfCommand.ObjectGet, $"Opening the program pinned at {path}");

    /// <summary>
    /// Takes ownership of a program's descriptor that this process inherited, or received over a Unix socket. Works also if <c>bpf(2)</c> is forbidden (the
    /// program's name is then unknown).
    /// </summary>
    /// <param name="descriptor">The descriptor. The program owns it after the call; it is closed also if this method throws.</param>
    /// <param name="expectedType">The type that the program must have.</param>
    /// <exception cref="ArgumentException">The handle is closed or invalid.</exception>
    /// <exception cref="BpfException">The descriptor is not that of a program of that type.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram FromDescriptor(SafeFileHandle descriptor, BpfProgramType expectedType)
    {
        const BpfCommand Command = BpfCommand.ObjectGetInfoByDescriptor;
        const string Attempt = "Taking over a descriptor as a program";
        FileDescriptor own = FileDescriptor.TakeOver(descriptor);
        Pins.ThrowUnless(own, ObjectKind.Program, Command, Attempt, "it is");
        return Adopt(own, expectedType, Command, Attempt);
    }

    /// <summary>
    /// Opens a program by its id, which the kernel's tools, <see cref="GetInfo"/> and <see cref="Links.BpfLinkInfo"/> show. Needs CAP_SYS_ADMIN. Linux 4.13.
    /// </summary>
    /// <exception cref="BpfException">
    /// The kernel refused: there is no program with that id (<see cref="Errno.ENOENT"/>), or the process lacks CAP_SYS_ADMIN.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram OpenById(uint id)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = id };
        Errno error = Bpf.ProgramGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        return error switch
        {
            Errno.None => Adopt(descriptor),
            Errno.ENOENT => throw new BpfException(BpfCommand.ProgramGetDescriptorById, error, $"Opening program {id}", "there is no program with that id"),
            _ => throw new BpfException(BpfCommand.ProgramGetDescriptorById, error, $"Opening program {id}"),
        };
    }

    /// <summary>
    /// Pins the program under a path in a file system of type <c>bpf</c>. A pin keeps the program in the kernel until the path is deleted
    /// (<see cref="File.Delete"/>). Linux 4.4.
    /// </summary>
    /// <param name="path">The path, usually under <c>/sys/fs/bpf</c>. Its folder must exist; its last part must not contain <c>.</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Pin(string path) => Pins.Pin(Descriptor, path, Describe());

    /// <summary>Gets the kernel's information about the program. Linux 4.13.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfProgramInfo GetInfo() => BpfProgramInfo.Read(Descriptor, Describe());

    /// <summary>
    /// Runs the program in the kernel on the given packet. Nothing is sent; helpers and maps work as usual. Allocates nothing. Linux 4.12, for
    /// <see cref="BpfProgramType.SocketFilter"/>, <see cref="BpfProgramType.SchedCls"/>, <see cref="BpfProgramType.CgroupSkb"/> and
    /// <see cref="BpfProgramType.Xdp"/>.
    /// </summary>
    /// <param name="packet">
    /// An Ethernet frame with its header of 14 bytes. The maximum length depends on the kernel; all kernels accept 3,500 bytes. Socket filters and cgroup
    /// programs see the bytes after the header.
    /// </param>
    /// <param name="output">Receives the packet as the program left it; may be empty. Linux 5.0.</param>
    /// <param name="context">
    /// The initial <c>struct __sk_buff</c> or <c>xdp_md</c>; may be empty. The kernel accepts values in a few fields only, such as <see cref="SkBuff.Mark"/>;
    /// for XDP all three of <see cref="XdpMd.Data"/>, <see cref="XdpMd.DataEnd"/> (the packet's length) and <see cref="XdpMd.DataMeta"/> must be right. Linux
    /// 5.2, XDP 5.18.
    /// </param>
    /// <param name="contextOutput">Receives the context as the program left it; may be empty. Linux 5.2, XDP 5.18.</param>
    /// <param name="repeat">
    /// The number of runs, at least 1. Each run gets the packet as the previous run left it. A signal, such as those of the .NET runtime, interrupts the test;
    /// it is then repeated, up to ten times, so counts in maps may exceed this number.
    /// </param>
    /// <returns>The return value of the last run, and the average duration of a run.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="repeat"/> is below 1.</exception>
    /// <exception cref="PlatformNotSupportedException">The kernel is older than 5.0, and would write beyond the end of <paramref name="output"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: the packet is too short or too long, or the program's type cannot be tested.</exception>
    public BpfTestResult Test(
        ReadOnlySpan<byte> packet, Span<byte> output = default, ReadOnlySpan<byte> context = default, Span<byte> contextOutput = default, int repeat = 1) =>
        ProgramTest.Run(this, packet, output, context, contextOutput, repeat);

    /// <summary>Closes this descriptor of the program. Sockets, links and pins keep the program loaded.</summary>
    public void Dispose() => Descriptor.Dispose();

    /// <summary>Returns a description of the program for use in a sentence: <c>the program 'hop_filter' of type SocketFilter</c>.</summary>
    internal string Describe() => Name is null ? $"a program of type {Type}" : $"the program '{Name}' of type {Type}";

    private static BpfProgram Adopt(FileDescriptor descriptor, BpfProgramType expectedType, BpfCommand command, string attempt)
    {
        BpfProgram program = Adopt(descriptor);
        if (program.Type == expectedType)
        {
            return program;
        }

        program.Dispose();
        throw new BpfException(command, Errno.EINVAL, attempt, $"it is of type {program.Type}, not {expectedType}");
    }

    private static BpfProgram Adopt(FileDescriptor descriptor)
    {
        try
        {
            BpfProgramInfo info = BpfProgramInfo.Read(descriptor, "the program");
            return new BpfProgram(descriptor, info.Type, info.Name, null);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }
}
