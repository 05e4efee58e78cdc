using Ebpf.Explanation;
using Ebpf.Programs;
using Ebpf.SystemCalls;

namespace Ebpf.Links;

/// <summary><c>BPF_LINK_CREATE</c>: the common part of creating links of all types.</summary>
internal static class LinkCreation
{
    /// <exception cref="ArgumentException">The kernel would refuse the program for this event.</exception>
    public static void ThrowIfUnfit(BpfProgram program, BpfAttachType type)
    {
        ProgramKind? fitting = ProgramKind.At(type);
        if (fitting is not null && fitting.Type != program.Type)
        {
            throw new ArgumentException(
                $"{type} takes programs of type {fitting.Type}. This is {program.Describe()}; {ProgramKind.Of(program.Type).Describe()}.", nameof(program));
        }

        // The kernel allows packet programs to be attached in either direction; programs with an expected attach type are for one event.
        if (fitting is { SaysWhere: true } && program.ExpectedAttachType is { } expected && expected != type)
        {
            throw new ArgumentException(
                $"The program was loaded for {expected} and cannot attach with {type}: "
                + $"load another with that {nameof(BpfProgramOptions.ExpectedAttachType)}.",
                nameof(program));
        }
    }

    public static Errno Create(BpfProgram program, uint target, BpfAttachType type, uint flags, out FileDescriptor link)
    {
        Bpf.LinkCreateAttributes attributes = new() { Target = target, AttachType = (uint)type, Flags = flags };
        return Create(program, attributes, out link);
    }

    public static Errno Create(BpfProgram program, Bpf.LinkCreateAttributes attributes, out FileDescriptor link)
    {
        using DescriptorLease lease = new(program.Descriptor);
        attributes.ProgramDescriptor = (uint)lease.Number;
        return Bpf.LinkCreate(ref attributes, out link);
    }

    /// <param name="error">The error that the kernel returned.</param>
    /// <param name="link">The new link.</param>
    /// <param name="type">Its type.</param>
    /// <param name="attachType">The event.</param>
    /// <param name="attempt">The operation that was tried.</param>
    /// <param name="reason">The reason of the refusal, if the error shows it.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfLink Finish(Errno error, FileDescriptor link, BpfLinkType type, BpfAttachType attachType, string attempt, string? reason)
    {
        if (error == Errno.None)
        {
            return new BpfLink(link, type, attachType);
        }

        Requirement needed = new(KernelVersions.OfAttachType((int)attachType), Capability.NetAdmin);
        throw reason is null || Refusal.IsTooOld(BpfCommand.LinkCreate, error, needed)
            ? new BpfException(BpfCommand.LinkCreate, error, attempt, needed)
            : new BpfException(BpfCommand.LinkCreate, error, attempt, reason);
    }
}
