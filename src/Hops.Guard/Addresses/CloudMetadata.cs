using System.Net;

namespace Hops.Guard.Addresses;

/// <summary>
/// The addresses of clouds' metadata services, which often contain credentials, and of related services. They are refused separately, because one of them is a
/// public address, and the others are in networks that may be allowed.
/// </summary>
internal static class CloudMetadata
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<IPAddress> Addresses { get; } =
    [
        // Instance metadata of AWS, Azure, Google, Oracle, DigitalOcean, Akamai, OpenStack and many more.
        IPAddress.Parse("169.254.169.254"),

        // AWS over IPv6; its resolver and its clock: whitepaper "IPv6 on AWS", Supporting Amazon VPC services.
        IPAddress.Parse("fd00:ec2::254"),
        IPAddress.Parse("169.254.169.253"),
        IPAddress.Parse("fd00:ec2::253"),
        IPAddress.Parse("169.254.169.123"),
        IPAddress.Parse("fd00:ec2::123"),

        // Credentials of an AWS container: ECS, and the EKS Pod Identity Agent. docs.rs/aws-config, module ecs.
        IPAddress.Parse("169.254.170.2"),
        IPAddress.Parse("169.254.170.23"),
        IPAddress.Parse("fd00:ec2::23"),

        // Azure's wire server, a public address: learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16.
        IPAddress.Parse("168.63.129.16"),

        // Google over IPv6: issue 5741 of GoogleCloudPlatform/k8s-config-connector.
        IPAddress.Parse("fd20:ce::254"),

        // Alibaba: alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata.
        IPAddress.Parse("100.100.100.200"),

        // Tencent: DataDog/datadog-agent, pkg/util/cloudproviders/tencent/tencent.go.
        IPAddress.Parse("169.254.0.23"),

        // Oracle Compute Classic: docs.oracle.com/en/cloud/iaas/compute-iaas-cloud/stcsg/retrieving-instance-metadata.html.
        IPAddress.Parse("192.0.0.192"),

        // Scaleway: scaleway.com/en/developers/api/instance/user-data.
        IPAddress.Parse("169.254.42.42"),
        IPAddress.Parse("fd00:42::42"),

        // Akamai (Linode) over IPv6: docs.cloud-init.io/en/latest/reference/datasources/akamai.html.
        IPAddress.Parse("fd00:a9fe:a9fe::1"),

        // OpenStack over IPv6, since Victoria: docs.openstack.org/nova/latest/admin/metadata-service.html.
        IPAddress.Parse("fe80::a9fe:a9fe"),
    ];

    private static readonly HashSet<AddressBits> Bits = [.. Addresses.Select(AddressBits.Of)];

    /// <summary>Whether an address is one of them, whatever its zone. Looks at the address as such, not at those embedded in it.</summary>
    public static bool Contains(IPAddress address) => Bits.Contains(AddressBits.Of(address));
}
