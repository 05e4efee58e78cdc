using Ebpf.Features;
using Hops.Common.Processes;

namespace Ebpf.Tests.Features;

/// <summary>Tests with the contents of <c>/proc</c> on other machines; those of this one are in the tests of <see cref="BpfFeatures"/>.</summary>
public sealed class ProcessProbeTests
{
    [Theory]
    [InlineData(1UL << 39, true, true, "Yes: this thread has CAP_BPF")]
    [InlineData(1UL << 38, true, true, "No: this thread lacks CAP_BPF")]
    [InlineData(ulong.MaxValue, false, true, "No: this thread has CAP_BPF in a user namespace only (a rootless container?), where it does not count for eBPF")]
    [InlineData(0UL, true, false, "Unknown: /proc/thread-self/status cannot be read")]
    public void A_capability_counts_in_the_initial_user_namespace(ulong effective, bool initialUserNamespace, bool known, string expected) =>
        Assert.Equal(expected, ProcessProbe.Judge(Capability.Bpf, new ProcessStatus(effective, seccomp: false, initialUserNamespace, known)).ToString());
}
