using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using Hops.Benchmarks.Processes;

namespace Hops.Benchmarks.Peers;

/// <summary>One answer, and its cost.</summary>
/// <param name="Answer">The answer, or null.</param>
/// <param name="Ticks">From the start of the program to the answer, in the units of <see cref="Stopwatch"/>.</param>
/// <param name="TicksFromConnect">From the start of the connection that it watched; null for a program that makes its own.</param>
/// <param name="ProcessorTime">Of the whole process.</param>
/// <param name="PacketsSent">By this host, with those of the connection that was watched.</param>
internal sealed record PeerRun(PeerAnswer? Answer, long Ticks, long? TicksFromConnect, TimeSpan ProcessorTime, long PacketsSent)
{
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(15);

    /// <summary>Starts a program in the network of this thread, and reads until it has answered and ended.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="program">Its path.</param>
    /// <param name="target">What to ask it.</param>
    public static PeerRun Of(Peer peer, string program, PeerTarget target)
    {
        long packets = PacketCounter.Sent(target.Interface);
        using AnonymousPipeServerStream pipe = new(PipeDirection.In, HandleInheritability.None);
        using ChildProcess child = ChildProcess.Start(program, peer.ArgumentsFor(target), output: pipe.ClientSafePipeHandle);
        pipe.DisposeLocalCopyOfClientHandle();
        // A program that does not answer is ended. That ends its output, and so this loop.
        using Timer limit = new(static c => ((ChildProcess)c!).Terminate(), child, MostTime, Timeout.InfiniteTimeSpan);
        (PeerAnswer? answer, long? connected, long answered) = Read(pipe, peer, target, child);
        ProcessRun run = child.Wait();
        Thread.Sleep(peer.Aftermath);
        long sent = PacketCounter.Sent(target.Interface) - packets;
        return new PeerRun(answer, answered - child.StartedAt, answered - connected, run.ProcessorTime, sent);
    }

    private static (PeerAnswer? Answer, long? Connected, long Answered) Read(Stream output, Peer peer, PeerTarget target, ChildProcess child)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        PeerAnswer? answer = null;
        long? connected = null;
        long answered = 0;
        while (output.Read(buffer) is var count and > 0)
        {
            long now = Stopwatch.GetTimestamp();
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (answer is null)
            {
                answered = now;
                answer = peer.AnswerOf(text.ToString(), target);
                if (answer is not null && peer.Ready is not null)
                {
                    // The program would watch forever.
                    child.Terminate();
                }
            }

            if (connected is null && peer.Ready is not null && text.ToString().Contains(peer.Ready, StringComparison.Ordinal))
            {
                connected = Stopwatch.GetTimestamp();
                PlainConnection.Make(target);
            }
        }

        return (answer, connected, answered);
    }
}
