using System.Text;
using Ebpf.Objects;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Programs;

/// <summary>
/// Represents the kernel's information about a program (<c>struct bpf_prog_info</c>). For a process without CAP_BPF the kernel leaves some members 0. If
/// <c>bpf(2)</c> is forbidden, type, tag and id come from <c>/proc</c>, and the other members are 0.
/// </summary>
public sealed record BpfProgramInfo
{
    private BpfProgramInfo()
    {
    }

    /// <summary>Gets the program's id, which the kernel's tools show. The kernel reuses the ids of programs that are gone.</summary>
    public uint Id { get; private init; }

    /// <summary>Gets the type of the program.</summary>
    public BpfProgramType Type { get; private init; }

    /// <summary>
    /// Gets a hash of the program's instructions, 16 hexadecimal digits: programs with equal code have equal tags. The algorithm depends on the kernel.
    /// </summary>
    public string Tag { get; private init; } = "";

    /// <summary>Gets the program's name, or null. Linux 4.15.</summary>
    public string? Name { get; private init; }

    /// <summary>Gets the ids of the maps that the program uses. Linux 4.15.</summary>
    public IReadOnlyList<uint> MapIds { get; private init; } = [];

    /// <summary>Gets the time at which the program was loaded, accurate to a few milliseconds. Linux 4.15.</summary>
    public DateTimeOffset LoadedAt { get; private init; }

    /// <summary>Gets the id of the user who loaded the program. Linux 4.15.</summary>
    public uint LoadedByUserId { get; private init; }

    /// <summary>Gets a value indicating whether the program's licence is compatible with the GPL. Linux 4.18.</summary>
    public bool IsGplCompatible { get; private init; }

    /// <summary>Gets the length of the program in bytes after the kernel rewrote it, 8 for each instruction.</summary>
    public int TranslatedLength { get; private init; }

    /// <summary>Gets the length of the program's machine code in bytes, or 0 if it is interpreted.</summary>
    public int CompiledLength { get; private init; }

    /// <summary>Gets the number of instructions that the verifier processed, at most a million; 0 before Linux 5.16.</summary>
    public int VerifiedInstructions { get; private init; }

    /// <summary>Gets the number of runs while statistics were enabled (<see cref="BpfStatistics"/>). Linux 5.1.</summary>
    public long RunCount { get; private init; }

    /// <summary>Gets the total run time in nanoseconds while statistics were enabled (<see cref="BpfStatistics"/>). Linux 5.1.</summary>
    public long RunNanoseconds { get; private init; }

    /// <exception cref="BpfException">The kernel refused.</exception>
    internal static unsafe BpfProgramInfo Read(FileDescriptor program, string description)
    {
        Bpf.ProgramInfo info = default;
        Errno error = Bpf.ObjectGetInfo(program, ref info);
        if (error != Errno.None && Read(DescriptorInfo.Of(program)) is { } told)
        {
            return told;
        }

        ThrowIfFailed(error, description);
        uint[] maps = new uint[info.MapIdCount];
        if (maps.Length > 0)
        {
            fixed (uint* pointer = maps)
            {
                // A new structure: counts that remain from the first call would ask for arrays without a buffer.
                info = new() { MapIdCount = (uint)maps.Length, MapIds = (ulong)pointer };
                ThrowIfFailed(Bpf.ObjectGetInfo(program, ref info), description);
            }
        }

        ReadOnlySpan<byte> name = info.Name;
        int length = name.IndexOf((byte)0);
        return new()
        {
            Id = info.Id,
            Type = (BpfProgramType)info.Type,
            Tag = Convert.ToHexStringLower(info.Tag),
            Name = length == 0 ? null : Encoding.ASCII.GetString(length < 0 ? name : name[..length]),
            MapIds = info.MapIdCount < maps.Length ? maps[..(int)info.MapIdCount] : maps,
            LoadedAt = SinceBoot(info.LoadTime),
            LoadedByUserId = info.CreatedByUserId,
            IsGplCompatible = (info.GplCompatible & 1) != 0,
            TranslatedLength = (int)info.TranslatedLength,
            CompiledLength = (int)info.CompiledLength,
            VerifiedInstructions = (int)info.VerifiedInstructions,
            RunCount = (long)info.RunCount,
            RunNanoseconds = (long)info.RunTime,
        };
    }

    private static BpfProgramInfo? Read(DescriptorInfo lines) => lines.Number("prog_type") is not { } type ? null : new()
    {
        Id = (uint)(lines.Number("prog_id") ?? 0),
        Type = (BpfProgramType)type,
        Tag = lines.Text("prog_tag") ?? "",
    };

    private static unsafe DateTimeOffset SinceBoot(ulong nanoseconds)
    {
        LibC.TimeSpecification now;
        _ = LibC.GetTime(LibC.ClockBootTime, &now);
        long ago = (now.Seconds * 1_000_000_000) + now.Nanoseconds - (long)nanoseconds;
        return DateTimeOffset.UtcNow - TimeSpan.FromTicks(ago / TimeSpan.NanosecondsPerTick);
    }

    private static void ThrowIfFailed(Errno error, string description)
    {
        if (error != Errno.None)
        {
            throw new BpfException(BpfCommand.ObjectGetInfoByDescriptor, error, $"Asking about {description}");
        }
    }
}
