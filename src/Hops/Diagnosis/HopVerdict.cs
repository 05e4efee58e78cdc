namespace Hops.Diagnosis;

/// <summary>How much can be measured here.</summary>
public enum HopVerdict
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>Something, but not every connection that a TCP client makes: see the sources.</summary>
    Part,

    /// <summary>A TCP client's connections, over each family that this host has.</summary>
    TcpClients,
}
