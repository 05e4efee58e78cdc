using Hops.Http.Tests.Support;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>Programs reach far servers through EgressProxy, and no byte of theirs reaches near ones.</summary>
public sealed class EgressTests(EgressLab lab) : IClassFixture<EgressLab>
{
    /// <summary>The output of a Python program for a page: the status and the body, or the error.</summary>
    private const string Urllib = """
        import sys, urllib.request, urllib.error
        try:
            with urllib.request.urlopen(sys.argv[1], timeout=60) as page:
                print(page.status, page.read().decode())
        except urllib.error.HTTPError as e:
            print(e.code, e.read().decode())
        except Exception as e:
            print(e)
        """;

    private const string HttpClient = """
        import http.client, ssl, sys, urllib.parse
        target = urllib.parse.urlsplit(sys.argv[1])
        if target.scheme == 'https':
            connection = http.client.HTTPSConnection('127.0.0.1', 3128, timeout=60)
            connection.set_tunnel(target.hostname, 443)
        else:
            connection = http.client.HTTPConnection('127.0.0.1', 3128, timeout=60)
        try:
            connection.request('GET', target.path if target.scheme == 'https' else sys.argv[1], headers={'Host': target.netloc})
            answer = connection.getresponse()
            print(answer.status, answer.read().decode())
        except Exception as e:
            print(e)
        """;

    private static string Curl => Requires.Program("curl", "curl");

    [Theory]
    [InlineData("https://far.example/a?b=c")]
    [InlineData("http://far.example/a?b=c")]
    public void Curl_reaches_what_is_far(string address)
    {
        lab.Start();
        Assert.Equal((0, "far GET /a?b=c", ""), lab.Run(EgressLab.ProxyPort, Curl, "-sS", address));
    }

    [Theory]
    [InlineData("https://near.example/secret")]
    [InlineData("http://near.example/secret")]
    [InlineData("https://198.18.0.2/secret")]
    [InlineData("https://3323068418/secret")]
    [InlineData("https://0xc6.0x12.0.2/secret")]
    [InlineData("https://0306.022.0.02/secret")]
    [InlineData("https://[::ffff:198.18.0.2]/secret")]
    [InlineData("https://far.example/to-near")]
    [InlineData("http://far.example/to-near")]
    public void Curl_does_not_reach_what_is_near_and_without_the_proxy_it_does(string address)
    {
        lab.Start();
        (int _, string output, string _) = lab.Run(EgressLab.ProxyPort, Curl, "-sSLk", address);
        Assert.DoesNotContain("inside", output, StringComparison.Ordinal);
        Assert.Equal(0, lab.ArrivedNear().Bytes);

        (int _, string direct, string errors) = lab.RunDirectly(Curl, "-sSLk", address);
        Assert.Equal(("inside", ""), (direct, errors));
        Assert.True(lab.ArrivedNear().Bytes > 0);
    }

    [Theory]
    [InlineData(Urllib)]
    [InlineData(HttpClient)]
    [Trait("Length", "Long")]
    public void Python_reaches_what_is_far_and_not_what_is_near(string program)
    {
        lab.Start();
        string python = Requires.Program("python3", "python3");
        foreach (string scheme in (string[])["https", "http"])
        {
            (int _, string far, string errors) = lab.Run(EgressLab.ProxyPort, python, "-c", program, $"{scheme}://far.example/a");
            Assert.Equal(("200 far GET /a\n", ""), (far, errors));

            (int _, string near, string _) = lab.Run(EgressLab.ProxyPort, python, "-c", program, $"{scheme}://near.example/secret");
            Assert.Contains("403", near, StringComparison.Ordinal);
            Assert.Equal(0, lab.ArrivedNear().Bytes);
        }
    }

    [Fact]
    public void A_proxy_that_only_reports_lets_near_servers_through()
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4100), "--HopGuard:Mode=ReportOnly"]);
        Assert.Equal((0, "inside", ""), lab.Run(4100, Curl, "-sS", "https://near.example/"));
        Assert.NotEqual(Arrivals.None, lab.ArrivedNear());
        (int status, string log, string errors) = proxy.End("TERM");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("127.0.0.1 user '' CONNECT near.example port 443: established", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("far.example:444")]             // closed, and not an allowed port
    [InlineData("far.example:7000")]            // closed
    [InlineData("filtered.example:443")]        // silent
    [InlineData("nowhere.example:443")]         // does not resolve
    [InlineData("127.0.0.1:3129")]              // special-purpose: the proxy's own host
    [InlineData("localhost:443")]
    [InlineData("0:443")]
    [InlineData("2130706433:443")]
    [InlineData("0177.1:443")]
    [InlineData("[::1]:443")]
    [InlineData("[::ffff:127.0.0.1]:443")]
    [InlineData("[64:ff9b::7f00:1]:443")]
    [InlineData("169.254.169.254:80")]          // metadata
    [InlineData("near.example.:443")]
    [InlineData("NEAR.example:80")]
    public async Task Every_failure_of_a_tunnel_looks_like_a_near_server_to_the_byte(string target)
    {
        lab.Start();
        string near = await lab.AskAsync("CONNECT near.example:443 HTTP/1.1\r\nHost: near.example:443\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 403 Forbidden\r\n", near, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThis address could not be fetched.\n", near, StringComparison.Ordinal);
        Assert.Equal(near, await lab.AskAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"));
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Theory]
    [InlineData("http://far.example:444/")]
    [InlineData("http://far.example:7000/")]
    [InlineData("http://filtered.example/")]
    [InlineData("http://nowhere.example/")]
    [InlineData("http://127.0.0.1:3129/health")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://2130706433/")]
    public void Every_failure_of_a_request_looks_like_a_near_server(string address)
    {
        lab.Start();
        string near = Answer("http://near.example/");
        Assert.StartsWith("HTTP/1.1 403 Forbidden", near, StringComparison.Ordinal);
        Assert.Equal(near, Answer(address));
        Assert.Equal(0, lab.ArrivedNear().Bytes);
    }

    [Theory]
    [InlineData("near.example:443", "403 Forbidden", "Near")]
    [InlineData("far.example:7000", "502 Bad Gateway", "ConnectionRefused")]
    [InlineData("filtered.example:443", "504 Gateway Timeout", "TimedOut")]
    [InlineData("nowhere.example:443", "502 Bad Gateway", "HostNotFound")]
    [InlineData("far.example:25", "403 Forbidden", "Port")]
    public async Task An_operator_may_reveal_the_reason(string target, string status, string reason)
    {
        lab.Start();
        using Sample proxy = lab.StartProxy([.. EgressLab.On(4110), "--EgressProxy:RevealReasons=true"]);
        string answer = await lab.AskAsync($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n", 4110);
        Assert.StartsWith($"HTTP/1.1 {status}\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nX-Egress-Reason: {reason}\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nThis address could not be fetched.\n", answer, StringComparison.Ordinal);
        Assert.Contains(
            $"\r\nX-Egress-Reason: {reason}\r\n",
            lab.Run(4110, Curl, "-sSi", $"http://{target}/").Output,
            StringComparison.Ordinal);
    }

    /// <summary>With the fields, but for the date.</summary>
    private string Answer(string address) => string.Join(
        '\n', lab.Run(EgressLab.ProxyPort, Curl, "-sSi", address).Output.Split('\n').Where(static line => !line.StartsWith("Date:", StringComparison.Ordinal)));
}
