using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hops.Guard;

namespace Hops.Http.SideChannels;

/// <summary>Explains the failure of a guarded client if another client would have downloaded a missing certificate.</summary>
internal static class MissingIssuer
{
    /// <returns>The failure with a message that helps; null if it is another one.</returns>
    public static HttpRequestException? Explain(HttpRequestException failure) =>
        // The status stands in .NET's message and nowhere else; it is the name of a flag, which is not translated.
        failure is { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: AuthenticationException inner }
        && inner.Message.Contains(nameof(X509ChainStatusFlags.PartialChain), StringComparison.Ordinal)
            ? new HttpRequestException(
                HttpRequestError.SecureConnectionError,
                $"The certificate of the server has no known issuer ({nameof(X509ChainStatusFlags.PartialChain)}). Most likely the server "
                + "does not send its intermediate certificate, which is a mistake of the server, and a guarded client does not download it "
                + $"({nameof(HopGuardOptions)}.{nameof(HopGuardOptions.AllowCertificateDownloads)}).",
                inner)
            : null;
}
