using System.Net;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Telemetry;

/// <summary>Every line that a guard logs.</summary>
internal static partial class GuardLog
{
    [LoggerMessage(1, LogLevel.Information, "Hop guard of client '{Client}': measures by {Source}, minimum {MinimumHops} hops, {Mode}")]
    public static partial void Proven(ILogger logger, string client, string source, int minimumHops, HopGuardMode mode);

    [LoggerMessage(2, LogLevel.Warning, "Hop guard of client '{Client}': not all connections can be measured, and of those that cannot only the addresses are judged ({Mode}). {Reason}")]
    public static partial void NotProven(ILogger logger, string client, HopGuardMode mode, string reason);

    [LoggerMessage(EventId = 3, Message = "Hop guard of client '{Client}': {Refusal}")]
    public static partial void Refused(ILogger logger, LogLevel level, string client, string refusal);

    [LoggerMessage(4, LogLevel.Warning, "Hop guard of client '{Client}': the variable {Variable} names a proxy, which is not used: it would be measured in place of the target")]
    public static partial void ProxyIgnored(ILogger logger, string client, string variable);

    [LoggerMessage(5, LogLevel.Error, "Hop guard of client '{Client}': the application's IsAllowed failed for {Address} of {Host}, which counts as not allowed")]
    public static partial void FailedToJudge(ILogger logger, string client, IPAddress address, string host, Exception failure);

    [LoggerMessage(6, LogLevel.Error, "Hop guard of client '{Client}': {Mistake}")]
    public static partial void TakenAway(ILogger logger, string client, string mistake);
}
