using System.Runtime;
using System.Runtime.CompilerServices;

namespace Hops.Common.Processes;

/// <summary>Detects a native program (NativeAOT), which has no runtime that compiles code.</summary>
internal static class NativeProgram
{
    /// <summary>
    /// Gets whether this program is native. Only a native program compiles no method; IsDynamicCodeSupported is false in every project with PublishAot, even if
    /// it runs on .NET.
    /// </summary>
    public static bool IsThis => !RuntimeFeature.IsDynamicCodeSupported && JitInfo.GetCompiledMethodCount() == 0;
}
