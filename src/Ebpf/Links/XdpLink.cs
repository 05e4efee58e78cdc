using System.Runtime.CompilerServices;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>Attaches XDP programs to network interfaces with links: <c>XdpLink.Attach(program, "eth0")</c>.</summary>
public static class XdpLink
{
    /// <summary>
    /// Attaches an <see cref="BpfProgramType.Xdp"/> program to a network interface, which can have one XDP program. Needs CAP_NET_ADMIN. Linux 5.9.
    /// </summary>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceIndex">The interface's index in the network namespace of the calling thread.</param>
    /// <param name="mode">The layer in which the program runs.</param>
    /// <exception cref="ArgumentException">The program is of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is below 1.</exception>
    /// <exception cref="BpfException">
    /// There is no such interface, another program is attached to it (<see cref="Errno.EBUSY"/>, in another mode <see cref="Errno.EEXIST"/>), or the kernel
    /// refused for another reason.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, int interfaceIndex, XdpMode mode = XdpMode.Automatic)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(interfaceIndex, 1);
        return Attach(program, interfaceIndex, $"interface {interfaceIndex}", mode);
    }

    /// <summary>
    /// Attaches an <see cref="BpfProgramType.Xdp"/> program to a network interface, which can have one XDP program. Needs CAP_NET_ADMIN. Linux 5.9.
    /// </summary>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceName">The interface's name in the network namespace of the calling thread, such as <c>eth0</c>.</param>
    /// <param name="mode">The layer in which the program runs.</param>
    /// <exception cref="ArgumentException">The program is of another type, or the name is empty.</exception>
    /// <exception cref="BpfException">
    /// There is no such interface, another program is attached to it (<see cref="Errno.EBUSY"/>, in another mode <see cref="Errno.EEXIST"/>), or the kernel
    /// refused for another reason.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, string interfaceName, XdpMode mode = XdpMode.Automatic)
    {
        ArgumentNullException.ThrowIfNull(program);
        int index = NetworkInterfaces.IndexOf(interfaceName, $"Attaching {program.Describe()} to {interfaceName}");
        return Attach(program, index, interfaceName, mode);
    }

    internal static BpfLinkInfo Complete(BpfLinkInfo common, in Bpf.LinkInfo info) => common with
    {
        AttachType = BpfAttachType.Xdp,
        InterfaceIndex = (int)Unsafe.As<Bpf.LinkInfo, Bpf.XdpLinkInfo>(ref Unsafe.AsRef(in info)).InterfaceIndex,
    };

    private static BpfLink Attach(BpfProgram program, int index, string name, XdpMode mode)
    {
        if (program.Type != BpfProgramType.Xdp)
        {
            throw new ArgumentException(
                $"A network interface takes programs of type {BpfProgramType.Xdp}. This is {program.Describe()}; {ProgramKind.Of(program.Type).Describe()}.",
                nameof(program));
        }

        string attempt = $"Attaching {program.Describe()} to {name}{(mode == XdpMode.Automatic ? "" : $" in mode {mode}")}";
        Errno error = LinkCreation.Create(program, (uint)index, BpfAttachType.Xdp, (uint)mode, out FileDescriptor link);
        if (error is Errno.EINVAL or Errno.ENODEV && !NetworkInterfaces.Exists(index))
        {
            throw new BpfException(BpfCommand.LinkCreate, Errno.ENODEV, attempt, "there is no such interface in this network namespace ('ip link' lists them)");
        }

        string? reason = error switch
        {
            Errno.EBUSY =>
                "another XDP program is attached; an interface can have one "
                + "('ip link show' shows its id, 'ip link set dev NAME xdp off' removes one without a link)",
            Errno.EEXIST => "another XDP program is attached in another mode, or to the interface that this one is part of",
            Errno.EOPNOTSUPP => $"the interface's driver does not support this mode; {nameof(XdpMode)}.{nameof(XdpMode.Generic)} works with every interface",
            Errno.EINVAL or Errno.ERANGE => "the interface's driver cannot run it: the MTU may be too large, or the program was loaded for something else",
            _ => null,
        };
        return LinkCreation.Finish(error, link, BpfLinkType.Xdp, BpfAttachType.Xdp, attempt, reason);
    }
}
