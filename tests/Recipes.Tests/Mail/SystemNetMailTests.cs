using System.Net;
using System.Net.Mail;
using System.Net.Security;
using Hops.Guard;
using Hops.Recipes.Tests.Support;
using Hops.TestSupport;

namespace Hops.Recipes.Tests.Mail;

/// <summary>The SmtpClient of .NET through a guard's forwarder, with the real Exim. The control of each refusal is a guard that only reports.</summary>
[Trait("Length", "Long")]
public sealed class SystemNetMailTests(RecipeLab lab) : IClassFixture<RecipeLab>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_is_sent_to_the_far_server()
    {
        Requires.Root();
        using MailServer far = new(lab.Far);
        string subject = $"{Guid.NewGuid()}";
        await using HopGuardForwarder forwarder = lab.NewGuard().Forward(RecipeLab.FarName, MailServer.SmtpPort);
        using SmtpClient smtp = new($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port);
        await smtp.SendMailAsync("bob@client.example", "alice@far.example", subject, "hello", Stop);
        await Eventually.TrueAsync(() => far.Arrived().Any(text => text.Contains(subject, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(HopGuardMode.Enforce)]
    [InlineData(HopGuardMode.ReportOnly)]
    public async Task A_near_server_gets_no_byte(HopGuardMode mode)
    {
        Requires.Root();
        using MailServer near = new(lab.Near);
        lab.AtNear();
        await using HopGuardForwarder forwarder = lab.NewGuard(o => o.Mode = mode).Forward(RecipeLab.NearName, MailServer.SmtpPort);
        using SmtpClient smtp = new($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port);
        Task sending = smtp.SendMailAsync("bob@client.example", "alice@far.example", "hello", "hello", Stop);
        if (mode == HopGuardMode.Enforce)
        {
            await Assert.ThrowsAsync<SmtpException>(() => sending);
            Assert.True(HopGuard.IsRefusal(forwarder.LastFailure), $"{forwarder.LastFailure}");
            Assert.Equal(0, lab.AtNear().Bytes);
            return;
        }

        await sending;
        Assert.NotEqual(0, lab.AtNear().Bytes);
    }

    /// <summary>It verifies the name that it connects to, and with a forwarder that is loopback's.</summary>
    [Fact]
    public async Task Over_TLS_it_expects_a_certificate_of_loopback()
    {
        Requires.Root();
        using MailServer far = new(lab.Far);
        await using HopGuardForwarder forwarder = lab.NewGuard().Forward(RecipeLab.FarName, MailServer.SmtpPort);
        using SmtpClient smtp = new($"{forwarder.EndPoint.Address}", forwarder.EndPoint.Port) { EnableSsl = true };
        SslPolicyErrors? errors = null;
#pragma warning disable SYSLIB0014 // The only way to see what it verifies.
        ServicePointManager.ServerCertificateValidationCallback = (_, _, _, e) =>
        {
            errors = e;
            return false;
        };
        await Assert.ThrowsAnyAsync<Exception>(() => smtp.SendMailAsync("bob@client.example", "alice@far.example", "hello", "hello", Stop));
        ServicePointManager.ServerCertificateValidationCallback = null;
#pragma warning restore SYSLIB0014
        Assert.True(errors?.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch), $"{errors}");
    }
}
