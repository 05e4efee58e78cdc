// A service with a guarded client, for tests that run it in a network, under a user and with an environment of their own. Reads errands, one line each, and
// answers each with a line.
using System.Text.Json;
using Hops.Guard;
using Hops.GuardedClient;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

while (await Console.In.ReadLineAsync() is { } line)
{
    Console.WriteLine(JsonSerializer.Serialize(await RunAsync(JsonSerializer.Deserialize<Errand>(line)!)));
}

static async Task<Report> RunAsync(Errand errand)
{
    using MemoryLog log = new();
    HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
    builder.Configuration.AddInMemoryCollection(errand.Options.Select(static option => KeyValuePair.Create($"HopGuard:{option.Key}", option.Value)));
    builder.Logging.AddFilter("Hops", LogLevel.Information).AddFilter("Microsoft", LogLevel.None).AddFilter("System", LogLevel.None).AddProvider(log);
    SocketsHttpHandler? handler = null;
    IHttpClientBuilder client = builder.Services.AddHttpClient("strangers").ConfigurePrimaryHttpMessageHandler(() =>
    {
        SocketsHttpHandler made = OwnHandler.Create(errand);
        // The first is the one that is used: the start makes another, to see that it can.
        handler ??= made;
        return made;
    });
    if (errand.Settings is not { Guarded: false })
    {
        client.AddHopGuard(builder.Configuration.GetSection("HopGuard"));
        builder.Services.AddHealthChecks().AddHopGuard();
    }

    using IHost host = builder.Build();
    try
    {
        await host.StartAsync();
    }
#pragma warning disable CA1031 // Whatever it is, it is reported.
    catch (Exception e)
#pragma warning restore CA1031
    {
        return new Report(e.Message, log.Lines, []);
    }

    List<Fetch> fetches = [];
    Task<Fetch>[] pending = [];
    int stillPending = 0;
    using CancellationTokenSource end = new();
    using (HttpClient fetcher = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("strangers"))
    {
        if (errand.Settings is { ChangesLater: { } what } settings)
        {
            if (settings.FetchesBefore)
            {
                _ = await FetchAsync(fetcher, errand.Urls[0], errand, CancellationToken.None);
            }

            OwnHandler.ChangeLater(handler!, what);
        }

        foreach (string url in errand.Urls)
        {
            fetches.Add(await FetchAsync(fetcher, url, errand, CancellationToken.None));
            if (fetches.Count == 1 && errand.Pending is not null)
            {
                pending = [.. errand.Pending.Select(other => FetchAsync(fetcher, other, errand, end.Token))];
                // The handler connects on threads of the pool: only who serves can tell when all of them have begun.
                Console.WriteLine("pending");
                await Console.In.ReadLineAsync();
            }
        }

        stillPending = pending.Count(static fetch => !fetch.IsCompleted);
        await end.CancelAsync();
        await Task.WhenAll(pending);
    }

    HealthReport? health = host.Services.GetService<HealthCheckService>() is { } checks ? await checks.CheckHealthAsync() : null;
    await host.StopAsync();
    string described = $"{health?.Status} {health?.Entries.Values.Single().Description}".Trim();
    return new Report(null, log.Lines, fetches, described, stillPending, [.. pending.Select(static fetch => fetch.Result)]);
}

static async Task<Fetch> FetchAsync(HttpClient client, string url, Errand errand, CancellationToken end)
{
    try
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url) { Version = Version.Parse(errand.Version) };
        // HTTP/2 has no word for that.
        request.VersionPolicy = errand.NewConnections ? HttpVersionPolicy.RequestVersionExact : HttpVersionPolicy.RequestVersionOrHigher;
        request.Headers.ConnectionClose = errand.NewConnections;
        using HttpResponseMessage response = await client.SendAsync(request, end);
        return new Fetch(url, (int)response.StatusCode, response.Version.ToString(), await response.Content.ReadAsStringAsync(end));
    }
#pragma warning disable CA1031
    catch (Exception e)
#pragma warning restore CA1031
    {
        HopGuardReason? reason = HopGuard.IsRefusal(e) ? ((HopGuardException)e.InnerException!).Reason : null;
        return new Fetch(url, Reason: reason, Error: $"{e.GetType().Name}: {e.Message}", Kind: (e as HttpRequestException)?.HttpRequestError);
    }
}
