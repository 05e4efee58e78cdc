namespace EgressProxy.Settings;

/// <summary>Represents the configuration of a user of the proxy.</summary>
internal sealed class UserOptions
{
    /// <summary>The SHA-256 of the password, in hexadecimal. <c>EgressProxy password</c> prints a new password with its hash.</summary>
    public string? PasswordSha256 { get; set; }

    /// <summary>The guard's options for this user. Each replaces the whole option of the section <c>HopGuard</c>.</summary>
    public IConfigurationSection? HopGuard { get; set; }
}
