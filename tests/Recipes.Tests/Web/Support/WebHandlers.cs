using System.Net;
using System.Net.Sockets;
using Hops.Guard;
using Hops.Guard.Tests;
using Hops.Http;
using Hops.Recipes.Tests.Support;

namespace Hops.Recipes.Tests.Web.Support;

/// <summary>Handlers in the lab, with and without a guard.</summary>
internal static class WebHandlers
{
    /// <summary>The near server's name that looks like one of Amazon's: the AWS SDK follows some redirections to such names only.</summary>
    public const string NearBucket = "bucket.s3.us-west-2.amazonaws.com";

    public static HttpMessageHandler NewGuardedHandler(this RecipeLab lab) => lab.NewWebGuard().CreateHandler(new SocketsHttpHandler());

    /// <summary>The servers of the lab have no TLS.</summary>
    public static HopGuard NewWebGuard(this RecipeLab lab) => new(
        new HopGuardOptions { MinimumHops = 4, AllowedSpecialPurposeNetworks = { "198.18.0.0/15" }, AllowedSchemes = { Uri.UriSchemeHttp, Uri.UriSchemeWs } },
        new NamedNetwork(
            new NetworkOfNamespace(lab.Client),
            new() { [RecipeLab.NearName] = lab.NearAddress, [NearBucket] = lab.NearAddress, [RecipeLab.FarName] = lab.FarAddress }));

    /// <summary>The same client without the guard: it connects from the client's namespace, and knows the names of the lab.</summary>
    public static SocketsHttpHandler NewUnguardedHandler(this RecipeLab lab) => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, cancel) =>
        {
            Socket socket = lab.Client.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            string address = context.DnsEndPoint.Host switch
            {
                RecipeLab.NearName or NearBucket => lab.NearAddress,
                RecipeLab.FarName => lab.FarAddress,
                string other => other,
            };
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address), context.DnsEndPoint.Port), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}
