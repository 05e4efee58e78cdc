using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hops.Guard;
using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace Hops.Recipes.Tests.Mqtt;

/// <summary>MQTTnet through a guard's forwarder, with the real mosquitto. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class MqttTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private const int Port = 1883;
    private const int TlsPort = 8883;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Port)]
    [InlineData(TlsPort)]
    public async Task A_message_is_published_to_the_far_server_and_comes_back(int port)
    {
        Requires.Root();
        using ServerProcess far = Start(lab.Far);
        using X509Certificate2 certificate = ServerCertificate.Read(far);
        await using HopGuardForwarder forwarder = lab.NewGuard().Forward(RecipeLab.FarName, port);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        TaskCompletionSource<string> heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        client.ApplicationMessageReceivedAsync += e =>
        {
            heard.TrySetResult(e.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        await client.ConnectAsync(Options(forwarder, port == TlsPort ? certificate : null, RecipeLab.FarName), Stop);
        await client.SubscribeAsync("news", cancellationToken: Stop);
        await client.PublishStringAsync("news", "hello", cancellationToken: Stop);
        Assert.Equal("hello", await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), Stop));
    }

    [Fact]
    public async Task The_name_in_the_far_servers_certificate_is_verified()
    {
        Requires.Root();
        using ServerProcess far = Start(lab.Far);
        using X509Certificate2 certificate = ServerCertificate.Read(far);
        await using HopGuardForwarder forwarder = lab.NewGuard().Forward(RecipeLab.FarName, TlsPort);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync(Options(forwarder, certificate, "other.example"), Stop));
        Assert.IsType<AuthenticationException>(e.InnerException);
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using ServerProcess near = Start(lab.Near);
        lab.AtNear();
        await using HopGuardForwarder forwarder = lab.NewGuard(o => o.Mode = mode).Forward(RecipeLab.NearName, Port);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync(Options(forwarder, null, RecipeLab.NearName), Stop));
            Assert.True(HopGuard.IsRefusal(forwarder.LastFailure), $"{forwarder.LastFailure}");
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await client.ConnectAsync(Options(forwarder, null, RecipeLab.NearName), Stop);
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>mosquitto does not redirect clients; MQTTnet's own server does.</summary>
    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task The_library_does_not_follow_a_redirection_and_an_application_that_does_is_guarded(HopGuardMode mode)
    {
        Requires.Root();
        using ServerProcess near = Start(lab.Near);
        using MqttServer far = new MqttServerFactory().CreateMqttServer(
            new MqttServerOptionsBuilder().WithDefaultEndpoint().WithDefaultEndpointPort(Port).WithDefaultEndpointBoundIPAddress(IPAddress.Any)
                .WithDefaultEndpointBoundIPV6Address(IPAddress.None).Build());
        far.ValidatingConnectionAsync += e =>
        {
            e.ReasonCode = MqttConnectReasonCode.UseAnotherServer;
            e.ServerReference = RecipeLab.NearName;
            return Task.CompletedTask;
        };
        lab.Far.Run(() => far.StartAsync().GetAwaiter().GetResult());
        HopGuard guard = lab.NewGuard(o => o.Mode = mode);
        lab.AtNear();
        await using HopGuardForwarder forwarder = guard.Forward(RecipeLab.FarName, Port);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = Options(forwarder, null, RecipeLab.FarName);
        MqttClientConnectResult result = await client.ConnectAsync(options, Stop);
        Assert.Equal((MqttClientConnectResultCode.UseAnotherServer, RecipeLab.NearName), (result.ResultCode, result.ServerReference));
        Assert.Equal(0, lab.AtNear().Connections);

        await using HopGuardForwarder other = guard.Forward(result.ServerReference, Port);
        Task<MqttClientConnectResult> connecting = client.ConnectAsync(Options(other, null, result.ServerReference), Stop);
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => connecting);
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await connecting;
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    private static MqttClientOptions Options(HopGuardForwarder forwarder, X509Certificate2? certificate, string name)
    {
        MqttClientOptionsBuilder builder = new MqttClientOptionsBuilder().WithEndPoint(forwarder.EndPoint).WithProtocolVersion(MqttProtocolVersion.V500);
        if (certificate is not null)
        {
            builder.WithTlsOptions(
                tls => tls.WithTargetHost(name).WithTrustChain([certificate]).WithRevocationMode(X509RevocationMode.NoCheck));
        }

        return builder.Build();
    }

    private static ServerProcess Start(NetworkNamespace at)
    {
        TemporaryFolder folder = new();
        ServerCertificate.Write(folder);
        string file = folder.Write(
            "mosquitto.conf",
            $"""
            user root
            allow_anonymous true
            listener {Port} 0.0.0.0
            listener {TlsPort} 0.0.0.0
            certfile {folder.Path}/certificate.pem
            keyfile {folder.Path}/key.pem
            """);
        return new ServerProcess(at, folder, [Port, TlsPort], Requires.Program("mosquitto", "mosquitto"), "-c", file);
    }
}
