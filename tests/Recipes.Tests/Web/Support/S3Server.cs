using System.Globalization;
using Hops.Lab;
using Hops.Recipes.Tests.Support;

namespace Hops.Recipes.Tests.Web.Support;

/// <summary>A real S3 server: OpenStack Swift.</summary>
internal static class S3Server
{
    public const int Port = 8080;
    public const string AccessKey = "lab:user";
    public const string SecretKey = "secret";

    private const int BackendPort = 6200;

    public static ServerProcess Start(NetworkNamespace at)
    {
        // Debian's, whose modules Swift is one of; another may stand before it in the path.
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists("/usr/lib/python3/dist-packages/swift/__init__.py"), "needs Swift: apt-get install python3-swift");
        TemporaryFolder folder = new();
        string script = folder.Write("s3.py", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "s3.py")));
        return new ServerProcess(
            at, folder, [Port], python, script, "0.0.0.0", Port.ToString(CultureInfo.InvariantCulture), BackendPort.ToString(CultureInfo.InvariantCulture));
    }
}
