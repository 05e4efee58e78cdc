using Hops.Guard;
using Microsoft.Extensions.Configuration;

namespace Hops.Http.Hosting;

/// <summary>A guard that an application asked for. Several of one name are one guard.</summary>
/// <param name="Name">Its name, which is that of its options; null for the guards of all clients.</param>
/// <param name="IsOfClient">Whether it is of an <see cref="HttpClient"/>; else it is a <see cref="HopGuard"/> among the services.</param>
/// <param name="Configuration">Where its options come from; null for code.</param>
internal sealed record RegisteredGuard(string? Name, bool IsOfClient, IConfiguration? Configuration);
