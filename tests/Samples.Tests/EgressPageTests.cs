using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>What the page of EgressProxy shows to paste works.</summary>
public sealed partial class EgressPageTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private const int Port = 4700;

    private static readonly string Page = File.ReadAllText(Path.Combine(Sample.Repository, "samples/EgressProxy/README.md"));

    [Fact]
    public void Settings_with_users_are_understood()
    {
        lab.Start();
        string hash = Convert.ToHexStringLower(SHA256.HashData("secret"u8));
        using JsonDocument settings = JsonDocument.Parse(Block("json").Replace("…", hash, StringComparison.Ordinal));
        string[] arguments = [.. Flatten("", settings.RootElement).Select(static setting => $"--{setting.Key}={setting.Value}")];
        Assert.Contains($"--EgressProxy:Users:crawler:PasswordSha256={hash}", arguments);
        using Sample proxy = lab.StartProxy([.. EgressLab.On(Port), .. arguments]);
        string curl = Requires.Program("curl", "curl");
        Assert.Equal("far GET /", lab.Run(Port, curl, "-sS", "-U", "crawler:secret", "https://far.example/").Output);
        Assert.NotEqual(0, lab.Run(Port, curl, "-sS", "-U", "hooks:secret", "https://far.example/").Status);
    }

    [Fact]
    public void Systemd_finds_nothing_wrong_with_the_unit()
    {
        string analyze = Requires.Program("systemd", "systemd-analyze");
        string folder = Directory.CreateTempSubdirectory("unit-").FullName;
        try
        {
            // Neither the program nor its folder is on this machine.
            string unit = Path.Combine(folder, "egress-proxy.service");
            File.WriteAllText(unit, Block("ini").Replace("/opt/egress-proxy/EgressProxy", "/bin/true", StringComparison.Ordinal));
            (int status, string _, string errors) = Command.Try(analyze, "verify", "--man=no", unit);
            Assert.True(status == 0, errors);
            Assert.DoesNotContain("egress-proxy", errors, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Block(string language) => Blocks().Matches(Page).Single(b => b.Groups[1].Value == language).Groups[2].Value;

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string path, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Flatten(Join(path, p.Name), p.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((e, i) => Flatten(Join(path, $"{i}"), e)),
        _ => [new(path, element.ToString())],
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";

    [GeneratedRegex(@"(?ms)^```(\w+)\n(.*?)^```$")]
    private static partial Regex Blocks();
}
