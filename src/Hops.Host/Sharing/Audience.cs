using Hops.Common.Interop;
using Hops.Sharing;

namespace Hops.Host.Sharing;

/// <summary>Represents the users who may use what is shared: root, and a group or everyone.</summary>
internal readonly record struct Audience(uint Group, bool Everyone)
{
    private const uint ForGroupToRead = 0x1a0; // 0640
    private const uint ForGroup = 0x1b0; // 0660
    private const uint ForAllToRead = 0x1a4; // 0644
    private const uint ForAll = 0x1b6; // 0666

    /// <summary>Whether the group was created for this.</summary>
    public bool IsNew { get; private init; }

    /// <summary>Finds the group, or creates the usual one.</summary>
    /// <exception cref="SharingRefusedException">There is no such group.</exception>
    public static Audience Of(SharingOptions options) =>
        options.Everyone ? new(0, true) : new(GroupMaking.FindOrMake(options.Group, out bool made), false) { IsNew = made };

    public bool Matches(FileOwner owner) => owner.IsWritableByOthers == Everyone && (Everyone || owner.GroupId == Group);

    /// <summary>Lets these users read a file.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    public void AllowReading(string path) => Allow(path, Everyone ? ForAllToRead : ForGroupToRead);

    /// <summary>Lets these users read and write a file.</summary>
    /// <exception cref="SharingRefusedException">The kernel refused.</exception>
    public void AllowReadingAndWriting(string path) => Allow(path, Everyone ? ForAll : ForGroup);

    private void Allow(string path, uint mode)
    {
        if (LibC.ChangeOwner(path, 0, Group) != 0 || LibC.ChangeMode(path, mode) != 0)
        {
            throw new SharingRefusedException(
                $"giving {path} to the group {UserGroup.NameOf(Group)} failed: {LibC.LastErrorMessage}",
                HopRemedyKind.AllowChangingOwner);
        }
    }
}
