using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Hops.Guard;
using Hops.Http;
using Hops.Http.Tests.Support;
using Hops.Recipes.Tests.Support;
using Hops.Recipes.Tests.Web.Support;
using Hops.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hops.Recipes.Tests.Web;

/// <summary>The AWS SDK's client of S3 with the handler of a guard, and a store that strangers have chosen, as where each customer brings a bucket.</summary>
[Trait("Length", "Long")]
public sealed class S3Tests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Objects_go_to_a_far_server_and_come_back()
    {
        Requires.Root();
        _ = lab.Keep("far", () => S3Server.Start(lab.Far));
        Assert.Equal("hello", await StoreAsync($"http://{RecipeLab.FarName}:{S3Server.Port}", lab.NewGuardedHandler()));
    }

    [Fact]
    public async Task A_near_server_gets_no_byte()
    {
        Requires.Root();
        _ = lab.Keep("near", () => S3Server.Start(lab.Near));
        string address = $"http://{RecipeLab.NearName}:{S3Server.Port}";
        _ = lab.AtNear();
        await NearGetsNoByteAsync(() => StoreAsync(address, lab.NewGuardedHandler()));

        // A client without a guard of the same configuration: the SDK keeps clients for later.
        Assert.Equal("hello", await StoreAsync(address, lab.NewUnguardedHandler()));
        Assert.NotEqual(0, lab.AtNear().Bytes);
        await NearGetsNoByteAsync(() => StoreAsync(address, lab.NewGuardedHandler()));
    }

    /// <summary>S3 sends clients to the region of a bucket. The handler follows if it may; the SDK itself follows 307 to names of Amazon's.</summary>
    [Theory]
    [InlineData(301, true, "198.18.1.2")]
    [InlineData(307, true, "198.18.1.2")]
    [InlineData(307, false, WebHandlers.NearBucket)]
    public async Task A_near_server_that_a_far_one_redirects_to_gets_no_byte(int status, bool handlerFollows, string near)
    {
        Requires.Root();
        _ = lab.Keep("near", () => S3Server.Start(lab.Near));
        await using LabWebServer far = await LabWebServer.StartAsync(lab.Far, application => application.MapFallback((HttpContext context) =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = $"http://{near}:{S3Server.Port}{context.Request.Path}";
        }));
        string address = $"http://{RecipeLab.FarName}:{far.Port}";
        _ = lab.AtNear();
        await NearGetsNoByteAsync(() => StoreAsync(address, lab.NewWebGuard().CreateHandler(new SocketsHttpHandler { AllowAutoRedirect = handlerFollows })));

        // Swift refuses what was signed for another host.
        SocketsHttpHandler unguarded = lab.NewUnguardedHandler();
        unguarded.AllowAutoRedirect = handlerFollows;
        _ = await Record.ExceptionAsync(() => StoreAsync(address, unguarded));
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>No handler guards the look-up of credentials by the SDK, here at the address that containers are given.</summary>
    [Fact]
    public async Task Credentials_that_are_not_given_are_fetched_without_the_guard()
    {
        Requires.Root();
        Dictionary<string, string> answer = new()
        {
            ["AccessKeyId"] = S3Server.AccessKey,
            ["SecretAccessKey"] = S3Server.SecretKey,
            ["Token"] = "token",
            ["Expiration"] = $"{DateTime.UtcNow.AddHours(1):O}",
        };
        await using LabWebServer credentials = await LabWebServer.StartAsync(
            null, application => application.MapGet("/credentials", () => Results.Json(answer)));
        const string variable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
        Environment.SetEnvironmentVariable(variable, $"http://127.0.0.1:{credentials.Port}/credentials");
        try
        {
            AmazonS3Config configuration = NewConfiguration($"http://{RecipeLab.NearName}:{S3Server.Port}", lab.NewGuardedHandler());
            using AmazonS3Client client = new(configuration);
            Exception? e = await Record.ExceptionAsync(() => client.ListBucketsAsync(Stop));
            Assert.True(HopGuard.IsRefusal(e), $"{e}");
            Assert.Equal(["/credentials"], credentials.Requests);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    private async Task NearGetsNoByteAsync(Func<Task> act)
    {
        Exception? e = await Record.ExceptionAsync(act);
        Assert.True(HopGuard.IsRefusal(e), $"{e}");
        Arrivals arrivals = lab.AtNear();
        Assert.NotEqual(0, arrivals.Connections);
        Assert.Equal(0, arrivals.Bytes);
    }

    private static async Task<string> StoreAsync(string address, HttpMessageHandler handler)
    {
        using AmazonS3Client client = new(new BasicAWSCredentials(S3Server.AccessKey, S3Server.SecretKey), NewConfiguration(address, handler));
        await client.PutBucketAsync("bucket", Stop);
        await client.PutObjectAsync(new PutObjectRequest { BucketName = "bucket", Key = "greeting", ContentBody = "hello", UseChunkEncoding = false }, Stop);
        using GetObjectResponse response = await client.GetObjectAsync("bucket", "greeting", Stop);
        using StreamReader reader = new(response.ResponseStream);
        return await reader.ReadToEndAsync(Stop);
    }

    private static AmazonS3Config NewConfiguration(string address, HttpMessageHandler handler) => new()
    {
        ServiceURL = address,
        AuthenticationRegion = "us-east-1",
        ForcePathStyle = true,
        HttpClientFactory = new ClientsOf(handler),
        MaxErrorRetry = 1,
        // Swift knows no checksums behind chunks.
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    };

    private sealed class ClientsOf(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);
    }
}
