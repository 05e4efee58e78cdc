using Hops.TestSupport;

namespace Debian.Tests;

/// <summary>Tests the completions that shells offer when a user presses Tab, from the files that the package installs.</summary>
public sealed class CompletionTests(BuiltPackage package)
{
    private const string InBash = """
        . /usr/share/bash-completion/bash_completion
        _comp_load hops 2>/dev/null || _completion_loader hops
        complete -p hops >&2
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _hops
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    // In its own terminal, with the key; all completion functions of zsh pass their words to compadd.
    private const string InZsh = """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        say() { zpty -w shell "$1" }
        say 'PS1= PS2='
        say 'autoload -Uz compinit && compinit -u -D'
        say 'zmodload zsh/complist'
        say 'compadd() { if (( ${@[(I)-[OAD]]} )); then builtin compadd "$@"; else local -a found; builtin compadd -O found "$@"; '\
        'print -rl -- $found >>/tmp/offered; builtin compadd "$@"; fi }'
        say 'finish() { exit }; comppostfuncs=(finish)'
        say 'print ready-$((40 + 2))'
        zpty -r shell line '*ready-42*'
        rm -f /tmp/offered
        zpty -n -w shell "$1"$'\t'
        while zpty -r shell line; do :; done
        [[ ! -e /tmp/offered ]] || cat /tmp/offered
        """;

    /// <summary>Shell, what is typed, and what is offered among other things, and what is not.</summary>
    public static MatrixTheoryData<string, (string Typed, string[] Offered, string[] Not)> Questions => new(
        ["bash", "zsh", "fish"],
        [
            ("hops ", ["measure", "watch", "guard", "lab", "doctor", "trace", "system", "calibrate"], ["enable"]),
            ("hops sys", ["system"], ["lab"]),
            ("hops watch --side ", ["header", "packets"], ["lab", "far.example"]),
            ("hops far", ["far.example"], ["system"]),
            ("hops measure far", ["far.example"], ["lab"]),
            ("hops doctor far", ["far.example"], []),
            ("hops trace far", ["far.example"], []),
            ("hops trace --source mini", ["minimum-ttl"], []),
            ("hops far.example sys", [], ["system"]),
            ("hops system ", ["enable", "disable", "status", "serve"], ["lab", "far.example"]),
            ("hops system enable --group roo", ["root"], []),
            ("hops --source ", ["socket-filter", "pinned-filter", "socket-option", "minimum-ttl"], ["saved-syn", "far.example"]),
            ("hops --interface ", ["lo"], ["lab", "far.example"]),
            ("hops calibrate --source mini", ["minimum-ttl"], []),
            ("hops --input /etc/host", ["hosts"], ["far.example"]),
            ("hops calibrate /etc/host", ["hosts"], []),
            ("hops --count ", [], ["lab", "far.example", "hosts"]),
            ("hops lab ", [], ["far.example", "system"]),
            ("hops -- --", [], ["--json", "--help"]),
        ]);

    [Theory]
    [MemberData(nameof(Questions))]
    public void Tab_offers_what_can_come_next(string shell, (string Typed, string[] Offered, string[] Not) question)
    {
        string[] offered = [.. Offered(shell, question.Typed).Select(static word => word.Replace("/etc/", "", StringComparison.Ordinal))];
        Assert.All(question.Offered, word => Assert.Contains(word, offered));
        Assert.All(question.Not, word => Assert.DoesNotContain(word, offered));
    }

    [Theory]
    [MemberData(nameof(Help.Verbs), MemberType = typeof(Help))]
    public void Tab_offers_the_options_of_the_help_and_no_other(string verb)
    {
        string[] options = Help.Options(Help.Of(package.Machine, verb));
        string[] ofTheVerb = verb == "measure" ? options : [.. options.Where(static o => o != "--version")];
        Assert.Equal(options, ofTheVerb);
        string[] words = [.. options.Where(static o => o.StartsWith("--", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.All((string[])["bash", "zsh", "fish"], shell => Assert.Equal(words, Offered(shell, $"hops {verb} --").Order(StringComparer.Ordinal)));
    }

    private IEnumerable<string> Offered(string shell, string typed)
    {
        PrivateMachine machine = package.Machine;
        string[] command = shell switch
        {
            "bash" => ["bash", "-c", InBash, Requires.Program("bash", "bash"), .. typed.Split(' ')],
            "zsh" => [Requires.Program("zsh", "zsh"), "-f", "-c", InZsh, "zsh", typed],
            _ => [Requires.Program("fish", "fish"), "-c", "complete -C $argv[1]", typed],
        };
        Assert.SkipUnless(
            shell != "bash" || File.Exists("/usr/share/bash-completion/bash_completion"), "needs bash-completion: apt-get install bash-completion");
        return machine.Run(command).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split('\t')[0].TrimEnd(' ', '='));
    }
}
