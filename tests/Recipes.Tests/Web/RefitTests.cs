using Hops.Guard;
using Hops.Http.Tests.Support;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Refit;

namespace Hops.Recipes.Tests.Web;

/// <summary>Refit with the handler of a guard.</summary>
public sealed class RefitTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    [Fact]
    public async Task A_far_server_answers()
    {
        Requires.Root();
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, Hello);
        Assert.Equal("hello", await GetAsync(lab.NewGuardedHandler(), RecipeLab.FarName, far.Port));
    }

    [Fact]
    public async Task A_near_server_gets_no_byte()
    {
        Requires.Root();
        await using LabWebServer near = await LabWebServer.StartAsync(lab.Near, Hello);
        _ = lab.AtNear();
        Exception? e = await Record.ExceptionAsync(() => GetAsync(lab.NewGuardedHandler(), RecipeLab.NearName, near.Port));
        Assert.True(HopGuard.IsRefusal(e), $"{e}");
        Assert.Equal(0, lab.AtNear().Bytes);

        Assert.Equal("hello", await GetAsync(lab.NewUnguardedHandler(), RecipeLab.NearName, near.Port));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_redirection_to_a_near_server_sends_it_no_byte(bool preserveMethod)
    {
        Requires.Root();
        await using LabWebServer near = await LabWebServer.StartAsync(lab.Near, Hello);
        string location = $"http://{lab.NearAddress}:{near.Port}/hello";
        await using LabWebServer far = await LabWebServer.StartAsync(
            lab.Far, application => application.MapGet("/hello", () => Results.Redirect(location, preserveMethod: preserveMethod)));
        _ = lab.AtNear();
        Exception? e = await Record.ExceptionAsync(() => GetAsync(lab.NewGuardedHandler(), RecipeLab.FarName, far.Port));
        Assert.True(HopGuard.IsRefusal(e), $"{e}");
        Arrivals arrivals = lab.AtNear();
        Assert.Equal((1, 0), (arrivals.Connections, arrivals.Bytes));

        Assert.Equal("hello", await GetAsync(lab.NewUnguardedHandler(), RecipeLab.FarName, far.Port));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    private static async Task<string> GetAsync(HttpMessageHandler handler, string host, int port)
    {
        using HttpClient client = new(handler) { BaseAddress = new Uri($"http://{host}:{port}") };
        return await RestService.ForGenerated<IGreeting>(client).HelloAsync();
    }

    private static void Hello(WebApplication application) => application.MapGet("/hello", static () => "hello");

    public interface IGreeting
    {
        [Get("/hello")]
        Task<string> HelloAsync();
    }
}
