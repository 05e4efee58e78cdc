using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Docs.Tests;

/// <summary>The units and manifests that administrators copy.</summary>
public sealed partial class DeployTests
{
    [Fact]
    public void Systemd_finds_nothing_wrong_with_the_units()
    {
        string analyze = Requires.Program("systemd", "systemd-analyze");
        string folder = Directory.CreateTempSubdirectory("units-").FullName;
        try
        {
            foreach (string unit in Units())
            {
                // Program and manual page are not installed where they look for them, and systemd looks.
                File.WriteAllText(
                    Path.Combine(folder, Path.GetFileName(unit)), File.ReadAllText(unit).Replace("/usr/bin/hops", "/bin/true", StringComparison.Ordinal));
            }

            (int status, string output, string errors) = Command.Try(analyze, ["verify", "--man=no", .. Directory.GetFiles(folder)]);
            Assert.Equal((0, "", ""), (status, output, Own(errors, folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        // It may report this machine's own units, too.
        static string Own(string errors, string folder) => string.Join(
            '\n',
            errors.Split('\n').Where(line => line.Contains("hops", StringComparison.Ordinal) || line.Contains(folder, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("hops.service")]
    [InlineData("hops-enable.service")]
    [InlineData("hops-watch.service")]
    public void The_exposure_of_a_service_is_what_the_page_says(string unit)
    {
        string output = Command.Run(Requires.Program("systemd", "systemd-analyze"), "security", "--offline=true", Unit(unit));
        string score = Score().Match(output).Groups[1].Value;
        Assert.Matches($@"\b{Regex.Escape(score)}\b", Documentation.Read("docs/deploy.md"));
    }

    [Fact]
    public void What_a_unit_mounts_appears_on_the_host()
    {
        // Each of these gives a service a mount namespace of its own: systemd.exec(5).
        string unit = Code(Unit("hops-enable.service"));
        Assert.DoesNotMatch(
            @"(?m)^(Private(Tmp|Devices|Mounts|Users|IPC|Network)"
            + "|Protect(System|Home|Proc|KernelTunables|KernelModules|KernelLogs|ControlGroups|Clock|Hostname)"
            + @"|ProcSubset|Root\w+|DynamicUser|\w+Paths|Bind\w+|TemporaryFileSystem|\w+Directory)=",
            unit);
        Assert.Contains("CapabilityBoundingSet=CAP_BPF CAP_SYS_ADMIN CAP_CHOWN CAP_FOWNER\n", unit, StringComparison.Ordinal);
    }

    [Fact]
    public void The_service_has_one_capability_and_sees_what_it_must()
    {
        string unit = Code(Unit("hops.service"));
        Assert.Contains("\nCapabilityBoundingSet=CAP_BPF\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nAmbientCapabilities=CAP_BPF\n", unit, StringComparison.Ordinal);
        // It reads /proc/sys, and CAP_BPF of another user namespace is none.
        Assert.DoesNotMatch("(?m)^(ProcSubset|PrivateUsers)=", unit);
        string socket = Code(Unit("hops.socket"));
        Assert.All(
            (string[])["ListenStream=/run/hops/hops.sock", "SocketUser=root", "SocketGroup=hops", "SocketMode=0660", "DirectoryMode=0755"],
            line => Assert.Contains($"\n{line}\n", socket, StringComparison.Ordinal));
        Assert.Contains("\ng hops -\n", File.ReadAllText(Unit("hops.sysusers.conf")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_node_s_server_may_load_eBPF_and_nothing_else()
    {
        Yaml server = Yaml.Read("deploy/kubernetes/hops-serve.yaml", "DaemonSet").At("spec", "template", "spec");
        Yaml container = server.At("containers", 0);
        Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts);
        Assert.Equal(["BPF"], container.At("securityContext", "capabilities", "add").Texts);
        Assert.Equal("false", container.At("securityContext", "allowPrivilegeEscalation").Text);
        Assert.Equal("true", container.At("securityContext", "readOnlyRootFilesystem").Text);
        Assert.Equal("0", server.At("securityContext", "runAsUser").Text);
        Assert.Equal("/run/hops", server.At("volumes", 0, "hostPath", "path").Text);
        Assert.Equal("DirectoryOrCreate", server.At("volumes", 0, "hostPath", "type").Text);
        // Without CAP_CHOWN it can give the socket only to a group that it is in.
        Assert.Equal(["system", "serve", "--group", .. server.At("securityContext", "supplementalGroups").Texts], container.At("args").Texts);
        Assert.Equal(
            "privileged", Yaml.Read("deploy/kubernetes/hops-serve.yaml", "Namespace").At("metadata", "labels", "pod-security.kubernetes.io/enforce").Text);
    }

    [Fact]
    public void The_client_s_pod_is_restricted_but_for_its_volume()
    {
        Yaml pod = Yaml.Read("deploy/kubernetes/client-pod.yaml", "Pod").At("spec");
        Yaml container = pod.At("containers", 0);
        Assert.Equal("true", pod.At("securityContext", "runAsNonRoot").Text);
        Assert.Equal("RuntimeDefault", pod.At("securityContext", "seccompProfile", "type").Text);
        Assert.Equal("false", container.At("securityContext", "allowPrivilegeEscalation").Text);
        Assert.Equal(["drop"], container.At("securityContext", "capabilities").Names);
        Assert.Equal(["ALL"], container.At("securityContext", "capabilities", "drop").Texts);
        Assert.Equal("/run/hops", container.At("volumeMounts", 0, "mountPath").Text);
        Assert.Equal("true", container.At("volumeMounts", 0, "readOnly").Text);
        Yaml server = Yaml.Read("deploy/kubernetes/hops-serve.yaml", "DaemonSet").At("spec", "template", "spec");
        Assert.Equal(server.At("securityContext", "supplementalGroups").Texts, pod.At("securityContext", "supplementalGroups").Texts);
        Assert.Equal(server.At("volumes", 0, "hostPath", "path").Text, pod.At("volumes", 0, "hostPath", "path").Text);
    }

    [Fact]
    public void Each_message_of_the_troubleshooting_table_is_one_of_the_program()
    {
        string[] folders = ["src/Hops/Filters", "src/Hops/Sharing", "src/Hops/Sources", "src/Hops.Host/Sharing"];
        string source = string.Concat(folders
            .SelectMany(static folder => Directory.GetFiles(Path.Combine(Documentation.Repository, folder), "*.cs"))
            .Select(File.ReadAllText));
        string table = Documentation.Read("docs/deploy.md").Split("## When it does not work")[1];
        string[] rows = [.. table.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.True(rows.Length >= 10);
        foreach (string text in rows.SelectMany(static row => Quoted().Matches(row.Split('|')[1]).Select(static m => m.Groups[1].Value)))
        {
            // In the source of the program, braces stand for values.
            string pattern = Regex.Escape(text)
                .Replace("/run/hops/bpf", "{[^}]+}")
                .Replace("/run/hops/hops\\.sock", "{[^}]+}")
                .Replace("65534", "{[^}]+}")
                .Replace("v2", "(v?{[^}]+})")
                .Replace("v1", "v{[^}]+}");
            Assert.Matches(pattern, source);
        }
    }

    private static string[] Units() =>
        [.. Directory.GetFiles(Path.Combine(Documentation.Repository, "deploy/systemd")).Where(static f => !f.EndsWith(".conf", StringComparison.Ordinal))];

    private static string Unit(string name) => Path.Combine(Documentation.Repository, "deploy/systemd", name);

    private static string Code(string path) => string.Join('\n', File.ReadAllLines(path).Where(static line => !line.StartsWith('#'))) + "\n";

    [GeneratedRegex(@"Overall exposure level for \S+: (\S+)")]
    private static partial Regex Score();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
