/** How much memory a process takes beside the heap that Node bounds by itself: buffers lie outside of it. */
import { readFileSync } from 'node:fs';

/** A process is looked at so often; it allocates some hundred megabytes meanwhile, at most. */
const EVERY_MS = 100;
/** Node itself, the code, and buffers that an honest program may have. */
const BESIDE_HEAP_MB = 512;
const PAGE_BYTES = 4096;

/** Tells when a process takes more than its heap and what is usual beside it. Only where there is /proc: elsewhere the heap
 * alone is bounded.
 * @returns for clearInterval */
export function watchMemory(
  pid: number | undefined,
  heapMb: number,
  tooMuch: () => void,
): NodeJS.Timeout | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const timer = setInterval(() => {
    if (residentBytes(pid) > (heapMb + BESIDE_HEAP_MB) * 1024 * 1024) tooMuch();
  }, EVERY_MS);
  return timer.unref();
}

/** 0 once it has ended. */
function residentBytes(pid: number): number {
  try {
    // "size resident shared …" in pages, proc(5).
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}
