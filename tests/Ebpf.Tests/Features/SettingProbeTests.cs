using Ebpf.Features;
using Hops.TestSupport;

namespace Ebpf.Tests.Features;

public sealed class SettingProbeTests
{
    [Theory]
    [InlineData(BpfSetting.UnprivilegedUse, "0\n", BpfSupport.Yes, "x.y is 0: processes without capabilities may load simple programs")]
    [InlineData(BpfSetting.UnprivilegedUse, "1\n", BpfSupport.No, "x.y is 1: making maps and loading programs needs CAP_BPF, and only a reboot changes that")]
    [InlineData(BpfSetting.UnprivilegedUse, "2\n", BpfSupport.No, "x.y is 2: making maps and loading programs needs CAP_BPF, unless root sets it to 0")]
    [InlineData(BpfSetting.JustInTimeCompiler, "0\n", BpfSupport.No, "x.y is 0")]
    [InlineData(BpfSetting.JustInTimeCompiler, "1\n", BpfSupport.Yes, "x.y is 1")]
    [InlineData(BpfSetting.JustInTimeHardening, "1\n", BpfSupport.Yes, "x.y is 1: for programs of unprivileged processes")]
    [InlineData(BpfSetting.JustInTimeHardening, "2\n", BpfSupport.Yes, "x.y is 2: for all programs")]
    [InlineData(BpfSetting.Statistics, "1\n", BpfSupport.Yes, "x.y is 1")]
    [InlineData(BpfSetting.Statistics, "soon\n", BpfSupport.Unknown, "x.y is 'soon', which is not a number")]
    public void The_value_says_whether_it_is_on(BpfSetting setting, string content, BpfSupport support, string reason)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, content);
            Assert.Equal(new BpfFeature(support, reason), SettingProbe.Read(path, "x.y", setting));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_is_not_there_is_unknown() =>
        Assert.Equal(BpfSupport.Unknown, SettingProbe.Read("/proc/sys/net/core/no_such_setting", "x.y", BpfSetting.Statistics).Support);

    [Theory]
    [InlineData(BpfSetting.UnprivilegedUse, "kernel.unprivileged_bpf_disabled is ")]
    [InlineData(BpfSetting.JustInTimeCompiler, "net.core.bpf_jit_enable is ")]
    [InlineData(BpfSetting.JustInTimeHardening, "net.core.bpf_jit_harden is ")]
    [InlineData(BpfSetting.Statistics, "kernel.bpf_stats_enabled is ")]
    public void Root_may_read_every_setting(BpfSetting setting, string expected)
    {
        Requires.Root();
        BpfFeature feature = BpfFeatures.Probe(setting);
        Assert.NotEqual(BpfSupport.Unknown, feature.Support);
        Assert.StartsWith(expected, feature.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_root_may_read_is_unknown_to_others()
    {
        Requires.Root();
        TestThread.WithoutCapabilities(static () => Assert.Equal(
            "Unknown: this process may not read net.core.bpf_jit_harden",
            BpfFeatures.Probe(BpfSetting.JustInTimeHardening).ToString()));
    }
}
