using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hops.Lab;
using Hops.TestSupport;

namespace Samples.Tests;

/// <summary>
/// Chromium without a screen in a namespace, driven as the W3C's WebDriver says by its own driver. A client of ours, since the driver's port is in the
/// namespace, where the library for .NET does not connect to.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    // The key that identifies an element (WebDriver, section 12.2).
    private const string Element = "element-6066-11e4-a52e-4f735466cecf";

    private readonly string _home;
    private readonly Process _driver;
    private readonly HttpClient _client;
    private string _session = "";

    private Browser(string home, Process driver, HttpClient client)
    {
        _home = home;
        _driver = driver;
        _client = client;
    }

    /// <param name="at">Where it runs.</param>
    /// <param name="client">A client of HTTP whose connections are made there.</param>
    public static async Task<Browser> StartAsync(NetworkNamespace at, HttpClient client)
    {
        string chromium = Requires.Program("chromium", "chromium");
        string home = Directory.CreateTempSubdirectory("hops-browser-").FullName;
        ProcessStartInfo start = new(Requires.Program("chromium-driver", "chromedriver"), ["--port=0"]) { RedirectStandardOutput = true };
        // Caches, settings and reports of crashes go there.
        start.Environment["HOME"] = start.Environment["XDG_CONFIG_HOME"] = start.Environment["XDG_CACHE_HOME"] = start.Environment["TMPDIR"] = home;
        Browser browser = new(home, at.Run(() => Process.Start(start)!), client);
        try
        {
            int port = await browser.PortAsync();
            // There is no sandbox for root, and only pages of the test are opened.
            string[] arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", $"--user-data-dir={home}/profile",
                // The browser resolves only the names of the test: requests to its maker's servers would wait for answers that do not come.
                "--no-proxy-server", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ];
            browser._session = $"http://127.0.0.1:{port}/session";
            JsonNode? session = await browser.PostAsync("", new JsonObject
            {
                ["capabilities"] = new JsonObject
                {
                    ["alwaysMatch"] = new JsonObject
                    {
                        ["goog:chromeOptions"] = new JsonObject
                        {
                            ["binary"] = chromium,
                            ["args"] = new JsonArray([.. arguments.Select(static argument => (JsonNode)argument)]),
                        },
                        ["goog:loggingPrefs"] = new JsonObject { ["browser"] = "ALL" },
                    },
                },
            });
            browser._session += $"/{session!["sessionId"]}";
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public Task OpenAsync(string address) => PostAsync("/url", new JsonObject { ["url"] = address });

    /// <summary>Types into the element that has the focus; <c>\uE007</c> is the enter key, <c>\uE004</c> the tabulator.</summary>
    public async Task TypeAsync(string keys)
    {
        JsonNode? active = await SendAsync(HttpMethod.Get, "/element/active");
        await PostAsync($"/element/{active![Element]}/value", new JsonObject { ["text"] = keys });
    }

    /// <summary>The value of an expression of JavaScript in the page.</summary>
    public async Task<string> ValueAsync(string expression) =>
        $"{await PostAsync("/execute/sync", new JsonObject { ["script"] = $"return {expression}", ["args"] = new JsonArray() })}";

    /// <summary>Waits until an expression of JavaScript is true: of a page that comes next, too.</summary>
    public async Task WaitUntilAsync(string expression)
    {
        for (Stopwatch waited = Stopwatch.StartNew(); await ValueAsync($"!!({expression})") != "true"; await Task.Delay(50))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), $"{expression} in {await ValueAsync("document.documentElement.outerHTML")}");
        }
    }

    /// <summary>What the browser's console got since the last call: violations of policies, errors.</summary>
    public async Task<string[]> LogAsync() =>
        [.. ((JsonArray)(await PostAsync("/se/log", new JsonObject { ["type"] = "browser" }))!).Select(static entry => $"{entry!["message"]}")];

    /// <summary>Calls Chromium's own protocol.</summary>
    public Task CallAsync(string command, JsonObject parameters) =>
        PostAsync("/goog/cdp/execute", new JsonObject { ["cmd"] = command, ["params"] = parameters });

    /// <summary>A screenshot, as PNG.</summary>
    public async Task<byte[]> ScreenshotAsync() => Convert.FromBase64String($"{await SendAsync(HttpMethod.Get, "/screenshot")}");

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_session.Length > 0)
            {
                await SendAsync(HttpMethod.Delete, "");
            }
        }
        finally
        {
            _driver.Kill(entireProcessTree: true);
            await _driver.WaitForExitAsync();
            _driver.Dispose();
            Directory.Delete(_home, recursive: true);
        }
    }

    private async Task<int> PortAsync()
    {
        const string Ready = "was started successfully on port ";
        while (await _driver.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.IndexOf(Ready, StringComparison.Ordinal) is >= 0 and int at)
            {
                return int.Parse(line.AsSpan(at + Ready.Length).TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("The driver ended without a port.");
    }

    private Task<JsonNode?> PostAsync(string path, JsonObject body) => SendAsync(HttpMethod.Post, path, body);

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body = null)
    {
        using HttpRequestMessage request = new(method, _session + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (request.Content is not null)
        {
            // The driver reads no chunks.
            await request.Content.LoadIntoBufferAsync();
        }

        using HttpResponseMessage response = await _client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonNode>(text)!["value"];
    }
}
