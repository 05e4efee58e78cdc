namespace Ebpf.Assembly;

/// <summary>
/// Functions of the kernel that a program may call, by their number in <c>linux/bpf.h</c>. Which of them a program may call depends on its
/// type; for others see <see cref="Assembler.Call(int)"/>.
/// </summary>
/// <seealso href="https://man7.org/linux/man-pages/man7/bpf-helpers.7.html"/>
public enum Helper
{
    /// <summary><c>r0</c> = where the value of the key at <c>*r2</c> lies in the map <c>r1</c>, or 0. Linux 3.19.</summary>
    MapLookupElement = 1,

    /// <summary>Writes the value at <c>*r3</c> under the key at <c>*r2</c> of the map <c>r1</c>, flags <c>r4</c>. Linux 3.19.</summary>
    MapUpdateElement = 2,

    /// <summary>Deletes the key at <c>*r2</c> of the map <c>r1</c>. Linux 3.19.</summary>
    MapDeleteElement = 3,

    /// <summary><c>r0</c> = nanoseconds since boot, without time asleep. Linux 4.1.</summary>
    GetMonotonicNanoseconds = 5,

    /// <summary><c>r0</c> = a random 32-bit number. Linux 4.1.</summary>
    GetRandomNumber = 7,

    /// <summary><c>r0</c> = the processor that the program runs on. Linux 4.1.</summary>
    GetProcessorId = 8,

    /// <summary>Copies <c>r4</c> bytes at offset <c>r2</c> of the packet <c>r1</c> to <c>*r3</c>. Linux 4.5.</summary>
    LoadPacketBytes = 26,

    /// <summary><c>r0</c> = the cookie of the socket that the context <c>r1</c> belongs to: the same that <c>SO_COOKIE</c> gives the application. Linux 4.12.</summary>
    GetSocketCookie = 46,
}
