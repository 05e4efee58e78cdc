using System.Globalization;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Redis;

/// <summary>A real Redis server, or a sentinel, at port 6379 of a namespace unless another is named.</summary>
internal static class RedisServer
{
    public const int Port = 6379;

    public static ServerProcess Start(NetworkNamespace at, int port = Port, params string[] options)
    {
        TemporaryFolder folder = new();
        return new ServerProcess(
            at,
            folder,
            [port],
            [
                Requires.Program("redis-server", "redis-server"), "--port", port.ToString(CultureInfo.InvariantCulture), "--dir", folder.Path,
                "--protected-mode", "no", "--save", "", .. options,
            ]);
    }

    /// <summary>With TLS only.</summary>
    public static ServerProcess StartWithTls(NetworkNamespace at, int port)
    {
        TemporaryFolder folder = new();
        ServerCertificate.Write(folder);
        string certificate = Path.Combine(folder.Path, "certificate.pem");
        return new ServerProcess(
            at,
            folder,
            [port],
            [
                Requires.Program("redis-server", "redis-server"), "--port", "0", "--tls-port", port.ToString(CultureInfo.InvariantCulture),
                "--dir", folder.Path,
                "--protected-mode", "no", "--save", "", "--tls-auth-clients", "no", "--tls-cert-file", certificate, "--tls-ca-cert-file", certificate,
                "--tls-key-file", Path.Combine(folder.Path, "key.pem"),
            ]);
    }

    /// <summary>A sentinel that names a master.</summary>
    public static ServerProcess StartSentinel(NetworkNamespace at, int port, string master)
    {
        TemporaryFolder folder = new();
        string file = folder.Write(
            "sentinel.conf",
            $"port {port}\ndir {folder.Path}\nprotected-mode no\n"
            + $"sentinel monitor shop {master} {Port} 1\nsentinel down-after-milliseconds shop 600000\n");
        return new ServerProcess(at, folder, [port], Requires.Program("redis-server", "redis-server"), file, "--sentinel");
    }

    /// <summary>redis-cli on the server's own machine.</summary>
    public static string Command(NetworkNamespace at, params string[] words)
    {
        string program = Requires.Program("redis-tools", "redis-cli");
        return at.Run(() => TestSupport.Command.Run(program, words));
    }
}
