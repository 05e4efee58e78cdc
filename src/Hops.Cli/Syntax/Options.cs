using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hops.Cli.Output;

namespace Hops.Cli.Syntax;

/// <summary>Creates the kinds of options that verbs have.</summary>
internal static class Options
{
    /// <summary>Gets the sources that <c>--source</c> takes.</summary>
    public static IReadOnlyList<HopSource> Sources { get; } = [HopSource.SocketFilter, HopSource.PinnedFilter, HopSource.SocketOption, HopSource.MinimumTtl];

    /// <summary>Creates an option without a value. With one, '--json true' would not measure a host of the name true.</summary>
    public static Option<bool> Flag(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, Arity = ArgumentArity.Zero };

    /// <summary>Creates an option that takes a number.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">The description for the help.</param>
    /// <param name="least">The smallest value.</param>
    /// <param name="most">The greatest value.</param>
    /// <param name="usual">The default value, or null.</param>
    /// <param name="aliases">Other names.</param>
    public static Option<int?> Number(string name, string description, int least, int most, int? usual, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "N",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{name} takes a number from {least} to {most}, not '{text}'");
            return null;
        },
    };

    public static Option<HopSource?> Source(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            foreach (HopSource source in Sources)
            {
                if (SourceName.Of(source) == text)
                {
                    return source;
                }
            }

            result.AddError($"{name} takes {string.Join(", ", Sources.SkipLast(1).Select(SourceName.Of))} or {SourceName.Of(Sources[^1])}, not '{text}'");
            return null;
        },
    };

    /// <summary>Creates an option that takes a text that is not empty.</summary>
    public static Option<string?> Text(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            if (result.Tokens[^1].Value is { Length: > 0 } text)
            {
                return text;
            }

            result.AddError($"{name} takes a name, not nothing");
            return null;
        },
    };

    /// <summary>Creates an option that takes bytes in hexadecimal. Its value is empty if the option is not given.</summary>
    public static Option<byte[]> Bytes(string name, string description, int most) => new(name)
    {
        Description = description,
        HelpName = "HEX",
        Arity = ArgumentArity.ExactlyOne,
        // Otherwise the library creates an empty array by reflection.
        DefaultValueFactory = static _ => [],
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            byte[] bytes = new byte[Math.Min(text.Length / 2, most)];
            if (bytes.Length > 0 && Convert.FromHexString(text, bytes, out int used, out _) == OperationStatus.Done && used == text.Length)
            {
                return bytes;
            }

            result.AddError($"{name} takes 1 to {most} bytes in hexadecimal, such as 0a1b2c, not '{text}'");
            return null;
        },
    };

    /// <summary>Creates an option that takes seconds. Its value is null if the option is not given.</summary>
    public static Option<double?> OptionalSeconds(string name, string description, double least, double most, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "S",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => ParseSeconds(result, name, least, most),
    };

    public static Option<double> Seconds(string name, string description, double least, double most, double usual) => new(name)
    {
        Description = description,
        HelpName = "S",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => usual,
        CustomParser = result => ParseSeconds(result, name, least, most) ?? usual,
    };

    private static double? ParseSeconds(ArgumentResult result, string name, double least, double most)
    {
        string text = result.Tokens[^1].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes seconds from {least} to {most}, not '{text}'"));
        return null;
    }
}
