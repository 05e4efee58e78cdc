using System.Text;
using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>Creates a map, or opens it by pin or id and checks it, because a pin may be any object.</summary>
/// <param name="Descriptor">The descriptor. The receiver of this record owns it.</param>
/// <param name="Type">The type of the map.</param>
/// <param name="MaxEntries">At least 1.</param>
/// <param name="Flags">The options of the map.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Access">The access that the descriptor allows.</param>
internal sealed record MapOrigin(FileDescriptor Descriptor, BpfMapType Type, int MaxEntries, BpfMapFlags Flags, string? Name, BpfMapAccess Access)
{
    /// <param name="shape">The expectations of the class.</param>
    /// <param name="type">The type of the map.</param>
    /// <param name="maxEntries">At least 1.</param>
    /// <param name="flags">The options of the map.</param>
    /// <param name="name">Its name, or null.</param>
    /// <param name="program">The SHA-256 of the only program that may use it; empty for all programs.</param>
    /// <param name="template">A map like those that will be its values; null if its values are not maps.</param>
    public static MapOrigin Make(
        MapShape shape, BpfMapType type, int maxEntries, BpfMapFlags flags, string? name, ReadOnlySpan<byte> program = default, BpfMap? template = null)
    {
        if (template is null)
        {
            return Make(shape, type, maxEntries, flags, name, program, 0);
        }

        using DescriptorLease lease = new(template.Descriptor);
        return Make(shape, type, maxEntries, flags, name, program, (uint)lease.Number);
    }

    public static MapOrigin OpenPinned(MapShape shape, string path, BpfMapAccess access)
    {
        FileDescriptor descriptor = Pins.Open(path, ObjectKind.Map, (uint)Checked(access));
        return Check(shape, descriptor, access, BpfCommand.ObjectGet, $"Opening the map pinned at {path}");
    }

    public static MapOrigin Adopt(MapShape shape, FileDescriptor descriptor)
    {
        const string Attempt = "Taking over a descriptor as a map";
        Pins.ThrowUnless(descriptor, ObjectKind.Map, BpfCommand.ObjectGetInfoByDescriptor, Attempt, "it is");
        // The last octal digit of the flags of open(2): O_RDONLY, O_WRONLY or O_RDWR.
        BpfMapAccess access = DescriptorInfo.Of(descriptor).Text("flags") switch
        {
            [.., '0'] => BpfMapAccess.ReadOnly,
            [.., '1'] => BpfMapAccess.WriteOnly,
            _ => BpfMapAccess.ReadWrite,
        };
        return Check(shape, descriptor, access, BpfCommand.ObjectGetInfoByDescriptor, Attempt);
    }

    public static MapOrigin OpenById(MapShape shape, uint id, BpfMapAccess access)
    {
        Bpf.DescriptorByIdAttributes attributes = new() { Id = id, OpenFlags = (uint)Checked(access) };
        Errno error = Bpf.MapGetDescriptorById(ref attributes, out FileDescriptor descriptor);
        return error == Errno.None
            ? Check(shape, descriptor, access, BpfCommand.MapGetDescriptorById, $"Opening the map with id {id}")
            : throw MapRefusal.ExplainOpeningById(id, error);
    }

    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfMapInfo InfoOf(FileDescriptor descriptor)
    {
        Bpf.MapInfo info = default;
        Errno error = Bpf.ObjectGetInfo(descriptor, ref info);
        DescriptorInfo lines = DescriptorInfo.Of(descriptor);
        if (error != Errno.None)
        {
            return InfoOf(lines) ?? throw new BpfException(BpfCommand.ObjectGetInfoByDescriptor, error, "Asking for information on a map");
        }

        ReadOnlySpan<byte> name = info.Name;
        int length = name.IndexOf((byte)0);
        return new BpfMapInfo
        {
            Id = info.Id,
            Type = (BpfMapType)info.Type,
            KeySize = info.KeySize,
            ValueSize = info.ValueSize,
            MaxEntries = info.MaxEntries,
            Flags = (BpfMapFlags)info.MapFlags,
            Name = length == 0 ? null : Encoding.ASCII.GetString(length < 0 ? name : name[..length]),
            IsFrozen = lines.Number("frozen") == 1,
        };
    }

    /// <summary>Creates a map, and retries if the limit of locked memory was too low.</summary>
    public static Errno Create(ref Bpf.MapCreateAttributes attributes, out FileDescriptor descriptor)
    {
        Errno error = Bpf.MapCreate(ref attributes, out descriptor);
        return MemoryLock.RaisedAfter(error) ? Bpf.MapCreate(ref attributes, out descriptor) : error;
    }

    private static unsafe MapOrigin Make(
        MapShape shape, BpfMapType type, int maxEntries, BpfMapFlags flags, string? name, ReadOnlySpan<byte> program, uint template)
    {
        shape.ThrowUnlessFor(type);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEntries, 1);
        flags |= MapKind.Of(type)?.RequiredFlags ?? BpfMapFlags.None;
        Bpf.MapCreateAttributes attributes = new()
        {
            MapType = (uint)type,
            KeySize = (uint)shape.KeySize,
            ValueSize = (uint)shape.ValueSize,
            MaxEntries = (uint)maxEntries,
            MapFlags = (uint)flags,
            MapName = ObjectNames.Encode(name),
            InnerMapDescriptor = template,
        };

        Errno error;
        FileDescriptor descriptor;
        fixed (byte* hash = program)
        {
            attributes.ExclusiveProgramHash = (ulong)hash;
            attributes.ExclusiveProgramHashSize = (uint)program.Length;
            error = Create(ref attributes, out descriptor);
        }

        if (error != Errno.None)
        {
            throw MapRefusal.ExplainCreation(shape, type, flags, isExclusive: !program.IsEmpty, error, BpfMap.Describe(type, name));
        }

        return new MapOrigin(descriptor, type, maxEntries, flags, name, (BpfMapAccess)(flags & (BpfMapFlags.ReadOnly | BpfMapFlags.WriteOnly)));
    }

    private static BpfMapInfo? InfoOf(DescriptorInfo lines) => lines.Number("map_type") is not { } type ? null : new()
    {
        Id = (uint)(lines.Number("map_id") ?? 0),
        Type = (BpfMapType)type,
        KeySize = (uint)(lines.Number("key_size") ?? 0),
        ValueSize = (uint)(lines.Number("value_size") ?? 0),
        MaxEntries = (uint)(lines.Number("max_entries") ?? 0),
        Flags = (BpfMapFlags)(lines.Number("map_flags") ?? 0),
        Name = null,
        IsFrozen = lines.Number("frozen") == 1,
    };

    private static MapOrigin Check(MapShape shape, FileDescriptor descriptor, BpfMapAccess access, BpfCommand command, string attempt)
    {
        try
        {
            BpfMapInfo info = InfoOf(descriptor);
            return shape.MismatchWith(info) is { } mismatch
                ? throw new BpfException(command, Errno.EINVAL, attempt, mismatch)
                : new MapOrigin(descriptor, info.Type, (int)info.MaxEntries, info.Flags, info.Name, access);
        }
        catch
        {
            descriptor.Dispose();
            throw;
        }
    }

    private static BpfMapAccess Checked(BpfMapAccess access) =>
        Enum.IsDefined(access)
            ? access
            : throw new ArgumentOutOfRangeException(
                nameof(access), access, "A map can be opened for reading and writing, for reading only or for writing only.");
}
