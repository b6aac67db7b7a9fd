#pragma once

namespace tilewright::python {

/// Has Ctrl-C ended the work of a thread that is not the main one? Python tells the main thread
/// alone, which may then wait for the others: a pool for what it runs, and for what it was given
/// and has not begun yet. To be held by a thread while it works, and asked with the GIL.
///
/// Python's own handler of SIGINT and asyncio's end all threads. With another, or between two works
/// of a thread, it depends on whether the main thread then waits for the end of the others.
class Interrupts {
 public:
  Interrupts();

  bool came();

 private:
  unsigned known_;        // how many have been looked at
  bool is_open_ = false;  // what the last one means
  bool has_come_ = false;
};

/// To be called once, and in a forked child.
void note_main_thread();

}  // namespace tilewright::python
