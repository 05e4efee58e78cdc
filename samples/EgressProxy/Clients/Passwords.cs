using System.Security.Cryptography;
using System.Text;

namespace EgressProxy.Clients;

/// <summary>Passwords of users: 256 random bits, which nobody guesses whatever the hash.</summary>
internal static class Passwords
{
    public static string Create()
    {
        // Needs no escaping in a URL, where HTTPS_PROXY has it.
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        return $"Password: {password}\nPasswordSha256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)))}";
    }
}
