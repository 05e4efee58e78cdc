using System.Net.Sockets;
using System.Reflection;

namespace Hops.Http.Tests;

/// <summary>
/// Features that .NET would need to guard QUIC connections. If a test fails, .NET has a new member: read docs/decisions/http-3.md again.
/// </summary>
public sealed class QuicApiTests
{
    private static readonly Assembly Quic = Assembly.Load("System.Net.Quic");

    [Fact]
    public void SocketsHttpHandler_has_no_member_for_QUIC_connections()
    {
        Assert.DoesNotContain(TypesOf(typeof(SocketsHttpHandler)), static type => type.Assembly == Quic);
        // The control: the search in types finds existing members.
        Assert.Contains(typeof(SocketsHttpConnectionContext), TypesOf(typeof(SocketsHttpHandler)));
    }

    [Fact]
    public void A_QUIC_connection_takes_no_socket_and_tells_no_TTL()
    {
        Type connection = Quic.GetType("System.Net.Quic.QuicConnection", throwOnError: true)!;
        Type options = Quic.GetType("System.Net.Quic.QuicClientConnectionOptions", throwOnError: true)!;
        Assert.DoesNotContain(TypesOf(options).Concat(TypesOf(connection)), static type => type == typeof(Socket) || type == typeof(SafeSocketHandle));
        Assert.DoesNotContain(connection.GetProperties().Concat(options.GetProperties()).Select(static property => property.Name), TellsOfTheConnectionBelow);
        Assert.Contains("RemoteEndPoint", connection.GetProperties().Select(static property => property.Name));
    }

    private static bool TellsOfTheConnectionBelow(string name) =>
        ((string[])["Ttl", "TimeToLive", "Hop", "Statistics", "Handle", "Socket"]).Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The types of a type's public properties and methods, and those inside generic ones.</summary>
    private static IEnumerable<Type> TypesOf(Type type) =>
        type.GetProperties().Select(static property => property.PropertyType)
            .Concat(type.GetMethods().SelectMany(static method => method.GetParameters().Select(static parameter => parameter.ParameterType)))
            .SelectMany(static used => used.GetGenericArguments().Append(used));
}
