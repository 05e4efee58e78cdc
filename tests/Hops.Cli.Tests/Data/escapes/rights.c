/*
 * Rights that a program's file would give: prints its user and its capabilities, and moves to the root of the control groups.
 *
 *   rights ROOT
 */
int main(int argc, char **argv)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    printf("user %s\n", geteuid() == 0 ? "root" : "other");
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "CapEff:", 7) == 0)
            printf("capabilities %s\n", strtoull(line + 7, NULL, 16) ? "some" : "none");
    fclose(file);
    TRY("packet-socket", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
    TRY("root-procs", write_text(path_of(argv[1], "cgroup.procs"), "0"));
    return 0;
}
