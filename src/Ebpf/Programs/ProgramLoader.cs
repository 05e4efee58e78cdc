using System.Text;
using Ebpf.Instructions;
using Ebpf.Objects;
using Ebpf.SystemCalls;

namespace Ebpf.Programs;

/// <summary>Loads code: with no log first, because the log is what makes loading slow; again with the log when the verifier says no.</summary>
internal static unsafe class ProgramLoader
{
    private const int FirstLogSize = 64 * 1024;

    // Before Linux 5.2 a larger buffer is EINVAL (commit 7a9f5c65abcc).
    private const int LargestLogSize = (16 * 1024 * 1024) - 1;

    // The verifier gives up with EAGAIN when a signal is pending, and .NET's garbage collector sends signals.
    private const int Attempts = 30;

    public static FileDescriptor Load(uint type, BpfCode code, BpfAttachType? attachType, BpfProgramOptions options)
    {
        if (options.License.Length > 127 || !Ascii.IsValid(options.License) || options.License.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A licence has up to 127 ASCII characters.", nameof(options));
        }

        if (code.Instructions.Count == 0)
        {
            throw new ArgumentException("There are no instructions.", nameof(code));
        }

        Bpf.ProgramLoadAttributes attributes = new()
        {
            ProgramType = type,
            ProgramFlags = (uint)options.Flags,
            ProgramName = ObjectNames.Encode(options.Name),
            ExpectedAttachType = (uint)(attachType ?? 0),
        };
        using BpfCode.Resolved resolved = code.Resolve();
        byte[] license = Encoding.ASCII.GetBytes(options.License + '\0');
        fixed (byte* instructions = resolved.Bytes)
        fixed (byte* licensePointer = license)
        {
            attributes.Instructions = (ulong)instructions;
            attributes.InstructionCount = (uint)(resolved.Bytes.Length / Instruction.SlotSize);
            attributes.License = (ulong)licensePointer;

            Errno error = LoadOnce(ref attributes, out FileDescriptor program);
            if (MemoryLock.RaisedAfter(error))
            {
                error = LoadOnce(ref attributes, out program);
            }

            string name = options.Name is null ? "the program" : $"the program '{options.Name}'";
            return error switch
            {
                Errno.None => program,
                Errno.EPERM or Errno.EAGAIN or Errno.ENOSYS or Errno.ENOMEM or Errno.EMFILE or Errno.ENFILE => throw new BpfException(
                    BpfCommand.ProgramLoad, error, $"Loading {name}", ProgramKind.Of((BpfProgramType)type).Requirement),
                _ => LoadWithLog(ref attributes, error, name, code),
            };
        }
    }

    private static Errno LoadOnce(ref Bpf.ProgramLoadAttributes attributes, out FileDescriptor program)
    {
        Errno error = Bpf.ProgramLoad(ref attributes, out program);
        for (int attempt = 1; error == Errno.EAGAIN && attempt < Attempts; attempt++)
        {
            error = Bpf.ProgramLoad(ref attributes, out program);
        }

        return error;
    }

    private static FileDescriptor LoadWithLog(ref Bpf.ProgramLoadAttributes attributes, Errno error, string name, BpfCode code)
    {
        for (int size = FirstLogSize; ; size = LargestLogSize)
        {
            byte[] log = new byte[size];
            fixed (byte* pointer = log)
            {
                attributes.LogLevel = 1;
                attributes.LogBuffer = (ulong)pointer;
                attributes.LogSize = (uint)size;
                Errno again = LoadOnce(ref attributes, out FileDescriptor program);
                if (again == Errno.None)
                {
                    return program;
                }

                if (again == Errno.ENOSPC && size < LargestLogSize)
                {
                    continue;
                }

                int length = log.AsSpan().IndexOf((byte)0);
                string text = Encoding.UTF8.GetString(log, 0, length < 0 ? size : length);
                if (text.Length == 0)
                {
                    // Refused before the verifier came to it.
                    throw new BpfException(
                        BpfCommand.ProgramLoad, error, $"Loading {name}", ProgramKind.Of((BpfProgramType)attributes.ProgramType).Requirement);
                }

                // ENOSPC speaks of the log; the first attempt's error speaks of the program.
                throw again == Errno.ENOSPC
                    ? new VerifierException(error, name, text + "\n(the log is longer than this)\n", code)
                    : new VerifierException(again, name, text, code);
            }
        }
    }
}
