using System.Text;
using Grpc.Core;

namespace Hops.Http.Tests.Support;

/// <summary>A gRPC service that repeats a text, bound by hand. gRPC requires a method to override that has the name of the call.</summary>
[BindServiceMethod(typeof(Repeater), nameof(Bind))]
internal abstract class Repeater
{
    private static readonly Marshaller<string> Text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    public static Method<string, string> Call { get; } = new(MethodType.Unary, "Repeater", nameof(Repeat), Text, Text);

    public static void Bind(ServiceBinderBase binder, Repeater? service) =>
        binder.AddMethod(Call, service is null ? null! : new UnaryServerMethod<string, string>(service.Repeat));

    public abstract Task<string> Repeat(string request, ServerCallContext context);

    internal sealed class Service : Repeater
    {
        public override Task<string> Repeat(string request, ServerCallContext context) => Task.FromResult(request);
    }
}
