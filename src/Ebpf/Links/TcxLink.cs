using System.Runtime.CompilerServices;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Attaches <see cref="BpfProgramType.SchedCls"/> programs to network interfaces with links: <c>TcxLink.Attach(program, "eth0", BpfAttachType.TcxIngress)</c>.
/// An interface can have up to 64 programs in each direction. They run before the qdiscs and filters of <c>tc(8)</c>, and need no qdisc.
/// </summary>
/// <remarks>On Linux before 6.6 use <see cref="ClsactFilter"/>, which accepts the same programs.</remarks>
/// <seealso href="https://docs.ebpf.io/linux/program-type/BPF_PROG_TYPE_SCHED_CLS/"/>
public static class TcxLink
{
    /// <summary>
    /// Attaches a program to a network interface. Needs no capability: any process that has a program of this type may attach it (6.18). Linux 6.6.
    /// </summary>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceIndex">The interface's index in the network namespace of the calling thread.</param>
    /// <param name="attachType">
    /// <see cref="BpfAttachType.TcxIngress"/> or <see cref="BpfAttachType.TcxEgress"/>. Optional if the program was loaded with it.
    /// </param>
    /// <param name="position">The position among the attached programs; if omitted, the last.</param>
    /// <exception cref="ArgumentException">The program is of another type, or the direction is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is below 1.</exception>
    /// <exception cref="BpfException">
    /// There is no such interface, the program is attached already (<see cref="Errno.EEXIST"/>), 64 programs are attached, or the kernel refused for another
    /// reason.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The program, or the one that the position refers to, was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, int interfaceIndex, BpfAttachType? attachType = null, TcxPosition? position = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(interfaceIndex, 1);
        return Attach(program, interfaceIndex, $"interface {interfaceIndex}", attachType, position);
    }

    /// <inheritdoc cref="Attach(BpfProgram, int, BpfAttachType?, TcxPosition?)"/>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceName">The interface's name in the network namespace of the calling thread, such as <c>eth0</c>.</param>
    /// <param name="attachType">
    /// <see cref="BpfAttachType.TcxIngress"/> or <see cref="BpfAttachType.TcxEgress"/>. Optional if the program was loaded with it.
    /// </param>
    /// <param name="position">The position among the attached programs; if omitted, the last.</param>
    public static BpfLink Attach(BpfProgram program, string interfaceName, BpfAttachType? attachType = null, TcxPosition? position = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        int index = NetworkInterfaces.IndexOf(interfaceName, $"Attaching {program.Describe()} to {interfaceName}");
        return Attach(program, index, interfaceName, attachType, position);
    }

    internal static BpfLinkInfo Complete(BpfLinkInfo common, in Bpf.LinkInfo info)
    {
        ref Bpf.TcxLinkInfo own = ref Unsafe.As<Bpf.LinkInfo, Bpf.TcxLinkInfo>(ref Unsafe.AsRef(in info));
        return common with { AttachType = (BpfAttachType)own.AttachType, InterfaceIndex = (int)own.InterfaceIndex };
    }

    /// <returns>The direction.</returns>
    /// <exception cref="ArgumentException">The program is of another type, or the direction is missing.</exception>
    internal static BpfAttachType DirectionOf(BpfProgram program, BpfAttachType? attachType)
    {
        if (program.Type != BpfProgramType.SchedCls)
        {
            throw new ArgumentException(
                $"Traffic control takes programs of type {BpfProgramType.SchedCls}. "
                + $"This is {program.Describe()}; {ProgramKind.Of(program.Type).Describe()}.",
                nameof(program));
        }

        BpfAttachType direction = attachType ?? program.ExpectedAttachType
            ?? throw new ArgumentException($"The direction is missing: {BpfAttachType.TcxIngress} or {BpfAttachType.TcxEgress}.", nameof(attachType));
        LinkCreation.ThrowIfUnfit(program, direction);
        return direction is BpfAttachType.TcxIngress or BpfAttachType.TcxEgress
            ? direction
            : throw new ArgumentException($"{direction} is neither {BpfAttachType.TcxIngress} nor {BpfAttachType.TcxEgress}.", nameof(attachType));
    }

    private static BpfLink Attach(BpfProgram program, int index, string name, BpfAttachType? attachType, TcxPosition? position)
    {
        BpfAttachType direction = DirectionOf(program, attachType);
        string attempt = $"Attaching {program.Describe()} to {name} ({direction})";
        Errno error = Create(program, index, direction, position, out FileDescriptor link);
        if (error is Errno.EINVAL or Errno.ENODEV && !NetworkInterfaces.Exists(index))
        {
            throw new BpfException(BpfCommand.LinkCreate, Errno.ENODEV, attempt, "there is no such interface in this network namespace ('ip link' lists them)");
        }

        string? reason = error switch
        {
            Errno.EEXIST => "the program is attached there already",
            Errno.ENOENT or Errno.EINVAL when position?.Relative is { } beside => $"{beside.Describe()}, which the position refers to, is not attached there",
            Errno.ERANGE or Errno.E2BIG => "64 programs are attached there already, which is the maximum",
            Errno.EINVAL => $"this kernel has no tcx (Linux 6.6, CONFIG_NET_XGRESS); {nameof(ClsactFilter)} accepts the same program",
            _ => null,
        };
        return LinkCreation.Finish(error, link, BpfLinkType.Tcx, direction, attempt, reason);
    }

    private static Errno Create(BpfProgram program, int index, BpfAttachType direction, TcxPosition? position, out FileDescriptor link)
    {
        Bpf.LinkCreateAttributes attributes = new() { Target = (uint)index, AttachType = (uint)direction, Flags = position?.Flags ?? 0 };
        if (position?.Relative is not { } beside)
        {
            return LinkCreation.Create(program, attributes, out link);
        }

        using DescriptorLease relative = new(beside.Descriptor);
        attributes.Relative = (uint)relative.Number;
        return LinkCreation.Create(program, attributes, out link);
    }
}
