using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Hops.Cli.Output;
using Hops.Cli.Syntax;
using Hops.Common.Addresses;
using Hops.Guard;

namespace Hops.Cli.Guarding;

/// <summary>Represents the options that define to which servers a guarded program may connect, on the command line and in a file.</summary>
internal sealed class PolicyOptions
{
    private const string NoResolver = "none";

    private readonly Option<int?> _minimum = Options.Number("--min-hops", "The minimum distance of a server, in hops: 'hops calibrate' finds it.", 1, 35, null);
    private readonly Option<string[]> _minimums = Several(
        "--min-hops-of", "PREFIX=N", "The minimum for one network, from 0 (any distance) to 35.", ReadMinimum);
    private readonly Option<string[]> _allowed = Networks(
        "--allow", "Allow this network although it is private or special. Its servers are measured nevertheless.");
    private readonly Option<string[]> _near = Networks(
        "--allow-near", "Servers of this network may be near. Private and special addresses need --allow as well.");
    private readonly Option<string[]> _refused = Networks("--refuse", "Refuse this network at any distance.");
    private readonly Option<string[]> _ports = Several("--port", "N", "Allow only connections to this port.", ReadPort);
    private readonly Option<string[]> _resolvers = Several(
        "--resolver", "ADDRESS", "A name server that the program may query, or none. By default those of /etc/resolv.conf.", ReadResolver);

    /// <summary>Gets all options.</summary>
    public IEnumerable<Option> All => [_minimum, _minimums, _allowed, _near, _refused, _ports, _resolvers];

    /// <summary>Reads the options of the command line.</summary>
    public void Read(ParseResult result, HopGuardOptions policy, List<IPAddress> resolvers, ref bool isResolverNamed)
    {
        policy.MinimumHops = result.GetValue(_minimum) ?? policy.MinimumHops;
        foreach (string pair in result.GetValue(_minimums)!)
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            policy.MinimumHopsByNetwork[pair[..equals]] = Number(pair[(equals + 1)..]);
        }

        AddTo(policy.AllowedSpecialPurposeNetworks, result.GetValue(_allowed)!);
        AddTo(policy.AllowedNearNetworks, result.GetValue(_near)!);
        AddTo(policy.RefusedNetworks, result.GetValue(_refused)!);
        AddTo(policy.AllowedPorts, result.GetValue(_ports)!.Select(Number));
        foreach (string resolver in result.GetValue(_resolvers)!)
        {
            isResolverNamed = true;
            if (resolver != NoResolver)
            {
                resolvers.Add(IPAddress.Parse(resolver));
            }
        }
    }

    /// <summary>Reads the options of a file.</summary>
    /// <returns>The mistake in the file; null if there is none.</returns>
    public static string? ReadFile(string path, HopGuardOptions policy, List<IPAddress> resolvers, ref bool isResolverNamed)
    {
        if (PolicyFile.Read(path, out List<string> words) is { } mistake)
        {
            return mistake;
        }

        PolicyOptions options = new();
        Command command = new("policy");
        foreach (Option option in options.All)
        {
            command.Options.Add(option);
        }

        ParseResult result = command.Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (WrongUsage.In(result, [.. words]) is { } wrong)
        {
            return $"{path}: {wrong}";
        }

        options.Read(result, policy, resolvers, ref isResolverNamed);
        return null;
    }

    private static void AddTo<T>(ICollection<T> list, IEnumerable<T> values)
    {
        foreach (T value in values)
        {
            list.Add(value);
        }
    }

    private static int Number(string text) => AddressNotation.TryReadNumber(text, int.MaxValue, out int number) ? number : throw new FormatException(text);

    private static Option<string[]> Networks(string name, string description) => Several(name, "PREFIX", description, ReadNetwork);

    private static string? ReadNetwork(string text) =>
        AddressNotation.TryReadNetwork(text, out _, out string? problem) ? null : $"a network such as 192.0.2.0/24 or 2001:db8::/32: {problem}";

    private static string? ReadMinimum(string text) =>
        text.Split('=') is [var network, var number] && AddressNotation.TryReadNetwork(network, out _, out _)
            && AddressNotation.TryReadNumber(number, 35, out _) ? null : "a network, '=' and a number from 0 to 35, such as 192.0.2.0/24=2";

    private static string? ReadPort(string text) => AddressNotation.TryReadNumber(text, 65535, out int port) && port > 0 ? null : "a number from 1 to 65535";

    private static string? ReadResolver(string text) =>
        text == NoResolver || AddressNotation.TryReadAddress(text, out _, out _) ? null : $"an address such as 192.0.2.53 or 2001:db8::53, or {NoResolver}";

    /// <param name="name">With its dashes.</param>
    /// <param name="helpName">For the help.</param>
    /// <param name="description">For the help.</param>
    /// <param name="read">Returns null for a valid text, and otherwise what the option takes.</param>
    private static Option<string[]> Several(string name, string helpName, string description, Func<string, string?> read) => new(name)
    {
        Description = $"{description} May be given several times.",
        HelpName = helpName,
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = static _ => [],
        CustomParser = result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (read(token.Value) is { } expected)
                {
                    result.AddError($"{name} takes {expected.Split(": ")[0]}, not '{TerminalText.Escape(token.Value)}'{Rest(expected)}");
                    return [];
                }
            }

            return [.. result.Tokens.Select(static token => token.Value)];
        },
    };

    private static string Rest(string expected) => expected.Split(": ", 2) is [_, var problem] ? $": {problem}" : "";
}
