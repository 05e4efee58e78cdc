using Ebpf.Objects;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Holds a program where it is attached. When the last descriptor and the last pin of a link are gone, the kernel detaches the program: disposing
/// this object detaches unless the link was pinned (<see cref="Pin"/>). All members may be called from any thread.
/// <see cref="CgroupLink"/>, <see cref="XdpLink"/>, <see cref="TcxLink"/> and <see cref="SkLookupLink"/> make links.
/// </summary>
public sealed class BpfLink : IDisposable
{
    private readonly FileDescriptor _descriptor;

    internal BpfLink(FileDescriptor descriptor, BpfLinkType type, BpfAttachType? attachType)
    {
        _descriptor = descriptor;
        Type = type;
        AttachType = attachType;
    }

    /// <summary>What the link attaches to.</summary>
    public BpfLinkType Type { get; }

    /// <summary>At which event the program runs; null of links that this library cannot make.</summary>
    public BpfAttachType? AttachType { get; }

    /// <summary>Opens a link that was pinned. Linux 5.7.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused, or what is pinned there is no link.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink OpenPinned(string path) => Adopt(Pins.Open(path, ObjectKind.Link));

    /// <summary>Opens a link by its number, which the kernel's tools and <see cref="GetInfo"/> tell. Needs CAP_SYS_ADMIN. Linux 5.8.</summary>
    /// <exception cref="BpfException">
    /// The kernel refused: there is no link of that number (<see cref="Errno.ENOENT"/>), or the process lacks CAP_SYS_ADMIN.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink OpenById(uint id)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = id };
        Errno error = Bpf.LinkGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        return error switch
        {
            Errno.None => Adopt(descriptor),
            Errno.ENOENT => throw new BpfException(BpfCommand.LinkGetDescriptorById, error, $"Opening link {id}", "there is none of that number"),
            _ => throw new BpfException(BpfCommand.LinkGetDescriptorById, error, $"Opening link {id}"),
        };
    }

    /// <summary>
    /// Puts another program of the same type in the place of the one that runs, in one step: no packet and no call goes without one.
    /// Linux 5.7, XDP 5.9, tcx 6.6.
    /// </summary>
    /// <param name="program">The program from now on. It may be disposed afterwards.</param>
    /// <exception cref="ArgumentException">The program is of another type, or was loaded for another event.</exception>
    /// <exception cref="BpfException">The kernel refused, for example because the link was detached (<see cref="Errno.ENOLINK"/>).</exception>
    /// <exception cref="ObjectDisposedException">The link or the program was disposed.</exception>
    public void Update(BpfProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (AttachType is { } attachType)
        {
            LinkCreation.ThrowIfUnfit(program, attachType);
        }

        using DescriptorLease link = new(_descriptor);
        using DescriptorLease replacement = new(program.Descriptor);
        Bpf.LinkUpdateAttributes attributes = new() { LinkDescriptor = (uint)link.Number, NewProgramDescriptor = (uint)replacement.Number };
        ThrowIfFailed(BpfCommand.LinkUpdate, Bpf.LinkUpdate(ref attributes), $"Putting {program.Describe()} into a link of type {Type}");
    }

    /// <summary>Detaches the program, also where other descriptors and pins keep the link. The link stays, without effect. Linux 5.9.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The link was disposed.</exception>
    public void Detach()
    {
        using DescriptorLease lease = new(_descriptor);
        Bpf.LinkDetachAttributes attributes = new() { LinkDescriptor = (uint)lease.Number };
        ThrowIfFailed(BpfCommand.LinkDetach, Bpf.LinkDetach(ref attributes), $"Detaching a link of type {Type}");
    }

    /// <summary>
    /// Pins the link: it gets a name in a file system of type <c>bpf</c>, and the program stays attached until a moment after that is deleted
    /// (<see cref="File.Delete"/>), whatever becomes of this object and this process. Linux 5.7.
    /// </summary>
    /// <param name="path">Where to. The folder must exist, usually under <c>/sys/fs/bpf</c>; the name may hold no <c>.</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The link was disposed.</exception>
    public void Pin(string path) => Pins.Pin(_descriptor, path, $"a link of type {Type}");

    /// <summary>What the kernel knows of the link. Linux 5.8.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The link was disposed.</exception>
    public BpfLinkInfo GetInfo() => BpfLinkInfo.Read(_descriptor);

    /// <summary>Closes this descriptor of the link. If it was the last and the link is not pinned, the program is detached.</summary>
    public void Dispose() => _descriptor.Dispose();

    private static BpfLink Adopt(FileDescriptor descriptor)
    {
        try
        {
            BpfLinkInfo info = BpfLinkInfo.Read(descriptor);
            return new BpfLink(descriptor, info.Type, info.AttachType);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    private static void ThrowIfFailed(BpfCommand command, Errno error, string attempt)
    {
        string? reason = error switch
        {
            Errno.ENOLINK => "the link is detached, or what it was attached to is gone",
            Errno.EOPNOTSUPP => "links of this type cannot do that",
            Errno.EINVAL => "the program does not fit: it was loaded for another event, or this kernel is too old",
            _ => null,
        };
        if (error != Errno.None)
        {
            throw new BpfException(command, error, attempt, reason);
        }
    }
}
