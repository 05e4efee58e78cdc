namespace Ebpf.Contexts;

/// <summary>Defines the return values of programs that choose a socket (<c>enum sk_action</c>). Linux 4.17.</summary>
public static class SkVerdict
{
    /// <summary>Refuses the connection or drops the packet.</summary>
    public const int Drop = 0;

    /// <summary>Continues with the socket that the program chose or, if it chose none, with the kernel's own choice.</summary>
    public const int Pass = 1;
}
