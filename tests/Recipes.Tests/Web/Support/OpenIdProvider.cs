using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Hops.Recipes.Tests.Web.Support;

/// <summary>A provider of OpenID Connect with one user, who has agreed. It names what end points it is told to.</summary>
internal sealed class OpenIdProvider : IDisposable
{
    private readonly RSA _key = RSA.Create(2048);
    private IFormCollection? _pushed;
    private string _nonce = "";

    /// <summary>What it answers of itself: <c>jwks_uri</c> and the like.</summary>
    public Dictionary<string, object> Metadata { get; } = [];

    /// <param name="authority">Where all end points are that are not told otherwise later.</param>
    public void NameAll(string authority)
    {
        Metadata["issuer"] = authority;
        Metadata["authorization_endpoint"] = $"{authority}/authorize";
        Metadata["token_endpoint"] = $"{authority}/token";
        Metadata["jwks_uri"] = $"{authority}/keys";
        Metadata["userinfo_endpoint"] = $"{authority}/userinfo";
    }

    public void Map(WebApplication application)
    {
        application.MapGet("/.well-known/openid-configuration", () => Results.Json(Metadata));
        application.MapGet("/keys", () =>
        {
            RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
            (string n, string e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
            return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", n, e } } });
        });
        application.MapPost("/token", () => Results.Json(new { access_token = "access", token_type = "Bearer", expires_in = 60, id_token = IdToken() }));
        application.MapGet("/userinfo", static () => Results.Json(new { sub = "user", email = "user@example.com" }));
        application.MapPost("/par", async (HttpContext context) =>
        {
            _pushed = await context.Request.ReadFormAsync();
            return Results.Json(new { request_uri = "urn:ietf:params:oauth:request_uri:1", expires_in = 60 }, statusCode: StatusCodes.Status201Created);
        });
    }

    /// <summary>The user arrives, and agrees.</summary>
    /// <param name="query">
    /// Of the address that the application has sent the browser to; if the application has pushed the request, only the request's name.
    /// </param>
    /// <returns>The application's state, to be sent back.</returns>
    public string Agree(Dictionary<string, StringValues> query)
    {
        bool isPushed = query.ContainsKey("request_uri");
        _nonce = $"{(isPushed ? _pushed!["nonce"] : query["nonce"])}";
        return $"{(isPushed ? _pushed!["state"] : query["state"])}";
    }

    public void Dispose() => _key.Dispose();

    private string IdToken() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = (string)Metadata["issuer"],
        Audience = "application",
        Subject = new ClaimsIdentity([new Claim("sub", "user"), new Claim("nonce", _nonce)]),
        Expires = DateTime.UtcNow.AddMinutes(5),
        SigningCredentials = new SigningCredentials(new RsaSecurityKey(_key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
    });
}
