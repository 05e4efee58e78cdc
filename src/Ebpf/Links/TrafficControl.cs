using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Hops.Common.Interop;

namespace Ebpf.Links;

/// <summary>
/// The requests of rtnetlink(7) that <see cref="ClsactFilter"/> needs, over a socket in the network namespace of the thread that opened it. The methods return
/// the kernel's error without an explanation.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html"/>
internal sealed unsafe class TrafficControl : IDisposable
{
    public const int ErrorMessage = 2;
    public const int NewQueueingDiscipline = 36;
    public const int NewFilter = 44;
    public const int DeleteFilter = 45;

    public const int Request = 0x1;
    public const int Acknowledge = 0x4;
    public const int Echo = 0x8;
    public const int Exclusive = 0x200;
    public const int CreateNew = 0x400;

    public const int Kind = 1;
    public const int Options = 2;
    public const int BpfDescriptor = 6;
    public const int BpfName = 7;
    public const int BpfFlags = 8;
    public const uint BpfDirectAction = 1;

    public const uint Clsact = 0xfffffff1;
    public const uint ClsactIngress = 0xfffffff2;
    public const uint ClsactEgress = 0xfffffff3;

    private const uint ClsactHandle = 0xffff0000;

    // ETH_P_ALL in network byte order: the filter applies to packets of all protocols.
    private const uint AllProtocols = 0x0300;

    private readonly FileDescriptor _socket;
    private readonly Lock _turn = new();
    private readonly byte[] _buffer = new byte[32 * 1024];
    private uint _sequence;

    private TrafficControl(FileDescriptor socket) => _socket = socket;

    /// <exception cref="BpfException">A socket cannot be opened.</exception>
    public static TrafficControl Open(string attempt)
    {
        Bpf.ThrowIfUnsupported();
        FileDescriptor socket = new();
        int number = LibC.Socket(LibC.NetlinkDomain, LibC.RawType | LibC.SocketCloseOnExec, LibC.NetlinkRoute);
        if (number < 0)
        {
            throw new BpfException("socket(AF_NETLINK)", LibC.LastError, $"{attempt} failed: there is no rtnetlink socket");
        }

        socket.Own(number);
        return new TrafficControl(socket);
    }

    /// <returns>EEXIST: the interface has one.</returns>
    public Errno AddQueueingDiscipline(int interfaceIndex)
    {
        TrafficControlMessage message = new(NewQueueingDiscipline, Request | Acknowledge | CreateNew | Exclusive, interfaceIndex, Clsact, 0, ClsactHandle);
        message.Append(Kind, "clsact\0"u8);
        return Ask(message, out _);
    }

    public Errno AddFilter(int interfaceIndex, BpfAttachType direction, int program, string name, ushort priority, out FilterHandle filter)
    {
        uint parent = direction == BpfAttachType.TcxIngress ? ClsactIngress : ClsactEgress;
        uint information = ((uint)priority << 16) | AllProtocols;
        TrafficControlMessage message = new(NewFilter, Request | Acknowledge | Echo | CreateNew | Exclusive, interfaceIndex, parent, information, 0);
        message.Append(Kind, "bpf\0"u8);
        int options = message.Begin(Options);
        message.Append(BpfDescriptor, (uint)program);
        message.Append(BpfName, Encoding.ASCII.GetBytes(name + '\0'));
        message.Append(BpfFlags, BpfDirectAction);
        message.End(options);
        Errno error = Ask(message, out FilterHandle? made);
        filter = made ?? default;
        // Without the kernel's handle of the new filter, it could not be removed.
        return error == Errno.None && made is null ? Errno.EPROTO : error;
    }

    public Errno RemoveFilter(int interfaceIndex, FilterHandle filter)
    {
        TrafficControlMessage message = new(DeleteFilter, Request | Acknowledge, interfaceIndex, filter.Parent, filter.Information, filter.Handle);
        message.Append(Kind, "bpf\0"u8);
        return Ask(message, out _);
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Sends a request and reads until its acknowledgement.</summary>
    /// <param name="message">The request.</param>
    /// <param name="filter">The filter that the answer describes.</param>
    private Errno Ask(TrafficControlMessage message, out FilterHandle? filter)
    {
        filter = null;
        lock (_turn)
        {
            using DescriptorLease lease = new(_socket);
            ReadOnlySpan<byte> request = message.Finish(++_sequence);
            fixed (byte* pointer = request)
            {
                if (LibC.Write(lease.Number, pointer, request.Length) < 0)
                {
                    return LibC.LastError;
                }
            }

            for (; ; )
            {
                nint length;
                fixed (byte* pointer = _buffer)
                {
                    length = LibC.Read(lease.Number, pointer, _buffer.Length);
                }

                if (length < 0)
                {
                    return LibC.LastError;
                }

                if (ReadAnswer(_buffer.AsSpan(0, (int)length), ref filter) is { } answer)
                {
                    return answer;
                }
            }
        }
    }

    /// <returns>The kernel's result; null if more messages follow.</returns>
    private Errno? ReadAnswer(ReadOnlySpan<byte> bytes, ref FilterHandle? filter)
    {
        while (bytes.Length >= sizeof(TrafficControlMessage.Header))
        {
            TrafficControlMessage.Header header = MemoryMarshal.Read<TrafficControlMessage.Header>(bytes);
            if (header.Length < sizeof(TrafficControlMessage.Header) || header.Length > bytes.Length)
            {
                return Errno.EPROTO;
            }

            ReadOnlySpan<byte> body = bytes[sizeof(TrafficControlMessage.Header)..(int)header.Length];
            if (header.Sequence == _sequence)
            {
                switch (header.Type)
                {
                    case ErrorMessage:
                        return body.Length < sizeof(int) ? Errno.EPROTO : (Errno)(-BinaryPrimitives.ReadInt32LittleEndian(body));
                    case NewFilter when body.Length >= sizeof(TrafficControlMessage.Body):
                        TrafficControlMessage.Body found = MemoryMarshal.Read<TrafficControlMessage.Body>(body);
                        filter = new FilterHandle(found.Parent, found.Information, found.Handle);
                        break;
                }
            }

            bytes = bytes[Math.Min((int)((header.Length + 3) & ~3u), bytes.Length)..];
        }

        return null;
    }
}
