using System.Net.Sockets;
using System.Text.Json;
using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>Chromium without a window, as Debian has it, on pages of strangers that lead it to near servers by all ways that browsers have.</summary>
[Trait("Length", "Long")]
public sealed class BrowserTests(RealProgramsLab lab) : IClassFixture<RealProgramsLab>
{
    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void Pages_reach_nothing_near_by_any_way(AddressFamily family)
    {
        BrowserPages pages = new(lab, family);

        // Without the guard all ways lead everywhere.
        pages.Begin(from way in BrowserWay.All from place in pages.Places select (place, way));
        Outcome control = lab.RunUnguarded(Chromium(pages.Url));
        control.AssertStatus(0);
        Assert.Empty(from way in BrowserWay.All from place in pages.Places where pages.BytesOf(place, way) == 0 select $"{way.Name} to {place}");

        BrowserWay[] streams = [.. BrowserWay.All.Where(static way => !way.IsDatagram)];
        pages.Begin(streams.Select(static way => ("far", way)));
        string log = lab.Write("browser.log", "");
        Outcome guarded = lab.RunGuarded(Chromium(pages.Url), "--json", "--log", log);
        guarded.AssertStatus(0);
        Assert.Contains("<title>all ways</title>", guarded.Output, StringComparison.Ordinal);
        Assert.Empty(streams.Where(way => pages.BytesOf("far", way) == 0).Select(static way => way.Name));
        Assert.Empty(
            from way in BrowserWay.All from place in pages.Places where place != "far" && pages.BytesOf(place, way) > 0 select $"{way.Name} to {place}");
        Assert.Empty(BrowserWay.All.Except(streams).Where(way => pages.BytesOf("far", way) > 0).Select(static way => way.Name));
        JsonElement[] refused = [.. File.ReadLines(log).Select(static line => JsonDocument.Parse(line).RootElement)];
        string[] reasons = [.. refused.Where(static line => TextOf(line, "command") == "chromium").Select(static line => TextOf(line, "reason")!)];
        Assert.Empty(((string[])["near", "loopback", "datagram"]).Except(reasons));
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_near_page_is_not_loaded(AddressFamily family)
    {
        string[] words = Chromium($"{lab.UrlOf(RealProgramsLab.Near, family)}");
        long before = lab.BytesNear;
        Outcome guarded = lab.RunGuarded(words);
        Assert.Matches("net::ERR_CONNECTION_ABORTED", guarded.Errors);
        Assert.Matches(@"hops: .* refused \S+ for chromium\[\d+\]: near, 1 hop away", guarded.Errors);
        Assert.Equal(before, lab.BytesNear);
        Outcome control = lab.RunUnguarded(words);
        control.AssertStatus(0);
        Assert.Contains("greetings from near", control.Output, StringComparison.Ordinal);
        Assert.True(lab.BytesNear > before, control.ToString());
    }

    private string[] Chromium(string url)
    {
        string program = Requires.Program("chromium", "chromium");
        // Its own sandbox is made of user namespaces.
        string[] sandbox = lab.RunUnguarded(["unshare", "--user", "true"]).Status == 0 ? [] : ["--no-sandbox"];
        return
        [
            // A profile of its own each time, so that nothing is in a cache.
            program, "--headless=new", "--dump-dom", $"--user-data-dir={lab.Home}/{Guid.NewGuid():N}", .. sandbox, "--disable-gpu",
            // Pages may ask for what is on this host: that is what is tried.
            "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests",
            // Features that browsers allow only to pages over HTTPS.
            $"--unsafely-treat-insecure-origin-as-secure={new Uri(url).GetLeftPart(UriPartial.Authority)}", url,
        ];
    }

    private static string? TextOf(JsonElement line, string field) => line.TryGetProperty(field, out JsonElement value) ? value.ToString() : null;
}
