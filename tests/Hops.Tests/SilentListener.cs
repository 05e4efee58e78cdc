using System.Net;
using System.Net.Sockets;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;
using static Ebpf.Instructions.Register;

namespace Hops.Tests;

/// <summary>Makes listeners that drop every SYN: the kernel neither answers nor refuses.</summary>
internal static class SilentListener
{
    /// <param name="socket">A TCP socket; it is bound to a free port.</param>
    /// <param name="address">Where it listens.</param>
    public static IPEndPoint Listen(Socket socket, IPAddress address)
    {
        socket.Bind(new IPEndPoint(address, 0));
        Assembler asm = new();
        asm.Move(R0, 0);
        asm.Exit();
        using BpfProgram dropAll = BpfProgram.Load(BpfProgramType.SocketFilter, asm.Assemble(), new() { License = "MIT" });
        socket.AttachFilter(dropAll);
        socket.Listen();
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
