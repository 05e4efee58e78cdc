namespace Hops.Host.Sharing;

/// <summary>
/// How many callers are answered at a time. A user may have a part of what is free: however many users take all they may, something is left for the next one.
/// Thread-safe.
/// </summary>
/// <param name="most">Of all users together.</param>
internal sealed class CallerLimit(int most)
{
    private const int Part = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, int> _byUser = [];
    private int _count;

    /// <returns>False where the user has as many as it may.</returns>
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
