namespace Hops.Host.Programs;

/// <summary>Numbers of protocols above IP (RFC 5237, IANA).</summary>
internal static class IpProtocol
{
    public const int Tcp = 6;
    public const int Udp = 17;
}
