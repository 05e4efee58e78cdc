using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Http;

namespace Hops.Testing.Serving;

/// <summary>Lets clients trust the fake network's certificates, too. Whoever validates in a way of their own goes on doing so.</summary>
internal sealed class TrustFilter : IHttpMessageHandlerBuilderFilter
{
    public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
    {
        next(builder);
        if (builder.PrimaryHandler is SocketsHttpHandler { SslOptions: { RemoteCertificateValidationCallback: null, CertificateChainPolicy: null } tls })
        {
            tls.RemoteCertificateValidationCallback = IsTrusted;
        }
    };

    private static bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None || FakeCertificates.Vouches(certificate, errors);
}
