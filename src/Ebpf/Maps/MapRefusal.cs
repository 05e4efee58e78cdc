using Ebpf.Explanation;
using Ebpf.SystemCalls;

namespace Ebpf.Maps;

/// <summary>Explains a refusal that has its reason in the map itself; <see cref="Refusal"/> explains all others.</summary>
internal static class MapRefusal
{
    private static readonly Version FirstWithExclusiveMaps = new(6, 18);

    /// <param name="map">The map.</param>
    /// <param name="command">The command.</param>
    /// <param name="error">The error that the kernel returned.</param>
    /// <param name="attempt">The operation that was tried, without the map: <c>Writing to</c>.</param>
    public static BpfException Explain(BpfMap map, BpfCommand command, Errno error, string attempt) =>
        new(command, error, $"{attempt} {map.Describe()}", ReasonFor(map, command, error));

    public static string? ReasonFor(BpfMap map, BpfCommand command, Errno error) => error switch
    {
        Errno.EPERM when map.Access != BpfMapAccess.ReadWrite =>
            $"this descriptor of the map is for {(map.Access == BpfMapAccess.ReadOnly ? "reading" : "writing")} only",
        Errno.EPERM or Errno.EBUSY when command == BpfCommand.MapFreeze && map.IsFrozen => "it is frozen already",
        Errno.EPERM when map.IsFrozen => "the map is frozen; only programs may still change it",
        Errno.E2BIG when map.IsNumbered => $"its keys are 0 to {map.MaxEntries - 1}",
        Errno.ENOSPC when map.Type == BpfMapType.LpmTrie => $"it is full with {map.MaxEntries} prefixes; delete some, or make it larger",
        Errno.EINVAL when map.Type == BpfMapType.LpmTrie && !IsBatch(command) =>
            "the prefix length, the 32-bit number that a key starts with, is larger than the address that follows it",
        Errno.EINVAL when map.Type == BpfMapType.ProgramArray && command == BpfCommand.MapUpdateElement =>
            "the array belongs to programs of another type, or of another attach type",
        Errno.EINVAL when map.Type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps && command == BpfCommand.MapUpdateElement =>
            "the map is not like the template: of the same type, sizes and flags, and of arrays the same length",
        Errno.EINVAL or Errno.ENOENT when map.Type == BpfMapType.ReusePortSockArray && command == BpfCommand.MapUpdateElement =>
            "the socket must be a TCP or UDP socket that is bound and has SO_REUSEPORT",
        Errno.EBUSY when map.Type == BpfMapType.ReusePortSockArray => "the socket is in such a map already",
        Errno.EINVAL or Errno.EOPNOTSUPP or Errno.ENOTSUPP when map.Type is BpfMapType.SockMap or BpfMapType.SockHash
            && command == BpfCommand.MapUpdateElement => "the socket must be a TCP socket that listens or is connected, or a UDP socket",
        Errno.E2BIG => $"it is full with {map.MaxEntries} entries; delete some, make it larger, or use an LRU map, which makes room itself",
        Errno.EBUSY when command == BpfCommand.MapFreeze => "it is mapped for writing somewhere, or being written to; dispose such mappings first",
        Errno.ENOSPC when IsBatch(command) => "a bucket of the map's table holds more entries than there is room for; use larger spans",
        Errno.EINVAL or Errno.ENOTSUPP or Errno.EOPNOTSUPP when map.IsArray && Deletes(command) => "entries of an array cannot be deleted",
        Errno.EINVAL or Errno.ENOTSUPP or Errno.EOPNOTSUPP when FirstKernelWith(map, command) is { } first && Environment.OSVersion.Version < first =>
            $"it {Refusal.TooOld(first, Environment.OSVersion.Version)}",
        _ => null,
    };

    public static BpfException ExplainCreation(MapShape shape, BpfMapType type, BpfMapFlags flags, bool isExclusive, Errno error, string description)
    {
        Requirement needed = MapKind.RequirementOf(type, flags);
        if (isExclusive)
        {
            needed = needed with { Since = Requirement.Later(needed.Since, FirstWithExclusiveMaps) };
        }

        string? reason = error switch
        {
            _ when isExclusive && Refusal.IsTooOld(BpfCommand.MapCreate, error, needed) => null,
            Errno.EINVAL when MapKind.Of(type) is { IsNumbered: true } && shape.KeySize != sizeof(uint) =>
                $"the keys of an array are 32-bit numbers, and these have {shape.KeySize} bytes",
            Errno.EINVAL when type == BpfMapType.LpmTrie && shape.KeySize is <= sizeof(uint) or > sizeof(uint) + 256 =>
                $"a key is the prefix's length in 32 bits and 1 to 256 bytes behind it, and this has {shape.KeySize} bytes",
            Errno.EINVAL when type is BpfMapType.ArrayOfMaps or BpfMapType.HashOfMaps =>
                "maps of the template's type cannot be values of another map: maps of maps, and maps that are exclusive to a program",
            Errno.EINVAL when flags.HasFlag(BpfMapFlags.MemoryMappable) && type != BpfMapType.Array => "only an array can be mapped into memory",
            Errno.EINVAL when !Refusal.IsTooOld(BpfCommand.MapCreate, error, needed) =>
                $"this kernel does not know this type, does not take the flags {flags} for it, "
                + $"or takes no keys of {shape.KeySize} and values of {shape.ValueSize} bytes",
            Errno.E2BIG => "its entries would be larger, or more, than the kernel allows",
            _ => null,
        };
        return reason is null
            ? new BpfException(BpfCommand.MapCreate, error, $"Creating {description}", needed)
            : new BpfException(BpfCommand.MapCreate, error, $"Creating {description}", reason);
    }

    public static BpfException ExplainOpeningById(uint id, Errno error)
    {
        string attempt = $"Opening the map with id {id}";
        string? reason = error switch
        {
            Errno.ENOENT => "there is no such map",
            // Opening by id needs CAP_SYS_ADMIN; CAP_BPF is not enough (bpf_map_get_fd_by_id).
            Errno.EPERM => "it needs CAP_SYS_ADMIN, CAP_BPF is not enough; opening a pinned map needs no capability",
            _ => null,
        };
        return new BpfException(BpfCommand.MapGetDescriptorById, error, attempt, reason);
    }

    public static BpfException ExplainMapping(BpfMap map, bool writable, Errno error)
    {
        string? reason = error switch
        {
            Errno.EPERM when writable && map.IsFrozen => "the map is frozen; map it for reading",
            Errno.EACCES or Errno.EPERM or Errno.EINVAL when map.Access != BpfMapAccess.ReadWrite =>
                "only a descriptor for reading and writing can be mapped (to keep readers from writing, freeze the map)",
            Errno.EACCES when writable && map.Flags.HasFlag(BpfMapFlags.ProgramsOnlyRead) =>
                "a map that is read-only for programs cannot be mapped for writing",
            Errno.ENOMEM => "this process has too little address space, or too many mappings",
            _ => null,
        };
        string purpose = writable ? "reading and writing" : "reading";
        return new BpfException("mmap", error, $"Mapping {map.Describe()} into memory for {purpose} failed{(reason is null ? "" : $": {reason}")}");
    }

    private static Version? FirstKernelWith(BpfMap map, BpfCommand command) => command switch
    {
        BpfCommand.MapFreeze => new(5, 2),
        BpfCommand.MapLookupAndDeleteElement => new(5, 14),
        _ when IsBatch(command) => map.Type == BpfMapType.PerCpuArray ? new(5, 13) : new(5, 6),
        _ => null,
    };

    private static bool IsBatch(BpfCommand command) =>
        command is BpfCommand.MapLookupBatch or BpfCommand.MapLookupAndDeleteBatch or BpfCommand.MapUpdateBatch or BpfCommand.MapDeleteBatch;

    private static bool Deletes(BpfCommand command) =>
        command is BpfCommand.MapDeleteElement or BpfCommand.MapDeleteBatch or BpfCommand.MapLookupAndDeleteElement or BpfCommand.MapLookupAndDeleteBatch;
}
