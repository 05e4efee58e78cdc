namespace Hops.Cli.Tracing.Probing;

/// <summary>
/// Sends packets with growing TTLs, many at a time, until the target answers. Each TTL is tried by one packet first, a block of TTLs at once; the others follow
/// as soon as it is known how far the target is, so that it gets few more than it must.
/// </summary>
/// <param name="newProbe">Makes a packet with a TTL.</param>
/// <param name="limits">How far to go.</param>
internal sealed class Trace(Func<int, TtlProbe> newProbe, TraceLimits limits)
{
    /// <summary>How many TTLs are tried at once, and how many in a row may be silent where the target is, too.</summary>
    public const int Block = 8;

    // Well below the usual limit of descriptors.
    private const int MostAtOnce = 128;

    private readonly Queue<int> _waiting = new();
    private readonly List<TtlProbe> _open = [];
    private readonly List<int> _sent = [];
    private readonly List<TtlAnswer> _answers = [];
    private int _horizon;
    private int _end = int.MaxValue;
    private bool _isReached;

    /// <param name="isThere">Whether the target is known to answer: no silence is too long then.</param>
    /// <param name="guess">How many TTLs to try first.</param>
    /// <param name="interrupted">Ends it early.</param>
    /// <exception cref="System.Net.Sockets.SocketException">This host does not let a packet be sent.</exception>
    public WayThere Run(bool isThere, int guess, CancellationToken interrupted)
    {
        try
        {
            Extend(guess);
            while (_end == int.MaxValue && (_waiting.Count > 0 || _open.Count > 0) && Step(interrupted))
            {
                // Where the last TTL of the block was a router's, nobody waits for those that are silent.
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

    /// <summary>Has TTLs up to another one tried, too.</summary>
    private void Extend(int horizon)
    {
        while (_horizon < Math.Min(horizon, limits.MaximumHops))
        {
            _waiting.Enqueue(++_horizon);
        }
    }

    /// <summary>Has the other packets sent, with TTLs up to the last one that counts.</summary>
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

    /// <summary>Sends what may be sent, and waits for something to come back.</summary>
    /// <returns>False when it was interrupted.</returns>
    private bool Step(CancellationToken interrupted)
    {
        while (_open.Count < (limits.IsOneByOne ? 1 : MostAtOnce) && _waiting.TryDequeue(out int ttl))
        {
            if (ttl <= _end)
            {
                Send(ttl);
                // What comes back meanwhile has its time told, and a near target gets no further packets.
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
            // A barrier on one of several ways is no end where another way reaches the target.
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
