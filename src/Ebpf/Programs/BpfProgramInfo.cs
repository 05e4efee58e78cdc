using System.Text;
using Ebpf.Objects;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Programs;

/// <summary>
/// What the kernel knows of a program (<c>struct bpf_prog_info</c>). A process without CAP_BPF is not told all: the rest is 0. Where <c>bpf(2)</c> is
/// forbidden, type, tag and number are what <c>/proc</c> says, and the rest is 0.
/// </summary>
public sealed record BpfProgramInfo
{
    private BpfProgramInfo()
    {
    }

    /// <summary>Its number, under which tools show it. Numbers of programs that are gone are used again.</summary>
    public uint Id { get; private init; }

    /// <summary>What it is for.</summary>
    public BpfProgramType Type { get; private init; }

    /// <summary>
    /// Sixteen hexadecimal digits that stand for its instructions: programs of equal code have equal tags. How it is computed depends on the kernel.
    /// </summary>
    public string Tag { get; private init; } = "";

    /// <summary>Its name, or null. Linux 4.15.</summary>
    public string? Name { get; private init; }

    /// <summary>The numbers of the maps that it uses. Linux 4.15.</summary>
    public IReadOnlyList<uint> MapIds { get; private init; } = [];

    /// <summary>When it was loaded, to within a few milliseconds. Linux 4.15.</summary>
    public DateTimeOffset LoadedAt { get; private init; }

    /// <summary>The number of the user who loaded it. Linux 4.15.</summary>
    public uint LoadedByUserId { get; private init; }

    /// <summary>Whether its licence is compatible with the GPL. Linux 4.18.</summary>
    public bool IsGplCompatible { get; private init; }

    /// <summary>Its length in bytes as the kernel rewrote it, 8 an instruction.</summary>
    public int TranslatedLength { get; private init; }

    /// <summary>Its length in bytes as machine code, or 0 if it is interpreted.</summary>
    public int CompiledLength { get; private init; }

    /// <summary>How many instructions the verifier walked through: a million at most. 0 before Linux 5.16.</summary>
    public int VerifiedInstructions { get; private init; }

    /// <summary>How often it ran while statistics were kept (<see cref="BpfStatistics"/>). Linux 5.1.</summary>
    public long RunCount { get; private init; }

    /// <summary>How long it ran, in nanoseconds, while statistics were kept (<see cref="BpfStatistics"/>). Linux 5.1.</summary>
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
                // Anew: a count that is left over from the first call asks for things that there is no room for.
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
