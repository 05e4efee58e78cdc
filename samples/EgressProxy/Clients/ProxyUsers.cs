using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using EgressProxy.Settings;
using Hops.Guard;

namespace EgressProxy.Clients;

/// <summary>Finds the user of a request, by <c>Proxy-Authorization: Basic</c> (RFC 9110, section 11.7; RFC 7617).</summary>
internal sealed class ProxyUsers
{
    public const string Challenge = "Basic realm=\"egress proxy\", charset=\"UTF-8\"";

    private const int LongestCredentials = 1024;

    private readonly Dictionary<string, (ProxyUser User, byte[] Hash)> _users = new(StringComparer.Ordinal);
    private readonly ProxyUser? _anyone;

    /// <param name="options">The options with the hashes of the passwords.</param>
    /// <param name="services">The services, with a guard for each user name, and one without a name for a proxy without users.</param>
    public ProxyUsers(ProxyOptions options, IServiceProvider services)
    {
        foreach ((string name, UserOptions user) in options.Users)
        {
            _users.Add(name, (new ProxyUser(name, services.GetRequiredKeyedService<HopGuard>(name)), Convert.FromHexString(user.PasswordSha256!)));
        }

        _anyone = _users.Count == 0 ? new ProxyUser("", services.GetRequiredService<HopGuard>()) : null;
    }

    /// <param name="authorization">The value of the field; null if the request has none.</param>
    /// <returns>The user; null if the name or the password is wrong or missing.</returns>
    public ProxyUser? Find(string? authorization)
    {
        if (_anyone is not null)
        {
            return _anyone;
        }

        const string Scheme = "Basic ";
        if (authorization is not { Length: <= LongestCredentials } || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        ReadOnlySpan<char> encoded = authorization.AsSpan(Scheme.Length).Trim(' ');
        Span<byte> decoded = stackalloc byte[LongestCredentials];
        if (!Base64.IsValid(encoded) || !Convert.TryFromBase64Chars(encoded, decoded, out int length))
        {
            return null;
        }

        ReadOnlySpan<byte> credentials = decoded[..length];
        int colon = credentials.IndexOf((byte)':');
        if (colon < 0 || !_users.TryGetValue(Encoding.UTF8.GetString(credentials[..colon]), out (ProxyUser User, byte[] Hash) known))
        {
            return null;
        }

        // Passwords are long and random (see Passwords): a slow hash would add no protection, and cost time for each tunnel.
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(credentials[(colon + 1)..], hash);
        return CryptographicOperations.FixedTimeEquals(hash, known.Hash) ? known.User : null;
    }
}
