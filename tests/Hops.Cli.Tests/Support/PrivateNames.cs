namespace Hops.Cli.Tests.Support;

/// <summary>Names that only one command sees: the real resolver of the C library with an <c>/etc/hosts</c> of our own, and no name server to ask.</summary>
internal sealed class PrivateNames : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-names-").FullName;

    /// <param name="hosts">Lines of <c>/etc/hosts</c>.</param>
    public PrivateNames(params string[] hosts)
    {
        Set(hosts);
        File.WriteAllText(Path.Combine(_folder, "nsswitch.conf"), "hosts: files\n");
        File.WriteAllText(Path.Combine(_folder, "resolv.conf"), "");
    }

    /// <summary>Asks a name server on this machine's loopback, and no files.</summary>
    /// <param name="search">The domain that names without a dot are looked for in.</param>
    public static PrivateNames WithServer(string? search = null)
    {
        PrivateNames names = new();
        File.WriteAllText(Path.Combine(names._folder, "nsswitch.conf"), "hosts: dns\n");
        File.WriteAllText(
            Path.Combine(names._folder, "resolv.conf"), $"nameserver 127.0.0.1\noptions timeout:5 attempts:2\n{(search is null ? "" : $"search {search}\n")}");
        return names;
    }

    /// <summary>Runs what follows in a mount namespace where the files are ours.</summary>
    public IReadOnlyList<string> Through =>
    [
        "unshare", "--mount", "sh", "-c",
        "mount --bind \"$0/hosts\" /etc/hosts && mount --bind \"$0/nsswitch.conf\" /etc/nsswitch.conf && "
        + "mount --bind \"$0/resolv.conf\" /etc/resolv.conf && exec \"$@\"",
        _folder,
    ];

    /// <summary>Changes the lines of <c>/etc/hosts</c>, also for commands that run.</summary>
    public void Set(params string[] hosts) => File.WriteAllLines(Path.Combine(_folder, "hosts"), hosts);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
