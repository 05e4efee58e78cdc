using System.Net;
using System.Net.Sockets;
using Hops.Resolving;

namespace Hops.Tests.Resolving;

/// <summary>The lane with a resolver that answers when the test says so.</summary>
public sealed class LookUpLaneTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly ManualResetEventSlim _answer = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly List<string> _names = [];
    private int _answers;
    private int _atOnce;
    private int _mostAtOnce;
    private volatile bool _usedPool;

    public void Dispose()
    {
        _answer.Set();
        // No thread is left in the resolver.
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref _atOnce) == 0, Long));
        _answer.Dispose();
        _asked.Dispose();
    }

    [Fact]
    public async Task Requests_for_one_name_share_a_look_up_and_each_has_an_array_of_its_own()
    {
        LookUpLane lane = new(Resolve, 4);
        Task<IPAddress[]>[] requests = [LookUp(lane, "one.example"), LookUp(lane, "ONE.example")];
        await AskedAsync(1);
        Assert.All(requests, static request => Assert.False(request.IsCompleted));
        _answer.Set();
        IPAddress[][] answers = await Task.WhenAll(requests);
        Assert.Equal(answers[0], answers[1]);
        Assert.NotSame(answers[0], answers[1]);
        Assert.Single(_names);
        Assert.False(_usedPool);
    }

    [Fact]
    public async Task Nothing_is_kept_after_the_answer()
    {
        LookUpLane lane = new(Resolve, 4);
        _answer.Set();
        IPAddress[] first = await LookUp(lane, "one.example");
        IPAddress[] second = await LookUp(lane, "one.example");
        Assert.Equal(("10.0.0.1", "10.0.0.2"), (first[0].ToString(), second[0].ToString()));
    }

    [Fact]
    public async Task A_waiter_that_cancels_leaves_at_once_and_the_others_stay()
    {
        LookUpLane lane = new(Resolve, 4);
        using CancellationTokenSource cancel = new();
        Task<IPAddress[]> leaving = LookUp(lane, "one.example", Long, cancel.Token);
        Task<IPAddress[]> blocking = Task.Run(() => lane.LookUp("one.example", Long, cancel.Token), CancellationToken.None);
        Task<IPAddress[]> staying = LookUp(lane, "one.example");
        await AskedAsync(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocking);
        Assert.False(staying.IsCompleted);
        _answer.Set();
        Assert.Equal("10.0.0.1", (await staying)[0].ToString());
    }

    [Fact]
    public async Task A_silent_name_takes_one_thread_however_often_it_is_asked_for()
    {
        LookUpLane lane = new(Resolve, 4);
        using CancellationTokenSource cancel = new();
        Task<IPAddress[]> first = LookUp(lane, "silent.example", Long, cancel.Token);
        await AskedAsync(1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        for (int i = 0; i < 10; i++)
        {
            TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => LookUp(lane, "silent.example", TimeSpan.FromMilliseconds(1)));
            Assert.Equal("no answer within 0.001 s", failure.Message);
        }

        Task<IPAddress[]> last = LookUp(lane, "silent.example");
        _answer.Set();
        await last;
        Assert.Equal(["silent.example"], _names);
    }

    [Fact]
    public async Task When_all_threads_are_taken_new_names_fail_in_time_and_are_never_looked_up()
    {
        const int Maximum = 3;
        LookUpLane lane = new(Resolve, Maximum);
        Task<IPAddress[]>[] silent = [.. Enumerable.Range(0, Maximum).Select(i => LookUp(lane, $"silent{i}.example"))];
        await AskedAsync(Maximum);
        Task<IPAddress[]>[] more = [.. Enumerable.Range(0, 10 * Maximum).Select(i => LookUp(lane, $"more{i}.example", TimeSpan.FromMilliseconds(10)))];
        foreach (Task<IPAddress[]> one in more)
        {
            TimeoutException failure = await Assert.ThrowsAsync<TimeoutException>(() => one);
            Assert.Equal("it was not begun within 0.01 s, because 3 other names are being looked up whose name servers do not answer", failure.Message);
        }

        // A look-up that is in progress can still be joined.
        Task<IPAddress[]> joined = LookUp(lane, "silent1.example");
        Assert.All([.. silent, joined], static one => Assert.False(one.IsCompleted));
        _answer.Set();
        Assert.Equal((await silent[1])[0], (await joined)[0]);
        await Task.WhenAll(silent);
        Assert.Equal(["silent0.example", "silent1.example", "silent2.example"], _names.Order());
        Assert.Equal(Maximum, _mostAtOnce);
    }

    [Fact]
    public async Task Names_that_wait_get_their_turn_and_threads_are_used_again()
    {
        LookUpLane lane = new(Resolve, 2);
        Task<IPAddress[]>[] all = [.. Enumerable.Range(0, 50).Select(i => LookUp(lane, $"name{i}.example"))];
        await AskedAsync(2);
        _answer.Set();
        await Task.WhenAll(all);
        Assert.Equal((50, 2), (_names.Distinct().Count(), _mostAtOnce));
        lane.Maximum = 1;
        await LookUp(lane, "name50.example");
    }

    [Fact]
    public async Task A_failure_reaches_all_who_wait()
    {
        LookUpLane lane = new(
            name =>
            {
                Resolve(name);
                throw new SocketException((int)SocketError.HostNotFound);
            },
            4);
        Task<IPAddress[]>[] requests = [LookUp(lane, "one.example"), LookUp(lane, "one.example")];
        _answer.Set();
        foreach (Task<IPAddress[]> request in requests)
        {
            Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => request)).SocketErrorCode);
        }

        Assert.Equal(SocketError.HostNotFound, Assert.Throws<SocketException>(() => lane.LookUp("one.example", Long, CancellationToken.None)).SocketErrorCode);
    }

    [Fact]
    public async Task What_flows_with_a_caller_does_not_stay_on_the_thread()
    {
        AsyncLocal<string?> flows = new() { Value = "the first caller's" };
        string? seen = null;
        LookUpLane lane = new(
            name =>
            {
                seen = flows.Value;
                return [IPAddress.Loopback];
            },
            4);
        await LookUp(lane, "one.example");
        Assert.Null(seen);
    }

    private static Task<IPAddress[]> LookUp(LookUpLane lane, string name, TimeSpan? timeout = null, CancellationToken? cancellationToken = null) =>
        lane.LookUpAsync(name, timeout ?? Long, cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Waits until so many names more have been asked for.</summary>
    private async Task AskedAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _asked.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private IPAddress[] Resolve(string name)
    {
        lock (_names)
        {
            _names.Add(name);
            _mostAtOnce = Math.Max(_mostAtOnce, ++_atOnce);
        }

        _usedPool |= Thread.CurrentThread.IsThreadPoolThread;
        _asked.Release();
        _answer.Wait();
        lock (_names)
        {
            _atOnce--;
        }

        return [new IPAddress([10, 0, 0, (byte)Interlocked.Increment(ref _answers)])];
    }
}
