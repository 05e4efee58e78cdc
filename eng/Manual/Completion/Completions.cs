namespace Manual.Completion;

/// <summary>Represents what can be completed after the words that choose a verb.</summary>
/// <param name="Path">The verb, or a verb and its own verb: <c>system enable</c>.</param>
/// <param name="Verb">Its options and verbs.</param>
/// <param name="Operand">The kind of its other words; null where it takes none.</param>
internal sealed record Completions(string Path, Verb Verb, Value? Operand)
{
    public static IReadOnlyList<Completions> All { get; } =
        [.. Verb.All.SelectMany(static verb => (Completions[])[Of(verb.Name, verb), .. verb.Verbs.Select(sub => Of($"{verb.Name} {sub.Name}", sub))])];

    private static Completions Of(string path, Verb verb) =>
        new(path, verb, verb.Command.Arguments.Select(Value.Of).DistinctBy(static value => value.Kind).SingleOrDefault());
}
