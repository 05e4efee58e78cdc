using System.Runtime;
using System.Runtime.CompilerServices;

namespace Hops.Common.Processes;

/// <summary>Whether this is a native program (NativeAOT), without a runtime that loads and compiles code while it runs.</summary>
internal static class NativeProgram
{
    /// <summary>
    /// It alone compiles no method: IsDynamicCodeSupported is false in every program whose project says PublishAot, also where it runs on .NET.
    /// </summary>
    public static bool IsThis => !RuntimeFeature.IsDynamicCodeSupported && JitInfo.GetCompiledMethodCount() == 0;
}
