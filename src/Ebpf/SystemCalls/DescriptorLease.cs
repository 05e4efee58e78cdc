using System.Runtime.InteropServices;

namespace Ebpf.SystemCalls;

/// <summary>
/// Keeps a descriptor open, and its number valid, while a system call uses it, even if another thread disposes its owner meanwhile.
/// </summary>
internal ref struct DescriptorLease : IDisposable
{
    private readonly SafeHandle _descriptor;
    private bool _held;

    /// <exception cref="ObjectDisposedException">The owner was disposed already.</exception>
    public DescriptorLease(SafeHandle descriptor)
    {
        _descriptor = descriptor;
        descriptor.DangerousAddRef(ref _held);
    }

    public readonly int Number => (int)_descriptor.DangerousGetHandle();

    public void Dispose()
    {
        if (_held)
        {
            _held = false;
            _descriptor.DangerousRelease();
        }
    }
}
