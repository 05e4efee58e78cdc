using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hops.GuardedClient;

/// <summary>Makes the handler that a user of the guard brings along.</summary>
internal static class OwnHandler
{
    public static SocketsHttpHandler Create(Errand errand)
    {
        SocketsHttpHandler handler = new();
        ClientSettings settings = errand.Settings ?? new();
        SslClientAuthenticationOptions tls = handler.SslOptions;
        if (!settings.TrustsSystem)
        {
            // The user's settings stay: no other ones accept the lab's certificate.
            tls.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                Convert.ToHexString(SHA256.HashData(certificate!.GetRawCertData())) == errand.Certificate;
        }

        X509RevocationMode revocation = Enum.Parse<X509RevocationMode>(settings.Revocation);
        if (settings.Policy)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { RevocationMode = revocation, DisableCertificateDownloads = !settings.Downloads };
        }
        else
        {
            tls.CertificateRevocationCheckMode = revocation;
        }

        if (settings.ClientCertificate is { } shown)
        {
            X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(Convert.FromBase64String(shown), null);
            if (settings.ClientCertificateOffline)
            {
                tls.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
            }
            else
            {
                tls.ClientCertificates = [certificate];
            }
        }

        NetworkCredential secret = new("user", "password", "HOPS.EXAMPLE");
        handler.Credentials = settings.Credentials switch
        {
            "Tied" => new CredentialCache { { new Uri(errand.Urls[0]), "Negotiate", secret } },
            "Any" => secret,
            "Default" => CredentialCache.DefaultCredentials,
            _ => null,
        };
        return handler;
    }

    /// <summary>Changes all settings that an owner of the handler can, so that everything is fetched.</summary>
    public static void ChangeLater(SocketsHttpHandler handler, string what)
    {
        switch (what)
        {
            case "options":
                handler.SslOptions = new SslClientAuthenticationOptions
                {
                    RemoteCertificateValidationCallback = handler.SslOptions.RemoteCertificateValidationCallback,
                };
                break;
            case "no policy":
                handler.SslOptions.CertificateChainPolicy = null;
                break;
            case "policy":
                handler.SslOptions.CertificateChainPolicy ??= new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
                handler.SslOptions.CertificateChainPolicy.DisableCertificateDownloads = false;
                break;
            case "credentials":
                handler.Credentials = CredentialCache.DefaultCredentials;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }
}
