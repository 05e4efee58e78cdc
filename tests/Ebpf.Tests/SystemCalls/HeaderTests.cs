using Ebpf.Contexts;
using Ebpf.Links;
using Ebpf.Maps;
using Ebpf.Programs;
using Ebpf.SystemCalls;
using Ebpf.TypeInformation;
using Hops.TestSupport;

namespace Ebpf.Tests.SystemCalls;

/// <summary>
/// Every number that we share with the kernel, against its own headers. A new structure is a line of the table;
/// a new value of an enumeration that is not in it fails.
/// </summary>
public sealed class HeaderTests
{
    private static readonly string[] Headers =
    [
        "stddef.h", "linux/bpf.h", "linux/btf.h", "linux/filter.h", "linux/if_link.h", "linux/capability.h", "linux/version.h",
        "linux/netlink.h", "linux/rtnetlink.h", "linux/pkt_sched.h", "linux/pkt_cls.h", "sys/epoll.h", "sys/eventfd.h", "sys/mman.h", "sys/resource.h", "sys/socket.h", "net/if.h", "fcntl.h", "time.h", "errno.h",
    ];

    [Fact]
    public void Every_structure_and_constant_is_as_the_kernels_headers_have_it()
    {
        HeaderTable table = Table();
        List<string> expressions = [.. table.Rows.Select(static r => r.Expression), "LINUX_VERSION_CODE"];
        long?[] values = CCompiler.Evaluate(Headers, expressions);
        long code = values[^1]!.Value;
        Version header = new((int)(code >> 16), (int)((code >> 8) & 0xff));

        Assert.Equal([], table.Rows.Zip(values).Where(static r => r.Second is { } value && value != r.First.Value)
            .Select(static r => $"{r.First.Name} is {r.First.Value}; {r.First.Expression} is {r.Second}"));
        string[] unknown = [.. table.Rows.Zip(values).Where(static r => r.Second is null).Select(static r => r.First.Name)];
        TestContext.Current.TestOutputHelper?.WriteLine($"The headers are of Linux {header}. They do not have: {string.Join(", ", unknown)}");
        Assert.Equal(table.Rows.Where(r => r.Since > header).Select(static r => r.Name), unknown);
    }

    private static HeaderTable Table() => new HeaderTable()
        .Structure<Bpf.MapCreateAttributes>("union bpf_attr", """
            map_type key_size value_size max_entries map_flags inner_map_fd numa_node map_name map_ifindex btf_fd btf_key_type_id btf_value_type_id
            btf_vmlinux_value_type_id map_extra value_type_btf_obj_fd@6.9 map_token_fd@6.9 excl_prog_hash@6.18 excl_prog_hash_size@6.18
            """)
        .Structure<Bpf.MapElementAttributes>("union bpf_attr", "map_fd key value flags")
        .Structure<Bpf.MapBatchAttributes>("union bpf_attr", "in_batch out_batch keys values count map_fd elem_flags flags", "batch")
        .Structure<Bpf.MapFreezeAttributes>("union bpf_attr", "map_fd")
        .Structure<Bpf.MapInfo>("struct bpf_map_info", "type id key_size value_size max_entries map_flags name")
        .Structure<Bpf.BtfLoadAttributes>("union bpf_attr", "btf btf_log_buf btf_size btf_log_size btf_log_level")
        .Structure<Bpf.ObjectPinAttributes>("union bpf_attr", "pathname bpf_fd file_flags")
        .Structure<Bpf.DescriptorByIdAttributes>("union bpf_attr", "prog_id next_id open_flags")
        .Structure<Bpf.ObjectInfoAttributes>("union bpf_attr", "bpf_fd info_len info", "info")
        .Structure<Bpf.ProgramLoadAttributes>(
            "union bpf_attr", "prog_type insn_cnt insns license log_level log_size log_buf kern_version prog_flags prog_name prog_ifindex expected_attach_type")
        .Structure<Bpf.ProgramTestRunAttributes>(
            "union bpf_attr", "prog_fd retval data_size_in data_size_out data_in data_out repeat duration ctx_size_in ctx_size_out ctx_in ctx_out", "test")
        .Structure<Bpf.EnableStatisticsAttributes>("union bpf_attr", "type", "enable_stats")
        .Structure<Bpf.LinkCreateAttributes>("union bpf_attr", "prog_fd target_fd attach_type flags tcx.relative_fd@6.6 tcx.expected_revision@6.6", "link_create")
        .Structure<Bpf.LinkUpdateAttributes>("union bpf_attr", "link_fd new_prog_fd flags old_prog_fd", "link_update")
        .Structure<Bpf.LinkDetachAttributes>("union bpf_attr", "link_fd", "link_detach")
        .Structure<Bpf.ProgramQueryAttributes>("union bpf_attr", "target_fd attach_type query_flags attach_flags prog_ids prog_cnt prog_attach_flags link_ids@6.6 link_attach_flags@6.6 revision@6.6", "query")
        .Structure<Bpf.ProgramInfo>("struct bpf_prog_info", """
            type id tag jited_prog_len xlated_prog_len jited_prog_insns xlated_prog_insns load_time created_by_uid nr_map_ids map_ids name ifindex
            - netns_dev netns_ino nr_jited_ksyms nr_jited_func_lens jited_ksyms jited_func_lens btf_id func_info_rec_size func_info nr_func_info
            nr_line_info line_info jited_line_info nr_jited_line_info line_info_rec_size jited_line_info_rec_size nr_prog_tags prog_tags run_time_ns run_cnt
            recursion_misses verified_insns
            """)
        .Structure<Bpf.LinkInfo>("struct bpf_link_info", "type id prog_id cgroup.cgroup_id cgroup.attach_type")
        .Structure<Bpf.XdpLinkInfo>("struct bpf_link_info", "type id prog_id xdp.ifindex")
        .Structure<Bpf.TcxLinkInfo>("struct bpf_link_info", "type id prog_id tcx.ifindex@6.6 tcx.attach_type@6.6")
        .Structure<Bpf.NetworkNamespaceLinkInfo>("struct bpf_link_info", "type id prog_id netns.netns_ino netns.attach_type")
        .Structure<TrafficControlMessage.Header>("struct nlmsghdr", "nlmsg_len nlmsg_type nlmsg_flags nlmsg_seq nlmsg_pid")
        .Structure<TrafficControlMessage.Body>("struct tcmsg", "tcm_family tcm_ifindex tcm_handle tcm_parent tcm_info")
        .Constants(typeof(TrafficControl), """
            ErrorMessage NLMSG_ERROR
            DoneMessage NLMSG_DONE
            NewQueueingDiscipline RTM_NEWQDISC
            DeleteQueueingDiscipline RTM_DELQDISC
            NewFilter RTM_NEWTFILTER
            DeleteFilter RTM_DELTFILTER
            GetFilter RTM_GETTFILTER
            Request NLM_F_REQUEST
            Acknowledge NLM_F_ACK
            Echo NLM_F_ECHO
            Dump NLM_F_DUMP
            Exclusive NLM_F_EXCL
            CreateNew NLM_F_CREATE
            Kind TCA_KIND
            Options TCA_OPTIONS
            BpfDescriptor TCA_BPF_FD
            BpfName TCA_BPF_NAME
            BpfFlags TCA_BPF_FLAGS
            BpfDirectAction TCA_BPF_FLAG_ACT_DIRECT
            Clsact TC_H_CLSACT
            ClsactIngress TC_H_MAKE(TC_H_CLSACT,TC_H_MIN_INGRESS)
            ClsactEgress TC_H_MAKE(TC_H_CLSACT,TC_H_MIN_EGRESS)
            ClsactHandle TC_H_MAKE(TC_H_CLSACT,0)
            """, "AllProtocols")
        .Constants(typeof(TcxPosition), """
            BeforeFlag BPF_F_BEFORE@6.6
            AfterFlag BPF_F_AFTER@6.6
            """)
        .Constants(typeof(BpfCommand), """
            MapCreate BPF_MAP_CREATE
            MapLookupElement BPF_MAP_LOOKUP_ELEM
            MapUpdateElement BPF_MAP_UPDATE_ELEM
            MapDeleteElement BPF_MAP_DELETE_ELEM
            MapGetNextKey BPF_MAP_GET_NEXT_KEY
            ProgramLoad BPF_PROG_LOAD
            ObjectPin BPF_OBJ_PIN
            ObjectGet BPF_OBJ_GET
            ProgramAttach BPF_PROG_ATTACH
            ProgramDetach BPF_PROG_DETACH
            ProgramTestRun BPF_PROG_TEST_RUN
            ProgramGetNextId BPF_PROG_GET_NEXT_ID
            MapGetNextId BPF_MAP_GET_NEXT_ID
            ProgramGetDescriptorById BPF_PROG_GET_FD_BY_ID
            MapGetDescriptorById BPF_MAP_GET_FD_BY_ID
            ObjectGetInfoByDescriptor BPF_OBJ_GET_INFO_BY_FD
            ProgramQuery BPF_PROG_QUERY
            BtfLoad BPF_BTF_LOAD
            MapLookupAndDeleteElement BPF_MAP_LOOKUP_AND_DELETE_ELEM
            MapFreeze BPF_MAP_FREEZE
            MapLookupBatch BPF_MAP_LOOKUP_BATCH
            MapLookupAndDeleteBatch BPF_MAP_LOOKUP_AND_DELETE_BATCH
            MapUpdateBatch BPF_MAP_UPDATE_BATCH
            MapDeleteBatch BPF_MAP_DELETE_BATCH
            LinkCreate BPF_LINK_CREATE
            LinkUpdate BPF_LINK_UPDATE
            LinkGetDescriptorById BPF_LINK_GET_FD_BY_ID
            LinkGetNextId BPF_LINK_GET_NEXT_ID
            EnableStatistics BPF_ENABLE_STATS
            LinkDetach BPF_LINK_DETACH
            """)
        .Constants(typeof(BtfKind), """
            Void BTF_KIND_UNKN
            Integer BTF_KIND_INT
            Pointer BTF_KIND_PTR
            Array BTF_KIND_ARRAY
            Structure BTF_KIND_STRUCT
            Union BTF_KIND_UNION
            Enumeration BTF_KIND_ENUM
            Forward BTF_KIND_FWD
            Typedef BTF_KIND_TYPEDEF
            Volatile BTF_KIND_VOLATILE
            Constant BTF_KIND_CONST
            Restrict BTF_KIND_RESTRICT
            Function BTF_KIND_FUNC
            FunctionPrototype BTF_KIND_FUNC_PROTO
            Variable BTF_KIND_VAR
            DataSection BTF_KIND_DATASEC
            Float BTF_KIND_FLOAT
            DeclarationTag BTF_KIND_DECL_TAG
            TypeTag BTF_KIND_TYPE_TAG
            Enumeration64 BTF_KIND_ENUM64
            """)
        .Constants(typeof(Bpf.ProgramQueryAttributes), "Effective BPF_F_QUERY_EFFECTIVE")
        .Constants(typeof(BpfMapType), """
            Hash BPF_MAP_TYPE_HASH
            Array BPF_MAP_TYPE_ARRAY
            LruHash BPF_MAP_TYPE_LRU_HASH
            ProgramArray BPF_MAP_TYPE_PROG_ARRAY
            LpmTrie BPF_MAP_TYPE_LPM_TRIE
            ArrayOfMaps BPF_MAP_TYPE_ARRAY_OF_MAPS
            HashOfMaps BPF_MAP_TYPE_HASH_OF_MAPS
            SockMap BPF_MAP_TYPE_SOCKMAP
            SockHash BPF_MAP_TYPE_SOCKHASH
            ReusePortSockArray BPF_MAP_TYPE_REUSEPORT_SOCKARRAY
            PerCpuHash BPF_MAP_TYPE_PERCPU_HASH
            PerCpuArray BPF_MAP_TYPE_PERCPU_ARRAY
            LruPerCpuHash BPF_MAP_TYPE_LRU_PERCPU_HASH
            SocketStorage BPF_MAP_TYPE_SK_STORAGE
            RingBuffer BPF_MAP_TYPE_RINGBUF
            """)
        .Constants(typeof(BpfMapFlags), """
            NoPreallocation BPF_F_NO_PREALLOC
            NoCommonLru BPF_F_NO_COMMON_LRU
            ReadOnly BPF_F_RDONLY
            WriteOnly BPF_F_WRONLY
            ProgramsOnlyRead BPF_F_RDONLY_PROG
            ProgramsOnlyWrite BPF_F_WRONLY_PROG
            CloneToAccepted BPF_F_CLONE
            MemoryMappable BPF_F_MMAPABLE
            """, "None")
        .Constants(typeof(BpfMapAccess), """
            ReadOnly BPF_F_RDONLY
            WriteOnly BPF_F_WRONLY
            """, "ReadWrite")
        .Constants(typeof(BpfUpdate), """
            Any BPF_ANY
            IfAbsent BPF_NOEXIST
            IfPresent BPF_EXIST
            """)
        .Constants(typeof(BpfProgramType), """
            SocketFilter BPF_PROG_TYPE_SOCKET_FILTER
            Xdp BPF_PROG_TYPE_XDP
            SchedCls BPF_PROG_TYPE_SCHED_CLS
            CgroupSock BPF_PROG_TYPE_CGROUP_SOCK
            SkReuseport BPF_PROG_TYPE_SK_REUSEPORT
            CgroupSockopt BPF_PROG_TYPE_CGROUP_SOCKOPT
            SkLookup BPF_PROG_TYPE_SK_LOOKUP
            CgroupSkb BPF_PROG_TYPE_CGROUP_SKB
            SockOps BPF_PROG_TYPE_SOCK_OPS
            CgroupSockAddr BPF_PROG_TYPE_CGROUP_SOCK_ADDR
            """)
        .Constants(typeof(BpfProgramFlags), """
            StrictAlignment BPF_F_STRICT_ALIGNMENT
            XdpFragments BPF_F_XDP_HAS_FRAGS
            """, "None")
        .Constants(typeof(BpfAttachType), """
            CgroupIngress BPF_CGROUP_INET_INGRESS
            CgroupEgress BPF_CGROUP_INET_EGRESS
            CgroupSockOps BPF_CGROUP_SOCK_OPS
            CgroupSocketCreate BPF_CGROUP_INET_SOCK_CREATE
            CgroupSocketRelease BPF_CGROUP_INET_SOCK_RELEASE
            CgroupPostBind4 BPF_CGROUP_INET4_POST_BIND
            CgroupPostBind6 BPF_CGROUP_INET6_POST_BIND
            CgroupGetSocketOption BPF_CGROUP_GETSOCKOPT
            CgroupSetSocketOption BPF_CGROUP_SETSOCKOPT
            SkLookup BPF_SK_LOOKUP
            SkReuseportSelect BPF_SK_REUSEPORT_SELECT
            SkReuseportSelectOrMigrate BPF_SK_REUSEPORT_SELECT_OR_MIGRATE
            TcxIngress BPF_TCX_INGRESS@6.6
            TcxEgress BPF_TCX_EGRESS@6.6
            CgroupBind4 BPF_CGROUP_INET4_BIND
            CgroupBind6 BPF_CGROUP_INET6_BIND
            CgroupConnect4 BPF_CGROUP_INET4_CONNECT
            CgroupConnect6 BPF_CGROUP_INET6_CONNECT
            CgroupSendMessage4 BPF_CGROUP_UDP4_SENDMSG
            CgroupSendMessage6 BPF_CGROUP_UDP6_SENDMSG
            CgroupReceiveMessage4 BPF_CGROUP_UDP4_RECVMSG
            CgroupReceiveMessage6 BPF_CGROUP_UDP6_RECVMSG
            CgroupGetPeerName4 BPF_CGROUP_INET4_GETPEERNAME
            CgroupGetPeerName6 BPF_CGROUP_INET6_GETPEERNAME
            CgroupGetSocketName4 BPF_CGROUP_INET4_GETSOCKNAME
            CgroupGetSocketName6 BPF_CGROUP_INET6_GETSOCKNAME
            Xdp BPF_XDP
            """)
        .Constants(typeof(BpfLinkType), """
            RawTracepoint BPF_LINK_TYPE_RAW_TRACEPOINT
            Tracing BPF_LINK_TYPE_TRACING
            Cgroup BPF_LINK_TYPE_CGROUP
            Iterator BPF_LINK_TYPE_ITER
            NetworkNamespace BPF_LINK_TYPE_NETNS
            Xdp BPF_LINK_TYPE_XDP
            Tcx BPF_LINK_TYPE_TCX@6.6
            """)
        .Constants(typeof(CgroupAttachFlags), """
            AllowOverride BPF_F_ALLOW_OVERRIDE
            AllowMultiple BPF_F_ALLOW_MULTI
            """, "None")
        .Constants(typeof(XdpMode), """
            Generic XDP_FLAGS_SKB_MODE
            Driver XDP_FLAGS_DRV_MODE
            Hardware XDP_FLAGS_HW_MODE
            """, "Automatic")
        .Constants(typeof(XdpVerdict), """
            Aborted XDP_ABORTED
            Drop XDP_DROP
            Pass XDP_PASS
            Transmit XDP_TX
            Redirect XDP_REDIRECT
            """)
        .Constants(typeof(TcxVerdict), """
            Next TC_ACT_UNSPEC
            Pass TC_ACT_OK
            Drop TC_ACT_SHOT
            Redirect TC_ACT_REDIRECT
            """)
        .Constants(typeof(SkVerdict), """
            Drop SK_DROP
            Pass SK_PASS
            """)
        .Constants(typeof(SockOpsCallbacks), """
            RetransmissionTimeout BPF_SOCK_OPS_RTO_CB_FLAG
            Retransmitted BPF_SOCK_OPS_RETRANS_CB_FLAG
            StateChanged BPF_SOCK_OPS_STATE_CB_FLAG
            RoundTripMeasured BPF_SOCK_OPS_RTT_CB_FLAG
            ParseAllHeaderOptions BPF_SOCK_OPS_PARSE_ALL_HDR_OPT_CB_FLAG
            ParseUnknownHeaderOptions BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG
            WriteHeaderOptions BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG
            """)
        .Constants(typeof(HelperFlags), """
            RedirectToIngress BPF_F_INGRESS
            RecomputeChecksum BPF_F_RECOMPUTE_CSUM
            InvalidateHash BPF_F_INVALIDATE_HASH
            ChecksumOfPseudoHeader BPF_F_PSEUDO_HDR
            ChecksumMayBeAbsent BPF_F_MARK_MANGLED_0
            ReplaceSocket BPF_SK_LOOKUP_F_REPLACE
            NoReusePort BPF_SK_LOOKUP_F_NO_REUSEPORT
            CurrentNetworkNamespace BPF_F_CURRENT_NETNS
            NoWakeup BPF_RB_NO_WAKEUP
            ForceWakeup BPF_RB_FORCE_WAKEUP
            CreateStorage BPF_SK_STORAGE_GET_F_CREATE
            """)
        .Constants(typeof(TcpState), """
            Established BPF_TCP_ESTABLISHED
            SynSent BPF_TCP_SYN_SENT
            SynReceived BPF_TCP_SYN_RECV
            FinWait1 BPF_TCP_FIN_WAIT1
            FinWait2 BPF_TCP_FIN_WAIT2
            TimeWait BPF_TCP_TIME_WAIT
            Closed BPF_TCP_CLOSE
            CloseWait BPF_TCP_CLOSE_WAIT
            LastAcknowledgement BPF_TCP_LAST_ACK
            Listening BPF_TCP_LISTEN
            Closing BPF_TCP_CLOSING
            """)
        .Constants(typeof(SockOpsEvent), """
            TimeoutInit BPF_SOCK_OPS_TIMEOUT_INIT
            ReceiveWindowInit BPF_SOCK_OPS_RWND_INIT
            Connecting BPF_SOCK_OPS_TCP_CONNECT_CB
            ActiveEstablished BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB
            PassiveEstablished BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB
            NeedsEcn BPF_SOCK_OPS_NEEDS_ECN
            BaseRoundTrip BPF_SOCK_OPS_BASE_RTT
            RetransmissionTimeout BPF_SOCK_OPS_RTO_CB
            Retransmitted BPF_SOCK_OPS_RETRANS_CB
            StateChanged BPF_SOCK_OPS_STATE_CB
            Listening BPF_SOCK_OPS_TCP_LISTEN_CB
            RoundTripMeasured BPF_SOCK_OPS_RTT_CB
            ParseHeaderOptions BPF_SOCK_OPS_PARSE_HDR_OPT_CB
            HeaderOptionLength BPF_SOCK_OPS_HDR_OPT_LEN_CB
            WriteHeaderOptions BPF_SOCK_OPS_WRITE_HDR_OPT_CB
            """)
        .Constants(typeof(Capability), """
            NetAdmin CAP_NET_ADMIN
            SysAdmin CAP_SYS_ADMIN
            PerfMon CAP_PERFMON
            Bpf CAP_BPF
            """)
        .SameNames(typeof(Errno), "None", "ENOTSUPP")
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
