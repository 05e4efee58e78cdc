using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hops.Guard;

namespace Hops.Http.SideChannels;

/// <summary>
/// Makes TLS verify a server's certificate without using the network. By default .NET downloads an issuer that the server did not send from an address in the
/// certificate (RFC 5280, section 4.2.2.1), follows redirects, and does so before the certificate is trusted: any server could make the client send requests to
/// any address. Revocation lists and OCSP answers are downloaded in the same way.
/// </summary>
internal static class OfflineCertificates
{
    private const string OrAllow = $"or set {nameof(HopGuardOptions)}.{nameof(HopGuardOptions.AllowCertificateDownloads)}.";

    /// <returns>What in the options would fetch, as the end of a sentence; null if nothing does.</returns>
    public static string? MistakeIn(SslClientAuthenticationOptions options)
    {
        if (options.CertificateChainPolicy is { } policy && (policy.RevocationMode == X509RevocationMode.Online || !policy.DisableCertificateDownloads))
        {
            return $"a {nameof(options.CertificateChainPolicy)} that downloads what certificates name, by connections that the guard does not see. "
                + $"In the policy, set {nameof(policy.DisableCertificateDownloads)} to true and {nameof(policy.RevocationMode)}, "
                + $"which is {policy.RevocationMode}, to {X509RevocationMode.NoCheck} or {X509RevocationMode.Offline}, {OrAllow}";
        }

        if (options.CertificateRevocationCheckMode == X509RevocationMode.Online)
        {
            return $"a {nameof(options.CertificateRevocationCheckMode)} of {X509RevocationMode.Online}, which fetches revocation lists and OCSP answers "
                + "from the addresses that certificates name, by connections that the guard does not see. "
                + $"Set {X509RevocationMode.NoCheck} or {X509RevocationMode.Offline}, {OrAllow}";
        }

        // .NET builds the chain of a client certificate online, and offers no setting for that.
        return options.ClientCertificates is { Count: > 0 } || options.LocalCertificateSelectionCallback is not null
            ? $"{nameof(options.ClientCertificates)} or a {nameof(options.LocalCertificateSelectionCallback)}, for whose certificates .NET downloads issuers, "
                + "by connections that the guard does not see. Set "
                + $"{nameof(options.ClientCertificateContext)} to {nameof(SslStreamCertificateContext)}.Create(…, offline: true), {OrAllow}"
            : null;
    }

    /// <returns>A copy of options in which <see cref="MistakeIn"/> found nothing, with a policy that downloads nothing.</returns>
    public static SslClientAuthenticationOptions Options(SslClientAuthenticationOptions users)
    {
        // Without a policy, .NET makes one like this for each connection; where there is one it is used in place of CertificateRevocationCheckMode.
        X509ChainPolicy policy = users.CertificateChainPolicy?.Clone()
            ?? new X509ChainPolicy { RevocationMode = users.CertificateRevocationCheckMode, RevocationFlag = X509RevocationFlag.ExcludeRoot };
        policy.DisableCertificateDownloads = true;
        SslClientAuthenticationOptions copy = new()
        {
            AllowRenegotiation = users.AllowRenegotiation,
            AllowTlsResume = users.AllowTlsResume,
            ApplicationProtocols = users.ApplicationProtocols,
            CertificateChainPolicy = policy,
            CertificateRevocationCheckMode = users.CertificateRevocationCheckMode,
            CipherSuitesPolicy = users.CipherSuitesPolicy,
            ClientCertificateContext = users.ClientCertificateContext,
            EnabledSslProtocols = users.EnabledSslProtocols,
            EncryptionPolicy = users.EncryptionPolicy,
            RemoteCertificateValidationCallback = users.RemoteCertificateValidationCallback,
            TargetHost = users.TargetHost,
        };
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
        {
            copy.AllowRsaPkcs1Padding = users.AllowRsaPkcs1Padding;
            copy.AllowRsaPssPadding = users.AllowRsaPssPadding;
        }

        return copy;
    }
}
