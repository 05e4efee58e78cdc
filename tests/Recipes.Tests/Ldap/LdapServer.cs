using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Ldap;

/// <summary>A real slapd at port 389 of a namespace. For <see cref="Elsewhere"/> it may refer to another server.</summary>
internal static class LdapServer
{
    public const int Port = 389;
    public const string Root = "dc=example";
    public const string Alice = "cn=alice,dc=example";
    public const string Password = "secret";
    public const string Elsewhere = "ou=elsewhere,dc=example";

    public static ServerProcess Start(NetworkNamespace at, string? other)
    {
        string slapd = Requires.Program("slapd", "slapd");
        TemporaryFolder folder = new();
        Directory.CreateDirectory(Path.Combine(folder.Path, "data"));
        string configuration = folder.Write(
            "slapd.conf",
            $"""
            include /etc/ldap/schema/core.schema
            modulepath /usr/lib/ldap
            moduleload back_mdb
            pidfile {folder.Path}/slapd.pid
            database mdb
            suffix "{Root}"
            directory {folder.Path}/data

            """);
        string entries = folder.Write(
            "entries.ldif",
            $"""
            dn: {Root}
            objectClass: organization
            objectClass: dcObject
            o: example
            dc: example

            dn: {Alice}
            objectClass: person
            cn: alice
            sn: Example
            userPassword: {Password}

            dn: {Elsewhere}
            ou: elsewhere
            {(other is null ? "objectClass: organizationalUnit" : $"objectClass: referral\nobjectClass: extensibleObject\nref: ldap://{other}/{Elsewhere}")}

            """);
        Command.Run(Requires.Program("slapd", "slapadd"), "-f", configuration, "-l", entries);
        return new ServerProcess(at, folder, [Port], slapd, "-f", configuration, "-h", $"ldap://0.0.0.0:{Port}", "-d", "0");
    }
}
