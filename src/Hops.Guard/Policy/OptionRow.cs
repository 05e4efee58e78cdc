namespace Hops.Guard.Policy;

/// <summary>One option of a guard: its name, the shape that it has in configuration, and the values that it takes.</summary>
internal abstract class OptionRow(string name)
{
    public string Name => name;

    /// <summary>Reads the option from its setting, and sets the valid values.</summary>
    /// <param name="setting">The setting of the option, which may have a value, children, both or neither.</param>
    /// <param name="options">The options to set.</param>
    /// <returns>A sentence for each invalid value.</returns>
    public abstract IReadOnlyList<string> Read(Setting setting, HopGuardOptions options);

    /// <returns>A sentence for each mistake in what is set.</returns>
    public abstract IEnumerable<string> MistakesOf(HopGuardOptions options);
}
