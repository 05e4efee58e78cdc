using System.Buffers.Binary;
using System.Globalization;

namespace Hops.TestSupport.Hostile;

/// <summary>Hostile answers of HTTP/2 (RFC 9113), sent once the client's preface has arrived: frames, as they lie on the wire.</summary>
internal static class HostileFrames
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Priority = 2;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte PushPromise = 5;
    private const byte Ping = 6;
    private const byte GoAway = 7;
    private const byte WindowUpdate = 8;
    private const byte Continuation = 9;

    private const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private const byte Ended = EndStream | EndHeaders;

    /// <summary>The indexed field <c>:status: 200</c> (RFC 7541, appendix A).</summary>
    private const byte Status200 = 0x88;

    private static readonly byte[] Begin = Frame(Settings, 0, 0);

    /// <summary>The nasty ones that are known.</summary>
    public static IReadOnlyList<HostileAnswer> Known { get; } = [.. Table()];

    /// <summary>Makes an answer of random frames: the same for the same seed.</summary>
    public static HostileAnswer Make(int seed)
    {
        Random random = new(seed);
        List<byte> bytes = [.. random.Next(10) == 0 ? [] : Begin];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            byte[] payload = new byte[random.Next(3) == 0 ? random.Next(64) : random.Next(9)];
            random.NextBytes(payload);
            byte type = (byte)(random.Next(8) == 0 ? random.Next(256) : random.Next(10));
            if (type == Headers && payload.Length > 0 && random.Next(2) == 0)
            {
                payload[0] = Status200;
            }

            byte flags = (byte)(random.Next(3) == 0 ? random.Next(256) : Ended);
            bytes.AddRange(Frame(type, flags, random.Next(4) switch { 0 => 0, 1 => random.Next(), _ => 1 }, payload));
        }

        HostileEnd end = random.Next(4) == 0 ? HostileEnd.Reset : HostileEnd.Close;
        return new HostileAnswer(string.Create(CultureInfo.InvariantCulture, $"frames made from {seed}"), bytes.ToArray(), End: end);
    }

    private static IEnumerable<HostileAnswer> Table()
    {
        yield return Answer("nothing");
        yield return new HostileAnswer("text in place of frames", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        yield return Answer("an end", Begin);
        yield return Answer("GOAWAY", Begin, Frame(GoAway, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        yield return Answer("GOAWAY with an unknown error", Begin, Frame(GoAway, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3));
        yield return Answer("a short GOAWAY", Begin, Frame(GoAway, 0, 0, 1, 2, 3));
        yield return Answer("RST_STREAM", Begin, Frame(Reset, 0, 1, 0, 0, 0, 8));
        yield return Answer("RST_STREAM that refuses", Begin, Frame(Reset, 0, 1, 0, 0, 0, 7));
        yield return Answer("RST_STREAM that wants HTTP/1.1", Begin, Frame(Reset, 0, 1, 0, 0, 0, 13));
        yield return Answer("RST_STREAM of a stream that nobody began", Begin, Frame(Reset, 0, 99, 0, 0, 0, 8));
        yield return Answer("RST_STREAM of the connection", Begin, Frame(Reset, 0, 0, 0, 0, 0, 8));
        yield return Answer("PUSH_PROMISE", Begin, Frame(PushPromise, EndHeaders, 1, 0, 0, 0, 2, Status200));
        yield return Answer("DATA without HEADERS", Begin, Frame(Data, EndStream, 1, 1, 2, 3));
        yield return Answer("DATA with more padding than data", Begin, Frame(Headers, EndHeaders, 1, Status200), Frame(Data, 8, 1, 255, 1));
        yield return Answer("HEADERS of the connection", Begin, Frame(Headers, Ended, 0, Status200));
        yield return Answer("HEADERS without a status", Begin, Frame(Headers, Ended, 1));
        yield return Answer("HEADERS of an index that is not there", Begin, Frame(Headers, Ended, 1, 0xff, 0xff, 0xff, 0xff, 0x7f));
        yield return Answer("HEADERS of an index without end", Begin, Frame(Headers, Ended, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
        yield return Answer("HEADERS with a string longer than the frame", Begin, Frame(Headers, Ended, 1, Status200, 0x40, 0x7f, 0xff, 0x7f, 1));
        yield return Answer("HEADERS with a Huffman code that is none", Begin, Frame(Headers, Ended, 1, Status200, 0x40, 0x84, 0xff, 0xff, 0xff, 0xff, 0));
        yield return Answer("HEADERS with a table larger than allowed", Begin, Frame(Headers, Ended, 1, 0x3f, 0xe1, 0xff, 0x7f, Status200));
        yield return Answer("HEADERS with a status of letters", Begin, Frame(Headers, Ended, 1, [0x08, 3, .. "abc"u8]));
        yield return Answer("HEADERS with the status 000", Begin, Frame(Headers, Ended, 1, [0x08, 3, .. "000"u8]));
        yield return Answer("HEADERS with the status 101", Begin, Frame(Headers, Ended, 1, [0x08, 3, .. "101"u8]));
        yield return Answer("HEADERS with a pseudo-header of requests", Begin, Frame(Headers, Ended, 1, Status200, 0x82));
        yield return Answer("HEADERS with an invalid name", Begin, Frame(Headers, Ended, 1, Status200, 0, 2, (byte)'\0', (byte)' ', 1, (byte)'x'));
        yield return Answer("HEADERS with an invalid value", Begin, Frame(Headers, Ended, 1, Status200, 0, 1, (byte)'x', 2, (byte)'\r', (byte)'\n'));
        yield return Answer("a redirect to //", Begin, Frame(Headers, Ended, 1, [0x08, 3, .. "302"u8, 0x0f, 0x1f, 2, .. "//"u8]));
        yield return Answer("a redirect to ///", Begin, Frame(Headers, Ended, 1, [0x08, 3, .. "302"u8, 0x0f, 0x1f, 3, .. "///"u8]));
        yield return Answer(
            "a Content-Length that is too short",
            Begin,
            Frame(Headers, EndHeaders, 1, [Status200, 0x0f, 0x0d, 1, .. "1"u8]),
            Frame(Data, EndStream, 1, 1, 2, 3));
        yield return Answer(
            "two Content-Lengths",
            Begin,
            Frame(Headers, EndHeaders, 1, [Status200, 0x0f, 0x0d, 1, .. "1"u8, 0x0f, 0x0d, 1, .. "2"u8]),
            Frame(Data, EndStream, 1, 1, 2, 3));
        yield return Answer("an end in the body", Begin, Frame(Headers, EndHeaders, 1, Status200), Frame(Data, 0, 1, 1, 2, 3));
        yield return Answer(
            "RST_STREAM in the body", Begin, Frame(Headers, EndHeaders, 1, Status200), Frame(Data, 0, 1, 1, 2, 3), Frame(Reset, 0, 1, 0, 0, 0, 2));
        yield return Answer("trailers with a status", Begin, Frame(Headers, EndHeaders, 1, Status200), Frame(Headers, Ended, 1, Status200));
        yield return Answer("CONTINUATION without HEADERS", Begin, Frame(Continuation, EndHeaders, 1, Status200));
        yield return Answer("HEADERS that DATA interrupts", Begin, Frame(Headers, 0, 1, Status200), Frame(Data, EndStream, 1, 1));
        yield return Answer("WINDOW_UPDATE by nothing", Begin, Frame(WindowUpdate, 0, 0, 0, 0, 0, 0));
        foreach (int stream in (int[])[0, 1])
        {
            byte[] far = Frame(WindowUpdate, 0, stream, 0x7f, 0xff, 0xff, 0xff);
            yield return Answer($"WINDOW_UPDATE of {stream} too far", Begin, far, far);
        }

        yield return Answer("SETTINGS of a length that is none", Frame(Settings, 0, 0, 1, 2, 3, 4, 5));
        yield return Answer("SETTINGS of a stream", Frame(Settings, 0, 1));
        yield return Answer("SETTINGS with a window that is too large", Frame(Settings, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff));
        yield return Answer("SETTINGS with a frame size that is too small", Frame(Settings, 0, 0, 0, 5, 0, 0, 0, 1));
        yield return Answer("SETTINGS that push", Frame(Settings, 0, 0, 0, 2, 0, 0, 0, 1));
        yield return Answer("SETTINGS that acknowledge with content", Begin, Frame(Settings, 1, 0, 0, 1, 0, 0, 0, 0));
        yield return Answer("PING of a length that is none", Begin, Frame(Ping, 0, 0, 1));
        yield return Answer("PRIORITY upon itself", Begin, Frame(Priority, 0, 1, 0, 0, 0, 1, 0));
        yield return Answer("a frame that is too large", Begin, [0xff, 0xff, 0xff, Data, 0, 0, 0, 0, 1]);
        yield return Answer("a frame that is of no type", Begin, Frame(0xee, 0xff, 0x7fffffff, 1, 2, 3));
        yield return new HostileAnswer("no stream is allowed", Frame(Settings, 0, 0, 0, 3, 0, 0, 0, 0), End: HostileEnd.Silence);
        yield return new HostileAnswer("silence", Begin, End: HostileEnd.Silence);
        yield return new HostileAnswer("silence in the body", Joined(Begin, Frame(Headers, EndHeaders, 1, Status200)), End: HostileEnd.Silence);
        yield return new HostileAnswer("PING without end", Begin, Frame(Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8));
        yield return new HostileAnswer("SETTINGS without end", Begin, Begin);
        yield return new HostileAnswer("empty DATA without end", Joined(Begin, Frame(Headers, EndHeaders, 1, Status200)), Frame(Data, 0, 1));
        yield return new HostileAnswer("CONTINUATION without end", Joined(Begin, Frame(Headers, 0, 1, Status200)), Frame(Continuation, 0, 1));
        yield return new HostileAnswer("interim answers without end", Begin, Frame(Headers, EndHeaders, 1, [0x08, 3, .. "103"u8]));
        // One field of 3,900 bytes enters the table, and each further byte stands for all of it.
        byte[] field = [Status200, 0x40, 1, (byte)'x', 0x7f, 0xbd, 0x1d, .. Enumerable.Repeat((byte)'y', 3_900)];
        yield return Answer("a header compression bomb", Begin, Frame(Headers, Ended, 1, [.. field, .. Enumerable.Repeat((byte)0xbe, 12_000)]));
    }

    private static HostileAnswer Answer(string name, params byte[][] parts) => new(name, Joined(parts));

    private static byte[] Joined(params byte[][] parts) => [.. parts.SelectMany(static part => part)];

    private static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
