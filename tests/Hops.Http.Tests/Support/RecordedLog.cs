using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Hops.Http.Tests.Support;

/// <summary>Every line that a guard logs, as <c>Warning: text</c>.</summary>
internal sealed class RecordedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Log(categoryName.StartsWith("Hops.", StringComparison.Ordinal) ? _lines : null);

    public void Dispose()
    {
    }

    private sealed class Log(ConcurrentQueue<string>? lines) : ILogger
    {
        IDisposable? ILogger.BeginScope<TState>(TState state) => null;

        public bool IsEnabled(LogLevel logLevel) => lines is not null;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines?.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
