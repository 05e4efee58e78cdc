using System.Net;

namespace Hops.Http.SideChannels;

/// <summary>
/// The credentials of a client for untrusted servers: only those that are bound to an address, and only for schemes that need no third party. Negotiate,
/// Kerberos and NTLM may connect to a domain controller and look up names if a server answers <c>WWW-Authenticate: Negotiate</c>.
/// </summary>
/// <remarks>A <see cref="CredentialCache"/>, since <see cref="SocketsHttpHandler"/> authenticates after a redirect with nothing else.</remarks>
internal sealed class TiedCredentials(ICredentials users) : CredentialCache, ICredentials
{
    /// <returns>Which credentials a server could ask for that they are not meant for, as the end of a sentence; null if there are none.</returns>
    public static string? MistakeIn(ICredentials? credentials)
    {
        if (credentials is null)
        {
            return null;
        }

        if (credentials is not CredentialCache tied)
        {
            return $"Credentials of type {credentials.GetType().Name}, which would be given to every server that asks for them. "
                + $"Use a {nameof(CredentialCache)}, which ties each to an address.";
        }

        return tied.Cast<NetworkCredential>().Contains(DefaultNetworkCredentials)
            ? $"the credentials of its own process ({nameof(DefaultCredentials)}), which are for Negotiate, Kerberos and NTLM only. "
                + "These ask domain controllers, by connections that the guard does not see. "
                + "Remove them, and use a client without a guard where they are needed."
            : null;
    }

    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType) =>
        authType.ToLowerInvariant() is "basic" or "digest" ? users.GetCredential(uri, authType) : null;
}
