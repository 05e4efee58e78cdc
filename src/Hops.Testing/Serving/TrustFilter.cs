using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Http;

namespace Hops.Testing.Serving;

/// <summary>Lets clients trust the fake network's certificates, too. Clients with a validation of their own keep it.</summary>
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
