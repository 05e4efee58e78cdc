using System.Diagnostics;
using System.Net.Sockets;
using Hops.Cli.Tests.Support;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>
/// Routers, a client that programs run at as an ordinary user, and the same web server near and far: with a file, and a repository of git, which
/// <c>git daemon</c> serves, too.
/// </summary>
public sealed class RealProgramsLab : IDisposable
{
    public const int Port = 8080;
    public const int GitPort = 9418;
    public const int Near = 1;
    public const int Far = 4;
    public const string Greeting = "/greeting";

    /// <summary>A number that no user of this host has, so it has no other processes.</summary>
    public const string User = "54321";

    private const string Minimum = "3";
    private const string MetadataAddress = "169.254.169.254";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<IDisposable> _servers = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("hops-programs-").FullName;
    private LabNetwork? _network;
    private RealProgramsServer? _near;
    private RealProgramsServer? _nearGit;
    private Process? _daemon;
    private PublicCopy? _client;

    /// <summary>The program in .NET, where all users may execute it.</summary>
    internal string Client => (_client ??= PublicCopy.OfClient()).Program;

    /// <summary>The folder that programs write into.</summary>
    public string Home { get; private set; } = "";

    /// <summary>Addresses with a near, a far and a special host.</summary>
    public static string Metadata => $"http://{MetadataAddress}:{Port}{Greeting}";

    /// <summary>The number of bytes of payload that have come to near servers.</summary>
    internal long BytesNear => _near!.Bytes + _nearGit!.Bytes;

    internal LabNetwork Network
    {
        get
        {
            if (_network is null)
            {
                Requires.Root();
                Build();
            }

            return _network!;
        }
    }

    internal Uri UrlOf(int distance, AddressFamily family, string path = Greeting) =>
        new UriBuilder("http", $"{Network.AddressAt(distance, family)}", Port, path).Uri;

    /// <summary>Runs a program under the guard.</summary>
    internal Outcome RunGuarded(IReadOnlyList<string> words, params IReadOnlyList<string> options) => Start(GuardedWords(words, options), []).Wait(Patience);

    /// <summary>Runs it as the same user without a guard.</summary>
    internal Outcome RunUnguarded(IReadOnlyList<string> words) => Start(UnguardedWords(words), []).Wait(Patience);

    /// <summary>Runs a command with files of names that are its own.</summary>
    internal Outcome RunGuarded(PrivateNames names, IReadOnlyList<string> words) => Start(GuardedWords(words, []), names.Through).Wait(Patience);

    /// <summary>The words of a guarded program.</summary>
    internal string[] GuardedWords(IReadOnlyList<string> words, IReadOnlyList<string> options) =>
    [
        HopsCommand.Executable, "guard", "--min-hops", Minimum, "--allow", "198.18.0.0/15", "--allow", "2001:db8::/32",
        .. options.Contains("--isolate") ? Array.Empty<string>() : ["--user", User], .. options, "--", .. WithHome(words, options),
    ];

    /// <summary>Starts a command where the client is.</summary>
    internal RunningCommand Start(IReadOnlyList<string> words, IReadOnlyList<string> through) =>
        new HopsCommand { At = Network.Client, Program = words[0], Through = through }.Start(words.Skip(1));

    /// <summary>Begins to serve in the network until the end.</summary>
    internal RealProgramsServer Serve(int distance, int port, Func<string, Task<byte[]>> answer)
    {
        RealProgramsServer server = RealProgramsServer.Start(distance < 0 ? Network.Client : Network.HostAt(distance), port, answer);
        _servers.Add(server);
        return server;
    }

    /// <summary>Writes a file that programs may read.</summary>
    internal string Write(string name, string text)
    {
        string file = Path.Combine(Home, name);
        File.WriteAllText(file, text);
        return file;
    }

    public void Dispose()
    {
        _servers.ForEach(static server => server.Dispose());
        _near?.Dispose();
        _client?.Dispose();
        _nearGit?.Dispose();
        if (_daemon is not null)
        {
            _daemon.Kill(entireProcessTree: true);
            _daemon.WaitForExit();
            _daemon.Dispose();
        }

        _network?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Makes the repository, and serves it by the protocol of git, too, far away.</summary>
    internal void ServeGit()
    {
        if (_daemon is null)
        {
            string git = Requires.Program("git", "git");
            NetworkNamespace far = Network.HostAt(Far);
            MakeRepository(git);
            ProcessStartInfo start = new(git, ["daemon", "--export-all", "--reuseaddr", $"--port={GitPort}", $"--base-path={_folder}/served"]);
            start.Environment["HOME"] = _folder;
            _daemon = far.Run(() => Process.Start(start)!);
            RunningCommand? waiting = null;
            while (waiting?.Wait(Patience).Status != 0)
            {
                waiting = Start(["bash", "-c", $": </dev/tcp/{Network.AddressAt(Far, AddressFamily.InterNetwork)}/{GitPort}"], []);
            }
        }
    }

    private string[] WithHome(IReadOnlyList<string> words, IReadOnlyList<string> options) =>
        options.Contains("--isolate") ? [.. words] : ["env", $"HOME={Home}", .. words];

    private string[] UnguardedWords(IReadOnlyList<string> words) =>
        ["setpriv", "--reuid", User, "--regid", User, "--clear-groups", "--no-new-privs", "env", $"HOME={Home}", .. words];

    private void Build()
    {
        Home = Path.Combine(_folder, "home");
        Directory.CreateDirectory(Home);
        File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Command.Run("chown", $"{User}:{User}", Home);
        _network = LabNetwork.Create(Far);
        // The metadata service is a near server, too: without the guard it is reached.
        _network.HostAt(Near).Ip([$"address add {MetadataAddress}/32 dev lo"]);
        _near = RealProgramsServer.Start(_network.HostAt(Near), Port, path => Answer(path, "near"));
        _nearGit = RealProgramsServer.Start(_network.HostAt(Near), GitPort, static _ => Task.FromResult<byte[]>([]));
        Serve(Far, Port, path => Answer(path, "far"));
    }

    private Task<byte[]> Answer(string path, string place)
    {
        if (path == Greeting)
        {
            return Task.FromResult(RealProgramsServer.Page($"greetings from {place}\n"));
        }

        // Git asks for files where a server knows nothing of git.
        string file = $"{_folder}/served{path.Split('?')[0]}";
        return Task.FromResult(
            File.Exists(file) ? RealProgramsServer.Page(File.ReadAllBytes(file), "application/octet-stream") : RealProgramsServer.NotFound());
    }

    private void MakeRepository(string git)
    {
        string work = $"{_folder}/work";
        string served = $"{_folder}/served";
        string[] author = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "safe.directory=*"];
        Command.Run(git, "init", "-q", work);
        File.WriteAllText($"{work}/greeting", "greetings from far\n");
        Command.Run(git, [.. author, "-C", work, "add", "greeting"]);
        Command.Run(git, [.. author, "-C", work, "commit", "-q", "-m", "A greeting"]);
        Directory.CreateDirectory(served);
        Command.Run(git, "clone", "-q", "--bare", work, $"{served}/x.git");
        Command.Run(git, "-C", $"{served}/x.git", "update-server-info");
    }
}
