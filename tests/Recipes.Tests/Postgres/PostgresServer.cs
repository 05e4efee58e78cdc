using System.Globalization;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Postgres;

/// <summary>A real PostgreSQL at port 5432 of a namespace, with TLS, which lets everyone in as <c>postgres</c>.</summary>
internal static class PostgresServer
{
    public const int Port = 5432;

    public static ServerProcess Start(NetworkNamespace at)
    {
        string programs = Programs();
        TemporaryFolder folder = new();
        ServerCertificate.Write(folder);
        folder.GiveTo("postgres");
        // It refuses to run as root.
        string[] asPostgres = [Requires.Program("util-linux", "setpriv"), "--reuid", "postgres", "--regid", "postgres", "--clear-groups"];
        string data = Path.Combine(folder.Path, "data");
        Command.Run(asPostgres[0], [.. asPostgres[1..], Path.Combine(programs, "initdb"), "--pgdata", data, "--auth", "trust", "--no-sync"]);
        File.AppendAllText(Path.Combine(data, "pg_hba.conf"), "host all all 0.0.0.0/0 trust\n");
        string[] settings =
        [
            "listen_addresses=0.0.0.0", $"port={Port.ToString(CultureInfo.InvariantCulture)}", "unix_socket_directories=", "fsync=off", "ssl=on",
            $"ssl_cert_file={folder.Path}/certificate.pem", $"ssl_key_file={folder.Path}/key.pem",
        ];
        IEnumerable<string> options = settings.SelectMany(static setting => (string[])["-c", setting]);
        return new ServerProcess(at, folder, [Port], [.. asPostgres, Path.Combine(programs, "postgres"), "-D", data, .. options]);
    }

    private static string Programs()
    {
        const string Versions = "/usr/lib/postgresql";
        string? newest = !Directory.Exists(Versions)
            ? null
            : Directory.GetDirectories(Versions).Select(static version => Path.Combine(version, "bin"))
                .Where(static bin => File.Exists(Path.Combine(bin, "postgres"))).Max();
        Assert.SkipWhen(newest is null, "needs 'postgres': apt-get install postgresql");
        return newest!;
    }
}
