using System.Net;
using Hops.Guard;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Telemetry;

/// <summary>Every line that a guard logs.</summary>
internal static partial class GuardLog
{
    private const string Client = "Hop guard '{Client}': ";

    [LoggerMessage(1, LogLevel.Information, Client + "measures by {Source}, minimum {MinimumHops} hops, {Mode}")]
    public static partial void Verified(ILogger logger, string client, string source, int minimumHops, HopGuardMode mode);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        Client + "not all connections can be measured, and only the addresses of the others are checked ({Mode}). {Reason}")]
    public static partial void NotVerified(ILogger logger, string client, HopGuardMode mode, string reason);

    [LoggerMessage(EventId = 3, Message = Client + "{Refusal}")]
    public static partial void Refused(ILogger logger, LogLevel level, string client, string refusal);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        Client + "the variable {Variable} names a proxy, which is not used: it would be measured in place of the target")]
    public static partial void ProxyIgnored(ILogger logger, string client, string variable);

    [LoggerMessage(5, LogLevel.Error, Client + "the application's IsAllowed failed for {Address} of {Host}, which counts as not allowed")]
    public static partial void FailedToJudge(ILogger logger, string client, IPAddress address, string host, Exception failure);

    [LoggerMessage(6, LogLevel.Error, Client + "{Mistake}")]
    public static partial void TakenAway(ILogger logger, string client, string mistake);

    [LoggerMessage(7, LogLevel.Information, Client + "configuration was read again, and {Count} networks are refused from now on")]
    public static partial void Reloaded(ILogger logger, string client, int count);

    [LoggerMessage(8, LogLevel.Error, Client + "configuration was read again and has mistakes; the refused networks stay as they were. {Reason}")]
    public static partial void NotReloaded(ILogger logger, string client, string reason);

    [LoggerMessage(9, LogLevel.Information, "The client '{Client}' has no hop guard: it was removed")]
    public static partial void Exempt(ILogger logger, string client);

    [LoggerMessage(10, LogLevel.Warning, "{Assembly} connects to {Remote} without a hop guard")]
    public static partial void Unguarded(ILogger logger, string assembly, IPEndPoint remote);
}
