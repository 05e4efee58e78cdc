using Hops.Lab;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Mail;

/// <summary>A real Exim at port 25 of a namespace, with STARTTLS, and a real Dovecot with IMAP on 143 and 993, which shows what arrived.</summary>
internal sealed class MailServer : IDisposable
{
    public const int SmtpPort = 25;
    public const int ImapPort = 143;
    public const int ImapTlsPort = 993;
    public const string User = "alice";
    public const string Password = "secret";

    // Whom the mailbox belongs to.
    private const string Owner = "mail";

    private readonly ServerProcess _imap;

    public MailServer(NetworkNamespace at)
    {
        _imap = StartImap(at);
        Smtp = StartSmtp(at, Path.Combine(_imap.Folder, "mail"));
    }

    public ServerProcess Smtp { get; }

    /// <summary>The messages that arrived.</summary>
    public string[] Arrived()
    {
        string folder = Path.Combine(_imap.Folder, "mail", "new");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(File.ReadAllText)] : [];
    }

    public void Dispose()
    {
        Smtp.Dispose();
        _imap.Dispose();
    }

    private static ServerProcess StartSmtp(NetworkNamespace at, string mailbox)
    {
        string exim = Requires.Program("exim4-daemon-light", "exim4");
        TemporaryFolder folder = new();
        ServerCertificate.Write(folder);
        string file = folder.Write(
            "exim4.conf",
            $"""
            primary_hostname = {RecipeLab.FarName}
            exim_user = {Owner}
            exim_group = {Owner}
            spool_directory = {folder.Path}/spool
            log_file_path = {folder.Path}/%s.log
            pid_file_path = {folder.Path}/exim.pid
            daemon_smtp_ports = {SmtpPort}
            local_interfaces = 0.0.0.0
            host_lookup =
            rfc1413_hosts =
            tls_advertise_hosts = *
            tls_certificate = {folder.Path}/certificate.pem
            tls_privatekey = {folder.Path}/key.pem
            acl_smtp_rcpt = everyone
            begin acl
            everyone:
              accept
            begin routers
            all:
              driver = accept
              transport = keep
            begin transports
            keep:
              driver = appendfile
              directory = {mailbox}
              maildir_format
              user = {Owner}
              group = {Owner}

            """);
        folder.GiveTo(Owner);
        // With a configuration file in another place exim drops the rights that it needs to deliver.
        string command = $"mount -t tmpfs -o mode=755 tmpfs /etc/exim4 && cp {file} /etc/exim4/exim4.conf && exec {exim} -bdf";
        return new ServerProcess(at, folder, [SmtpPort], Requires.Program("util-linux", "unshare"), "--mount", "--propagation", "private", "sh", "-c", command);
    }

    private static ServerProcess StartImap(NetworkNamespace at)
    {
        string dovecot = Requires.Program("dovecot-imapd", "dovecot");
        TemporaryFolder folder = new();
        ServerCertificate.Write(folder);
        Directory.CreateDirectory(Path.Combine(folder.Path, "mail"));
        string users = folder.Write("users", $"{User}:{{PLAIN}}{Password}\n");
        string file = folder.Write(
            "dovecot.conf",
            $$"""
            base_dir = {{folder.Path}}/run
            state_dir = {{folder.Path}}/state
            log_path = /dev/stderr
            protocols = imap
            listen = 0.0.0.0
            ssl = yes
            ssl_cert = <{{folder.Path}}/certificate.pem
            ssl_key = <{{folder.Path}}/key.pem
            mail_location = maildir:{{folder.Path}}/mail
            first_valid_uid = 1
            first_valid_gid = 1
            passdb {
              driver = passwd-file
              args = {{users}}
            }
            userdb {
              driver = static
              args = uid={{Owner}} gid={{Owner}} home={{folder.Path}}
            }
            """);
        Command.Run("chown", "-R", $"{Owner}:{Owner}", Path.Combine(folder.Path, "mail"));
        Command.Run("chmod", "755", folder.Path);
        return new ServerProcess(at, folder, [ImapPort, ImapTlsPort], dovecot, "-F", "-c", file);
    }
}
