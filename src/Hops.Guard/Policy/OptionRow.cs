namespace Hops.Guard.Policy;

/// <summary>One option of a guard: its name, the shape that it has in configuration, and the values that it takes.</summary>
internal abstract class OptionRow(string name)
{
    public string Name => name;

    /// <summary>Reads the option from its setting, and sets what is understood.</summary>
    /// <param name="setting">The option's: it may have a value, children, both or neither.</param>
    /// <param name="options">Where it is set.</param>
    /// <returns>A sentence for each thing that is not understood.</returns>
    public abstract IReadOnlyList<string> Read(Setting setting, HopGuardOptions options);

    /// <returns>A sentence for each mistake in what is set.</returns>
    public abstract IEnumerable<string> MistakesOf(HopGuardOptions options);
}
