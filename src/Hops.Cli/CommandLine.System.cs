using System.CommandLine;
using System.CommandLine.Parsing;
using Hops.Cli.Commands;
using Hops.Sharing;

namespace Hops.Cli;

/// <content><c>hops system</c>, with verbs of its own.</content>
internal static partial class CommandLine
{
    internal const string SystemVerb = "system";

    internal const string SystemFooter = """
        Examples:
          sudo hops system enable                    members of the group 'hops' measure without root, until the next boot
          sudo usermod -aG hops alice                alice is one from her next login on
          sudo hops system enable --group monitor    members of another group, which exists, instead
          sudo hops system serve                     for containers, which may not call bpf(2): see docs/deploy.md
          hops system status                         what is shared, and may I use it?

        Exit status:
          0 done; of 'status': this user may use what is shared   1 of 'status': it may not, or nothing is shared
          2 wrong usage   4 refused   130, 143 interrupted, terminated
        """;

    internal static Command HostSystem()
    {
        Command root = Root("", SystemFooter);
        Command system = new(SystemVerb, "Lets ordinary users and services of this host measure: loads the filter once and shares it. Only 'status' works without root.")
        {
            Sharing("enable", "Load the filter and pin it in /run/hops, until 'disable' or the next boot.", SystemCommand.Enable),
            Plain("disable", "Remove the pins. Who has opened the filter keeps it, and so do open connections.", SystemCommand.Disable),
            Status(),
            Sharing("serve", "Hand the filter to whoever connects to /run/hops/hops.sock. Runs until it is stopped.", SystemCommand.ServeAsync),
        };
        system.SetAction(static _ => WrongUsage("'hops system' wants a verb: enable, disable, status or serve"));
        root.Add(system);
        return root;
    }

    private static Command Sharing(string verb, string description, Func<SharingOptions, Task<int>> run)
    {
        SharingOptions usual = new();
        Option<string> group = new("--group")
        {
            Description = "The group whose members may use it, by name or number. 'hops' is made if it does not exist, no other.",
            HelpName = "NAME",
            Arity = ArgumentArity.ExactlyOne,
            DefaultValueFactory = _ => usual.Group,
            CustomParser = GroupName,
        };
        Option<bool> everyone = Flag("--everyone", "All users may use it. Any of them can then make readings unknown for all; none can make them wrong.");
        Command command = new(verb, description) { group, everyone };
        command.SetAction((result, _) =>
            result.GetValue(everyone) && result.GetResult(group) is { Implicit: false }
                ? Task.FromResult(WrongUsage("--group and --everyone exclude each other"))
                : run(new SharingOptions { Group = result.GetValue(group)!, Everyone = result.GetValue(everyone) }));
        return command;
    }

    private static Command Plain(string verb, string description, Func<int> run)
    {
        Command command = new(verb, description);
        command.SetAction(_ => run());
        return command;
    }

    private static Command Status()
    {
        Option<bool> json = Flag("--json", "Print one object: see docs/command-line.md.");
        Command command = new("status", "What is shared, and who may use it.") { json };
        command.SetAction(result => SystemCommand.ShowStatus(result.GetValue(json)));
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
            result.AddError($"--group takes the name of a group (up to 32 letters, digits, '.', '_' and '-', which is not first) or a number from 0 to 4294967294, not '{text}'");
        }

        return null;
    }
}
