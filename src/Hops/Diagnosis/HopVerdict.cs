namespace Hops.Diagnosis;

/// <summary>Specifies how much can be measured here.</summary>
public enum HopVerdict
{
    /// <summary>Nothing can be measured.</summary>
    Nothing,

    /// <summary>Some sources work, but none for all connections of a TCP client.</summary>
    Part,

    /// <summary>The connections of a TCP client can be measured, over each address family that this host has.</summary>
    TcpClients,
}
