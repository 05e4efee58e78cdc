using System.Net;
using System.Net.Sockets;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>LinkPreview fetches far pages, and reveals nothing about near ones.</summary>
public sealed class LinkPreviewTests(PreviewLab lab) : IClassFixture<PreviewLab>
{
    [Fact]
    public async Task A_far_page_is_shown_and_its_author_cannot_write_html()
    {
        lab.Start();
        string page = await PreviewAsync("https://far.example/");
        Assert.Contains("dir=\"auto\">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; Tom &amp; Jerry</h2>", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://far.example/p.png?a=1&amp;b=%22\" rel=\"noreferrer nofollow\">", page, StringComparison.Ordinal);
        Assert.Contains(" value=\"https://far.example/\" ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("latin", ">Gr&#xF6;&#xDF;e</h2>")]
    [InlineData("script-picture", "The page names none with an address of the web.")]
    [InlineData("looks-like-a-picture", "The page names none with an address of the web.")]
    [InlineData("hostile", ">Hostile</h2>")]
    [InlineData("article", ">How far away is a server?</h2>")]
    [InlineData("article", ">https://far.example/routers.png</a><br><span class=\"hint\">Neither fetched nor embedded.</span>")]
    [InlineData("http-picture", ">http://far.example/p.png</a><br><span class=\"hint\">Not encrypted (http). Neither fetched nor embedded.</span>")]
    [InlineData("url-picture", ">https://far.example/p.png</a>")]
    [InlineData("og-script", ">&lt;/h2&gt;&lt;script&gt;document.title=1&lt;/script&gt; Script</h2>")]
    public async Task A_page_is_shown_as_far_as_it_makes_sense(string path, string expected)
    {
        lab.Start();
        Assert.Contains(expected, await PreviewAsync($"https://far.example/{path}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_page_without_end_only_the_start_is_read()
    {
        lab.Start();
        Assert.Contains(">Endless</h2>", await PreviewAsync("https://far.example/endless"), StringComparison.Ordinal);
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
        Assert.Equal(await PreviewLab.WithoutTypedAsync(near, "https://near.example/"), await PreviewLab.WithoutTypedAsync(other, address));
        Assert.Equal(before, lab.NearRequests);
    }

    [Theory]
    [InlineData("https://far.example:444/")]
    [InlineData("https://filtered.example/")]
    [InlineData("https://nowhere.example/")]
    [InlineData("https://127.0.0.1:8081/operator")]
    [InlineData("https://169.254.169.254/latest/meta-data/")]
    [InlineData("https://far.example/failing")]             // itself
    [InlineData("https://far.example/slow")]
    [InlineData("https://far.example/text")]
    [InlineData("https://far.example/missing")]
    [InlineData("http://near.example/")]
    [InlineData("file:///etc/passwd")]
    public async Task Of_one_address_every_failure_has_the_same_bytes(string target)
    {
        lab.Start();
        int before = lab.NearRequests;
        lab.FailingTo = "https://near.example/";
        using HttpResponseMessage near = await lab.PreviewAsync("https://far.example/failing");
        lab.FailingTo = target;
        using HttpResponseMessage other = await lab.PreviewAsync("https://far.example/failing");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, near.StatusCode);
        Assert.Equal(near.StatusCode, other.StatusCode);
        Assert.Equal(HeadersOf(near), HeadersOf(other));
        Assert.Equal(
            await near.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            await other.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(before, lab.NearRequests);
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>", " value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\" ")]
    [InlineData("' autofocus onfocus='alert(1)", " value=\"&#x27; autofocus onfocus=&#x27;alert(1)\" ")]
    public async Task What_was_typed_is_kept_and_cannot_write_html(string typed, string expected)
    {
        lab.Start();
        Assert.Contains(expected, await PreviewAsync(typed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_longer_than_the_form_takes_is_not_fetched()
    {
        lab.Start();
        string address = $"https://far.example/?{new string('a', 2000)}";
        using HttpResponseMessage fetched = await lab.PreviewAsync(address[..2000]);
        Assert.Equal(HttpStatusCode.OK, fetched.StatusCode);
        using HttpResponseMessage refused = await lab.PreviewAsync(address[..2001]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
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
        Assert.Contains(">Inside</h2>", await TextAsync(near), StringComparison.Ordinal);
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
