/** A process of its own that outlives a control plane's owner by a moment. It reads JSON lines from standard input:
 * `{"kill": PID}`, `{"spare": PID}`, `{"remove": DIR}`. When the input ends, because its owner is done or was
 * killed in whatever way, it kills and removes what it was told and exits. */
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

export interface GuardOrder {
  readonly kill?: number;
  readonly spare?: number;
  readonly remove?: string;
}

const processes = new Set<number>();
const directories = new Set<string>();

// The owner decides when the end has come, not a terminal's Ctrl-C or hang-up.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  // Written by guardProcess() in processes.ts only.
  const order = JSON.parse(line) as GuardOrder;
  if (order.kill !== undefined) processes.add(order.kill);
  if (order.spare !== undefined) processes.delete(order.spare);
  if (order.remove !== undefined) directories.add(order.remove);
}

for (const pid of processes) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended by itself.
  }
}
for (const directory of directories) {
  rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
