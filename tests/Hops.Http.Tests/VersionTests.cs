using System.Net;
using Hops.Guard;
using Hops.Http.Handling;
using Hops.Http.Telemetry;
using Hops.Testing;

namespace Hops.Http.Tests;

/// <summary>HTTP/3 connects without the connect callback, so no request may reach the handler that would use it.</summary>
public sealed class VersionTests
{
    /// <summary>The requested version, and the version that arrives at the connecting handler; none if the request is refused.</summary>
    public static TheoryData<string, HttpVersionPolicy, string?, HttpVersionPolicy> Rewriting => new()
    {
        { "1.0", HttpVersionPolicy.RequestVersionExact, "1.0", HttpVersionPolicy.RequestVersionExact },
        { "1.0", HttpVersionPolicy.RequestVersionOrLower, "1.0", HttpVersionPolicy.RequestVersionOrLower },
        { "1.0", HttpVersionPolicy.RequestVersionOrHigher, "2.0", HttpVersionPolicy.RequestVersionOrLower },
        { "1.1", HttpVersionPolicy.RequestVersionExact, "1.1", HttpVersionPolicy.RequestVersionExact },
        { "1.1", HttpVersionPolicy.RequestVersionOrLower, "1.1", HttpVersionPolicy.RequestVersionOrLower },
        { "1.1", HttpVersionPolicy.RequestVersionOrHigher, "2.0", HttpVersionPolicy.RequestVersionOrLower },
        { "2.0", HttpVersionPolicy.RequestVersionExact, "2.0", HttpVersionPolicy.RequestVersionExact },
        { "2.0", HttpVersionPolicy.RequestVersionOrLower, "2.0", HttpVersionPolicy.RequestVersionOrLower },
        { "2.0", HttpVersionPolicy.RequestVersionOrHigher, "2.0", HttpVersionPolicy.RequestVersionExact },
        { "3.0", HttpVersionPolicy.RequestVersionExact, null, default },
        { "3.0", HttpVersionPolicy.RequestVersionOrLower, "2.0", HttpVersionPolicy.RequestVersionOrLower },
        { "3.0", HttpVersionPolicy.RequestVersionOrHigher, null, default },
        { "4.0", HttpVersionPolicy.RequestVersionExact, null, default },
        { "4.0", HttpVersionPolicy.RequestVersionOrLower, "2.0", HttpVersionPolicy.RequestVersionOrLower },
        { "4.0", HttpVersionPolicy.RequestVersionOrHigher, null, default },
    };

    [Theory]
    [MemberData(nameof(Rewriting))]
    public async Task No_request_reaches_the_inner_handler_that_may_use_HTTP_3(
        string version, HttpVersionPolicy policy, string? arrives, HttpVersionPolicy arrivesWith)
    {
        foreach (HopGuardMode mode in (HopGuardMode[])[HopGuardMode.Enforce, HopGuardMode.ReportOnly])
        {
            foreach (bool blocking in (bool[])[false, true])
            {
                Recorder recorder = new();
                using HttpMessageInvoker client = GuardBefore(recorder, mode);
                using HttpRequestMessage request = new(HttpMethod.Get, "https://far.example/path?query")
                {
                    Version = Version.Parse(version),
                    VersionPolicy = policy,
                };
                if (arrives is not null)
                {
                    (await SendAsync(client, request, blocking)).Dispose();
                    Assert.Equal((Version.Parse(arrives), arrivesWith), Assert.Single(recorder.Arrived));
                    continue;
                }

                HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, request, blocking));
                Assert.True(HopGuard.IsRefusal(e));
                Assert.Equal(HopGuardReason.Version, Assert.IsType<HopGuardException>(e.InnerException).Reason);
                Assert.Equal($"far.example port 443 was refused: it requires HTTP/{version}, whose connections cannot be measured", e.Message);
                Assert.Empty(recorder.Arrived);
            }
        }
    }

    private static HttpMessageInvoker GuardBefore(Recorder recorder, HopGuardMode mode)
    {
        HopGuard guard = new(new HopGuardOptions { MinimumHops = 3, Mode = mode }, new FakeHopNetwork());
        return new HttpMessageInvoker(new HopGuardHandler(recorder, "", guard, new ClientTelemetry("")));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker client, HttpRequestMessage request, bool blocking) => blocking
        ? Task.Run(() => client.Send(request, TestContext.Current.CancellationToken))
        : client.SendAsync(request, TestContext.Current.CancellationToken);

    private sealed class Recorder : HttpMessageHandler
    {
        public List<(Version Version, HttpVersionPolicy Policy)> Arrived { get; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Arrived.Add((request.Version, request.VersionPolicy));
            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }
}
