using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Hops.Guard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Docs.Tests;

/// <summary>The page on the guard has every option and reason, and what it shows to paste is valid.</summary>
public sealed partial class HttpGuardPageTests
{
    internal const string Page = "docs/http-guard.md";

    public static TheoryData<int, string> Settings =>
        [.. Documentation.Blocks("json").Where(static block => block.Page == Page).Select(static block => (block.Line, block.Text))];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Settings_to_paste_are_options_of_a_guard(int line, string settings)
    {
        using MemoryStream json = new(Encoding.UTF8.GetBytes(settings));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        ServiceCollection services = new();
        services.AddHttpClient("webhooks").AddHopGuard(configuration.GetSection("HopGuard"));
        using ServiceProvider provider = services.BuildServiceProvider();
        HopGuardOptions options = provider.GetRequiredService<IOptionsMonitor<HopGuardOptions>>().Get("webhooks");
        Assert.True(options.MinimumHops == 4, $"{Page}:{line}");
    }

    [Fact]
    public void Every_option_is_in_the_table_and_no_other() =>
        Assert.Equal(
            typeof(HopGuardOptions).GetProperties().Select(static property => property.Name).Order(StringComparer.Ordinal),
            FirstColumn("## Options").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_reason_is_in_the_table_and_no_other() =>
        Assert.Equal(
            Enum.GetNames<HopGuardReason>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName).Order(StringComparer.Ordinal),
            FirstColumn("## Refusals").Order(StringComparer.Ordinal));

    /// <summary>What stands in code in the first column of the first table below a heading.</summary>
    private static IEnumerable<string> FirstColumn(string heading)
    {
        string page = Documentation.Read(Page);
        return page[page.IndexOf(heading + "\n", StringComparison.Ordinal)..].Split('\n')
            .SkipWhile(static line => !line.StartsWith("| `", StringComparison.Ordinal))
            .TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => Cell().Match(line).Groups[1].Value);
    }

    [GeneratedRegex("^\\| `([^`]+)` \\|")]
    private static partial Regex Cell();
}
