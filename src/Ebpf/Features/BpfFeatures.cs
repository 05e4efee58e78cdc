using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Features;

/// <summary>
/// Asks this kernel what it can do, by trying: a tiny program is loaded or a tiny map is made, and is gone again when the answer is there. Version
/// numbers only explain a no; they do not make one.
/// </summary>
/// <remarks>
/// The answers are those for the calling thread. Each costs one or a few system calls (some 10 to 100 µs) and is not remembered. What this thread may not ask
/// is <see cref="BpfSupport.Unknown"/>. No member throws because of what the kernel says.
/// </remarks>
public static class BpfFeatures
{
    /// <summary>Whether programs of a type load.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfProgramType type) => ProgramProbe.Probe(type);

    /// <summary>Whether maps of a type can be made.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfMapType type) => MapProbe.Probe(type);

    /// <summary>
    /// Whether programs of a type, whose licence is compatible with the GPL, may call a helper. Programs for socket addresses are asked as <c>connect</c>
    /// programs, which have most helpers. What a helper does not find in this kernel's configuration it may still refuse when it is called.
    /// </summary>
    /// <param name="helper">The helper; any number may be asked.</param>
    /// <param name="type">
    /// The type of program. A no is believed only where this thread has CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN: the verifier hides helpers from others.
    /// </param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(Helper helper, BpfProgramType type) => HelperProbe.Probe(helper, type);

    /// <summary>Whether the kernel, and its compiler for this processor, know the instructions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfInstructionSet instructions) => InstructionSetProbe.Probe(instructions);

    /// <summary>
    /// Whether the calling thread has a capability in effect. In a user namespace of its own it may have one that does not count for eBPF: the reason says so.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such capability.</exception>
    public static BpfFeature Probe(Capability capability) => ProcessProbe.Probe(capability);

    /// <summary>Whether something is switched on; the reason has the setting's name and value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such setting.</exception>
    public static BpfFeature Probe(BpfSetting setting) => SettingProbe.Probe(setting);

    /// <summary>What errors say that have nothing to do with what was asked; null for others.</summary>
    internal static BpfFeature? ExplainUnanswered(BpfCommand command, Errno errno, string attempt, Requirement needed)
    {
        if (errno == Errno.ENOSYS && !ProcessStatus.Read().HasSeccompFilter)
        {
            return BpfFeature.No($"this kernel was built without bpf(2) ({CommandFacts.Of(command).Call}: ENOSYS)");
        }

        return errno is Errno.EPERM or Errno.ENOSYS or Errno.EAGAIN or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE
            ? BpfFeature.Unknown(new BpfException(command, errno, attempt, needed).Message)
            : null;
    }

    /// <summary><c>; it needs Linux 5.8, and this is 5.4</c>, where that explains it.</summary>
    internal static string BecauseOf(Version? since) =>
        since is not null && since > Environment.OSVersion.Version ? $"; it {Refusal.TooOld(since, Environment.OSVersion.Version)}" : "";
}
