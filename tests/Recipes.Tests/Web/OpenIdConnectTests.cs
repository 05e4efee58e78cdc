using System.Net;
using System.Security.Claims;
using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Hops.Recipes.Tests.Web;

/// <summary>
/// An application whose users log in at a provider that strangers have chosen, as where each customer brings a provider of their own. Its back channel has the
/// handler of a guard.
/// </summary>
public sealed class OpenIdConnectTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_logs_in_at_a_far_provider()
    {
        Requires.Root();
        using OpenIdProvider provider = new();
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, provider.Map);
        string authority = $"http://{RecipeLab.FarName}:{far.Port}";
        provider.NameAll(authority);
        provider.Metadata["pushed_authorization_request_endpoint"] = $"{authority}/par";
        Assert.Equal(("user user@example.com", null), await LogInAsync(authority, provider, lab.NewGuardedHandler()));
        Assert.Equal(["/.well-known/openid-configuration", "/keys", "/par", "/token", "/userinfo"], far.Requests);
    }

    [Fact]
    public Task A_near_provider_gets_no_byte() =>
        NearGetsNoByteAsync(null, "/.well-known/openid-configuration", static (near, _) => $"http://{RecipeLab.NearName}:{near}");

    [Theory]
    [InlineData("jwks_uri", "/keys")]
    [InlineData("token_endpoint", "/token")]
    [InlineData("userinfo_endpoint", "/userinfo")]
    [InlineData("pushed_authorization_request_endpoint", "/par")]
    public Task A_near_end_point_that_a_far_provider_names_gets_no_byte(string name, string path) =>
        NearGetsNoByteAsync(name, path, static (_, far) => $"http://{RecipeLab.FarName}:{far}");

    [Theory]
    [InlineData("jwks_uri", "/keys")]
    [InlineData("token_endpoint", "/token")]
    [InlineData("userinfo_endpoint", "/userinfo")]
    public Task A_near_end_point_that_a_far_one_redirects_to_gets_no_byte(string name, string path) =>
        NearGetsNoByteAsync(name, path, static (_, far) => $"http://{RecipeLab.FarName}:{far}", redirected: true);

    /// <param name="name">The end point of the metadata that is near; null if all are.</param>
    /// <param name="path">Of that end point.</param>
    /// <param name="newAuthority">The address of the provider, of the ports of the near and of the far one.</param>
    /// <param name="redirected">Whether the metadata name a far end point, which redirects to the near one.</param>
    private async Task NearGetsNoByteAsync(string? name, string path, Func<int, int, string> newAuthority, bool redirected = false)
    {
        Requires.Root();
        using OpenIdProvider provider = new();
        await using LabWebServer near = await LabWebServer.StartAsync(lab.Near, provider.Map);
        string nearby = $"http://{lab.NearAddress}:{near.Port}{path}";
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, application =>
        {
            provider.Map(application);
            application.Map("/moved", () => Results.Redirect(nearby, preserveMethod: true));
        });
        string authority = newAuthority(near.Port, far.Port);
        provider.NameAll(authority);
        if (name is not null)
        {
            provider.Metadata[name] = redirected ? $"{authority}/moved" : nearby;
        }

        _ = lab.AtNear();
        (string? user, Exception? failure) = await LogInAsync(authority, provider, lab.NewGuardedHandler());
        Assert.Null(user);
        Assert.True(HopGuard.IsRefusal(failure), $"{failure}");
        Arrivals arrivals = lab.AtNear();
        Assert.NotEqual(0, arrivals.Connections);
        Assert.Equal(0, arrivals.Bytes);

        Assert.Equal(("user user@example.com", null), await LogInAsync(authority, provider, lab.NewUnguardedHandler()));
        Assert.NotEqual(0, lab.AtNear().Bytes);
        Assert.Contains(path, near.Requests);
    }

    /// <summary>The application on loopback, and the user's browser.</summary>
    /// <returns>The user, or what failed.</returns>
    private static async Task<(string? User, Exception? Failure)> LogInAsync(string authority, OpenIdProvider provider, HttpMessageHandler backchannel)
    {
        Exception? failure = null;
        await using LabWebServer application = await LabWebServer.StartAsync(
            null,
            web =>
            {
                web.Use(async (HttpContext context, RequestDelegate next) =>
                {
                    try
                    {
                        await next(context);
                    }
                    catch (Exception e)
                    {
                        failure = e;
                        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                    }
                });
                web.UseAuthentication();
                web.MapGet("/", static async (HttpContext context) =>
                {
                    ClaimsPrincipal user = context.User;
                    if (user.Identity is { IsAuthenticated: true })
                    {
                        await context.Response.WriteAsync($"{user.FindFirstValue("sub")} {user.FindFirstValue("email")}");
                        return;
                    }

                    await context.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme);
                });
            },
            services =>
            {
                services.AddDataProtection().UseEphemeralDataProtectionProvider();
                services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
                    .AddCookie()
                    .AddOpenIdConnect(options =>
                    {
                        options.BackchannelHttpHandler = backchannel;
                        options.Authority = authority;
                        options.ClientId = "application";
                        options.ClientSecret = "secret";
                        options.ResponseType = "code";
                        options.RequireHttpsMetadata = false;
                        options.MapInboundClaims = false;
                        options.GetClaimsFromUserInfoEndpoint = true;
                    });
            });

        using HttpClient browser = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        string home = $"http://127.0.0.1:{application.Port}/";
        using HttpResponseMessage challenge = await browser.GetAsync(home, Stop);
        if (challenge.Headers.Location is not { } authorize)
        {
            return (null, failure);
        }

        using HttpRequestMessage callback = new(HttpMethod.Post, $"{home}signin-oidc");
        Cookies(challenge, callback);
        string state = provider.Agree(QueryHelpers.ParseQuery(authorize.Query));
        callback.Content = new FormUrlEncodedContent([new("code", "1"), new("state", state)]);
        using HttpResponseMessage answer = await browser.SendAsync(callback, Stop);
        if (answer.StatusCode != HttpStatusCode.Redirect)
        {
            return (null, failure);
        }

        using HttpRequestMessage again = new(HttpMethod.Get, home);
        Cookies(answer, again);
        using HttpResponseMessage page = await browser.SendAsync(again, Stop);
        return (await page.Content.ReadAsStringAsync(Stop), failure);
    }

    /// <summary>A browser that takes the loopback for secure, as browsers do.</summary>
    private static void Cookies(HttpResponseMessage from, HttpRequestMessage to) =>
        to.Headers.Add("Cookie", string.Join("; ", from.Headers.GetValues("Set-Cookie").Select(static cookie => cookie[..cookie.IndexOf(';')])));
}
