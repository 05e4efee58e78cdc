using System.Globalization;
using System.Text;

namespace Ebpf.Instructions;

/// <summary>The names of labels in a listing: those of the author, and <c>L0</c>, <c>L1</c> … for targets without a name.</summary>
internal sealed class ListingLabels
{
    private readonly Dictionary<int, List<string>> _names = [];

    public ListingLabels(Instruction[] instructions, Label[] labels)
    {
        HashSet<string> taken = [];
        foreach (Label label in labels)
        {
            if (label.Name is not null)
            {
                taken.Add(label.Name);
                Add(label.Slot!.Value, label.Name);
            }
        }

        int next = 0;
        foreach (int slot in FindTargets(instructions).Where(slot => !_names.ContainsKey(slot)))
        {
            string name;
            do
            {
                name = string.Create(CultureInfo.InvariantCulture, $"L{next++}");
            }
            while (taken.Contains(name));
            Add(slot, name);
        }
    }

    /// <summary>Returns the label at a slot; null if the slot cannot have one: outside the program, or inside an instruction.</summary>
    public string? NameOf(long slot) => slot is >= 0 and <= int.MaxValue && _names.TryGetValue((int)slot, out List<string>? names) ? names[0] : null;

    public void AppendAt(int slot, StringBuilder listing)
    {
        if (_names.TryGetValue(slot, out List<string>? names))
        {
            foreach (string name in names)
            {
                listing.Append(name).Append(":\n");
            }
        }
    }

    private void Add(int slot, string name)
    {
        if (!_names.TryGetValue(slot, out List<string>? names))
        {
            _names[slot] = names = [];
        }

        names.Add(name);
    }

    /// <summary>Returns the targets of jumps, calls and references that are the start of an instruction or the end of the program.</summary>
    private static SortedSet<int> FindTargets(Instruction[] instructions)
    {
        HashSet<int> starts = [];
        HashSet<long> targets = [];
        int slot = 0;
        foreach (Instruction instruction in instructions)
        {
            starts.Add(slot);
            if (instruction.Distance is { } distance)
            {
                targets.Add(slot + 1 + (long)distance);
            }

            slot += instruction.Slots;
        }

        starts.Add(slot);
        return [.. starts.Where(start => targets.Contains(start))];
    }
}
