using Ebpf.Objects;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary>
/// Represents the attachment of a program to an object such as a cgroup or a network interface. The kernel detaches the program when the last descriptor and
/// the last pin of the link are gone, so disposing this object detaches the program unless the link is pinned (<see cref="Pin"/>). All members are thread-safe.
/// <see cref="CgroupLink"/>, <see cref="XdpLink"/>, <see cref="TcxLink"/> and <see cref="SkLookupLink"/> create links.
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

    /// <summary>Gets the type of the link.</summary>
    public BpfLinkType Type { get; }

    /// <summary>Gets the event at which the program runs; null for links of types that this library cannot create.</summary>
    public BpfAttachType? AttachType { get; }

    /// <summary>Opens a pinned link. Linux 5.7.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused, or the pin is not a link.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink OpenPinned(string path) => Adopt(Pins.Open(path, ObjectKind.Link));

    /// <summary>Opens a link by its id, which the kernel's tools and <see cref="GetInfo"/> show. Needs CAP_SYS_ADMIN. Linux 5.8.</summary>
    /// <exception cref="BpfException">
    /// The kernel refused: there is no link with that id (<see cref="Errno.ENOENT"/>), or the process lacks CAP_SYS_ADMIN.
    /// </exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink OpenById(uint id)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = id };
        Errno error = Bpf.LinkGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        return error switch
        {
            Errno.None => Adopt(descriptor),
            Errno.ENOENT => throw new BpfException(BpfCommand.LinkGetDescriptorById, error, $"Opening link {id}", "there is no link with that id"),
            _ => throw new BpfException(BpfCommand.LinkGetDescriptorById, error, $"Opening link {id}"),
        };
    }

    /// <summary>
    /// Replaces the attached program with another one of the same type, atomically: every packet and every call is processed by one of the two. Linux 5.7, XDP
    /// 5.9, tcx 6.6.
    /// </summary>
    /// <param name="program">The new program. It may be disposed after the call.</param>
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

    /// <summary>Detaches the program, even if other descriptors and pins refer to the link. The link remains without effect. Linux 5.9.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The link was disposed.</exception>
    public void Detach()
    {
        using DescriptorLease lease = new(_descriptor);
        Bpf.LinkDetachAttributes attributes = new() { LinkDescriptor = (uint)lease.Number };
        ThrowIfFailed(BpfCommand.LinkDetach, Bpf.LinkDetach(ref attributes), $"Detaching a link of type {Type}");
    }

    /// <summary>
    /// Pins the link under a path in a file system of type <c>bpf</c>. A pin keeps the program attached, even after this object is disposed and this process
    /// ends, until shortly after the path is deleted (<see cref="File.Delete"/>). Linux 5.7.
    /// </summary>
    /// <param name="path">The path, usually under <c>/sys/fs/bpf</c>. Its folder must exist; its last part must not contain <c>.</c>.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The link was disposed.</exception>
    public void Pin(string path) => Pins.Pin(_descriptor, path, $"a link of type {Type}");

    /// <summary>Gets the kernel's information about the link. Linux 5.8.</summary>
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
            Errno.ENOLINK => "the link is detached, or the object that it was attached to is gone",
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
