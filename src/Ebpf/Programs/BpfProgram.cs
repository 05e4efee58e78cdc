using System.Net.Sockets;
using Ebpf.Assembly;
using Ebpf.Kernel;

namespace Ebpf.Programs;

/// <summary>A program that the kernel has verified and loaded. It lives in the kernel as long as this object, or whatever it is attached to.</summary>
public sealed class BpfProgram : IDisposable
{
    private const int SolSocket = 1;
    private const int SoDetachBpf = 27;
    private const int SoAttachBpf = 50;

    private readonly FileDescriptor _descriptor;

    private BpfProgram(FileDescriptor descriptor, BpfProgramType type, string? name)
    {
        _descriptor = descriptor;
        Type = type;
        Name = name;
    }

    /// <summary>What the program is for.</summary>
    public BpfProgramType Type { get; }

    /// <summary>The name by which the kernel's tools show the program, or null.</summary>
    public string? Name { get; }

    /// <summary>Has the kernel verify and load a program.</summary>
    /// <param name="type">What the program is for.</param>
    /// <param name="code">The program. The maps that it refers to must not be disposed yet; afterwards the program keeps them alive.</param>
    /// <param name="options">Its name and licence.</param>
    /// <exception cref="ArgumentException">There is no code, or the kernel would refuse the name or the licence.</exception>
    /// <exception cref="ObjectDisposedException">A map that the code refers to was disposed.</exception>
    /// <exception cref="VerifierException">The verifier refused the program.</exception>
    /// <exception cref="BpfException">The kernel refused for another reason: usually the process lacks CAP_BPF.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfProgram Load(BpfProgramType type, BpfCode code, BpfProgramOptions options)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(options);
        FileDescriptor descriptor = ProgramLoader.Load((uint)type, code, options);
        return new BpfProgram(descriptor, type, options.Name);
    }

    /// <summary>Attaches a <see cref="BpfProgramType.SocketFilter"/> to a socket, in place of any other filter. Allocates nothing.</summary>
    /// <exception cref="BpfException">The kernel refused: an MPTCP socket takes no filter (<see cref="Errno.EOPNOTSUPP"/>).</exception>
    /// <exception cref="ObjectDisposedException">The program or the socket was disposed.</exception>
    public void AttachTo(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        using DescriptorLease lease = new(_descriptor);
        SetOption(socket, SoAttachBpf, lease.Number, "SO_ATTACH_BPF", "Attaching a filter to this socket failed");
    }

    /// <summary>Takes the filter, whichever it is, off a socket.</summary>
    /// <exception cref="BpfException">The kernel refused: a socket without a filter is <see cref="Errno.ENOENT"/>.</exception>
    /// <exception cref="ObjectDisposedException">The socket was disposed.</exception>
    public static void DetachFrom(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        SetOption(socket, SoDetachBpf, 0, "SO_DETACH_BPF", "Detaching the filter from this socket failed");
    }

    /// <summary>Closes this descriptor of the program. Sockets that it is attached to keep it.</summary>
    public void Dispose() => _descriptor.Dispose();

    private static unsafe void SetOption(Socket socket, int option, int value, string name, string failure)
    {
        Bpf.ThrowIfUnsupported();
        // Not Socket.SetRawSocketOption: its exception no longer knows the kernel's error number.
        if (LibC.SetSocketOption(socket.SafeHandle, SolSocket, option, &value, sizeof(int)) != 0)
        {
            Errno error = LibC.LastError;
            string reason = error == Errno.EOPNOTSUPP ? ": its protocol takes no filter (MPTCP, for one)" : "";
            throw new BpfException($"setsockopt({name})", error, failure + reason);
        }
    }
}
