using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>EgressProxy as a service: its users, its settings, its log, its end.</summary>
public sealed class EgressServiceTests(EgressLab lab) : IClassFixture<EgressLab>
{
    private const int Port = 4500;

    private static readonly string Target = $"far.example:{EgressLab.RawPort}";

    private static string Curl => Requires.Program("curl", "curl");

    private static string[] Users => [
        .. EgressLab.On(Port),
        $"--EgressProxy:Users:crawler:PasswordSha256={Hash("secret")}",
        $"--EgressProxy:Users:hooks:PasswordSha256={Hash("other:secret")}",
        "--EgressProxy:Users:hooks:HopGuard:AllowedPorts:0=443", "--EgressProxy:Users:hooks:HopGuard:AllowedHosts:0=*.example",
    ];

    [Fact]
    public async Task Only_users_with_their_passwords_are_served_and_the_server_learns_neither()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy(Users);
        foreach (string credentials in (string[])[
            "", "crawler:wrong", "crawler:", "nobody:secret", "CRAWLER:secret", ":secret", "crawler", "crawler:secret:", $"crawler:{new string('x', 5000)}"])
        {
            string fields = credentials.Length == 0 ? "" : $"Proxy-Authorization: Basic {Encode(credentials)}\r\n";
            string tunnel = await lab.AskAsync($"CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n{fields}\r\n", Port);
            Assert.StartsWith("HTTP/1.1 407 Proxy Authentication Required\r\n", tunnel, StringComparison.Ordinal);
            Assert.Contains("\r\nProxy-Authenticate: Basic realm=", tunnel, StringComparison.Ordinal);
            string request = await lab.AskAsync($"GET http://far.example/ HTTP/1.1\r\nHost: far.example\r\nConnection: close\r\n{fields}\r\n", Port);
            Assert.StartsWith("HTTP/1.1 407 Proxy Authentication Required\r\n", request, StringComparison.Ordinal);
            Assert.Contains("\r\nProxy-Authenticate: Basic realm=", request, StringComparison.Ordinal);
        }

        foreach (string field in (string[])["Basic", "Basic !!!", "Bearer x", $"Digest {Encode("crawler:secret")}", "Basic Y3Jhd2xlcg==="])
        {
            Assert.StartsWith(
                "HTTP/1.1 407 ",
                await lab.AskAsync($"CONNECT far.example:443 HTTP/1.1\r\nProxy-Authorization: {field}\r\nHost: far.example:443\r\n\r\n", Port),
                StringComparison.Ordinal);
        }

        Assert.Equal("far GET /", lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "https://far.example/").Output);
        string fieldsThere = lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "http://far.example/fields").Output;
        Assert.Contains("Host: far.example\n", fieldsThere, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-", fieldsThere, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Basic", fieldsThere, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_users_own_options_replace_those_of_all()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy(Users);
        Assert.Equal("far GET /", lab.Run(Port, Curl, "-sS", "-U", "hooks:other:secret", "https://far.example/").Output);
        Assert.Equal("far GET /", lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "http://far.example/").Output);
        Assert.Equal("This address could not be fetched.\n", lab.Run(Port, Curl, "-sS", "-U", "hooks:other:secret", "http://far.example/").Output);
        Assert.Equal("far GET /", lab.Run(Port, Curl, "-sSk", "-U", "crawler:secret", $"https://{lab.Far}/").Output);
        Assert.NotEqual(0, lab.Run(Port, Curl, "-sSk", "-U", "hooks:other:secret", $"https://{lab.Far}/").Status);
        (int _, string log, string _) = proxy.End("TERM");
        Assert.Contains($"user 'hooks' CONNECT {lab.Far} port 443: refused (Host)", log, StringComparison.Ordinal);
        Assert.Contains("user 'hooks' HTTP far.example port 80: refused (Port)", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_has_clients_hosts_and_verdicts_and_no_path_no_query_and_no_password()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy(Users);
        lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "http://far.example/the-path?the-query");
        lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "http://near.example/the-path?the-query");
        lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "http://far.example:7000/the-path?the-query");
        lab.Run(Port, Curl, "-sS", "-U", "crawler:wrong-secret", "http://far.example/the-path?the-query");
        lab.Run(Port, Curl, "-sS", "-U", "crawler:secret", "https://far.example/the-path?the-query");
        await lab.AskAsync("GET http://the-user:the-secret@far.example/the-path HTTP/1.1\r\nHost: far.example\r\nConnection: close\r\n\r\n", Port);
        await lab.AskAsync("GET http://far.example/the-path\x01 HTTP/1.1\r\n\r\n", Port);
        await lab.AskAsync("CONNECT the-user:the-secret@far.example:443 HTTP/1.1\r\n\r\n", Port);
        (int status, string log, string errors) = proxy.End("TERM");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("127.0.0.1 user 'crawler' HTTP far.example port 80: established, ", log, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 user 'crawler' HTTP near.example port 80: refused (Near), ", log, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 user 'crawler' HTTP far.example port 7000: failed (ConnectionRefused), ", log, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 user '' HTTP  port 0: unauthorized, ", log, StringComparison.Ordinal);
        Assert.Matches("127.0.0.1 user 'crawler' CONNECT far.example port 443: established, [1-9][0-9]* bytes up, [1-9][0-9]* bytes down, ", log);
        Assert.DoesNotContain("the-path", log, StringComparison.Ordinal);
        Assert.DoesNotContain("the-query", log, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_it_is_told_to_end_tunnels_go_on_for_a_while_and_nobody_else_is_served()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy(EgressLab.On(Port));
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target, Port);
        using Socket server = await listener.AcceptInTimeAsync();
        using Socket silent = await lab.ConnectAsync(Port);
        Task<(int Status, string Output, string Errors)> end = Task.Run(() => proxy.End("TERM"), TestContext.Current.CancellationToken);
        // It has been told when connections without a request end.
        Assert.Equal("", await silent.ReadToEndAsync());
        await Assert.ThrowsAsync<SocketException>(() => lab.ConnectAsync(Port));
        await client.SendAsync("question");
        await server.ReadToAsync("question");
        server.Shutdown(SocketShutdown.Both);
        Assert.Equal("", await client.ReadToEndAsync());
        client.Shutdown(SocketShutdown.Send);
        (int status, string _, string errors) = await end;
        Assert.Equal((0, ""), (status, errors));
    }

    [Fact]
    public async Task A_tunnel_that_does_not_end_is_ended_at_last()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(Port), "--EgressProxy:ShutdownTimeout=00:00:01"]);
        using Socket listener = lab.ListenFar();
        using Socket client = await lab.TunnelAsync(Target, Port);
        using Socket server = await listener.AcceptInTimeAsync();
        (int status, string _, string _) = proxy.End("TERM");
        Assert.Equal(0, status);
        await Assert.ThrowsAsync<SocketException>(() => server.ReadToEndAsync());
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void It_runs_as_an_ordinary_user_with_one_capability()
    {
        lab.Start();
        // The sources may lie where only root can read.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hops-public-");
        try
        {
            folder.UnixFileMode |= UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            string program = Sample.PathOf("EgressProxy");
            foreach (string file in Directory.GetFiles(Path.GetDirectoryName(program)!))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            RunAsOrdinaryUser(Path.Combine(folder.FullName, Path.GetFileName(program)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private void RunAsOrdinaryUser(string program)
    {
        using Sample proxy = lab.StartProxyThrough(
            [
                Requires.Program("util-linux", "setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", "--bounding-set=-all,+bpf",
                "--inh-caps=-all,+bpf", "--ambient-caps=-all,+bpf",
            ],
            program,
            EgressLab.On(Port));
        Assert.Equal("65534", File.ReadLines($"/proc/{proxy.Id}/status").First(static l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1]);
        Assert.Equal("far GET /", lab.Run(Port, Curl, "-sS", "https://far.example/").Output);
        Assert.Equal("This address could not be fetched.\n", lab.Run(Port, Curl, "-sS", "http://near.example/").Output);
        Assert.Equal("Healthy", lab.OperatorPage("/health", Port + 1));
    }

    [Fact]
    public void The_operators_port_has_health_and_metrics_and_forwards_nothing()
    {
        lab.Start();
        Assert.Equal("Healthy", lab.OperatorPage("/health"));
        lab.Run(EgressLab.ProxyPort, Curl, "-sS", "https://near.example/");
        string metrics = lab.OperatorPage("/metrics");
        Assert.Contains("\nhops_guard_decisions_total{reason=\"near\",mode=\"enforce\"} ", metrics, StringComparison.Ordinal);
        Assert.Contains("\negress_requests_total{kind=\"CONNECT\",outcome=\"refused\"} ", metrics, StringComparison.Ordinal);
        Assert.Equal("404", lab.RunDirectly(Curl, "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-x", "http://127.0.0.1:3129", "http://far.example/").Output);
        Assert.NotEqual(0, lab.RunDirectly(Curl, "-sS", "-x", "http://127.0.0.1:3129", "https://far.example/").Status);
    }

    [Theory]
    [InlineData("--EgressProxy:Lisen:0=127.0.0.1:1", "Lisen")]
    [InlineData("--EgressProxy:Listen:0=localhost:1", "'localhost:1' is not an address with a port")]
    [InlineData("--EgressProxy:OperatorListen=3129", "'3129' is not an address with a port")]
    [InlineData("--EgressProxy:AllowedClients:0=10.1.2.3/8", "'10.1.2.3/8' is not a network")]
    [InlineData("--EgressProxy:AllowedClients:0=10.1.2.3", "'10.1.2.3' is not a network")]
    [InlineData("--EgressProxy:IdleTimeout=600", "EgressProxy:IdleTimeout is not between zero and a day")]
    [InlineData("--EgressProxy:IdleTimeout=ten", "IdleTimeout")]
    [InlineData("--EgressProxy:MaximumConnections=0", "must be at least 1")]
    [InlineData("--EgressProxy:MaximumConnections=1000000000", "Raise the limit")]
    [InlineData("--EgressProxy:Users:a:PasswordSha256=secret", "EgressProxy:Users:a:PasswordSha256 is not a SHA-256")]
    [InlineData("--EgressProxy:Users:a:Password=secret", "Password")]
    public void A_setting_that_is_not_understood_fails_the_start_with_a_sentence(string setting, string expected)
    {
        Requires.Linux();
        (int status, string _, string errors) = Sample.Run("EgressProxy", "--HopGuard:MinimumHops=3", setting);
        Assert.Equal(1, status);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_minimum_it_does_not_start_and_says_how_to_find_one()
    {
        Requires.Linux();
        (int status, string _, string errors) = Sample.Run("EgressProxy");
        Assert.NotEqual(0, status);
        Assert.Contains("MinimumHops is not set.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void It_makes_passwords_and_their_hashes()
    {
        Requires.Linux();
        (int status, string output, string _) = Sample.Run("EgressProxy", "password");
        string[] lines = output.Split('\n');
        Assert.Equal((0, $"PasswordSha256: {Hash(lines[0]["Password: ".Length..])}"), (status, lines[1]));
    }

    private static string Hash(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));

    private static string Encode(string credentials) => Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
