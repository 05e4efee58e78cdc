namespace Ebpf.Contexts;

/// <summary>What programs return that choose a socket (<c>enum sk_action</c>). Linux 4.17.</summary>
public static class SkVerdict
{
    /// <summary>Refuses the connection or drops the packet.</summary>
    public const int Drop = 0;

    /// <summary>Goes on: with the socket that the program chose, or, if it chose none, as without the program.</summary>
    public const int Pass = 1;
}
