namespace Hops.Cli.Tracing.Probing;

/// <summary>
/// Sends packets with growing TTLs, many at a time, until the target answers. First each TTL is tried by one packet, a block of TTLs at once. The other
/// packets follow when the distance of the target is known, so that the target gets few additional packets.
/// </summary>
/// <param name="newProbe">Creates a packet with a TTL.</param>
/// <param name="limits">The limits of the trace.</param>
internal sealed class Trace(Func<int, TtlProbe> newProbe, TraceLimits limits)
{
    /// <summary>How many TTLs are tried at once, and after how many TTLs without an answer a trace ends if the target does not answer either.</summary>
    public const int Block = 8;

    // Clearly below the usual limit of descriptors.
    private const int MostAtOnce = 128;

    private readonly Queue<int> _waiting = new();
    private readonly List<TtlProbe> _open = [];
    private readonly List<int> _sent = [];
    private readonly List<TtlAnswer> _answers = [];
    private int _horizon;
    private int _end = int.MaxValue;
    private bool _isReached;

    /// <param name="isThere">Whether the target is known to answer: then the trace continues after any number of TTLs without an answer.</param>
    /// <param name="guess">How many TTLs to try first.</param>
    /// <param name="interrupted">Cancels the trace.</param>
    /// <exception cref="System.Net.Sockets.SocketException">This host refuses to send.</exception>
    public WayThere Run(bool isThere, int guess, CancellationToken interrupted)
    {
        try
        {
            Extend(guess);
            while (_end == int.MaxValue && (_waiting.Count > 0 || _open.Count > 0) && Step(interrupted))
            {
                // If a router answered the last TTL of the block, the trace continues without waiting for the others.
                bool goesOn = Farthest() == _horizon || (IsIdle && (isThere || _horizon - Farthest() < Block));
                if (goesOn && _end == int.MaxValue)
                {
                    Extend(_horizon + Block);
                }
            }

            if (!interrupted.IsCancellationRequested)
            {
                AskAgain(_end == int.MaxValue ? Farthest() : _end);
            }

            while (!interrupted.IsCancellationRequested && !IsIdle && Step(interrupted))
            {
            }

            return new WayThere(interrupted.IsCancellationRequested ? TraceEnd.Interrupted : End(), _sent, _answers);
        }
        finally
        {
            _open.ForEach(static probe => probe.Dispose());
        }
    }

    private bool IsIdle => _waiting.Count == 0 && _open.Count == 0;

    private TraceEnd End() =>
        _end == int.MaxValue ? _horizon == limits.MaximumHops ? TraceEnd.MaximumHops : TraceEnd.Silent
        : _isReached ? TraceEnd.Reached
        : TraceEnd.Unreachable;

    private int Farthest() => _answers.Count == 0 ? 0 : _answers.Max(static answer => answer.Ttl);

    /// <summary>Queues packets with further TTLs, up to a new maximum.</summary>
    private void Extend(int horizon)
    {
        while (_horizon < Math.Min(horizon, limits.MaximumHops))
        {
            _waiting.Enqueue(++_horizon);
        }
    }

    /// <summary>Queues the other packets, with TTLs up to the last one that counts.</summary>
    private void AskAgain(int last)
    {
        for (int probe = 1; probe < limits.Probes; probe++)
        {
            for (int ttl = 1; ttl <= last; ttl++)
            {
                _waiting.Enqueue(ttl);
            }
        }
    }

    /// <summary>Sends as many queued packets as allowed, and waits for answers.</summary>
    /// <returns>False if the trace was interrupted.</returns>
    private bool Step(CancellationToken interrupted)
    {
        while (_open.Count < (limits.IsOneByOne ? 1 : MostAtOnce) && _waiting.TryDequeue(out int ttl))
        {
            if (ttl <= _end)
            {
                Send(ttl);
                // Reads answers at once, so that their times are right, and a near target gets no further packets.
                Take(ProbeWaiting.Wait(_open, TimeSpan.Zero));
            }
        }

        Take(ProbeWaiting.Wait(_open, limits.Timeout));
        return !interrupted.IsCancellationRequested;
    }

    private void Take(HashSet<TtlProbe> ready)
    {
        foreach (TtlProbe probe in _open.ToArray())
        {
            bool isOver = Read(probe, ready.Contains(probe));
            if (isOver || probe.Age >= limits.Timeout || probe.Ttl > _end)
            {
                probe.Dispose();
                _open.Remove(probe);
            }
        }
    }

    private bool Read(TtlProbe probe, bool isReady)
    {
        TtlAnswer? answer = null;
        bool isOver = isReady && probe.TryRead(out answer);
        if (!isOver)
        {
            probe.RepeatWhenDue();
        }

        if (answer is not null)
        {
            _answers.Add(answer);
            bool isReached = answer.Kind is AnswerKind.Answered or AnswerKind.Refused;
            // A barrier on one of several ways does not end the trace if another way reaches the target.
            _end = isReached ? _isReached ? Math.Min(_end, answer.Ttl) : answer.Ttl
                : answer.Kind == AnswerKind.Unreachable && !_isReached ? Math.Min(_end, answer.Ttl)
                : _end;
            _isReached |= isReached;
        }

        return isOver;
    }

    private void Send(int ttl)
    {
        TtlProbe probe = newProbe(ttl);
        _open.Add(probe);
        probe.Start();
        if (_sent.Count < ttl)
        {
            _sent.Add(0);
        }

        _sent[ttl - 1]++;
    }
}
