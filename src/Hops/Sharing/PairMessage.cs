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
internal static class PairMessage
{
    private const int Descriptors = 2;

    /// <returns>Why it was not sent.</returns>
    public static Errno Send(SafeHandle socket, FilterPair pair) =>
        DescriptorMessage.Send(socket, [SharedPaths.Layout], pair.Filter.SafeHandle, pair.Slots.SafeHandle);

    /// <param name="socket">Connected to the service.</param>
    /// <returns>What was received, which is not checked.</returns>
    /// <exception cref="SharingRefusedException">It is not such a message.</exception>
    /// <exception cref="BpfException">It has other descriptors.</exception>
    public static FilterPair Receive(PatientSocket socket)
    {
        Span<byte> layout = stackalloc byte[1];
        nint length = socket.Receive(layout, out SafeFileHandle[] handles, out bool isTruncated, out Errno error);
        (string Problem, HopRemedyKind Remedy)? refused = length < 0 ? (LibC.MessageOf(error), HopRemedyKind.RestartService)
            : length == 0 ? ("the service closed the connection: it is ending, or has too many of this user open already", HopRemedyKind.RestartService)
            : null;

        try
        {
            refused ??= isTruncated
                ? ("it sent too many descriptors, or this process has none left", HopRemedyKind.RaiseDescriptorLimit)
                : layout[0] != SharedPaths.Layout
                ? ($"it serves layout v{layout[0]}, and this program reads v{SharedPaths.Layout}", HopRemedyKind.UpdateService)
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
}
