using System.Globalization;

namespace Ebpf.Features;

/// <summary>Reads <c>/proc/sys</c>.</summary>
internal static class SettingProbe
{
    public static BpfFeature Probe(BpfSetting setting)
    {
        string name = setting switch
        {
            BpfSetting.UnprivilegedUse => "kernel.unprivileged_bpf_disabled",
            BpfSetting.JustInTimeCompiler => "net.core.bpf_jit_enable",
            BpfSetting.JustInTimeHardening => "net.core.bpf_jit_harden",
            BpfSetting.Statistics => "kernel.bpf_stats_enabled",
            _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "There is no such setting."),
        };
        return Read($"/proc/sys/{name.Replace('.', '/')}", name, setting);
    }

    /// <param name="path">The file of the setting.</param>
    /// <param name="name">Its name.</param>
    /// <param name="setting">The setting.</param>
    internal static BpfFeature Read(string path, string name, BpfSetting setting)
    {
        string text;
        try
        {
            text = File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return BpfFeature.Unknown($"{name} does not exist here: the kernel is older, was built without it, or this is another network namespace");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return BpfFeature.Unknown($"this process may not read {name}");
        }

        if (!int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value))
        {
            return BpfFeature.Unknown($"{name} is '{text}', which is not a number");
        }

        bool on = setting == BpfSetting.UnprivilegedUse ? value == 0 : value != 0;
        string meaning = (setting, value) switch
        {
            (BpfSetting.UnprivilegedUse, 0) => ": processes without capabilities may load simple programs",
            (BpfSetting.UnprivilegedUse, 1) => ": making maps and loading programs needs CAP_BPF, and only a reboot changes that",
            (BpfSetting.UnprivilegedUse, _) => ": making maps and loading programs needs CAP_BPF, unless root sets it to 0",
            (BpfSetting.JustInTimeHardening, 1) => ": for programs of unprivileged processes",
            (BpfSetting.JustInTimeHardening, 2) => ": for all programs",
            _ => "",
        };
        return new(on ? BpfSupport.Yes : BpfSupport.No, $"{name} is {value}{meaning}");
    }
}
