using System.Net;
using System.Net.Sockets;
using Ebpf.Instructions;
using Ebpf.Links;
using Ebpf.Programs;
using Hops.Benchmarks.Processes;
using Hops.Lab;
using static Ebpf.Instructions.Register;

namespace Hops.Benchmarks.TrafficControl;

/// <summary>
/// Measures what a program that passes every packet adds to a packet, attached by tcx and by clsact. One thread sends a datagram over the loopback of its own
/// network namespace and receives it, so the time is the processor time of both ends. It is the kernel's, so it has no limit.
/// </summary>
internal sealed class PacketBenchmark : IDisposable
{
    private const int Loopback = 1;
    private const int DatagramLength = 64;

    // Attaching and detaching wait for other processors, so they are few.
    private const int Turn = 1_000;
    private const int TurnsInBlock = 4;

    private readonly NetworkNamespace _network = NetworkNamespace.Create();
    private readonly Socket _socket;
    private readonly BpfProgram _program;
    private readonly byte[] _sent = new byte[DatagramLength];
    private readonly byte[] _received = new byte[DatagramLength];

    public PacketBenchmark()
    {
        _network.Ip(["link set lo up"]);
        _socket = _network.Run(static () =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            socket.Connect(socket.LocalEndPoint!);
            return socket;
        });
        Assembler asm = new();
        asm.Move(R0, 0);
        asm.Exit();
        _program = BpfProgram.Load(BpfProgramType.SchedCls, asm.Assemble(), new() { Name = "pass", License = "Dual MIT/GPL" });
    }

    public Report Run(string name, int rounds)
    {
        Processors.PinToCurrent();
        _network.Run(ThrowIfItDoesNotRun);
        return new Report(
            name, "Datagrams over loopback", "direction", "datagram",
            // Programs are attached in the network of the thread.
            _network.Run(() => SubjectGroup.Measure([GroupOf("ingress", BpfAttachType.TcxIngress), GroupOf("egress", BpfAttachType.TcxEgress)], rounds)))
        {
            ShowsDifferences = true,
        };
    }

    public void Dispose()
    {
        _program.Dispose();
        _socket.Dispose();
        _network.Dispose();
    }

    private void ThrowIfItDoesNotRun()
    {
        using BpfStatistics statistics = BpfStatistics.Enable();
        foreach (BpfAttachType direction in (BpfAttachType[])[BpfAttachType.TcxIngress, BpfAttachType.TcxEgress])
        {
            foreach (Func<IDisposable> attach in Attachments(direction))
            {
                long before = _program.GetInfo().RunCount;
                _ = Attached(attach(), Turn);
                long runs = _program.GetInfo().RunCount - before;
                if (runs != Turn)
                {
                    throw new InvalidOperationException($"The program ran {runs} times for {Turn} datagrams ({direction}).");
                }
            }
        }
    }

    private Func<IDisposable>[] Attachments(BpfAttachType direction) =>
        [() => TcxLink.Attach(_program, Loopback, direction), () => new ClsactAttachment(ClsactFilter.Attach(_program, Loopback, direction))];

    private SubjectGroup GroupOf(string name, BpfAttachType direction)
    {
        Func<IDisposable>[] attachments = Attachments(direction);
        return new(
            name, Turn * TurnsInBlock, Turn, isCompared: true,
            SubjectGroup.Subject.Of("no program", 1, Exchange),
            new SubjectGroup.Subject("tcx", times => Attached(attachments[0](), times)),
            new SubjectGroup.Subject("clsact", times => Attached(attachments[1](), times)));
    }

    private Block Attached(IDisposable attachment, int times)
    {
        using (attachment)
        {
            return Block.Time(times, 1, Exchange);
        }
    }

    private void Exchange(int times)
    {
        for (int i = 0; i < times; i++)
        {
            if (_socket.Send(_sent) != DatagramLength || _socket.Receive(_received) != DatagramLength)
            {
                throw new InvalidOperationException("A datagram was cut off.");
            }
        }
    }

    /// <summary>A filter and its qdisc. Disposing removes both, because the qdisc would slow down the packets of the other variants.</summary>
    private sealed class ClsactAttachment(ClsactFilter filter) : IDisposable
    {
        private static readonly string TrafficControlProgram =
            ProgramPath.Find("tc") ?? throw new PlatformNotSupportedException("This benchmark needs the command 'tc': install iproute2.");

        public void Dispose()
        {
            filter.Dispose();
            ProcessRun run = ProcessRun.Of(TrafficControlProgram, ["qdisc", "del", "dev", "lo", "clsact"]);
            if (run.ExitStatus != 0)
            {
                throw new InvalidOperationException($"'tc qdisc del' ended with status {run.ExitStatus}.");
            }
        }
    }
}
