using System.Net;

namespace Hops.Host.Guarding;

/// <summary>
/// Remembers the latest 10,000 reported refusals, so that each connection is reported once: refused packets are sent again, and in report-only mode several
/// programs see the same connection. Early data is reported separately, since the connection continues without it.
/// </summary>
internal sealed class ToldRefusals
{
    private const int Most = 10_000;

    private readonly HashSet<Told> _told = new(Most);
    private readonly Queue<Told> _inOrder = new(Most);

    /// <returns>Whether it was not reported before.</returns>
    public bool Add(RefusedConnection refused)
    {
        Told told = new(refused.Cookie, refused.RemoteEndPoint, refused.Reason == HostGuardReason.EarlyData);
        if (!_told.Add(told))
        {
            return false;
        }

        if (_inOrder.Count == Most)
        {
            _told.Remove(_inOrder.Dequeue());
        }

        _inOrder.Enqueue(told);
        return true;
    }

    private readonly record struct Told(ulong Cookie, IPEndPoint? Remote, bool IsOfEarlyData)
    {
        // HashCode.Combine is seeded: with the generated hash code a program could choose addresses that collide.
        public override int GetHashCode() => HashCode.Combine(Cookie, Remote, IsOfEarlyData);
    }
}
