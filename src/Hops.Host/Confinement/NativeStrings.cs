using System.Runtime.InteropServices;

namespace Hops.Host.Confinement;

/// <summary>Represents strings as C passes them to programs: an array of pointers that ends with null.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte*[] _strings;

    public NativeStrings(IReadOnlyCollection<string> strings)
    {
        _strings = new byte*[strings.Count];
        Pointer = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        int i = 0;
        foreach (string text in strings)
        {
            _strings[i] = (byte*)Marshal.StringToCoTaskMemUTF8(text);
            Pointer[i] = _strings[i];
            i++;
        }
    }

    public byte** Pointer { get; }

    /// <summary>The environment of a program.</summary>
    public static NativeStrings OfEnvironment(IEnumerable<KeyValuePair<string, string>> variables) =>
        new([.. variables.Select(static variable => $"{variable.Key}={variable.Value}")]);

    public void Dispose()
    {
        foreach (byte* text in _strings)
        {
            Marshal.FreeCoTaskMem((nint)text);
        }

        NativeMemory.Free(Pointer);
    }
}
