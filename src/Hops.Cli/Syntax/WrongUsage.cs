using System.CommandLine;
using System.CommandLine.Parsing;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Syntax;

/// <summary>Finds and prints the mistake in a command line, in one line.</summary>
internal static class WrongUsage
{
    /// <summary>Prints a mistake.</summary>
    /// <param name="mistake">The mistake.</param>
    /// <param name="verb">The verb to whose help the message refers; null for the program's.</param>
    public static ExitStatus Tell(string mistake, IVerb? verb = null)
    {
        StandardError.WriteLine($"hops: {TerminalText.Escape(mistake)} (see 'hops {(verb is null ? "" : $"{verb.Name} ")}--help')");
        return verb?.OfWrongUsage ?? ExitStatus.WrongUsage;
    }

    /// <summary>Prints that the input has no targets.</summary>
    /// <param name="input">The printable name of the input.</param>
    /// <param name="reason">Why there are none.</param>
    public static ExitStatus TellInput(string input, string reason)
    {
        StandardError.WriteLine($"hops: cannot read targets from {input}: {TerminalText.Escape(reason)}");
        return ExitStatus.WrongUsage;
    }

    /// <summary>Returns the first mistake that the parser found, or should have found.</summary>
    /// <param name="result">The result of the parser.</param>
    /// <param name="args">The arguments.</param>
    public static string? In(ParseResult result, string[] args)
    {
        string? mistake = First(result, args);
        // A text that may be a password is not printed.
        return mistake is null ? null : args.Where(Credentials.MayBeIn).Aggregate(
            mistake, static (text, arg) => text.Replace(arg, Credentials.Hide(arg), StringComparison.Ordinal));
    }

    private static string? First(ParseResult result, string[] args) =>
        FlagWithValue(result, args) is { } flag ? $"{flag} takes no value"
        : UnknownOption(result) is { } unknown ? $"unknown option '{unknown}'"
        : result.UnmatchedTokens is [var unexpected, ..] ? $"unexpected word '{unexpected}'{PortHint(result, unexpected)}"
        : result.Errors is [var error, ..] ? error.Message.TrimEnd('.')
        : null;

    /// <summary>Returns a hint for a port as a word of its own, as other programs take it.</summary>
    private static string PortHint(ParseResult result, string word) =>
        NumericHost.IsNumber(word) && result.CommandResult.Command.Arguments.Any(static argument => argument.Name == "TARGET")
            ? $": write a port after its host, as in example.com:{word}"
            : "";

    /// <summary>Returns an unknown option, which the parser takes for a target.</summary>
    private static string? UnknownOption(ParseResult result)
    {
        foreach (Token token in result.Tokens)
        {
            if (token.Type == TokenType.DoubleDash)
            {
                break;
            }

            if (token.Type == TokenType.Argument && token.Value is ['-', _, ..] && !IsValue(token))
            {
                return token.Value;
            }
        }

        return null;

        bool IsValue(Token token) => result.CommandResult.Children.OfType<OptionResult>().Any(option => option.Tokens.Any(t => ReferenceEquals(t, token)));
    }

    /// <summary>Returns a flag with a value, such as <c>--json=yes</c>, which the parser takes for a target.</summary>
    private static string? FlagWithValue(ParseResult result, string[] args)
    {
        foreach (string arg in args)
        {
            if (arg == "--")
            {
                break;
            }

            if (arg.StartsWith('-') && arg.IndexOfAny(['=', ':']) is var end and > 0 && IsFlag(arg[..end]))
            {
                return arg[..end];
            }
        }

        return null;

        bool IsFlag(string name) => result.CommandResult.Command.Options.Any(option => IsCalled(option, name) && option.Arity.MaximumNumberOfValues == 0);
    }

    private static bool IsCalled(Option option, string name) => option.Name == name || option.Aliases.Contains(name);
}
