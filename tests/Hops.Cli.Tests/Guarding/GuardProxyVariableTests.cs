using Hops.Cli.Tests.Support;
using Hops.TestSupport;

namespace Hops.Cli.Tests.Guarding;

/// <summary>Variables that name a proxy: its distance says nothing of the servers behind it.</summary>
public sealed class GuardProxyVariableTests
{
    [Theory]
    [InlineData("http_proxy")]
    [InlineData("HTTP_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("all_proxy")]
    [InlineData("ALL_PROXY")]
    [InlineData("ftp_proxy")]
    [InlineData("npm_config_proxy")]
    [InlineData("CGI_HTTP_PROXY")]
    public void A_proxy_is_refused_unless_it_is_allowed(string variable)
    {
        Outcome refused = Run(variable, "http://192.0.2.1:3128");
        refused.AssertStatus(125);
        Assert.Equal("", refused.Output);
        Assert.Contains(variable, refused.Errors, StringComparison.Ordinal);
        Outcome allowed = Run(variable, "http://192.0.2.1:3128", "--proxy");
        allowed.AssertStatus(0);
        Assert.Equal("http://192.0.2.1:3128\n", allowed.Output);
    }

    [Theory]
    [InlineData("no_proxy", "*")]
    [InlineData("NO_PROXY", "localhost")]
    [InlineData("http_proxy", "")]
    public void What_names_none_is_no_mistake(string variable, string value)
    {
        Outcome outcome = Run(variable, value);
        outcome.AssertStatus(0);
        Assert.Equal(value + "\n", outcome.Output);
    }

    private static Outcome Run(string variable, string value, params string[] options)
    {
        Requires.Root();
        return new HopsCommand { Variables = new Dictionary<string, string> { [variable] = value } }.Run(
            ["guard", "--min-hops", "3", "--user", EscapeLab.User, .. options, "--", "printenv", variable]);
    }
}
