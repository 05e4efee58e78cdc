namespace Hops.TestClient;

/// <summary>A client that prints what a web server says, as any program of .NET does.</summary>
internal static class Fetching
{
    public static async Task<int> RunAsync(string url)
    {
        using HttpClient client = new();
        try
        {
            Console.WriteLine(await client.GetStringAsync(new Uri(url)));
            return 0;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
