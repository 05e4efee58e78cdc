using System.Globalization;
using Hops.Guard;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;
using Renci.SshNet;

namespace Hops.Recipes.Tests.Ssh;

/// <summary>SSH.NET through a guard's forwarder, with the real sshd. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class SshTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private const int Port = 22;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_goes_to_the_far_server_whose_key_is_verified()
    {
        Requires.Root();
        using ServerProcess far = Start(lab.Far);
        await using HopGuardForwarder forwarder = lab.NewGuard().Forward(RecipeLab.FarName, Port);
        using SftpClient client = new($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port, "root", Key(far));
        string? fingerprint = null;
        client.HostKeyReceived += (_, e) => fingerprint = e.FingerPrintSHA256;
        await client.ConnectAsync(Stop);
        string file = Path.Combine(far.Folder, "greeting");
        client.WriteAllText(file, "hello");
        Assert.Equal("hello", await File.ReadAllTextAsync(file, Stop));
        Assert.Equal("hello", client.ReadAllText(file));
        Assert.Contains(fingerprint!, Command.Run("ssh-keygen", "-lf", Path.Combine(far.Folder, "host.pub")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using ServerProcess near = Start(lab.Near);
        lab.AtNear();
        await using HopGuardForwarder forwarder = lab.NewGuard(o => o.Mode = mode).Forward(RecipeLab.NearName, Port);
        using SftpClient client = new($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port, "root", Key(near));
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync(Stop));
            Assert.True(HopGuard.IsRefusal(forwarder.LastFailure), $"{forwarder.LastFailure}");
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await client.ConnectAsync(Stop);
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    private static PrivateKeyFile Key(ServerProcess server) => new(Path.Combine(server.Folder, "user"));

    private static ServerProcess Start(NetworkNamespace at)
    {
        string sshd = Requires.Program("openssh-server", "sshd");
        TemporaryFolder folder = new();
        foreach (string name in (string[])["host", "user"])
        {
            Command.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder.Path, name));
        }

        string file = folder.Write(
            "sshd_config",
            $"""
            Port {Port.ToString(CultureInfo.InvariantCulture)}
            HostKey {folder.Path}/host
            AuthorizedKeysFile {folder.Path}/user.pub
            PermitRootLogin yes
            StrictModes no
            UsePAM no
            PidFile none
            Subsystem sftp internal-sftp
            """);
        // sshd requires its own folder in /run.
        string command = $"mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd && exec {sshd} -D -e -f {file}";
        return new ServerProcess(at, folder, [Port], Requires.Program("util-linux", "unshare"), "--mount", "--propagation", "private", "sh", "-c", command);
    }
}
