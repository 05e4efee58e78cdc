using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hops.Lab;
using Hops.TestSupport;

namespace Hops.Host.Tests.Watching;

/// <summary>A program that many use to connect. It fetches from a server, over IPv4 and IPv6, each time with a new connection, all from one process.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Package">Where it comes from.</param>
/// <param name="Words">Its arguments, after which come the IPv4 address, the IPv6 address, the port and how often.</param>
internal sealed record WebClient(string Program, string Package, params string[] Words)
{
    // With HTTP/1.0 and without words about it, the server ends the connection.
    private const string Request = @"GET / HTTP/1.0\r\n\r\n";

    /// <summary>Those that each machine for the tests has.</summary>
    public static readonly WebClient[] All =
    [
        new("curl", "curl", []),
        new(
            "bash",
            "bash",
            "-c",
            $$"""
            for ((i = 0; i < $4; i++)); do
                for address in "$1" "$2"; do
                    exec 3<>"/dev/tcp/$address/$3"
                    printf '{{Request}}' >&3
                    mapfile answer <&3
                    exec 3>&-
                done
            done
            """,
            "bash"),
        new(
            "perl",
            "perl-base",
            "-e",
            $$"""
            use IO::Socket::IP;
            my ($ipv4, $ipv6, $port, $count) = @ARGV;
            for (1 .. $count) {
                for my $address ($ipv4, $ipv6) {
                    my $socket = IO::Socket::IP->new(PeerHost => $address, PeerPort => $port) or die $@;
                    print $socket "{{Request}}";
                    1 while <$socket>;
                }
            }
            """),
    ];

    /// <summary>Those that are large: runtimes with sockets of their own.</summary>
    public static readonly WebClient[] Large =
    [
        new(
            "python3",
            "python3",
            "-c",
            $$"""
            import socket, sys
            ipv4, ipv6, port, count = sys.argv[1:]
            for _ in range(int(count)):
                for address in ipv4, ipv6:
                    with socket.create_connection((address, port)) as connection:
                        connection.sendall(b'{{Request}}')
                        while connection.recv(4096):
                            pass
            """),
        new("java", "default-jdk-headless", []),
        new("go", "golang-go", []),
    ];

    private const string Java = $$"""
        import java.net.Socket;

        class Fetch {
            public static void main(String[] words) throws Exception {
                for (int i = 0; i < Integer.parseInt(words[3]); i++) {
                    for (int address = 0; address < 2; address++) {
                        try (Socket socket = new Socket(words[address], Integer.parseInt(words[2]))) {
                            socket.getOutputStream().write("{{Request}}".getBytes());
                            socket.getInputStream().readAllBytes();
                        }
                    }
                }
            }
        }
        """;

    private const string Go = $$"""
        package main

        import (
            "io"
            "net"
            "os"
            "strconv"
        )

        func main() {
            count, _ := strconv.Atoi(os.Args[4])
            for i := 0; i < count; i++ {
                for _, address := range os.Args[1:3] {
                    connection, err := net.Dial("tcp", net.JoinHostPort(address, os.Args[3]))
                    if err != nil {
                        panic(err)
                    }
                    io.WriteString(connection, "{{Request}}")
                    io.Copy(io.Discard, connection)
                    connection.Close()
                }
            }
        }
        """;

    /// <summary>Starts it in the client's namespace.</summary>
    /// <param name="network">Where its addresses are.</param>
    /// <param name="port">The server's.</param>
    /// <param name="count">How many connections of each family.</param>
    /// <param name="folder">Where to put a file, if it needs one.</param>
    public Process Start(LabNetwork network, int port, int count, string folder)
    {
        IPAddress ipv4 = network.ServerAddress(AddressFamily.InterNetwork);
        IPAddress ipv6 = network.ServerAddress(AddressFamily.InterNetworkV6);
        string program = Requires.Program(Package, Program);
        string[] words = Program switch
        {
            "curl" => ["-sS", "--fail", "--noproxy", "*", .. Url($"{ipv4}:{port}", count), .. Url($"[{ipv6}]:{port}", count)],
            "java" => [Write(folder, "Fetch.java", Java), $"{ipv4}", $"{ipv6}", $"{port}", $"{count}"],
            _ => [.. Words, $"{ipv4}", $"{ipv6}", $"{port}", $"{count}"],
        };
        if (Program == "go")
        {
            program = Build(program, folder);
        }

        ProcessStartInfo start = new(program, words) { RedirectStandardError = true };
        return network.Client.Run(() => Process.Start(start)!);
    }

    /// <summary>As many addresses as asked for, written as one.</summary>
    private static string[] Url(string host, int count) => ["-o", "/dev/null", $"http://{host}/[1-{count}]"];

    private static string Write(string folder, string name, string text)
    {
        string file = Path.Combine(folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>A program of Go's: <c>go run</c> would start it as another process.</summary>
    private static string Build(string compiler, string folder)
    {
        string program = Path.Combine(folder, "go-fetch");
        ProcessStartInfo start = new(compiler, ["build", "-o", program, Write(folder, "fetch.go", Go)]) { RedirectStandardError = true };
        start.Environment["GOCACHE"] = Path.Combine(folder, "cache");
        start.Environment["CGO_ENABLED"] = "0";
        using Process build = Process.Start(start)!;
        string said = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, said);
        return program;
    }
}
