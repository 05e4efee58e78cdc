using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hops.Guard;

namespace Hops.Http.SideChannels;

/// <summary>
/// Sets a handler so that it uses the network only over its own connections, which the guard checks. Other settings stay. <c>docs/threat-model.md</c> lists
/// every side channel.
/// </summary>
internal sealed class HandlerSettings
{
    private readonly SocketsHttpHandler _handler;
    private readonly string _client;
    private readonly ICredentials? _credentials;
    private readonly SslClientAuthenticationOptions? _tls;
    private readonly X509ChainPolicy? _policy;

    private HandlerSettings(SocketsHttpHandler handler, string client, bool allowCertificateDownloads)
    {
        _handler = handler;
        _client = client;
        _credentials = handler.Credentials is { } credentials ? new TiedCredentials(credentials) : null;
        handler.Credentials = _credentials;
        if (!allowCertificateDownloads)
        {
            // A copy: the user may share the options with a client that has no guard, or change them later.
            _tls = OfflineCertificates.Options(handler.SslOptions);
            _policy = _tls.CertificateChainPolicy;
            handler.SslOptions = _tls;
        }
    }

    /// <summary>Closes the side channels of a handler, or says why that cannot be done.</summary>
    /// <param name="handler">Not used yet.</param>
    /// <param name="client">The client's name.</param>
    /// <param name="allowCertificateDownloads"><see cref="HopGuardOptions.AllowCertificateDownloads"/>.</param>
    /// <exception cref="InvalidOperationException">The user set something that makes connections of its own.</exception>
    public static HandlerSettings Close(SocketsHttpHandler handler, string client, bool allowCertificateDownloads)
    {
        string? mistake = TiedCredentials.MistakeIn(handler.Credentials)
            ?? (allowCertificateDownloads ? null : OfflineCertificates.MistakeIn(handler.SslOptions));
        return mistake is null
            ? new HandlerSettings(handler, client, allowCertificateDownloads)
            : throw new InvalidOperationException($"The client '{client}' has {mistake}");
    }

    /// <summary>.NET lets a handler be changed until its first request, and its policy for certificates even later.</summary>
    /// <exception cref="InvalidOperationException">A side channel is open again.</exception>
    public void ThrowIfChanged()
    {
        if (_handler.Credentials != _credentials
            || (_tls is not null && (_handler.SslOptions != _tls || _tls.CertificateChainPolicy != _policy || OfflineCertificates.MistakeIn(_tls) is not null)))
        {
            throw new InvalidOperationException(
                $"The hop guard '{_client}' sends nothing: after it was added to the SocketsHttpHandler, Credentials or SslOptions were changed. "
                + "Configure the handler before, with UseSocketsHttpHandler or ConfigurePrimaryHttpMessageHandler.");
        }
    }
}
