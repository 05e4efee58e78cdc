using System.Net;
using Microsoft.Extensions.Options;

namespace EgressProxy.Settings;

/// <summary>Represents the section <c>EgressProxy</c> of the configuration. The section <c>HopGuard</c> decides where the proxy may connect to.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "EgressProxy";

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);
    private static readonly string[] Loopback = ["127.0.0.0/8", "::1/128"];

    /// <summary>Addresses with ports that clients connect to.</summary>
    public IList<string> Listen { get; } = [];

    /// <summary>The address with port of the health check and the metrics.</summary>
    public string OperatorListen { get; set; } = "127.0.0.1:3129";

    /// <summary>Networks whose programs may use the proxy. If empty, loopback.</summary>
    public IList<string> AllowedClients { get; } = [];

    /// <summary>The users, by name. If there are any, every request needs a name and a password.</summary>
    public IDictionary<string, UserOptions> Users { get; } = new Dictionary<string, UserOptions>(StringComparer.Ordinal);

    public int MaximumConnections { get; set; } = 5000;

    /// <summary>The greatest number of connections of a single client address.</summary>
    public int MaximumConnectionsPerClient { get; set; } = 1000;

    /// <summary>How long a client may take from the first byte of a request to the end of its head.</summary>
    public TimeSpan HeaderTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a tunnel, or a request that is forwarded, may go on without a byte in either direction.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long open tunnels may go on after SIGTERM.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether clients learn why a connection failed. Otherwise every failure has the same answer.</summary>
    public bool RevealReasons { get; set; }

    /// <exception cref="OptionsValidationException">An option is not valid. The failures list all mistakes.</exception>
    public static ProxyOptions Read(IConfiguration configuration)
    {
        ProxyOptions options = new();
        try
        {
            configuration.GetSection(Section).Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsValidationException(Section, typeof(ProxyOptions), [$"{Section}: {e.Message} {e.InnerException?.Message}".TrimEnd()]);
        }

        string[] mistakes = [.. options.Mistakes()];
        return mistakes.Length == 0 ? options : throw new OptionsValidationException(Section, typeof(ProxyOptions), mistakes);
    }

    public IEnumerable<IPEndPoint> EndPoints => Listen.Select(IPEndPoint.Parse);

    public IEnumerable<IPNetwork> ClientNetworks => (AllowedClients.Count > 0 ? AllowedClients : Loopback).Select(IPNetwork.Parse);

    private IEnumerable<string> Mistakes()
    {
        if (Listen.Count == 0)
        {
            yield return $"{Section}:Listen is not set. It is a list of addresses with ports: [ \"127.0.0.1:3128\" ].";
        }

        foreach (string text in Listen.Append(OperatorListen).Where(static text => !IsEndPoint(text)))
        {
            yield return $"{Section}: '{text}' is not an address with a port, such as 127.0.0.1:3128 or [::1]:3128.";
        }

        foreach (string text in AllowedClients.Where(static text => !IsNetwork(text)))
        {
            yield return $"{Section}:AllowedClients: '{text}' is not a network, such as 10.1.0.0/16.";
        }

        foreach ((string name, UserOptions user) in Users)
        {
            if (name.Any(static c => char.IsControl(c) || !char.IsAscii(c)))
            {
                yield return $"{Section}:Users: a name has characters that are not printable ASCII.";
            }
            else if (user.PasswordSha256 is not { Length: 64 } hash || !hash.All(char.IsAsciiHexDigit))
            {
                yield return $"{Section}:Users:{name}:PasswordSha256 is not a SHA-256 in hexadecimal. 'EgressProxy password' makes a password and its hash.";
            }
        }

        if (MaximumConnections < 1 || MaximumConnectionsPerClient < 1)
        {
            yield return $"{Section}: MaximumConnections and MaximumConnectionsPerClient must be at least 1.";
        }

        if (DescriptorLimit() is { } limit && limit < DescriptorsNeeded)
        {
            yield return $"{Section}:MaximumConnections is {MaximumConnections}, which takes up to {DescriptorsNeeded} descriptors; "
                + $"this process may have {limit}. "
                + "Raise the limit (systemd: LimitNOFILE, Docker: --ulimit nofile), or lower MaximumConnections.";
        }

        foreach ((string name, TimeSpan time) in new[] { ("HeaderTimeout", HeaderTimeout), ("IdleTimeout", IdleTimeout), ("ShutdownTimeout", ShutdownTimeout) })
        {
            if (time <= TimeSpan.Zero || time > LongestTime)
            {
                yield return $"{Section}:{name} is not between zero and a day. A time has hours, minutes and seconds: \"00:10:00\".";
            }
        }
    }

    /// <summary>Two sockets for each connection, and some other descriptors. Without free descriptors the proxy could not accept connections.</summary>
    private int DescriptorsNeeded => (2 * MaximumConnections) + 256;

    /// <summary>Parses a network: a complete address and a prefix length, without bits after the prefix.</summary>
    private static bool IsNetwork(string text) => text.Split('/') is [string address, _]
        && IPNetwork.TryParse(text, out IPNetwork network) && IPAddress.TryParse(address, out IPAddress? written) && network.BaseAddress.Equals(written);

    private static bool IsEndPoint(string text) => IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && endPoint.Port != 0;

    /// <returns>The hard limit, to which .NET raises the soft one; null if it is unknown.</returns>
    private static long? DescriptorLimit()
    {
        const string Name = "Max open files";
        const string Limits = "/proc/self/limits";
        string? line = File.Exists(Limits) ? File.ReadLines(Limits).FirstOrDefault(static l => l.StartsWith(Name, StringComparison.Ordinal)) : null;
        string[]? columns = line?[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is [_, string hard, ..] && long.TryParse(hard, out long limit) ? limit : null;
    }
}
