using System.Text;
using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Objects;

/// <summary>
/// Pins: names for maps, programs and links in a file system of type <c>bpf</c>, usually <c>/sys/fs/bpf</c>. A pin keeps its object in the kernel after every
/// process that used it has ended.
/// </summary>
internal static unsafe class Pins
{
    /// <param name="descriptor">The object.</param>
    /// <param name="path">The path of the pin. Its folder must exist, in a file system of type <c>bpf</c>.</param>
    /// <param name="description">The object in a sentence: <c>the map 'slots' of type Array</c>.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static void Pin(FileDescriptor descriptor, string path, string description)
    {
        byte[] name = Encode(path);
        using DescriptorLease lease = new(descriptor);
        Errno error;
        fixed (byte* pointer = name)
        {
            Bpf.ObjectPinAttributes attributes = new() { Path = (ulong)pointer, Descriptor = (uint)lease.Number };
            error = Bpf.ObjectPin(ref attributes);
        }

        if (error != Errno.None)
        {
            string attempt = $"Pinning {description} to {path}";
            string? reason = error switch
            {
                Errno.EEXIST => "the path exists already; open it, or unlink it first",
                Errno.ENOENT => "its folder does not exist",
                Errno.EINVAL => "the name is not valid for a pin (it must not contain '.')",
                // Since 5.19 write permission for the folder is enough for pinning: EPERM is then about the folder.
                Errno.EPERM when ProcessStatus.Read().MayUseBpf || Environment.OSVersion.Version >= new Version(5, 19) =>
                    "its folder is not in a file system of type bpf; "
                    + "one is usually mounted at /sys/fs/bpf ('mount -t bpf bpf FOLDER' mounts another)",
                Errno.EACCES => "this user may not write to its folder",
                _ => null,
            };
            throw new BpfException(BpfCommand.ObjectPin, error, attempt, reason);
        }
    }

    /// <param name="path">The path of the pin.</param>
    /// <param name="kind">The required kind of object.</param>
    /// <param name="flags">For maps: 0, <c>BPF_F_RDONLY</c> or <c>BPF_F_WRONLY</c>.</param>
    /// <exception cref="BpfException">The kernel refused, or the pin is of another kind.</exception>
    public static FileDescriptor Open(string path, ObjectKind kind, uint flags = 0)
    {
        byte[] name = Encode(path);
        Errno error;
        FileDescriptor descriptor;
        fixed (byte* pointer = name)
        {
            Bpf.ObjectPinAttributes attributes = new() { Path = (ulong)pointer, FileFlags = flags };
            error = Bpf.ObjectGet(ref attributes, out descriptor);
        }

        string attempt = $"Opening the {Describe(kind)} pinned at {path}";
        if (error != Errno.None)
        {
            string? reason = error switch
            {
                Errno.ENOENT => "there is no such pin",
                // Links can only be opened for reading and writing.
                Errno.EINVAL when flags != 0 => $"what is pinned there is a {Describe(ObjectKind.Link)}",
                Errno.EACCES =>
                    $"this user lacks permission: it needs {(flags == 0 ? "read and write" : "the right")} permission for the pin, "
                    + "and search permission for each folder above it",
                _ => null,
            };
            throw new BpfException(BpfCommand.ObjectGet, error, attempt, reason);
        }

        ThrowUnless(descriptor, kind, BpfCommand.ObjectGet, attempt, "what is pinned there is");
        return descriptor;
    }

    /// <summary>Closes a descriptor that is not of the required kind, and throws.</summary>
    /// <exception cref="BpfException">It is of another kind.</exception>
    public static void ThrowUnless(FileDescriptor descriptor, ObjectKind kind, BpfCommand command, string attempt, string subject)
    {
        ObjectKind? found = KindOf(descriptor);
        if (found != kind)
        {
            descriptor.Dispose();
            throw new BpfException(command, Errno.EINVAL, attempt, $"{subject} {(found is { } other ? $"a {Describe(other)}" : "something else")}");
        }
    }

    private static ObjectKind? KindOf(FileDescriptor descriptor)
    {
        using DescriptorLease lease = new(descriptor);
        return new FileInfo($"/proc/self/fd/{lease.Number}").LinkTarget switch
        {
            "anon_inode:bpf-map" => ObjectKind.Map,
            "anon_inode:bpf-prog" => ObjectKind.Program,
            // Linux 6.18 writes the former; older kernels may write the latter.
            "anon_inode:bpf-link" or "anon_inode:bpf_link" => ObjectKind.Link,
            _ => null,
        };
    }

    private static string Describe(ObjectKind kind) => kind switch
    {
        ObjectKind.Map => "map",
        ObjectKind.Program => "program",
        _ => "link",
    };

    private static byte[] Encode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A path must not contain a NUL character.", nameof(path));
        }

        return Encoding.UTF8.GetBytes(path + '\0');
    }
}
