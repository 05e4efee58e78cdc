using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EgressProxy.Clients;
using EgressProxy.Reporting;
using EgressProxy.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EgressProxy.Tunnels;

/// <summary>Serves a connection whose first request is CONNECT: reads the request, has the guard connect, answers, and copies.</summary>
internal sealed class TunnelServer(ProxyOptions options, ProxyUsers users, Answers answers, AccessLog log, ProxyMetrics metrics)
{
    private const int LongestHead = 16 * 1024;

    private static readonly TimeSpan LongestLinger = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private static ReadOnlySpan<byte> Method => "CONNECT "u8;

    /// <summary>Waits for the first bytes of a connection, and consumes nothing.</summary>
    /// <returns>Whether the connection begins with CONNECT; null if nothing arrived in time.</returns>
    public async ValueTask<bool?> BeginsWithConnectAsync(ConnectionContext connection)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(ClosedRequested(connection));
        end.CancelAfter(LongestSilence);
        try
        {
            for (; ; )
            {
                ReadResult read = await connection.Transport.Input.ReadAsync(end.Token);
                bool? answer = Begins(read);
                connection.Transport.Input.AdvanceTo(read.Buffer.Start, answer is null ? read.Buffer.End : read.Buffer.Start);
                if (answer is not null)
                {
                    return answer;
                }

                end.CancelAfter(options.HeaderTimeout);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    public async Task ServeAsync(ConnectionContext connection, IPAddress client)
    {
        Socket socket = connection.Features.Get<IConnectionSocketFeature>()!.Socket;
        ConnectHead head = new();
        if (await ReadHeadAsync(connection, head) is { } mistake)
        {
            log.Write(client, "", "CONNECT", "", 0, Outcome.Invalid, 0, 0, TimeSpan.Zero);
            await AnswerAsync(connection, socket, Answers.Message(StatusCodes.Status400BadRequest, mistake));
            return;
        }

        long start = Stopwatch.GetTimestamp();
        if (users.Find(head.Authorization) is not { } user)
        {
            log.Write(client, "", "CONNECT", head.Host, head.Port, Outcome.Unauthorized, 0, 0, TimeSpan.Zero);
            await AnswerAsync(connection, socket, Answers.Unauthorized());
            return;
        }

        Socket server;
        try
        {
            server = await user.Guard.ConnectSocketAsync(head.Host, head.Port);
        }
        catch (Exception e)
        {
            // For any failure the client gets the same answer, and the log the reason.
            Outcome outcome = Outcome.Of(e);
            log.Write(client, user.Name, "CONNECT", head.Host, head.Port, outcome, 0, 0, Stopwatch.GetElapsedTime(start));
            await AnswerAsync(connection, socket, answers.ToConnect(outcome));
            return;
        }

        using Tunnel tunnel = new(connection.Transport.Input, socket, server, options.IdleTimeout);
        metrics.Tunneling(1);
        try
        {
            server.NoDelay = true;
            await tunnel.RunAsync(Answers.Established);
        }
        finally
        {
            metrics.Tunneling(-1);
            TimeSpan duration = Stopwatch.GetElapsedTime(start);
            log.Write(client, user.Name, "CONNECT", head.Host, head.Port, Outcome.Established, tunnel.BytesUp, tunnel.BytesDown, duration);
        }
    }

    private static CancellationToken ClosedRequested(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;

    private static bool? Begins(ReadResult read)
    {
        Span<byte> first = stackalloc byte[Method.Length];
        ReadOnlySequence<byte> start = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, first.Length));
        first = first[..(int)start.Length];
        start.CopyTo(first);
        return first.SequenceEqual(Method) ? true : read.IsCompleted || !Method.StartsWith(first) ? false : null;
    }

    /// <returns>The mistake in the head; null if it is valid.</returns>
    private async ValueTask<string?> ReadHeadAsync(ConnectionContext connection, ConnectHead head)
    {
        PipeReader input = connection.Transport.Input;
        using CancellationTokenSource end = new(options.HeaderTimeout);
        long consumed = 0;
        try
        {
            for (; ; )
            {
                ReadResult read = await input.ReadAsync(end.Token);
                bool isComplete = head.Read(read.Buffer, out SequencePosition position);
                consumed += read.Buffer.Slice(0, position).Length;
                long pending = read.Buffer.Slice(position).Length;
                input.AdvanceTo(position, isComplete ? position : read.Buffer.End);
                if (isComplete)
                {
                    return consumed > LongestHead ? "The head of the request is too long." : head.Mistake;
                }

                if (consumed + pending > LongestHead || read.IsCompleted)
                {
                    return "The head of the request is too long, or incomplete.";
                }
            }
        }
        catch (BadHttpRequestException)
        {
            return "This is not an HTTP/1.1 request.";
        }
        catch (OperationCanceledException)
        {
            return "The head of the request came too slowly.";
        }
        catch (IOException)
        {
            return "The client has closed the connection.";
        }
    }

    /// <summary>
    /// Answers, and closes the connection so that the answer arrives: with unread data of the client the kernel would reset the connection instead.
    /// </summary>
    private static async Task AnswerAsync(ConnectionContext connection, Socket socket, byte[] answer)
    {
        using CancellationTokenSource end = new(LongestLinger);
        try
        {
            await socket.SendAsync(answer, end.Token);
            socket.Shutdown(SocketShutdown.Send);
            for (; ; )
            {
                ReadResult read = await connection.Transport.Input.ReadAsync(end.Token);
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // The client has closed the connection, or does not stop sending.
        }
    }
}
