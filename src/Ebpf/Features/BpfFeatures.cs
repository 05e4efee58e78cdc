using Ebpf.Explanation;
using Ebpf.Instructions;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Processes;

namespace Ebpf.Features;

/// <summary>
/// Finds out which eBPF features the running kernel supports, by trying them: each probe loads a small program or creates a small map, and removes it again.
/// Version numbers are used to explain a negative answer, not to give one.
/// </summary>
/// <remarks>
/// The answers apply to the calling thread. Each takes one or a few system calls (some 10 to 100 µs) and is not cached. If the thread lacks the capability to
/// probe, the answer is <see cref="BpfSupport.Unknown"/>. No member throws because of the kernel's answer.
/// </remarks>
public static class BpfFeatures
{
    /// <summary>Finds out whether programs of a type can be loaded.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfProgramType type) => ProgramProbe.Probe(type);

    /// <summary>Finds out whether maps of a type can be created.</summary>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfMapType type) => MapProbe.Probe(type);

    /// <summary>
    /// Finds out whether programs of a type, with a licence that is compatible with the GPL, may call a helper. <see cref="BpfProgramType.CgroupSockAddr"/>
    /// programs are probed as <c>connect</c> programs, which may call most helpers. A helper may still fail when it is called if the kernel's configuration
    /// lacks a feature that it needs.
    /// </summary>
    /// <param name="helper">The helper; can be any number.</param>
    /// <param name="type">
    /// The type of program. The answer can be <see cref="BpfSupport.No"/> only if this thread has CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN, because the
    /// verifier hides helpers from other threads.
    /// </param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(Helper helper, BpfProgramType type) => HelperProbe.Probe(helper, type);

    /// <summary>Finds out whether the kernel, and its compiler for this processor, support an instruction set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux on x64 or arm64.</exception>
    public static BpfFeature Probe(BpfInstructionSet instructions) => InstructionSetProbe.Probe(instructions);

    /// <summary>
    /// Finds out whether the calling thread has a capability in its effective set. In a user namespace it may have a capability that does not count for eBPF;
    /// the reason then says so.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such capability.</exception>
    public static BpfFeature Probe(Capability capability) => ProcessProbe.Probe(capability);

    /// <summary>Finds out whether a setting is on. The reason contains the setting's name and value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such setting.</exception>
    public static BpfFeature Probe(BpfSetting setting) => SettingProbe.Probe(setting);

    /// <summary>Explains errors that do not depend on the probed feature; null for other errors.</summary>
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

    /// <summary>Returns <c>; it needs Linux 5.8, and this is 5.4</c> if that is the explanation.</summary>
    internal static string BecauseOf(Version? since) =>
        since is not null && since > Environment.OSVersion.Version ? $"; it {Refusal.TooOld(since, Environment.OSVersion.Version)}" : "";
}
