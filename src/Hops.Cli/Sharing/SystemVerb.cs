using System.CommandLine;
using System.CommandLine.Parsing;
using Hops.Cli.Syntax;
using Hops.Host.Sharing;

namespace Hops.Cli.Sharing;

/// <summary><c>hops system</c> and its verbs.</summary>
internal sealed class SystemVerb : IVerb
{
    public string Name => "system";

    public string Usage => "hops system enable";

    public string Brief => "let ordinary users of this host measure";

    public string Footer => """
        Examples:
          sudo hops system enable                    let members of the group 'hops' measure without root, until the next boot
          sudo usermod -aG hops alice                make alice a member, from her next login on
          sudo hops system enable --group monitor    share with another group, which must exist
          sudo hops system serve                     share with containers, which may not call bpf(2): see docs/deploy.md
          hops system status                         show what is shared, and whether this user may use it

        Exit status:
          0 done; with 'status': this user may use what is shared   1 with 'status': this user may not, or nothing is shared
          2 wrong usage   4 refused   130, 143 interrupted, terminated
        """;

    public Command Build()
    {
        Command command = new(
            Name,
            "Lets ordinary users and services of this host measure: loads the filter once and shares it. Only 'status' works without root.")
        {
            Sharing(
                "enable",
                "Load the filter and pin it in /run/hops, until 'disable' or the next boot.",
                static options => Task.FromResult(SystemCommand.Enable(options))),
            Disable(),
            Status(),
            Sharing("serve", "Hand the filter to programs that connect to /run/hops/hops.sock. Runs until it is stopped.", SystemCommand.ServeAsync),
        };
        command.SetAction(static _ => (int)WrongUsage.Tell("'hops system' needs a verb: enable, disable, status or serve"));
        return command;
    }

    private static Command Sharing(string verb, string description, Func<SharingOptions, Task<ExitStatus>> run)
    {
        SharingOptions usual = new();
        Option<string> group = new("--group")
        {
            Description = "The group whose members may use the filter, by name or number. Only 'hops' is created if it does not exist.",
            HelpName = "NAME",
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = _ => usual.Group,
            CustomParser = GroupName,
        };
        Option<bool> everyone = Options.Flag(
            "--everyone", "Let all users use the filter. Each of them can then make readings unknown for all users, but not wrong.");
        Command command = new(verb, description) { group, everyone };
        command.SetAction(async (result, _) =>
            (int)(result.GetValue(everyone) && result.GetResult(group) is { Implicit: false }
                ? WrongUsage.Tell("--group and --everyone exclude each other")
                : await run(new SharingOptions { Group = result.GetValue(group)!, Everyone = result.GetValue(everyone) }).ConfigureAwait(false)));
        return command;
    }

    private static Command Disable()
    {
        Command command = new("disable", "Remove the pins. Processes that have opened the filter keep it, and so do open connections.");
        command.SetAction(static _ => (int)SystemCommand.Disable());
        return command;
    }

    private static Command Status()
    {
        Option<bool> json = Options.Flag("--json", "Print one JSON object: see docs/command-line.md.");
        Command command = new("status", "Show what is shared, and who may use it.") { json };
        command.SetAction(result => (int)SystemCommand.ShowStatus(result.GetValue(json)));
        return command;
    }

    private static string? GroupName(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        try
        {
            return new SharingOptions { Group = text }.Group;
        }
        catch (ArgumentException)
        {
            result.AddError(
                "--group takes the name of a group (up to 32 letters, digits, '.', '_' and '-', which is not first) "
                + $"or a number from 0 to 4294967294, not '{text}'");
        }

        return null;
    }
}
