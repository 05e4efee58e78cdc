namespace KernelChecks.Kinds;

/// <summary>The kernel was built without something, or its module is not in the machine: nothing can be said of that kind.</summary>
internal sealed class NotBuiltException(string message) : Exception(message);
