using Hops.Cli.Output;
using Hops.Host;
using Hops.Host.Guarding;

namespace Hops.Cli.Guarding;

/// <summary>Writes the refusals of a guard as lines, and counts them.</summary>
internal sealed class GuardLog : IDisposable
{
    private readonly GuardOptions _options;
    private readonly TextWriter? _file;
    private readonly SortedDictionary<HostGuardReason, long> _counts = [];

    private GuardLog(GuardOptions options, TextWriter? file) => (_options, _file) = (options, file);

    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not write the file.</exception>
    public static GuardLog Open(GuardOptions options) => new(
        options,
        options.Log is not { } path ? null
            : new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true });

    private bool IsReport => _options.Policy.Mode == Hops.Guard.HopGuardMode.ReportOnly;

    /// <summary>Writes refusals until the guard ends.</summary>
    public async Task TellAsync(HostGuard guard)
    {
        await foreach (RefusedConnection refused in guard)
        {
            _counts[refused.Reason] = _counts.GetValueOrDefault(refused.Reason) + 1;
            Write(_options.Json ? GuardJson.Format(refused, IsReport) : GuardText.Format(refused, IsReport));
        }
    }

    /// <summary>Writes how many refusals there were.</summary>
    public void Finish(long untold)
    {
        if (_options.Json)
        {
            Write(GuardJson.FormatEnd(_counts, untold, IsReport));
        }
        else if (_counts.Count > 0 || untold > 0)
        {
            Write(GuardText.FormatEnd(_counts, untold, IsReport));
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Write(string line)
    {
        try
        {
            (_file ?? StandardError.Writer).WriteLine(line);
        }
        catch (IOException)
        {
            // The disk is full: the guard continues.
        }
    }
}
