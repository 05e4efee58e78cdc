using System.Net.Security;
using Hops.Guard;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Hops.Recipes.Tests.Mail;

/// <summary>MailKit on streams of a guard, with the real Exim and Dovecot. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class MailKitTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private MailServer Far => lab.Keep("far", () => new MailServer(lab.Far));

    private MailServer Near => lab.Keep("near", () => new MailServer(lab.Near));

    [Fact]
    public async Task A_mail_is_sent_to_the_far_server_and_read_there_both_over_TLS_with_its_name_verified()
    {
        Requires.Root();
        MailServer far = Far;
        HopGuard guard = lab.NewGuard();
        string subject = $"{Guid.NewGuid()}";
        using SmtpClient smtp = new() { ServerCertificateValidationCallback = (_, _, _, errors) => IsNamed(errors) };
        await smtp.ConnectAsync(
            await guard.ConnectAsync(RecipeLab.FarName, MailServer.SmtpPort, Stop), RecipeLab.FarName, MailServer.SmtpPort, SecureSocketOptions.StartTls, Stop);
        Assert.True(smtp.IsSecure);
        await smtp.SendAsync(Message(subject), Stop);
        await smtp.DisconnectAsync(quit: true, Stop);
        await Eventually.TrueAsync(() => far.Arrived().Any(text => text.Contains(subject, StringComparison.Ordinal)));

        using ImapClient imap = new() { ServerCertificateValidationCallback = (_, _, _, errors) => IsNamed(errors) };
        await imap.ConnectAsync(
            await guard.ConnectAsync(RecipeLab.FarName, MailServer.ImapTlsPort, Stop), RecipeLab.FarName, MailServer.ImapTlsPort,
            SecureSocketOptions.SslOnConnect, Stop);
        await imap.AuthenticateAsync(MailServer.User, MailServer.Password, Stop);
        await imap.Inbox!.OpenAsync(FolderAccess.ReadOnly, Stop);
        IList<IMessageSummary> summaries = await imap.Inbox.FetchAsync(0, -1, MessageSummaryItems.Envelope, Stop);
        Assert.Contains(summaries, summary => summary.Envelope?.Subject == subject);
    }

    [Fact]
    public async Task The_name_in_the_far_servers_certificate_is_verified()
    {
        Requires.Root();
        _ = Far;
        SslPolicyErrors? errors = null;
        using SmtpClient smtp = new()
        {
            ServerCertificateValidationCallback = (_, _, _, e) =>
            {
                errors = e;
                return IsNamed(e);
            },
        };
        Stream stream = await lab.NewGuard().ConnectAsync(RecipeLab.FarName, MailServer.SmtpPort, Stop);
        await Assert.ThrowsAsync<SslHandshakeException>(
            () => smtp.ConnectAsync(stream, "other.example", MailServer.SmtpPort, SecureSocketOptions.StartTls, Stop));
        Assert.True(errors?.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch));
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce, MailServer.SmtpPort)]
    [InlineData(HopGuardMode.ReportOnly, MailServer.SmtpPort)]
    [InlineData(HopGuardMode.Enforce, MailServer.ImapPort)]
    [InlineData(HopGuardMode.ReportOnly, MailServer.ImapPort)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode, int port)
    {
        Requires.Root();
        _ = Near;
        lab.AtNear();
        HopGuard guard = lab.NewGuard(o => o.Mode = mode);
        using IMailService client = port == MailServer.SmtpPort ? new SmtpClient() : new ImapClient();
        if (mode == HopGuardMode.Enforce)
        {
            HopGuardException e = await Assert.ThrowsAsync<HopGuardException>(async () => await guard.ConnectAsync(RecipeLab.NearName, port, Stop));
            Assert.Equal((HopGuardReason.Near, 0), (e.Reason, lab.AtNear().Bytes));
            return;
        }

        await client.ConnectAsync(await guard.ConnectAsync(RecipeLab.NearName, port, Stop), RecipeLab.NearName, port, SecureSocketOptions.None, Stop);
        await client.DisconnectAsync(quit: true, Stop);
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>As a program does that delivers mail by MX records: it picks the hosts itself.</summary>
    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task Of_the_hosts_of_MX_records_a_near_one_gets_no_byte_and_the_far_one_gets_the_mail(HopGuardMode mode)
    {
        Requires.Root();
        (MailServer far, MailServer near) = (Far, Near);
        lab.AtNear();
        HopGuard guard = lab.NewGuard(o => o.Mode = mode);
        string subject = $"{Guid.NewGuid()}";
        foreach (string host in (string[])[RecipeLab.NearName, RecipeLab.FarName])
        {
            using SmtpClient smtp = new();
            try
            {
                await smtp.ConnectAsync(await guard.ConnectAsync(host, MailServer.SmtpPort, Stop), host, MailServer.SmtpPort, SecureSocketOptions.None, Stop);
                await smtp.SendAsync(Message(subject), Stop);
                break;
            }
            catch (HopGuardException)
            {
                // The next one.
            }
        }

        MailServer expected = mode == HopGuardMode.Enforce ? far : near;
        await Eventually.TrueAsync(() => expected.Arrived().Any(text => text.Contains(subject, StringComparison.Ordinal)));
        Assert.Equal(mode == HopGuardMode.Enforce, lab.AtNear().Bytes == 0);
    }

    /// <summary>The lab's certificate has no issuer; tests may ignore this error only.</summary>
    private static bool IsNamed(SslPolicyErrors errors) => errors == SslPolicyErrors.RemoteCertificateChainErrors;

    private static MimeMessage Message(string subject) => new(
        [MailboxAddress.Parse("bob@client.example")], [MailboxAddress.Parse("alice@far.example")], subject, new TextPart("plain") { Text = "hello" });
}
