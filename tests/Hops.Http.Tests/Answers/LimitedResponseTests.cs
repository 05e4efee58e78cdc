using System.Net;
using System.Text;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.TestSupport.Hostile;

namespace Hops.Http.Tests.Answers;

/// <summary>Fetching within limits, to the end of the body.</summary>
public sealed class LimitedResponseTests : IDisposable
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private readonly HostileFar _far = new();

    public void Dispose() => _far.Dispose();

    [Fact]
    public async Task An_answer_is_read_to_its_end()
    {
        LimitedResponse response = await _far.Client.GetLimitedAsync(new Uri("http://far.example/"), cancellationToken: Stop);
        Assert.Equal((HttpStatusCode.OK, true, false), (response.StatusCode, response.IsSuccessStatusCode, response.IsTruncated));
        Assert.Equal(("text/html", "<title>hostile</title>"), (response.MediaType, response.GetText()));
        Assert.Equal(new Uri("http://far.example/"), response.RequestUri);
    }

    [Fact]
    public async Task An_answer_that_is_no_success_is_an_answer()
    {
        LimitedResponse response = await FetchAsync("status line HTTP/1.1 503 x");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, false), (response.StatusCode, response.IsSuccessStatusCode));
    }

    [Fact]
    public async Task The_address_is_that_after_redirects()
    {
        LimitedResponse response = await FetchAsync("redirect to x");
        Assert.Equal((HttpStatusCode.OK, "/known/x"), (response.StatusCode, response.RequestUri.AbsolutePath));
    }

    [Theory]
    [InlineData("a body without end")]
    [InlineData("a gzip bomb")]
    [InlineData("a br bomb")]
    [InlineData("a deflate bomb")]
    public async Task What_is_longer_than_the_limit_after_decompression_is_a_failure_or_cut(string name)
    {
        ResponseLimits limits = new() { MaximumBytes = 100_000, Timeout = TimeSpan.FromMinutes(1) };
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(name, limits));
        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, e.HttpRequestError);
        Assert.Equal("far.example port 80 answered with more than 100000 bytes", e.Message);

        LimitedResponse start = await FetchAsync(name, limits with { AllowTruncation = true });
        Assert.Equal((100_000, true), (start.Body.Length, start.IsTruncated));
    }

    [Theory]
    [InlineData(22, false)]
    [InlineData(21, true)]
    public async Task The_limit_itself_is_within(int maxBytes, bool isTruncated)
    {
        ResponseLimits limits = new() { MaximumBytes = maxBytes, AllowTruncation = true };
        LimitedResponse response = await _far.Client.GetLimitedAsync(new Uri("http://far.example/"), limits, Stop);
        Assert.Equal((isTruncated, maxBytes), (response.IsTruncated, response.Body.Length));
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("silence in the headers")]
    [InlineData("silence in the body")]
    [InlineData("chunks without end")]
    [InlineData("compressed nothing without end")]
    [InlineData("a byte at a time")]
    public async Task What_takes_longer_than_the_limit_is_a_failure_with_a_timeout_inside(string name)
    {
        ResponseLimits limits = new() { Timeout = TimeSpan.FromSeconds(0.5), MaximumBytes = int.MaxValue / 2 };
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync(name, limits));
        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.Equal("far.example port 80 did not answer within 0.5 s", e.Message);
    }

    [Fact]
    public async Task The_clients_own_timeout_is_a_failure_with_a_timeout_inside()
    {
        _far.Client.Timeout = TimeSpan.FromSeconds(0.5);
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => FetchAsync("silence", new() { Timeout = TimeSpan.FromMinutes(5) }));
        Assert.IsType<TimeoutException>(e.InnerException);
        Assert.StartsWith("far.example port 80 did not answer in time: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("silence")]
    [InlineData("silence in the body")]
    public async Task The_callers_token_cancels(string name)
    {
        using CancellationTokenSource cancel = new(TimeSpan.FromSeconds(0.5));
        ResponseLimits limits = new() { Timeout = TimeSpan.FromMinutes(5) };
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(name, limits, cancel.Token));
        Assert.Equal(cancel.Token, e.CancellationToken);
    }

    [Fact]
    public async Task A_refusal_is_still_found()
    {
        Uri near = new("https://near.example/");
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => _far.Client.GetLimitedAsync(near, cancellationToken: Stop));
        Assert.True(HopGuard.IsRefusal(e));
    }

    [Fact]
    public async Task Mistakes_of_the_caller_keep_their_exceptions()
    {
        Uri address = new("http://far.example/");
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        await _far.Client.SendLimitedAsync(request, cancellationToken: Stop);
        await Assert.ThrowsAsync<InvalidOperationException>(() => _far.Client.SendLimitedAsync(request, cancellationToken: Stop));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _far.Client.GetLimitedAsync(new Uri("/relative", UriKind.Relative), cancellationToken: Stop));
        await Assert.ThrowsAsync<ArgumentNullException>(() => _far.Client.GetLimitedAsync(null!, cancellationToken: Stop));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ResponseLimits { MaximumBytes = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ResponseLimits { MaximumBytes = Array.MaxLength });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ResponseLimits { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new ResponseLimits { Timeout = TimeSpan.FromDays(2) });
        _far.Client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _far.Client.GetLimitedAsync(address, cancellationToken: Stop));
    }

    public static TheoryData<string?, byte[], string> Charsets => new()
    {
        { null, "Größe"u8.ToArray(), "Größe" },
        { "iso-8859-1", Encoding.Latin1.GetBytes("Größe"), "Größe" },
        { "\"ISO-8859-1\"", Encoding.Latin1.GetBytes("Größe"), "Größe" },
        { "utf-16", Encoding.Unicode.GetBytes("Größe"), "Größe" },
        { "iso-8859-1", [0xef, 0xbb, 0xbf, .. "Größe"u8], "Größe" },
        { "nonsense", "Größe"u8.ToArray(), "Größe" },
        { "utf-7", "Größe"u8.ToArray(), "Größe" },
        { "", "Größe"u8.ToArray(), "Größe" },
        { "utf-8", [0x61, 0xff, 0x62], "a\ufffdb" },
    };

    [Theory]
    [MemberData(nameof(Charsets))]
    public async Task A_body_is_decoded_whatever_the_server_calls_it(string? charset, byte[] body, string expected)
    {
        using FakeGuard guard = new();
        guard.Network.AddServer("93.184.216.34", hops: 9, _ =>
        {
            HttpResponseMessage response = new() { Content = new ByteArrayContent(body) };
            response.Content.Headers.TryAddWithoutValidation("Content-Type", charset is null ? "text/plain" : $"text/plain; charset={charset}");
            return response;
        });
        using HttpClient client = guard.Client();
        Assert.Equal(expected, (await client.GetLimitedAsync(new Uri("https://far.example/"), cancellationToken: Stop)).GetText());
    }

    private Task<LimitedResponse> FetchAsync(string name, ResponseLimits? limits = null, CancellationToken? cancel = null)
    {
        int index = HostileAnswers.Known.TakeWhile(answer => answer.Name != name).Count();
        return _far.Client.GetLimitedAsync(new Uri($"http://far.example/known/{index}"), limits, cancel ?? Stop);
    }
}
