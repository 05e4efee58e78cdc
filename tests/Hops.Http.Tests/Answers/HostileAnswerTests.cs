using System.Net;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.TestSupport.Hostile;

namespace Hops.Http.Tests.Answers;

/// <summary>Servers with arbitrary answers: a table of malicious ones, and thousands made from seeds. A failure names the answer.</summary>
public sealed class HostileAnswerTests
{
    private const int Seeds = 3_000;
    private const int AtOnce = 32;

    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    private static IEnumerable<(HostileAnswer Answer, string Path)> Answers =>
    [
        .. HostileAnswers.Known.Select(static (answer, i) => (answer, $"/known/{i}")),
        .. Enumerable.Range(0, Seeds).Select(static seed => (HostileAnswers.Make(seed), $"/made/{seed}")),
    ];

    [Fact]
    public async Task Whatever_a_server_answers_one_kind_of_exception_leaves_the_guarded_handler()
    {
        using HostileFar far = new();
        await ForEachAsync(async (answer, path) =>
        {
            Exception? e = await SendAsync(far.Client, answer, NewRequest(path));
            Assert.True(e is null or HttpRequestException || (answer.IsSlow && e is OperationCanceledException), $"{answer}: {e}");
        });
    }

    [Fact]
    public async Task Whatever_a_server_answers_by_HTTP_2_one_kind_of_exception_leaves_the_guarded_handler()
    {
        using HostileFar far = new();
        HostileAnswer[] answers = [.. HostileFrames.Known, .. Enumerable.Range(0, Seeds / 3).Select(HostileFrames.Make)];
        foreach (HostileAnswer answer in answers)
        {
            far.Server.Http2Answer = answer;
            using HttpRequestMessage request = NewRequest("/", HttpVersion.Version20);
            Exception? e = await SendAsync(far.Client, answer, request);
            Assert.True(e is null or HttpRequestException or OperationCanceledException, $"{answer}: {e}");
            Assert.True(e is not OperationCanceledException || answer.IsSlow, $"{answer}: {e}");
        }
    }

    /// <summary>Why the handler does that: the same answers, without it.</summary>
    [Fact]
    public async Task Without_the_guard_other_exceptions_leave_the_handler()
    {
        using HostileFar far = new();
        using HttpClient plain = far.NewPlainClient();
        Dictionary<string, int> kinds = [];
        await ForEachAsync(async (answer, path) =>
        {
            if (!answer.IsSlow && await SendAsync(plain, answer, NewRequest(path)) is { } e)
            {
                lock (kinds)
                {
                    kinds[e.GetType().Name] = kinds.GetValueOrDefault(e.GetType().Name) + 1;
                }
            }
        });
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", kinds));
        Assert.Contains(nameof(UriFormatException), kinds.Keys);
        Assert.Contains(nameof(ArgumentOutOfRangeException), kinds.Keys);
    }

    [Fact]
    public void A_blocking_request_throws_the_same_kind()
    {
        using HostileFar far = new();
        for (int i = 0; i < HostileAnswers.Known.Count; i++)
        {
            if (HostileAnswers.Known[i] is { IsSlow: false } answer)
            {
                using HttpRequestMessage request = NewRequest($"/known/{i}");
                Exception? e = Record.Exception(() => far.Client.Send(request, HttpCompletionOption.ResponseHeadersRead, Stop).Dispose());
                Assert.True(e is null or HttpRequestException, $"{answer}: {e}");
            }
        }
    }

    [Fact]
    public async Task The_message_says_who_answered_and_the_cause_is_inside()
    {
        using HostileFar far = new();
        int index = HostileAnswers.Known.TakeWhile(static answer => answer.Name != "redirect to //").Count();
        HttpRequestException e = await Assert.ThrowsAsync<HttpRequestException>(() => far.Client.GetAsync(new Uri($"http://far.example/known/{index}"), Stop));
        Assert.IsType<UriFormatException>(e.InnerException);
        Assert.Equal(HttpRequestError.InvalidResponse, e.HttpRequestError);
        Assert.Equal($"far.example port 80 gave an answer that cannot be used: {e.InnerException.Message}", e.Message);
        Assert.False(HopGuard.IsRefusal(e));
    }

    [Fact]
    public async Task Whatever_a_server_answers_reading_it_within_limits_throws_one_kind()
    {
        using HostileFar far = new();
        ResponseLimits limits = new() { MaximumBytes = 64 * 1024 };
        await ForEachAsync(async (answer, path) =>
        {
            try
            {
                Uri address = new($"http://far.example{path}");
                LimitedResponse response = await far.Client.GetLimitedAsync(address, limits with { Timeout = TimeOf(answer) }, Stop);
                Assert.True(!response.IsTruncated && response.Body.Length <= limits.MaximumBytes, answer.Name);
                // Decodes, whatever the server calls it.
                _ = response.GetText();
            }
            catch (HttpRequestException e) when (e.InnerException is TimeoutException)
            {
                Assert.True(answer.IsSlow, $"{answer}: {e}");
            }
            catch (HttpRequestException)
            {
                // The one kind.
            }
        });
    }

    private static TimeSpan TimeOf(HostileAnswer answer) => answer.IsSlow ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1);

    private static HttpRequestMessage NewRequest(string path, Version? version = null) =>
        new(HttpMethod.Get, $"http://far.example{path}") { Version = version ?? HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <returns>What was thrown by the request, not by its body.</returns>
    private static async Task<Exception?> SendAsync(HttpClient client, HostileAnswer answer, HttpRequestMessage request)
    {
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        time.CancelAfter(TimeOf(answer));
        return await Record.ExceptionAsync(async () => (await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, time.Token)).Dispose());
    }

    private static Task ForEachAsync(Func<HostileAnswer, string, Task> test) =>
        Parallel.ForEachAsync(
            Answers, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = Stop }, async (each, _) => await test(each.Answer, each.Path));
}
