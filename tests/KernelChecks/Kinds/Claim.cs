namespace KernelChecks.Kinds;

/// <summary>A claim that should hold.</summary>
internal static class Claim
{
    public static void Holds(bool condition, string claim)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"not so: {claim}");
        }
    }

    public static void Equal<T>(T expected, T seen, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, seen))
        {
            throw new InvalidOperationException($"{what}: {seen}, and {expected} was expected");
        }
    }

    public static TException Throws<TException>(Action code, string what)
        where TException : Exception
    {
        try
        {
            code();
        }
        catch (TException e)
        {
            return e;
        }

        throw new InvalidOperationException($"{what}: it was not refused");
    }

    /// <summary>Waits for what the kernel does a moment later, at most ten seconds.</summary>
    public static void Comes(Func<bool> condition, string claim) => Holds(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(10)), claim);
}
