// Leaves a memory snapshot of Python for the next visit, then ends.
import { leaveSnapshot } from "./python";

try {
  await leaveSnapshot();
} catch (error) {
  console.warn("no snapshot", error); // no room, or storage forbidden: later visits start slower
}
self.postMessage(null);
