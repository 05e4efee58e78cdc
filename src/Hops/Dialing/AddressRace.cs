using System.Net;
using System.Net.Sockets;

namespace Hops.Dialing;

/// <summary>
/// "Happy Eyeballs": tries the addresses of a host one after the other, each a little after the one before, until one connects; then cancels the others.
/// </summary>
/// <seealso href="https://www.rfc-editor.org/rfc/rfc8305.html#section-5"/>
internal sealed class AddressRace(TimeSpan attemptDelay, Func<IPEndPoint, CancellationToken, ValueTask<DialedSocket>> connect)
{
    /// <exception cref="SocketException">No address connected; says what the last one answered.</exception>
    public async Task<DialedSocket> RunAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        if (addresses.Count == 1)
        {
            // A single address, the usual case, needs no race.
            return await AttemptAsync(new IPEndPoint(addresses[0], port), cancellationToken).ConfigureAwait(false);
        }

        using CancellationTokenSource losers = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<DialedSocket>> running = [];
        SocketException? failure = null;
        try
        {
            for (int next = 0; ;)
            {
                if (next < addresses.Count)
                {
                    running.Add(AttemptAsync(new IPEndPoint(addresses[next++], port), losers.Token));
                }

                Task<DialedSocket>? finished = await FinishedAsync(running, mayGiveUp: next < addresses.Count, losers.Token).ConfigureAwait(false);
                if (finished is null)
                {
                    continue;
                }

                running.Remove(finished);
                try
                {
                    return await finished.ConfigureAwait(false);
                }
                catch (SocketException e)
                {
                    failure = e;
                }

                if (running.Count == 0 && next == addresses.Count)
                {
                    throw failure;
                }
            }
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            foreach (Task<DialedSocket> loser in running)
            {
                await CloseAsync(loser).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The first attempt to finish, or null if none did in time and another address may be tried.</summary>
    private async Task<Task<DialedSocket>?> FinishedAsync(List<Task<DialedSocket>> running, bool mayGiveUp, CancellationToken cancellationToken)
    {
        if (!mayGiveUp)
        {
            return await Task.WhenAny(running).ConfigureAwait(false);
        }

        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task delay = Task.Delay(attemptDelay, stop.Token);
        Task first = await Task.WhenAny([.. running, delay]).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == delay ? null : (Task<DialedSocket>)first;
    }

    private async Task<DialedSocket> AttemptAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return await connect(endPoint, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new SocketException((int)e.SocketErrorCode, $"{e.Message} ({endPoint})");
        }
    }

    /// <summary>Waits for an attempt that lost the race, and closes its connection if it has one. Its failure is ignored.</summary>
    private static async Task CloseAsync(Task<DialedSocket> loser)
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully)
        {
            (await loser.ConfigureAwait(false)).Discard();
        }
    }
}
