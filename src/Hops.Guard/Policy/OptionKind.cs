using System.Globalization;

namespace Hops.Guard.Policy;

/// <summary>Reads a value from text. False: the text is not a value of this kind.</summary>
internal delegate bool OptionReader<T>(string text, out T value);

/// <summary>Describes the values of an option, which are checked in the same way if they come from configuration or from code.</summary>
/// <param name="Expected">The expected values, as the words after “it must be”.</param>
/// <param name="TryRead">Reads a value from text.</param>
/// <param name="Problem">Returns what is wrong with a value; empty if there are no details, null if nothing is wrong.</param>
internal sealed record OptionKind<T>(string Expected, OptionReader<T> TryRead, Func<T, string?> Problem)
    where T : notnull
{
    /// <summary>Reads a value from text and checks it.</summary>
    /// <param name="where">The path of the setting.</param>
    /// <param name="text">Its text.</param>
    /// <param name="value">The value, if the text is one.</param>
    /// <returns>The mistake; null if there is none.</returns>
    public string? Read(string where, string? text, out T value)
    {
        value = default!;
        return text is null ? $"{where} has no value; it must be {Expected}."
            : TryRead(text, out value) ? MistakeOf($"{where} is", value)
            : $"{where} is '{text}'; it must be {Expected}.";
    }

    /// <param name="subject">Subject and verb: <c>MinimumHops is</c>.</param>
    /// <param name="value">A value, perhaps null where none may be.</param>
    /// <returns>The mistake; null if there is none.</returns>
    public string? MistakeOf(string subject, T? value) =>
        value is null ? $"{subject} null; it must be {Expected}."
        : Problem(value) is not { } problem ? null
        : string.Create(CultureInfo.InvariantCulture, $"{subject} '{value}'; it must be {Expected}{(problem.Length == 0 ? "" : $" ({problem})")}.");
}
