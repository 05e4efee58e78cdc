namespace EgressProxy.Settings;

/// <summary>What the configuration says of one user of the proxy.</summary>
internal sealed class UserOptions
{
    /// <summary>SHA-256 of the password, in hexadecimal: <c>EgressProxy password</c> makes both.</summary>
    public string? PasswordSha256 { get; set; }

    /// <summary>Options of the guard that differ for this user from the section <c>HopGuard</c>: each replaces the whole option.</summary>
    public IConfigurationSection? HopGuard { get; set; }
}
