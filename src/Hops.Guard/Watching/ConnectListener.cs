using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Net.Sockets;

namespace Hops.Guard.Watching;

/// <summary>
/// Reports the unguarded connections that a <see cref="Socket"/> of this process starts. It listens to .NET's own event source (.NET documentation, “Networking
/// event counters and events”), on the thread that connects.
/// </summary>
internal sealed class ConnectListener : EventListener
{
    private const string Sockets = "System.Net.Sockets";
    private const string Begins = "ConnectStart";
    private const string Own = "Hops.Guard";

    private readonly Action<UnguardedConnection>? _report;
    private readonly Counter<long>? _count;

    public ConnectListener(Action<UnguardedConnection> report, Counter<long> count)
    {
        GuardedConnect.WatchBegins();
        _count = count;
        _report = report;
        // The base constructor has told of sources that were there already, before there was anything to report to.
        foreach (EventSource source in EventSource.GetSources())
        {
            Enable(source);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        GuardedConnect.WatchEnds();
    }

    protected override void OnEventSourceCreated(EventSource eventSource) => Enable(eventSource);

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (_report is null || eventData.EventName != Begins || GuardedConnect.IsRunning || eventData.Payload is not [string address, ..]
            || SocketAddressText.Read(address) is not { } remote)
        {
            return;
        }

        try
        {
            UnguardedConnection connection = new(remote, CallingAssembly());
            _count!.Add(1);
            _report(connection);
        }
#pragma warning disable CA1031 // An exception of the application's listener would reach the code that connects.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private void Enable(EventSource source)
    {
        if (source.Name == Sockets)
        {
            EnableEvents(source, EventLevel.Informational, EventKeywords.All);
        }
    }

    private static string? CallingAssembly()
    {
        string? ofSystem = null;
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: false).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame)?.DeclaringAssemblyName is not { } full)
            {
                continue;
            }

            string name = full.Split(',')[0];
            if (!name.StartsWith("System.", StringComparison.Ordinal) && name != Own)
            {
                return name;
            }

            // The outermost of .NET's own says most.
            ofSystem = name is "System.Private.CoreLib" or Own ? ofSystem : name;
        }

        return ofSystem;
    }
}
