using Ebpf.Links;
using Ebpf.SystemCalls;

namespace Ebpf.Tests.SystemCalls;

/// <summary>The structures that we fill in for the kernel, or it for us.</summary>
internal static class HeaderStructures
{
    public static HeaderTable WithStructures(this HeaderTable table) => table
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
        .Structure<Bpf.LinkCreateAttributes>(
            "union bpf_attr", "prog_fd target_fd attach_type flags tcx.relative_fd@6.6 tcx.expected_revision@6.6", "link_create")
        .Structure<Bpf.LinkUpdateAttributes>("union bpf_attr", "link_fd new_prog_fd flags old_prog_fd", "link_update")
        .Structure<Bpf.LinkDetachAttributes>("union bpf_attr", "link_fd", "link_detach")
        .Structure<Bpf.ProgramAttachAttributes>("union bpf_attr", "target_fd attach_bpf_fd attach_type attach_flags replace_bpf_fd")
        .Structure<Bpf.ProgramQueryAttributes>("union bpf_attr", """
            target_fd attach_type query_flags attach_flags prog_ids prog_cnt prog_attach_flags link_ids@6.6 link_attach_flags@6.6 revision@6.6
            """, "query")
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
        .Structure<TrafficControlMessage.Body>("struct tcmsg", "tcm_family tcm_ifindex tcm_handle tcm_parent tcm_info");
}
