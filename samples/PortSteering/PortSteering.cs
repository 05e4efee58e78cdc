// Answers TCP connections to a range of ports with one listening socket, and tells each client the port that it asked for.
//     dotnet build samples/PortSteering
//     sudo artifacts/bin/PortSteering/debug/PortSteering 7000 8000 8999   # listens at 7000 for 8000 to 8999, until Ctrl-C; try: echo | nc 127.0.0.1 8042

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Ebpf;
using Ebpf.Contexts;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Notation;
using Ebpf.Programs;

// The sample shows a program of type sk_lookup, which the kernel runs before it looks for a listening socket, and a map of sockets, from which the program
// chooses one. The local port of the accepted socket is the port that the client asked for. After 'ip route add local 192.0.2.0/24 dev lo' the sample
// answers for a whole network.

if (args.Length != 3 || !TryParsePort(args[0], out int port) || !TryParsePort(args[1], out int first) || !TryParsePort(args[2], out int last) || last < first)
{
    Console.Error.WriteLine("Usage: PortSteering PORT FIRST LAST (where to listen, and the range of ports to answer for: 1 to 65535)");
    return 2;
}

using CancellationTokenSource end = new();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    // For IPv4 and IPv6.
    using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
    using BpfSocketMap<uint> sockets = BpfMap.CreateSocketMap<uint>(BpfMapType.SockMap, maxEntries: 1, "listener");
    BpfCode code = Assembler.Parse($"""
                r6 = r1
                r1 = *(u32 *)(r6 + {SkLookup.Protocol})
                if r1 != {(int)ProtocolType.Tcp} goto pass
                r1 = *(u32 *)(r6 + {SkLookup.LocalPort})        // in host byte order
                if r1 < {first} goto pass
                if r1 > {last} goto pass
                *(u32 *)(r10 - 4) = 0                           // the key
                r1 = {sockets}
                r2 = r10
                r2 += -4
                call bpf_map_lookup_elem                        // takes a reference to the socket ...
                if r0 == 0 goto pass
                r7 = r0
                r1 = r6
                r2 = r7
                r3 = 0
                call bpf_sk_assign
                r1 = r7
                call bpf_sk_release                             // ... that must be released
        pass:
                r0 = {SkVerdict.Pass}                           // not assigned: the kernel's usual lookup follows
                exit
        """);
    using BpfProgram program = BpfProgram.Load(
        BpfProgramType.SkLookup, code, new() { Name = "port_steering", License = "MIT", ExpectedAttachType = BpfAttachType.SkLookup });
    listener.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
    listener.Listen();
    // Only a listening socket can be added to the map.
    sockets.Set(0, listener);
    using BpfLink link = SkLookupLink.Attach(program);
    Console.WriteLine($"Port {port} answers for ports {first} to {last}. Ctrl-C ends it.");
    try
    {
        while (true)
        {
            using Socket client = await listener.AcceptAsync(end.Token);
            await AnswerAsync(client);
        }
    }
    catch (OperationCanceledException)
    {
    }

    return 0;
}
catch (Exception e) when (e is BpfException or SocketException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

async Task AnswerAsync(Socket client)
{
    string line = $"{EndPointOf(client.RemoteEndPoint)} asked for {EndPointOf(client.LocalEndPoint)}";
    Console.WriteLine(line);
    try
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(line + "\n"), end.Token);
    }
    catch (SocketException)
    {
        // The client has closed the connection.
    }
}

static string EndPointOf(EndPoint? endPoint)
{
    IPEndPoint ip = (IPEndPoint)endPoint!;
    return new IPEndPoint(ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address, ip.Port).ToString();
}

static bool TryParsePort(string text, out int port) =>
    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= IPEndPoint.MaxPort;

void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    end.Cancel();
}
