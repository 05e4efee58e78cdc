using System.Runtime.InteropServices;
using Ebpf;
using Ebpf.Maps;
using Ebpf.Programs;
using Hops.Common.Interop;
using Hops.Filters;
using Microsoft.Win32.SafeHandles;

namespace Hops.Sharing;

/// <summary>
/// A filter and its slots as a message over a Unix socket: one byte, the number of the layout, and beside it the two descriptors. They work also in a process
/// that may not call <c>bpf(2)</c>.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/unix.7.html"/>
internal static unsafe class PairMessage
{
    private const int Descriptors = 2;

    /// <returns>Why it was not sent.</returns>
    public static Errno Send(SafeHandle socket, FilterPair pair)
    {
        bool filterHeld = false;
        bool slotsHeld = false;
        try
        {
            pair.Filter.SafeHandle.DangerousAddRef(ref filterHeld);
            pair.Slots.SafeHandle.DangerousAddRef(ref slotsHeld);
            byte layout = SharedPaths.Layout;
            Control control = new()
            {
                Length = (nuint)sizeof(Control),
                Level = LibC.SolSocket,
                Type = LibC.ScmRights,
                Filter = (int)pair.Filter.SafeHandle.DangerousGetHandle(),
                Slots = (int)pair.Slots.SafeHandle.DangerousGetHandle(),
            };
            LibC.Buffer buffer = new() { Start = &layout, Length = 1 };
            LibC.Message message = new() { Buffers = &buffer, BufferCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
            return LibC.SendMessage(socket, &message, LibC.MessageNoSignal) == 1 ? Errno.None : LibC.LastError;
        }
        finally
        {
            if (slotsHeld)
            {
                pair.Slots.SafeHandle.DangerousRelease();
            }

            if (filterHeld)
            {
                pair.Filter.SafeHandle.DangerousRelease();
            }
        }
    }

    /// <param name="socket">Connected to the service.</param>
    /// <returns>What was received, which is not checked.</returns>
    /// <exception cref="SharingRefusedException">It is not such a message.</exception>
    /// <exception cref="BpfException">It has other descriptors.</exception>
    public static FilterPair Receive(PatientSocket socket)
    {
        byte layout = 0;
        // Descriptors that have no room here are closed by the kernel, and the message says so.
        Control control = default;
        LibC.Buffer buffer = new() { Start = &layout, Length = 1 };
        LibC.Message message = new() { Buffers = &buffer, BufferCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
        nint length = socket.Receive(&message, LibC.MessageCloseOnExec, out Errno error);
        (string Problem, HopRemedyKind Remedy)? refused = length < 0 ? (LibC.MessageOf(error), HopRemedyKind.RestartService)
            : length == 0 ? ("the service closed the connection: it is ending, or has too many of this user open already", HopRemedyKind.RestartService)
            : null;

        SafeFileHandle[] handles = Own(message, control);
        try
        {
            refused ??= (message.Flags & LibC.MessageControlTruncated) != 0
                ? ("it sent too many descriptors, or this process has none left", HopRemedyKind.RaiseDescriptorLimit)
                : layout != SharedPaths.Layout
                ? ($"it serves layout v{layout}, and this program reads v{SharedPaths.Layout}", HopRemedyKind.UpdateService)
                : handles.Length != Descriptors ? ("it sent no two descriptors", HopRemedyKind.RestartService)
                : null;
            if (refused is (var problem, var remedy))
            {
                throw new SharingRefusedException($"the service did not hand over a filter: {problem}", remedy);
            }

            BpfProgram filter = BpfProgram.FromDescriptor(handles[0], BpfProgramType.SocketFilter);
            try
            {
                return new FilterPair(filter, BpfMap.FromDescriptor<uint, ulong>(handles[1]));
            }
            catch
            {
                filter.Dispose();
                throw;
            }
        }
        finally
        {
            foreach (SafeFileHandle handle in handles)
            {
                handle.Dispose();
            }
        }
    }

    private static SafeFileHandle[] Own(LibC.Message message, Control control)
    {
        if (message.ControlLength < (nuint)Control.HeaderSize || control.Level != LibC.SolSocket || control.Type != LibC.ScmRights)
        {
            return [];
        }

        int count = Math.Min(((int)control.Length - Control.HeaderSize) / sizeof(int), Descriptors);
        return [.. ((int[])[control.Filter, control.Slots]).Take(count).Select(static descriptor => new SafeFileHandle(descriptor, ownsHandle: true))];
    }

    /// <summary><c>struct cmsghdr</c> of 64-bit Linux and two descriptors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Control
    {
        public const int HeaderSize = 16;

        public nuint Length;
        public int Level;
        public int Type;
        public int Filter;
        public int Slots;
    }
}
