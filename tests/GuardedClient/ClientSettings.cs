namespace Hops.GuardedClient;

/// <summary>How the client's own handler is set up.</summary>
/// <param name="Guarded">Whether the client has a guard. Without one, a test sees the behaviour of .NET alone.</param>
/// <param name="TrustsSystem">Whether .NET judges certificates, in place of a callback that knows one.</param>
/// <param name="Revocation">How it checks revocation: <c>NoCheck</c>, <c>Offline</c> or <c>Online</c>.</param>
/// <param name="Policy">Whether that stands in a policy for certificates.</param>
/// <param name="Downloads">Whether this policy allows downloads.</param>
/// <param name="ClientCertificate">A certificate to show, with its key: PKCS#12 in base 64.</param>
/// <param name="ClientCertificateOffline">Whether it is set as a context that was made offline, in place of a list.</param>
/// <param name="Credentials"><c>Tied</c>: a name and a password for Negotiate, for the first URL; <c>Any</c>: for every server; <c>Default</c>: those of the
/// process.</param>
/// <param name="ChangesLater">What is changed after the guard was put around the handler: <c>options</c>, <c>no policy</c>, <c>policy</c> or
/// <c>credentials</c>.</param>
/// <param name="FetchesBefore">Whether something is fetched before that.</param>
public sealed record ClientSettings(
    bool Guarded = true,
    bool TrustsSystem = false,
    string Revocation = "NoCheck",
    bool Policy = false,
    bool Downloads = false,
    string? ClientCertificate = null,
    bool ClientCertificateOffline = false,
    string? Credentials = null,
    string? ChangesLater = null,
    bool FetchesBefore = false);
