namespace Ebpf.Programs;

/// <summary>What a program is for: it decides what the program is given, may call and may return (<c>enum bpf_prog_type</c>).</summary>
public enum BpfProgramType
{
    /// <summary>
    /// Looks at each packet that a socket receives and returns how many bytes of it to keep: 0 drops it. Its context is a
    /// <c>struct __sk_buff</c> (<see cref="SkBuff"/>). Linux 3.19.
    /// </summary>
    SocketFilter = 1,
}
