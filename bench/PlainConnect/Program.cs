// The program that hops is compared with: it connects, prints a line and measures nothing, written in the usual way.
//
//   PlainConnect 127.0.0.1:80         one connection
//   PlainConnect - 16 <targets.txt    one to each line of standard input, 16 at once
using System.Globalization;
using System.Net;
using System.Net.Sockets;

if (args is ["-", var parallel])
{
    ParallelOptions options = new() { MaxDegreeOfParallelism = int.Parse(parallel, CultureInfo.InvariantCulture) };
    await Parallel.ForEachAsync(Lines(), options, static async (line, stop) =>
    {
        IPEndPoint target = IPEndPoint.Parse(line);
        using Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(target, stop);
        Console.WriteLine($"connected to {line}");
    });
}
else
{
    IPEndPoint target = IPEndPoint.Parse(args[0]);
    using Socket socket = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
    socket.Connect(target);
    Console.WriteLine($"connected to {target}");
}

static IEnumerable<string> Lines()
{
    while (Console.In.ReadLine() is { } line)
    {
        yield return line;
    }
}
