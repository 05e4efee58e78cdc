using Ebpf.Programs;

namespace Ebpf.Tests.Programs;

public sealed class ProgramKindTests
{
    /// <summary>For a type without a row the message would say that its attach points are unknown.</summary>
    [Fact]
    public void Every_type_has_a_row() =>
        Assert.All(Enum.GetValues<BpfProgramType>(), static type => Assert.NotEqual(Attachment.Unknown, ProgramKind.Of(type).Attachment));

    /// <summary>An event in no row, or in two, would take programs that the kernel refuses there.</summary>
    [Fact]
    public void Every_event_is_of_one_type() => Assert.All(
        Enum.GetValues<BpfAttachType>(),
        static attachType => Assert.Single(Enum.GetValues<BpfProgramType>(), type => ProgramKind.Of(type).AttachTypes.Contains(attachType)));
}
