using System.Globalization;

namespace Hops.Guard.Policy;

/// <summary>Reads a value from text. False: the text is not a value of this kind.</summary>
internal delegate bool OptionReader<T>(string text, out T value);

/// <summary>Which values an option takes: the same for those from configuration and those from code.</summary>
/// <param name="Expected">What they are, behind “it must be”.</param>
/// <param name="TryRead">Reads one from text.</param>
/// <param name="Problem">What is wrong with a value, in more detail; empty where there is no more to say, null if nothing is wrong.</param>
internal sealed record OptionKind<T>(string Expected, OptionReader<T> TryRead, Func<T, string?> Problem)
    where T : notnull
{
    /// <summary>Reads a value from text, and judges it.</summary>
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
