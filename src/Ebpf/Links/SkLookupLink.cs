using System.Runtime.CompilerServices;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Links;

/// <summary>
/// Attaches <see cref="BpfProgramType.SkLookup"/> programs to network namespaces with links: <c>SkLookupLink.Attach(program)</c>. A namespace can have up to 64
/// programs, which run in the order in which they were attached.
/// </summary>
/// <seealso href="https://docs.kernel.org/bpf/prog_sk_lookup.html"/>
public static class SkLookupLink
{
    /// <summary>Attaches a program to a network namespace. Linux 5.9.</summary>
    /// <param name="program">The program. It may be disposed after the call.</param>
    /// <param name="namespacePath">
    /// The file of the namespace, such as <c>/run/netns/NAME</c> or <c>/proc/PID/ns/net</c>; if omitted, the namespace of the calling thread.
    /// </param>
    /// <exception cref="ArgumentException">The program is of another type, or the path is empty.</exception>
    /// <exception cref="BpfException">The file is not a network namespace, or the kernel refused.</exception>
    /// <exception cref="ObjectDisposedException">The program was disposed.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfLink Attach(BpfProgram program, string? namespacePath = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        LinkCreation.ThrowIfUnfit(program, BpfAttachType.SkLookup);
        string where = namespacePath is null ? "this network namespace" : $"the network namespace {namespacePath}";
        string attempt = $"Attaching {program.Describe()} to {where}";
        using FileDescriptor target = Open(namespacePath ?? "/proc/thread-self/ns/net", attempt);
        using DescriptorLease lease = new(target);
        Errno error = LinkCreation.Create(program, (uint)lease.Number, BpfAttachType.SkLookup, 0, out FileDescriptor link);
        string? reason = error switch
        {
            Errno.EINVAL => "that is not a network namespace, or this kernel does not know such programs",
            Errno.E2BIG => "64 programs are attached there already, which is the maximum",
            _ => null,
        };
        return LinkCreation.Finish(error, link, BpfLinkType.NetworkNamespace, BpfAttachType.SkLookup, attempt, reason);
    }

    internal static BpfLinkInfo Complete(BpfLinkInfo common, in Bpf.LinkInfo info)
    {
        ref Bpf.NetworkNamespaceLinkInfo own = ref Unsafe.As<Bpf.LinkInfo, Bpf.NetworkNamespaceLinkInfo>(ref Unsafe.AsRef(in info));
        return common with { AttachType = (BpfAttachType)own.AttachType, NetworkNamespace = own.NamespaceInode };
    }

    private static FileDescriptor Open(string path, string attempt)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Bpf.ThrowIfUnsupported();
        FileDescriptor file = new();
        int number = LibC.Open(path, LibC.OpenReadOnly | LibC.OpenNonBlocking | LibC.OpenCloseOnExec);
        if (number < 0)
        {
            throw new BpfException("open", LibC.LastError, $"{attempt} failed: {path} cannot be opened");
        }

        file.Own(number);
        return file;
    }
}
