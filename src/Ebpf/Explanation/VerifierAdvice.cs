using System.Globalization;

namespace Ebpf.Explanation;

/// <summary>Finds the advice for a refusal of the verifier in <see cref="VerifierAdviceTable"/>.</summary>
internal static class VerifierAdvice
{
    /// <returns>The advice; null if the reason is not a common one.</returns>
    public static string? For(VerifierReport report) => Find(report)?.Advice;

    /// <returns>The advice, and the pattern that matched.</returns>
    public static (string Pattern, string Advice)? Find(VerifierReport report)
    {
        foreach (string reason in report.Reasons)
        {
            foreach ((string pattern, string advice) in VerifierAdviceTable.Rows)
            {
                string text = pattern.Contains('\n', StringComparison.Ordinal) ? $"{report.Instruction}\n{reason}" : reason;
                if (Match(pattern, text) is { } parts)
                {
                    return (pattern, string.Format(CultureInfo.InvariantCulture, advice, [.. parts]));
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Matches a pattern in time linear in the text's length. The first position of each part between two stars is the right one, because a later position
    /// leaves less text for the parts that follow.
    /// </summary>
    /// <param name="pattern">The pattern, in which * matches any text.</param>
    /// <param name="text">The text to match.</param>
    /// <returns>The texts that the stars match, each as short as possible; null if the text does not match.</returns>
    private static List<string>? Match(string pattern, string text)
    {
        string[] words = pattern.Split('*');
        string last = words[^1];
        if (words.Length == 1 || !text.StartsWith(words[0], StringComparison.Ordinal))
        {
            return text == pattern ? [] : null;
        }

        List<string> parts = [];
        int start = words[0].Length;
        foreach (string word in words[1..^1])
        {
            int found = text.IndexOf(word, start, StringComparison.Ordinal);
            if (found < 0)
            {
                return null;
            }

            parts.Add(text[start..found]);
            start = found + word.Length;
        }

        int end = text.Length - last.Length;
        if (end < start || !text.EndsWith(last, StringComparison.Ordinal))
        {
            return null;
        }

        parts.Add(text[start..end]);
        return parts;
    }
}
