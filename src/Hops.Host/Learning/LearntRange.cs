namespace Hops.Host.Learning;

/// <summary>Represents the least and the greatest distance that were seen, in hops.</summary>
internal readonly record struct LearntRange(byte Least, byte Most)
{
    public LearntRange With(int hops) => new((byte)Math.Min(Least, hops), (byte)Math.Max(Most, hops));
}
