/*
 * Leaving a control group.
 *
 *   cgroups ROOT SIBLING DELEGATED   ROOT is where the hierarchy is mounted, SIBLING a cgroup of root's beside, DELEGATED one of this user's own
 *   cgroups move ROOT ADDRESS PORT   moves itself to the root, and connects
 *   cgroups enter CGROUP             writes itself into one
 *   cgroups wait ADDRESS PORT        connects when it has read a line, and ends when its input does
 */
static long into(const char *cgroup)
{
    int folder = open(cgroup, O_PATH | O_DIRECTORY);
    struct clone_args how = { .flags = CLONE_INTO_CGROUP, .exit_signal = SIGCHLD, .cgroup = folder };
    if (folder < 0)
        return -1;
    long child = syscall(SYS_clone3, &how, sizeof how);
    if (child == 0)
        _exit(0);
    return child;
}

static long mounted_again(void)
{
    if (become_root(CLONE_NEWNS | CLONE_NEWCGROUP) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL))
        return -1;
    if (mount("none", "/mnt", "cgroup2", 0, NULL))
        return -1;
    return write_text("/mnt/cgroup.procs", "0");
}

/* The cgroup that it is in, below the root. */
static char *own(void)
{
    static char line[4096];
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (fgets(line, sizeof line, file) && strncmp(line, "0::", 3) != 0)
        continue;
    fclose(file);
    line[strcspn(line, "\n")] = 0;
    return line + 3;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "move") == 0) {
        TRY("moved", write_text(path_of(argv[2], "cgroup.procs"), "0") ? -1 : reach("moved", argv[3], atoi(argv[4])));
        return 0;
    }
    if (argc == 3 && strcmp(argv[1], "enter") == 0) {
        TRY("procs", write_text(path_of(argv[2], "cgroup.procs"), "0"));
        TRY("threads", write_text(path_of(argv[2], "cgroup.threads"), "0"));
        TRY("clone", into(argv[2]));
        return 0;
    }
    if (argc == 4 && strcmp(argv[1], "wait") == 0) {
        puts("waiting");
        fflush(stdout);
        getchar();
        TRY("waited", reach("waited", argv[2], atoi(argv[3])));
        while (getchar() != EOF)
            continue;
        return 0;
    }
    const char *root = argv[1], *sibling = argv[2], *delegated = argv[3];
    char *mine = path_of(root, own() + 1);
    char *parent = strdup(mine);
    *strrchr(parent, '/') = 0;
    char before[4096];
    strcpy(before, own());

    TRY("root-procs", write_text(path_of(root, "cgroup.procs"), "0"));
    TRY("root-threads", write_text(path_of(root, "cgroup.threads"), "0"));
    TRY("root-clone", into(root));
    TRY("parent-procs", write_text(path_of(parent, "cgroup.procs"), "0"));
    TRY("parent-threads", write_text(path_of(parent, "cgroup.threads"), "0"));
    TRY("sibling-procs", write_text(path_of(sibling, "cgroup.procs"), "0"));
    TRY("sibling-threads", write_text(path_of(sibling, "cgroup.threads"), "0"));
    TRY("sibling-clone", into(sibling));
    TRY("delegated-procs", write_text(path_of(delegated, "cgroup.procs"), "0"));
    TRY("delegated-threads", write_text(path_of(delegated, "cgroup.threads"), "0"));
    TRY("delegated-clone", into(delegated));
    TRY("below", mkdir(path_of(mine, "below"), 0700));
    TRY("beside", mkdir(path_of(parent, "beside"), 0700));
    TRY("type", write_text(path_of(mine, "cgroup.type"), "threaded"));
    TRY("mounted-again", mounted_again());
    TRY("root-as-root-of-a-user-namespace", become_root(0) ? -1 : write_text(path_of(root, "cgroup.procs"), "0"));
    TRY("still-there", strcmp(before, own()) == 0 ? 0 : fail(ENOENT));
    return 0;
}
