using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>A program that many use to fetch, as it is installed.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Program">Its file.</param>
/// <param name="Package">Where it comes from.</param>
/// <param name="Process">The process that connects, as the kernel names it.</param>
/// <param name="Refusal">What it says where a near server is refused, as a regular expression.</param>
internal sealed record RealProgramsClient(string Name, string Program, string Package, string Process, string Refusal)
{
    private const string Abort = "Software caused connection abort";

    // No variable of a proxy is set there, but .NET and Java look elsewhere, too.
    private const string PythonUrllib = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())";

    private const string PythonAsyncio = """
        import asyncio, sys
        async def main():
            reader, writer = await asyncio.open_connection(sys.argv[1], int(sys.argv[2]), happy_eyeballs_delay=0.25)
            writer.write(b'GET /greeting HTTP/1.0\r\n\r\n')
            print((await reader.read()).decode())
        asyncio.run(main())
        """;

    private const string NodeHttp = "require('http').get(process.argv[1], r => r.pipe(process.stdout))";
    private const string NodeFetch = "fetch(process.argv[1]).then(r => r.text()).then(console.log)";
    private const string NodeChild =
        "require('child_process').execFile('curl', ['-sS', process.argv[1]], "
        + "(e, out, err) => { console.log(out); console.error(err); process.exit(e ? 1 : 0) })";

    private const string Bash = """exec 3<>"/dev/tcp/$1/$2" && printf 'GET /greeting HTTP/1.0\r\n\r\n' >&3 && cat <&3""";

    private const string Perl = """
        use IO::Socket::IP;
        my $socket = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) or die "$@\n";
        print $socket "GET /greeting HTTP/1.0\r\n\r\n";
        print while <$socket>;
        """;

    private const string Java = """
        import java.net.URI;
        import java.net.http.HttpClient;
        import java.net.http.HttpRequest;
        import java.net.http.HttpResponse;

        class Fetch {
            public static void main(String[] words) throws Exception {
                HttpRequest request = HttpRequest.newBuilder(URI.create(words[0])).build();
                System.out.print(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());
            }
        }
        """;

    private const string Go = """
        package main

        import (
            "io"
            "log"
            "net/http"
            "os"
        )

        func main() {
            response, err := http.Get(os.Args[1])
            if err != nil {
                log.Fatal(err)
            }
            io.Copy(os.Stdout, response.Body)
        }
        """;

    private const string CloneAndShow = """rm -rf "$HOME/x" && git clone -q "$1" "$HOME/x" && cat "$HOME/x/greeting" """;

    public static readonly RealProgramsClient[] All =
    [
        new("curl", "curl", "curl", "curl", "Couldn't connect to server"),
        new("bash", "bash", "bash", "bash", Abort),
        new("perl", "perl", "perl-base", "perl", Abort),
        new("wget", "wget", "wget", "wget", Abort),
        new("git over http", "git", "git", "git-remote-http", "unable to access .*Couldn't connect to server"),
        new("git", "git", "git", "git", $"unable to connect to (.|\n)*{Abort}"),
        new("python urllib", "python3", "python3", "python3", $"URLError: .*{Abort}"),
        new("python asyncio", "python3", "python3", "python3", "ConnectionAbortedError|Connect call failed"),
        new("node http", "node", "nodejs", "node", "connect ECONNABORTED"),
        new("node fetch", "node", "nodejs", "node", "fetch failed(.|\n)*ECONNABORTED"),
        new("node child_process", "node", "nodejs", "curl", "Couldn't connect to server"),
        new("java", "java", "default-jdk-headless", "java", Abort),
        new("go", "go", "golang-go", "go-fetch", "software caused connection abort"),
        new(".NET", "dotnet", "dotnet-sdk-10.0", "Client", Abort),
    ];

    public static RealProgramsClient Of(string name) => Assert.Single(All, client => client.Name == name);

    /// <summary>Makes what it needs; skips the test where it is not installed.</summary>
    public void Prepare(RealProgramsLab lab)
    {
        Requires.Root();
        string program = Name == ".NET" ? lab.Client : Requires.Program(Package, Program);
        _ = lab.Network;
        switch (Program)
        {
            case "git":
                lab.ServeGit();
                break;
            case "java":
                Command.Run(Requires.Program(Package, "javac"), "-d", lab.Home, lab.Write("Fetch.java", Java));
                break;
            case "go":
                Command.Run("env", $"GOCACHE={lab.Home}/cache", "CGO_ENABLED=0", program, "build", "-o", $"{lab.Home}/go-fetch", lab.Write("fetch.go", Go));
                break;
        }
    }

    /// <summary>The words that fetch the greeting.</summary>
    public string[] Words(RealProgramsLab lab, Uri url) => Name switch
    {
        "curl" => ["curl", "-sS", "--fail", $"{url}"],
        "bash" => ["bash", "-c", Bash, "bash", url.IdnHost, $"{url.Port}"],
        "perl" => ["perl", "-e", Perl, url.IdnHost, $"{url.Port}"],
        "wget" => ["wget", "-nv", "--tries=1", "-O", "-", $"{url}"],
        "git over http" => ["sh", "-c", CloneAndShow, "sh", $"{new Uri(url, "/x.git")}"],
        "git" => ["sh", "-c", CloneAndShow, "sh", $"git://{url.Host}/x.git"],
        "python urllib" => [Python, "-c", PythonUrllib, $"{url}"],
        "python asyncio" => [Python, "-c", PythonAsyncio, url.IdnHost, $"{url.Port}"],
        "node http" => ["node", "-e", NodeHttp, $"{url}"],
        "node fetch" => ["node", "-e", NodeFetch, $"{url}"],
        "node child_process" => ["node", "-e", NodeChild, $"{url}"],
        "java" => ["java", "-cp", lab.Home, "Fetch", $"{url}"],
        "go" => [$"{lab.Home}/go-fetch", $"{url}"],
        _ => [lab.Client, "fetch", $"{url}"],
    };

    // In the environment of the commands; where the tests run there may be others.
    private static string Python => "python3";
}
