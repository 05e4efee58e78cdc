using System.Text.Json.Nodes;

namespace Samples.Tests;

/// <summary>
/// LinkPreview as a visitor with a browser sees it. <c>HOPS_SCREENSHOTS=/tmp/screenshots</c> in the environment of this test writes the pictures there:
/// docs/images/link-preview.png is its link-preview.png.
/// </summary>
[Trait("Length", "Long")]
public sealed class LinkPreviewBrowserTests(PreviewLab lab) : IClassFixture<PreviewLab>
{
    private const string Service = "http://127.0.0.1:8080/";
    private const string Enter = "\uE007";
    private const string Tab = "\uE004";

    [Fact]
    public async Task A_visitor_types_an_address_and_sees_title_and_picture_and_after_a_mistake_what_was_typed()
    {
        lab.Start();
        await using Browser browser = await Browser.StartAsync(lab.Here, lab.Visitor);
        await browser.OpenAsync(Service);
        Assert.Equal("Address of a page", await browser.ValueAsync("document.activeElement.labels[0].textContent"));
        Assert.Contains("begins with https://", await browser.ValueAsync("document.getElementById('hint').textContent"), StringComparison.Ordinal);

        await browser.TypeAsync($"https://far.example/article{Enter}");
        await browser.WaitUntilAsync("document.querySelector('article')");
        Assert.Equal("How far away is a server?", await browser.ValueAsync("document.querySelector('h2').innerText"));
        Assert.Equal("https://far.example/routers.png", await browser.ValueAsync("document.querySelector('dd:last-child a').innerText"));
        Assert.Equal("https://far.example/article", await browser.ValueAsync("document.getElementById('address').value"));

        await browser.OpenAsync(Service);
        await browser.TypeAsync($"https://near.example/a?b=\"c\"&d{Enter}");
        await browser.WaitUntilAsync("document.getElementById('failure')");
        Assert.Equal("This address could not be fetched.", await browser.ValueAsync("document.getElementById('failure').innerText"));
        Assert.Equal("https://near.example/a?b=\"c\"&d", await browser.ValueAsync("document.activeElement.value"));

        // The log would have requests that the policy blocks, and it has the answer to the mistake, with its status.
        Assert.All(await browser.LogAsync(), static line => Assert.Contains("422 (Unprocessable Entity)", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_text_that_is_no_address_stays_in_the_form()
    {
        lab.Start();
        await using Browser browser = await Browser.StartAsync(lab.Here, lab.Visitor);
        await browser.OpenAsync(Service);
        await browser.TypeAsync($"far.example{Enter}");
        Assert.Equal("far.example", await browser.ValueAsync("document.querySelector('input:invalid').value"));
        Assert.Equal("", await browser.ValueAsync("[...document.querySelectorAll('#failure, article')].join()"));
    }

    [Fact]
    public async Task A_script_in_a_title_or_an_address_does_not_run_and_the_policy_stops_those_that_would()
    {
        lab.Start();
        await using Browser browser = await Browser.StartAsync(lab.Here, lab.Visitor);
        await browser.OpenAsync(Service);
        await browser.TypeAsync($"https://far.example/og-script{Enter}");
        await browser.WaitUntilAsync("document.querySelector('article')");
        Assert.Equal("</h2><script>document.title=1</script> Script", await browser.ValueAsync("document.querySelector('h2').innerText"));
        Assert.Equal("Link preview", await browser.ValueAsync("document.title"));

        await browser.OpenAsync(Service);
        await browser.TypeAsync($"https://near.example/\"><script>document.title=1</script>{Enter}");
        await browser.WaitUntilAsync("document.getElementById('failure')");
        Assert.Equal("0", await browser.ValueAsync("document.scripts.length"));
        Assert.DoesNotContain(await browser.LogAsync(), static line => line.Contains("Content Security Policy", StringComparison.Ordinal));

        // The control: the log reports requests that the policy blocks.
        await browser.ValueAsync("document.body.appendChild(Object.assign(document.createElement('script'), { text: 'document.title = 1' })) && 1");
        await browser.ValueAsync("document.body.appendChild(Object.assign(document.createElement('style'), { textContent: 'h1 { color: red }' })) && 1");
        Assert.NotEqual("1", await browser.ValueAsync("document.title"));
        Assert.Equal(2, (await browser.LogAsync()).Count(static line => line.Contains("Content Security Policy", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task It_is_used_with_the_keyboard_on_small_screens_in_light_and_in_dark()
    {
        lab.Start();
        await using Browser browser = await Browser.StartAsync(lab.Here, lab.Visitor);
        await SizeAsync(browser, 720, 520);
        await browser.OpenAsync(Service);
        await browser.TypeAsync("https://far.example/article");
        await browser.TypeAsync(Tab);
        Assert.Equal("Preview", await browser.ValueAsync("document.activeElement.innerText"));
        await browser.TypeAsync(Enter);
        await browser.WaitUntilAsync("document.querySelector('article')");

        await ColorsAsync(browser, "light");
        Assert.Equal("rgb(246, 247, 249)", await browser.ValueAsync("getComputedStyle(document.body).backgroundColor"));
        await KeepAsync(browser, "link-preview.png");
        await ColorsAsync(browser, "dark");
        Assert.Equal("rgb(21, 24, 28)", await browser.ValueAsync("getComputedStyle(document.body).backgroundColor"));
        await KeepAsync(browser, "link-preview-dark.png");

        await SizeAsync(browser, 320, 640);
        Assert.Equal("320", await browser.ValueAsync("document.documentElement.scrollWidth"));
        Assert.Equal("true", await browser.ValueAsync("document.querySelector('button').getBoundingClientRect().height >= 44"));
        await KeepAsync(browser, "link-preview-small.png");
        await browser.OpenAsync(Service);
        await browser.TypeAsync($"https://near.example/{Enter}");
        await browser.WaitUntilAsync("document.getElementById('failure')");
        Assert.Equal("320", await browser.ValueAsync("document.documentElement.scrollWidth"));
        await KeepAsync(browser, "link-preview-failure.png");
    }

    private static Task SizeAsync(Browser browser, int width, int height) => browser.CallAsync(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false });

    private static Task ColorsAsync(Browser browser, string scheme) => browser.CallAsync(
        "Emulation.setEmulatedMedia",
        new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) });

    private static async Task KeepAsync(Browser browser, string name)
    {
        byte[] picture = await browser.ScreenshotAsync();
        if (Environment.GetEnvironmentVariable("HOPS_SCREENSHOTS") is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, name), picture, TestContext.Current.CancellationToken);
        }
    }
}
