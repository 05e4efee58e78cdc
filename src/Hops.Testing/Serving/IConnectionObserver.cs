using System.Net;

namespace Hops.Testing.Serving;

/// <summary>Keeps what happens to a connection.</summary>
internal interface IConnectionObserver
{
    /// <summary>Gets the end point that the connection was made to.</summary>
    IPAddress Address { get; }

    /// <summary>The application has sent bytes.</summary>
    void Sent(int bytes);

    /// <summary>The application has closed it.</summary>
    void Closed();
}
