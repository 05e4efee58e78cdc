using System.CommandLine;
using System.CommandLine.Parsing;
using Hops.Cli.Output;
using Hops.Cli.Targets;

namespace Hops.Cli.Measuring;

/// <summary>The option <c>--resolve</c>.</summary>
internal static class GivenAddressOption
{
    public static Option<GivenAddress[]> Create() => new("--resolve")
    {
        Description = "Measure ADDRESS for HOST instead of looking HOST up; may be given several times.",
        HelpName = "HOST[:PORT]:ADDRESS",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = static _ => [],
        CustomParser = static result =>
        {
            List<GivenAddress> all = [];
            foreach (Token token in result.Tokens)
            {
                if (!GivenAddress.TryParse(token.Value, out GivenAddress? given))
                {
                    result.AddError(
                        "--resolve takes a name and an address, such as example.com:192.0.2.1, example.com:443:192.0.2.1 or example.com:[2001:db8::1], "
                        + $"not '{TerminalText.Escape(token.Value)}'");
                    return [];
                }

                all.Add(given);
            }

            return [.. all];
        },
    };
}
