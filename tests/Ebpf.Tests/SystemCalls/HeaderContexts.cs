using Ebpf.Contexts;

namespace Ebpf.Tests.SystemCalls;

/// <summary>The offsets of the fields of contexts that programs read.</summary>
internal static class HeaderContexts
{
    public static HeaderTable WithContexts(this HeaderTable table) => table
        .Offsets(typeof(SkBuff), "struct __sk_buff", """
            Length len
            PacketType pkt_type
            Mark mark
            QueueMapping queue_mapping
            Protocol protocol
            VlanPresent vlan_present
            VlanTag vlan_tci
            VlanProtocol vlan_proto
            Priority priority
            IngressInterfaceIndex ingress_ifindex
            InterfaceIndex ifindex
            TrafficControlIndex tc_index
            ControlBlock cb
            Hash hash
            TrafficControlClass tc_classid
            Data data
            DataEnd data_end
            NapiId napi_id
            Family family
            RemoteIp4 remote_ip4
            LocalIp4 local_ip4
            RemoteIp6 remote_ip6
            LocalIp6 local_ip6
            RemotePort remote_port
            LocalPort local_port
            DataMeta data_meta
            FlowKeys flow_keys
            Timestamp tstamp
            WireLength wire_len
            SegmentCount gso_segs
            Socket sk
            SegmentSize gso_size
            TimestampType tstamp_type
            HardwareTimestamp hwtstamp
            """, "NetworkHeader")
        .Offsets(typeof(XdpMd), "struct xdp_md", """
            Data data
            DataEnd data_end
            DataMeta data_meta
            IngressInterfaceIndex ingress_ifindex
            ReceiveQueueIndex rx_queue_index
            EgressInterfaceIndex egress_ifindex
            """)
        .Offsets(typeof(SockAddr), "struct bpf_sock_addr", """
            UserFamily user_family
            UserIp4 user_ip4
            UserIp6 user_ip6
            UserPort user_port
            Family family
            SocketType type
            Protocol protocol
            MessageSourceIp4 msg_src_ip4
            MessageSourceIp6 msg_src_ip6
            Socket sk
            """)
        .Offsets(typeof(SockOpt), "struct bpf_sockopt", """
            Socket sk
            Value optval
            ValueEnd optval_end
            Level level
            Name optname
            Length optlen
            ReturnValue retval
            """)
        .Offsets(typeof(SkLookup), "struct bpf_sk_lookup", """
            Socket sk
            Family family
            Protocol protocol
            RemoteIp4 remote_ip4
            RemoteIp6 remote_ip6
            RemotePort remote_port
            LocalIp4 local_ip4
            LocalIp6 local_ip6
            LocalPort local_port
            IngressInterfaceIndex ingress_ifindex
            """)
        .Offsets(typeof(SkReuseportMd), "struct sk_reuseport_md", """
            Data data
            DataEnd data_end
            Length len
            EthernetProtocol eth_protocol
            IpProtocol ip_protocol
            BoundToAny bind_inany
            Hash hash
            Socket sk
            MigratingSocket migrating_sk
            """)
        .Offsets(typeof(Sock), "struct bpf_sock", """
            BoundInterfaceIndex bound_dev_if
            Family family
            SocketType type
            Protocol protocol
            Mark mark
            Priority priority
            SourceIp4 src_ip4
            SourceIp6 src_ip6
            SourcePort src_port
            DestinationPort dst_port
            DestinationIp4 dst_ip4
            DestinationIp6 dst_ip6
            State state
            ReceiveQueueMapping rx_queue_mapping
            """)
        .Offsets(typeof(TcpSock), "struct bpf_tcp_sock", """
            CongestionWindow snd_cwnd
            SmoothedRoundTrip srtt_us
            MinimumRoundTrip rtt_min
            SlowStartThreshold snd_ssthresh
            ReceiveNext rcv_nxt
            SendNext snd_nxt
            SendUnacknowledged snd_una
            SegmentSize mss_cache
            EcnFlags ecn_flags
            RateDelivered rate_delivered
            RateInterval rate_interval_us
            PacketsOut packets_out
            RetransmittedOut retrans_out
            TotalRetransmissions total_retrans
            SegmentsIn segs_in
            DataSegmentsIn data_segs_in
            SegmentsOut segs_out
            DataSegmentsOut data_segs_out
            LostOut lost_out
            SelectivelyAcknowledgedOut sacked_out
            BytesReceived bytes_received
            BytesAcknowledged bytes_acked
            DuplicatesTold dsack_dups
            Delivered delivered
            DeliveredMarked delivered_ce
            TimeoutsInRow icsk_retransmits
            """)
        .Offsets(typeof(SockOps), "struct bpf_sock_ops", """
            Operation op
            Arguments args
            Reply reply
            Family family
            RemoteIp4 remote_ip4
            LocalIp4 local_ip4
            RemoteIp6 remote_ip6
            LocalIp6 local_ip6
            RemotePort remote_port
            LocalPort local_port
            IsFullSocket is_fullsock
            CongestionWindow snd_cwnd
            SmoothedRoundTrip srtt_us
            CallbackFlags bpf_sock_ops_cb_flags
            State state
            MinimumRoundTrip rtt_min
            SlowStartThreshold snd_ssthresh
            ReceiveNext rcv_nxt
            SendNext snd_nxt
            SendUnacknowledged snd_una
            SegmentSize mss_cache
            EcnFlags ecn_flags
            RateDelivered rate_delivered
            RateInterval rate_interval_us
            PacketsOut packets_out
            RetransmittedOut retrans_out
            TotalRetransmissions total_retrans
            SegmentsIn segs_in
            DataSegmentsIn data_segs_in
            SegmentsOut segs_out
            DataSegmentsOut data_segs_out
            LostOut lost_out
            SelectivelyAcknowledgedOut sacked_out
            TransmitHash sk_txhash
            BytesReceived bytes_received
            BytesAcknowledged bytes_acked
            Socket sk
            PacketData skb_data
            PacketDataEnd skb_data_end
            PacketLength skb_len
            PacketTcpFlags skb_tcp_flags
            PacketHardwareTimestamp skb_hwtstamp@6.2
            """);
}
