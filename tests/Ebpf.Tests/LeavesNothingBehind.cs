using System.Reflection;
using Hops.TestSupport;
using Xunit.v3;

[assembly: Ebpf.Tests.LeavesNothingBehind]

namespace Ebpf.Tests;

/// <summary>Fails every test of this project that leaves a descriptor, a link, a pin or a cgroup behind.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class LeavesNothingBehindAttribute : BeforeAfterTestAttribute
{
    // One test at a time: see TestOrder.
    private OpenDescriptors? _open;

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => _open = OpenDescriptors.MustNotGrow();

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => _open?.Dispose();
}
