using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>LinkPreview fetches what is far, and tells nobody anything about the rest.</summary>
public sealed class LinkPreviewTests(PreviewLab lab) : IClassFixture<PreviewLab>
{
    [Fact]
    public async Task A_far_page_is_shown_and_its_author_cannot_write_html()
    {
        lab.Start();
        string page = await PreviewAsync("https://far.example/");
        Assert.Contains("<h1>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; Tom &amp; Jerry</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<p>Picture: https://far.example/p.png?a=1&amp;b=%22</p>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://far.example/latin", "<h1>Gr&#xF6;&#xDF;e</h1>")]
    [InlineData("https://far.example/script-picture", "It names no picture.")]
    [InlineData("https://far.example/hostile", "<h1>Hostile</h1>")]
    public async Task An_odd_page_is_shown_as_far_as_it_makes_sense(string address, string expected)
    {
        lab.Start();
        Assert.Contains(expected, await PreviewAsync(address), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_page_without_end_only_the_start_is_read()
    {
        lab.Start();
        Assert.Contains("<h1>Endless</h1>", await PreviewAsync("https://far.example/endless"), StringComparison.Ordinal);
        // The half of a megabyte that was read, and what fits into the buffers on the way.
        Assert.InRange(lab.EndlessBytes, 0, 32 * 1024 * 1024);
    }

    [Theory]
    [InlineData("https://far.example:444/")]                // closed
    [InlineData("https://filtered.example/")]               // silent
    [InlineData("https://nowhere.example/")]                // does not resolve
    [InlineData("https://127.0.0.1:8081/operator")]         // special-purpose
    [InlineData("https://[::ffff:198.18.0.1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://far.example/to-near")]             // near, behind a redirect
    [InlineData("https://far.example/to-self")]
    [InlineData("https://far.example/slow")]
    [InlineData("https://far.example/text")]
    [InlineData("https://far.example/missing")]
    [InlineData("http://far.example/")]                     // a scheme that is not allowed
    [InlineData("ftp://far.example/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("far.example")]
    [InlineData("https://")]
    [InlineData("")]
    public async Task Every_failure_looks_like_a_near_server_to_the_byte(string address)
    {
        lab.Start();
        int before = lab.NearRequests;
        using HttpResponseMessage near = await lab.PreviewAsync("https://near.example/");
        using HttpResponseMessage other = await lab.PreviewAsync(address);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, near.StatusCode);
        Assert.Contains("This address could not be fetched.", await TextAsync(near), StringComparison.Ordinal);
        Assert.Equal(near.StatusCode, other.StatusCode);
        Assert.Equal(HeadersOf(near), HeadersOf(other));
        Assert.Equal(
            await near.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            await other.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, lab.NearRequests);
    }

    [Fact]
    public async Task Only_the_operators_page_tells_why()
    {
        lab.Start();
        long before = CountOf("near", await lab.OperatorPageAsync());
        await PreviewAsync("https://near.example/");
        Assert.Equal(before + 1, CountOf("near", await lab.OperatorPageAsync()));

        await PreviewAsync("https://far.example/");
        Assert.Matches("<tr><td>4</td><td>[1-9][0-9]*</td></tr>", await lab.OperatorPageAsync());
        Assert.Equal("Healthy", await lab.Visitor.GetStringAsync(new Uri("http://127.0.0.1:8081/operator/health"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("/operator")]
    [InlineData("/Operator/")]
    [InlineData("/%6Fperator/health")]
    public async Task Visitors_do_not_reach_the_operators_pages(string path)
    {
        lab.Start();
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:8080{path}");
        request.Headers.Host = "127.0.0.1:8081";
        using HttpResponseMessage response = await lab.Visitor.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        // From outside the port does not exist.
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => lab.Visitor.GetAsync(new Uri("http://198.18.0.1:8081/operator"), TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(refused.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task A_developer_without_any_right_fetches_everything_and_reads_what_would_be_refused()
    {
        lab.Start();
        using Sample service = lab.StartService(
            [Requires.Program("util-linux", "setpriv"), "--bounding-set=-all"],
            "--environment=Development", "--Kestrel:Endpoints:Visitors:Url=http://*:9080", "--Kestrel:Endpoints:Operator:Url=http://127.0.0.1:9081");
        int before = lab.NearRequests;
        using HttpResponseMessage near = await lab.PreviewAsync("https://near.example/", port: 9080);
        Assert.Contains("<h1>Inside</h1>", await TextAsync(near), StringComparison.Ordinal);
        Assert.Equal(before + 1, lab.NearRequests);
        Assert.Matches("<tr><td>(near|unknown)</td><td>report-only</td><td>1</td></tr>", await lab.OperatorPageAsync(port: 9081));
        (int status, string output, string errors) = service.End("TERM");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("near.example port 443 would have been refused: 198.18.0.1 is ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_minimum_it_does_not_start_and_says_how_to_find_one()
    {
        Requires.Linux();
        (int status, string _, string errors) = Sample.Run("LinkPreview");
        Assert.NotEqual(0, status);
        Assert.Contains("MinimumHops is not set.", errors, StringComparison.Ordinal);
        Assert.Contains("HopGuard.CalibrateAsync", errors, StringComparison.Ordinal);
    }

    private async Task<string> PreviewAsync(string address)
    {
        using HttpResponseMessage response = await lab.PreviewAsync(address);
        return await TextAsync(response);
    }

    private static Task<string> TextAsync(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static IEnumerable<string> HeadersOf(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers)
            .Where(static header => header.Key != "Date")
            .Select(static header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order();

    private static long CountOf(string reason, string operatorPage)
    {
        string row = $"<tr><td>{reason}</td><td>enforce</td><td>";
        int start = operatorPage.IndexOf(row, StringComparison.Ordinal);
        if (start < 0)
        {
            return 0;
        }
        ReadOnlySpan<char> rest = operatorPage.AsSpan(start + row.Length);
        return long.Parse(rest[..rest.IndexOf('<')], System.Globalization.CultureInfo.InvariantCulture);
    }
}
