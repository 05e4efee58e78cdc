namespace Hops.Host.Sharing;

/// <summary>
/// Limits how many callers are answered at the same time. A user may have a quarter of the free places, so something is left for the next user, however many
/// users take their whole share. Thread-safe.
/// </summary>
/// <param name="most">The number of places for all users together.</param>
internal sealed class CallerLimit(int most)
{
    private const int Part = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, int> _byUser = [];
    private int _count;

    /// <returns>False if the user has its whole share already.</returns>
    public bool TryEnter(uint user)
    {
        lock (_gate)
        {
            int own = _byUser.GetValueOrDefault(user);
            if (own >= (most - _count) / Part)
            {
                return false;
            }

            _byUser[user] = own + 1;
            _count++;
            return true;
        }
    }

    public void Leave(uint user)
    {
        lock (_gate)
        {
            _count--;
            if (--_byUser[user] == 0)
            {
                _byUser.Remove(user);
            }
        }
    }
}
