using System.Runtime.InteropServices;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Objects;
using Ebpf.SystemCalls;
using Microsoft.Win32.SafeHandles;

namespace Ebpf.Programs;

/// <summary>
/// A program that the kernel has verified and loaded. It lives in the kernel as long as this object, a pin, or whatever it is attached to.
/// All members may be called from any thread, and throw <see cref="ObjectDisposedException"/> once it is disposed.
/// </summary>
/// <remarks>
/// Where to attach it: <see cref="Links.CgroupLink"/> for cgroups; <see cref="Links.XdpLink"/>, <see cref="Links.TcxLink"/> and
/// <see cref="Links.ClsactFilter"/> for network interfaces; <see cref="Links.SkLookupLink"/> for network namespaces;
/// <see cref="Links.SocketFilterExtensions"/> and <see cref="Links.ReusePortExtensions"/> for sockets.
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

    /// <summary>What the program is for.</summary>
    public BpfProgramType Type { get; }

    /// <summary>The name by which the kernel's tools show the program, or null.</summary>
    public string? Name { get; }

    /// <summary>Where it will be attached, if it was loaded here and said so. The kernel does not tell it of a program that was opened.</summary>
    public BpfAttachType? ExpectedAttachType { get; }

    /// <summary>
    /// What the verifier wrote while it accepted the program, if it was loaded here and <see cref="BpfProgramOptions.LogLevel"/> asked for it. A line says so
    /// where the log did not fit into <see cref="BpfProgramOptions.LogSize"/>.
    /// </summary>
    public string? VerifierLog { get; }

    /// <summary>
    /// The program's descriptor, to hand it to another process: over a Unix socket (unix(7), <c>SCM_RIGHTS</c>), or by inheritance. It belongs to this object.
    /// </summary>
    public SafeHandle SafeHandle => Descriptor;

    internal FileDescriptor Descriptor { get; }

    /// <summary>Has the kernel verify and load a program.</summary>
    /// <param name="type">What the program is for.</param>
    /// <param name="code">The program. The maps that it refers to must not be disposed yet; afterwards the program keeps them alive.</param>
    /// <param name="options">Its name and licence, and where it will be attached.</param>
    /// <param name="cancellationToken">
    /// Cancels between verifications. A refusal takes two, the first of them without the instructions in the log; one where <see
    /// cref="BpfProgramOptions.LogLevel"/> asks for them, and where the program is too large. A verification that has begun goes on: a program at the limit of
    /// a million instructions keeps it for seconds.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There is no code, the kernel would refuse the name, the licence, <see cref="BpfProgramOptions.LogLevel"/> or <see cref="BpfProgramOptions.LogSize"/>,
    /// or <see cref="BpfProgramOptions.ExpectedAttachType"/> is missing or does not fit the type.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The type is none of <see cref="BpfProgramType"/>.</exception>
    /// <exception cref="ObjectDisposedException">A map that the code refers to was disposed.</exception>
    /// <exception cref="VerifierException">The verifier refused the program.</exception>
    /// <exception cref="BpfException">The kernel refused for another reason: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram Load(BpfProgramType type, BpfCode code, BpfProgramOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(options);
        if (!ProgramKind.IsSupported(type))
        {
            throw new ArgumentOutOfRangeException(
                nameof(type), type, "This library has no name for programs of this type: it could load one, and attach it nowhere.");
        }

        ProgramKind kind = ProgramKind.Of(type);
        BpfAttachType? attachType = options.ExpectedAttachType ?? (kind.SaysWhere ? kind.OnlyAttachType : null);
        if (kind.SaysWhere && attachType is null)
        {
            throw new ArgumentException(
                $"A program of type {type} must say in {nameof(options.ExpectedAttachType)} where it will be attached: {kind.Describe()}.",
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

    /// <summary>Opens a program that was pinned. Needs the permission to read the pin. Linux 4.15; without a capability 5.19.</summary>
    /// <param name="path">The pin.</param>
    /// <param name="expectedType">What it must be.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused, or what is pinned there is something else.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram OpenPinned(string path, BpfProgramType expectedType) =>
        // For reading only: a program's descriptor knows no other rights, so the pin need not permit writing.
        Adopt(Pins.Open(path, ObjectKind.Program, (uint)BpfMapAccess.ReadOnly), expectedType, BpfCommand.ObjectGet, $"Opening the program pinned at {path}");

    /// <summary>
    /// Takes over a descriptor of a program that this process inherited, or received over a Unix socket. Works also where <c>bpf(2)</c> is forbidden (then the
    /// program's name is not known).
    /// </summary>
    /// <param name="descriptor">It belongs to the program from now on, and is closed also when this throws.</param>
    /// <param name="expectedType">What it must be.</param>
    /// <exception cref="ArgumentException">The handle is closed or invalid.</exception>
    /// <exception cref="BpfException">It is not a program of that type.</exception>
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
    /// Opens a program by its number, which the kernel's tools, <see cref="GetInfo"/> and <see cref="Links.BpfLinkInfo"/> tell. Needs CAP_SYS_ADMIN.
    /// Linux 4.13.
    /// </summary>
    /// <exception cref="BpfException">
    /// The kernel refused: there is no program of that number (<see cref="Errno.ENOENT"/>), or the process lacks CAP_SYS_ADMIN.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram OpenById(uint id)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = id };
        Errno error = Bpf.ProgramGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        return error switch
        {
            Errno.None => Adopt(descriptor),
            Errno.ENOENT => throw new BpfException(BpfCommand.ProgramGetDescriptorById, error, $"Opening program {id}", "there is none of that number"),
            _ => throw new BpfException(BpfCommand.ProgramGetDescriptorById, error, $"Opening program {id}"),
        };
    }

    /// <summary>
    /// Pins the program: it gets a name in a file system of type <c>bpf</c>, and lives until that is deleted (<see cref="File.Delete"/>), too. Linux 4.4.
    /// </summary>
    /// <param name="path">Where to. The folder must exist, usually under <c>/sys/fs/bpf</c>; the name may hold no <c>.</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public void Pin(string path) => Pins.Pin(Descriptor, path, Describe());

    /// <summary>What the kernel knows of the program. Linux 4.13.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfProgramInfo GetInfo() => BpfProgramInfo.Read(Descriptor, Describe());

    /// <summary>
    /// Runs the program on a packet of your own, and on nothing else: nothing is sent. Helpers and maps work as usual. Linux 4.12, for
    /// <see cref="BpfProgramType.SocketFilter"/>, <see cref="BpfProgramType.SchedCls"/>, <see cref="BpfProgramType.CgroupSkb"/> and
    /// <see cref="BpfProgramType.Xdp"/>. Allocates nothing.
    /// </summary>
    /// <param name="packet">
    /// An Ethernet frame, its header of 14 bytes included; how long it may be depends on the kernel, and 3,500 bytes fit everywhere. Socket filters and cgroup
    /// programs see it from behind the header.
    /// </param>
    /// <param name="output">Where the packet goes as the program left it; empty if nobody wants to know. Linux 5.0.</param>
    /// <param name="context">
    /// A <c>struct __sk_buff</c> or <c>xdp_md</c> to start with, or nothing. The kernel accepts values in a few fields only, such as
    /// <see cref="SkBuff.Mark"/>; for XDP all three of <see cref="XdpMd.Data"/>, <see cref="XdpMd.DataEnd"/> (the packet's length) and
    /// <see cref="XdpMd.DataMeta"/> must be right. Linux 5.2, XDP 5.18.
    /// </param>
    /// <param name="contextOutput">Where the context goes as the program left it; empty if nobody wants to know. Linux 5.2, XDP 5.18.</param>
    /// <param name="repeat">
    /// How often to run it, at least once. Each run gets the packet as the one before left it. A signal, of which .NET sends some, makes the kernel break off;
    /// then it starts over, up to ten times: what the program counts in maps may be more than this.
    /// </param>
    /// <returns>What the last run returned, and how long a run took.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="repeat"/> is below 1.</exception>
    /// <exception cref="PlatformNotSupportedException">Linux before 5.0 would write beyond the end of <paramref name="output"/>.</exception>
    /// <exception cref="BpfException">The kernel refused: the packet is too short or too long, or the program's type cannot be tested.</exception>
    public BpfTestResult Test(
        ReadOnlySpan<byte> packet, Span<byte> output = default, ReadOnlySpan<byte> context = default, Span<byte> contextOutput = default, int repeat = 1) =>
        ProgramTest.Run(this, packet, output, context, contextOutput, repeat);

    /// <summary>Closes this descriptor of the program. Sockets, links and pins keep it.</summary>
    public void Dispose() => Descriptor.Dispose();

    /// <summary>The program in a sentence: <c>the program 'hop_filter' of type SocketFilter</c>.</summary>
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
