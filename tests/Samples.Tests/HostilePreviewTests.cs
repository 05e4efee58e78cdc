using System.Net;
using Hops.TestSupport.Hostile;

namespace Samples.Tests;

/// <summary>LinkPreview with a far server that sends arbitrary answers.</summary>
public sealed class HostilePreviewTests(PreviewLab lab) : IClassFixture<PreviewLab>
{
    private const int Answers = 10_000;
    private const int Port = 10_080;

    [Fact]
    public async Task Ten_thousand_hostile_answers_are_previews_or_one_and_the_same_failure()
    {
        lab.Start();
        using Sample service = lab.StartService(
            [],
            "--HopGuard:MinimumHops=3", "--HopGuard:AllowedSchemes:0=http",
            $"--Kestrel:Endpoints:Visitors:Url=http://*:{Port}", "--Kestrel:Endpoints:Operator:Url=http://127.0.0.1:10081");
        int before = lab.NearRequests;
        (HttpStatusCode status, string refused) = await PreviewAsync("https://near.example/");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        int known = HostileAnswers.Known.Count;
        int previews = 0;
        ParallelOptions options = new() { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForAsync(0, Answers, options, async (i, _) =>
        {
            string path = i < known ? $"known/{i}" : $"made/{i}";
            // TLS costs time, and is nothing to the answers behind it.
            (HttpStatusCode answered, string page) = await PreviewAsync(i % 10 == 0 ? $"https://far.example:8443/{path}" : $"http://far.example:8000/{path}");
            if (answered == HttpStatusCode.OK)
            {
                Interlocked.Increment(ref previews);
                Assert.Contains("<article", page, StringComparison.Ordinal);
                Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
                return;
            }

            Assert.True((status, refused) == (answered, page), $"{path}: {answered} {page}");
        });

        // Some are only odd: it is not everything that fails.
        Assert.InRange(previews, Answers / 20, Answers - (Answers / 20));
        Assert.Equal(before, lab.NearRequests);
        (int exit, string _, string errors) = service.End("TERM");
        Assert.Equal((0, ""), (exit, errors));
    }

    /// <returns>The status, and the body; of a failure all but what was typed.</returns>
    private async Task<(HttpStatusCode Status, string Page)> PreviewAsync(string address)
    {
        using HttpResponseMessage response = await lab.PreviewAsync(address, Port);
        return (response.StatusCode, response.StatusCode == HttpStatusCode.OK
            ? await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            : await PreviewLab.WithoutTypedAsync(response, address));
    }
}
