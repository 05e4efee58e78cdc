using System.DirectoryServices.Protocols;
using System.Net;
using Hops.Guard;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Ldap;

/// <summary>
/// System.DirectoryServices.Protocols, which is libldap, through a guard's forwarder, with the real slapd. All in the client's namespace: libldap makes
/// connections of its own.
/// </summary>
[Trait("Length", "Long")]
public sealed class LdapTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private ServerProcess Far => lab.Keep("far", () => LdapServer.Start(lab.Far, lab.NearAddress));

    private ServerProcess Near => lab.Keep("near", () => LdapServer.Start(lab.Near, null));

    [Fact]
    public async Task A_user_binds_at_the_far_server_and_searches_there()
    {
        Requires.Root();
        _ = Far;
        await using HopGuardForwarder forwarder = Forward(HopGuardMode.Enforce, RecipeLab.FarName);
        string[] found = lab.Client.Run(() =>
        {
            using LdapConnection connection = Connection(forwarder, isChasing: false);
            connection.Bind();
            SearchResponse response = (SearchResponse)connection.SendRequest(new SearchRequest(LdapServer.Root, "(cn=alice)", SearchScope.Subtree));
            return response.Entries.Cast<SearchResultEntry>().Select(static entry => entry.DistinguishedName).ToArray();
        });
        Assert.Equal([LdapServer.Alice], found);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_by_the_far_server()
    {
        Requires.Root();
        _ = Far;
        await using HopGuardForwarder forwarder = Forward(HopGuardMode.Enforce, RecipeLab.FarName);
        lab.Client.Run(() =>
        {
            using LdapConnection connection = Connection(forwarder, isChasing: false);
            connection.Credential = new NetworkCredential(LdapServer.Alice, "wrong");
            Assert.Throws<LdapException>(connection.Bind);
        });
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        _ = Near;
        lab.AtNear();
        await using HopGuardForwarder forwarder = Forward(mode, RecipeLab.NearName);
        lab.Client.Run(() =>
        {
            using LdapConnection connection = Connection(forwarder, isChasing: false);
            if (mode == HopGuardMode.Enforce)
            {
                Assert.Throws<LdapException>(connection.Bind);
            }
            else
            {
                connection.Bind();
            }
        });
        Assert.Equal(mode == HopGuardMode.Enforce, lab.AtNear().Bytes == 0);
        Assert.Equal(mode == HopGuardMode.Enforce, HopGuard.IsRefusal(forwarder.LastFailure));
    }

    /// <summary>libldap follows referrals unless it is told not to, and goes past any forwarder then.</summary>
    [Theory]
    [InlineData(LdapServer.Root, false)]
    [InlineData(LdapServer.Root, true)]
    [InlineData(LdapServer.Elsewhere, false)]
    [InlineData(LdapServer.Elsewhere, true)]
    public async Task A_near_server_that_a_far_one_refers_to_gets_no_byte_unless_referrals_are_chased(string searched, bool isChasing)
    {
        Requires.Root();
        (_, _) = (Far, Near);
        lab.AtNear();
        await using HopGuardForwarder forwarder = Forward(HopGuardMode.Enforce, RecipeLab.FarName);
        Uri[] referrals = lab.Client.Run(() =>
        {
            using LdapConnection connection = Connection(forwarder, isChasing);
            connection.Bind();
            return Search(connection, new SearchRequest(searched, "(objectClass=*)", SearchScope.Subtree));
        });
        Assert.Equal(!isChasing, lab.AtNear().Bytes == 0);
        Assert.True(isChasing || referrals.Any(referral => referral.Host == lab.NearAddress));
    }

    /// <returns>What the application got of referrals.</returns>
    private static Uri[] Search(LdapConnection connection, SearchRequest request)
    {
        SearchResponse response = (SearchResponse)connection.SendRequest(request);
        return [.. response.Referral, .. response.References.Cast<SearchResultReference>().SelectMany(static reference => reference.Reference)];
    }

    private static LdapConnection Connection(HopGuardForwarder forwarder, bool isChasing)
    {
        LdapConnection connection = new(
            new LdapDirectoryIdentifier($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port),
            new NetworkCredential(LdapServer.Alice, LdapServer.Password),
            AuthType.Basic);
        connection.SessionOptions.ProtocolVersion = 3;
        if (!isChasing)
        {
            connection.SessionOptions.ReferralChasing = ReferralChasingOptions.None;
        }

        return connection;
    }

    /// <summary>Listens in the client's namespace.</summary>
    private HopGuardForwarder Forward(HopGuardMode mode, string name) => lab.Client.Run(() => lab.NewGuard(o => o.Mode = mode).Forward(name, LdapServer.Port));
}
