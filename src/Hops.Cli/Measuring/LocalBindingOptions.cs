using System.CommandLine;
using System.Globalization;
using System.Net;
using Hops.Cli.Output;
using Hops.Common.Addresses;

namespace Hops.Cli.Measuring;

/// <summary>The options <c>--source-address</c> and <c>--mark</c>.</summary>
internal static class LocalBindingOptions
{
    public static Option<IPAddress?> SourceAddress() => new("--source-address")
    {
        Description = "Connect from this address of this host, and only to addresses of its family.",
        HelpName = "ADDRESS",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = static _ => null,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            // AddressNotation reads no zones, which link-local addresses have.
            if (AddressNotation.TryReadAddress(text.Split('%')[0], out IPAddress? address, out _)
                && (!text.Contains('%', StringComparison.Ordinal) || IPAddress.TryParse(text, out address)))
            {
                return address;
            }

            result.AddError($"--source-address takes an address such as 192.0.2.1 or 2001:db8::1, not '{TerminalText.Escape(text)}'");
            return null;
        },
    };

    public static Option<uint?> Mark() => new("--mark")
    {
        Description = "Set this mark (SO_MARK) on sent packets, for routing and firewall rules: decimal or 0x…; needs CAP_NET_ADMIN.",
        HelpName = "N",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = static _ => null,
        CustomParser = static result =>
        {
            string text = result.Tokens[^1].Value;
            bool isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
            NumberStyles style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
            if (uint.TryParse(isHexadecimal ? text.AsSpan(2) : text, style, CultureInfo.InvariantCulture, out uint mark))
            {
                return mark;
            }

            result.AddError($"--mark takes a number from 0 to 0xffffffff, decimal or with 0x before it, not '{TerminalText.Escape(text)}'");
            return null;
        },
    };
}
