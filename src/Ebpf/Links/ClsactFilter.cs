using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Represents a <see cref="BpfProgramType.SchedCls"/> program that is attached to a network interface through the <c>clsact</c> qdisc of traffic control, as
/// <c>tc(8)</c> does: <c>ClsactFilter.Attach(program, "eth0", BpfAttachType.TcxIngress)</c>. Use it on Linux before 6.6, which has no <see cref="TcxLink"/>.
/// </summary>
/// <remarks>
/// The filter is not a link: it cannot be pinned, and if the process ends without disposing it, it stays (<c>tc filter del dev eth0 ingress</c> removes it).
/// The verdicts of <see cref="Contexts.TcxVerdict"/> have the same meaning. All members are thread-safe.
/// <para> The qdisc is never removed, because the kernel would remove all filters with it, including those of other applications, and has no operation that
/// removes only an empty qdisc. An empty qdisc has no effect, and the next <see cref="Attach(BpfProgram, int, BpfAttachType?, int?)"/> uses it. <c>tc qdisc del
/// dev eth0 clsact</c> removes it. </para>
/// </remarks>
/// <seealso href="https://man7.org/linux/man-pages/man8/tc-bpf.8.html"/>
public sealed class ClsactFilter : IDisposable
{
    private readonly TrafficControl _control;
    private readonly int _interface;
    private readonly FilterHandle _filter;
    private readonly string _attempt;
    private int _detached;

    private ClsactFilter(TrafficControl control, int interfaceIndex, FilterHandle filter, string description)
    {
        _control = control;
        _interface = interfaceIndex;
        _filter = filter;
        _attempt = $"Detaching {description}";
    }

    /// <summary>
    /// Attaches a program to a network interface, which can have any number of them. Creates the interface's <c>clsact</c> qdisc if there is none. Needs
    /// CAP_NET_ADMIN. Linux 4.5, with the modules <c>sch_ingress</c> and <c>cls_bpf</c>.
    /// </summary>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceIndex">The interface's index in the network namespace of the calling thread.</param>
    /// <param name="attachType">
    /// <see cref="BpfAttachType.TcxIngress"/> or <see cref="BpfAttachType.TcxEgress"/>. Optional if the program was loaded with it.
    /// </param>
    /// <param name="priority">1 to 65535: filters with lower numbers run first. If omitted, the filter runs before the existing ones.</param>
    /// <exception cref="ArgumentException">The program is of another type, or the direction is missing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is below 1, or the priority is out of range.</exception>
    /// <exception cref="BpfException">There is no such interface, or the kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static ClsactFilter Attach(BpfProgram program, int interfaceIndex, BpfAttachType? attachType = null, int? priority = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentOutOfRangeException.ThrowIfLessThan(interfaceIndex, 1);
        return Attach(program, interfaceIndex, $"interface {interfaceIndex}", attachType, priority);
    }

    /// <inheritdoc cref="Attach(BpfProgram, int, BpfAttachType?, int?)"/>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="interfaceName">The interface's name in the network namespace of the calling thread, such as <c>eth0</c>.</param>
    /// <param name="attachType">
    /// <see cref="BpfAttachType.TcxIngress"/> or <see cref="BpfAttachType.TcxEgress"/>. Optional if the program was loaded with it.
    /// </param>
    /// <param name="priority">1 to 65535: filters with lower numbers run first. If omitted, the filter runs before the existing ones.</param>
    public static ClsactFilter Attach(BpfProgram program, string interfaceName, BpfAttachType? attachType = null, int? priority = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        int index = NetworkInterfaces.IndexOf(interfaceName, $"Attaching {program.Describe()} to {interfaceName}");
        return Attach(program, index, interfaceName, attachType, priority);
    }

    /// <summary> Detaches the program. The interface's <c>clsact</c> qdisc and its other filters stay. A second call does nothing. </summary>
    /// <exception cref="BpfException">
    /// The kernel refused: the filter or the interface is gone already (<see cref="Errno.ENOENT"/>), or this thread lacks CAP_NET_ADMIN.
    /// </exception>
    public void Detach()
    {
        Errno error = TryDetach();
        if (error != Errno.None)
        {
            string reason = error is Errno.EPERM
                ? "it needs CAP_NET_ADMIN in the interface's network namespace, and the filter stays"
                : "the filter, its qdisc or the interface is gone already";
            throw new BpfException("RTM_DELTFILTER", error, $"{_attempt} failed: {reason}");
        }
    }

    /// <summary>Detaches the program as <see cref="Detach"/> does, but does not throw if the kernel refuses.</summary>
    public void Dispose() => TryDetach();

    private static ClsactFilter Attach(BpfProgram program, int index, string name, BpfAttachType? attachType, int? priority)
    {
        if (priority is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(priority));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(number, ushort.MaxValue, nameof(priority));
        }

        BpfAttachType direction = TcxLink.DirectionOf(program, attachType);
        string description = $"{program.Describe()} to {name} ({direction}, clsact)";
        TrafficControl control = TrafficControl.Open($"Attaching {description}");
        try
        {
            Errno error = control.AddQueueingDiscipline(index);
            if (error is not (Errno.None or Errno.EEXIST))
            {
                throw Explain("RTM_NEWQDISC", error, description);
            }

            using DescriptorLease lease = new(program.Descriptor);
            error = control.AddFilter(index, direction, lease.Number, program.Name ?? "bpf", (ushort)(priority ?? 0), out FilterHandle filter);
            return error == Errno.None
                ? new ClsactFilter(control, index, filter, description)
                : throw Explain("RTM_NEWTFILTER", error, description);
        }
        catch
        {
            control.Dispose();
            throw;
        }
    }

    private static BpfException Explain(string operation, Errno error, string description)
    {
        string reason = error switch
        {
            Errno.EPERM => "it needs CAP_NET_ADMIN in this network namespace",
            Errno.ENODEV => "there is no such interface in this network namespace ('ip link' lists them)",
            Errno.ENOENT or Errno.EOPNOTSUPP => "this kernel has no clsact qdisc or no BPF filters (modules sch_ingress and cls_bpf)",
            Errno.EINVAL => "the interface has an ingress qdisc, which excludes clsact ('tc qdisc show' lists them), or the kernel is too old",
            _ => "the kernel refused",
        };
        return new BpfException(operation, error, $"Attaching {description} failed: {reason}");
    }

    private Errno TryDetach()
    {
        if (Interlocked.Exchange(ref _detached, 1) != 0)
        {
            return Errno.None;
        }

        using (_control)
        {
            return _control.RemoveFilter(_interface, _filter);
        }
    }
}
