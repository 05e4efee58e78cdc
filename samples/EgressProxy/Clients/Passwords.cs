using System.Security.Cryptography;
using System.Text;

namespace EgressProxy.Clients;

/// <summary>Creates passwords of users: 256 random bits, which cannot be guessed even with a fast hash.</summary>
internal static class Passwords
{
    public static string Create()
    {
        // Without characters that need escaping in the URL of HTTPS_PROXY.
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return $"Password: {password}\nPasswordSha256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)))}";
    }
}
