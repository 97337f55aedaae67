import Engine
import Testing

@Suite struct LatchTests {
  @Test func `an open latch lets everyone through, then and later`() async {
    let latch = Latch()
    await withTaskGroup { group in
      for _ in 0..<10 { group.addTask { await latch.wait() } }
      latch.open()
      await group.waitForAll()
    }
    latch.open()
    await latch.wait()
  }

  @Test func `a waiter that is cancelled goes on alone`() async {
    let latch = Latch()
    let other = Latch()
    await withTaskGroup(of: String.self) { group in
      group.addTask {
        await latch.wait()
        return "opened"
      }
      // Cancelled while it waits: this ends it and nobody else.
      await withTaskGroup { inner in
        inner.addTask { await latch.wait() }
        inner.cancelAll()
        await inner.waitForAll()
      }
      group.addTask {
        await other.wait()
        return "other"
      }
      other.open()
      #expect(await group.next() == "other")
      latch.open()
      #expect(await group.next() == "opened")
    }
  }

  @Test func `a task that is cancelled already does not wait`() async {
    await withTaskGroup(of: Void.self) { group in
      group.cancelAll()
      group.addTask { await Latch().wait() }
      await group.waitForAll()
    }
  }
}
