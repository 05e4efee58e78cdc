using System.Net;

namespace Hops.Host.Guarding;

/// <summary>
/// What was told, so that a connection is told once: packets that are refused come again, and where nothing is refused several programs see one connection. Of
/// early data it is told beside, since the connection goes on. Remembers the latest; what is older may be told again.
/// </summary>
internal sealed class ToldRefusals
{
    private const int Most = 10_000;

    private readonly HashSet<Told> _told = new(Most);
    private readonly Queue<Told> _inOrder = new(Most);

    /// <returns>Whether it was not told yet.</returns>
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
        // Not the one that is generated, with which a program could look for addresses that collide.
        public override int GetHashCode() => HashCode.Combine(Cookie, Remote, IsOfEarlyData);
    }
}
