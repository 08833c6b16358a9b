/** Reads what is in the archive of a chart: a tar file (POSIX.1-2017, pax, "ustar Interchange Format") in gzip. */
import { gunzipSync } from 'node:zlib';
import { ChartProblem } from './problem.ts';

const BLOCK = 512;

/** What Helm lets a chart be when it is unpacked. */
const MOST_BYTES = 100 * 1024 * 1024;

/** Charts in charts in charts: more is no chart of anybody. */
const DEEPEST = 10;

export interface ArchivedFile {
  /** `web/Chart.yaml`; of a chart that is packed in this one, below the path of its archive. */
  readonly path: string;
  readonly data: Buffer;
}

/** The files, with those of charts that lie in it as archives.
 * @param chart how people know it
 * @throws ChartProblem `CHART_FAILED` where it is no such archive */
export function* filesOf(
  chart: string,
  archive: Uint8Array,
  prefix = '',
  depth = 0,
): Generator<ArchivedFile> {
  const broken = (why: string) =>
    new ChartProblem(
      'CHART_FAILED',
      `the archive of chart ${chart} cannot be read: ${why}`,
      'Make it with `helm package`, and import that.',
    );
  if (depth > DEEPEST) throw broken('it has charts in charts without an end');
  let tar: Buffer;
  try {
    tar = gunzipSync(archive, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + BLOCK);
    const size = Number.parseInt(text(header, 124, 12).trim() || '0', 8);
    const data = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (!(size >= 0) || data.length < size) throw broken('it is cut off');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = text(header, 156, 1);
    if (type === 'x') longPath = paxPath(data) ?? longPath;
    else if (type === 'L') longPath = text(data, 0, data.length);
    else {
      const parts = [text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '', text(header, 0, 100)];
      const path = prefix + (longPath ?? parts.filter((part) => part !== '').join('/'));
      longPath = undefined;
      if (type !== '0' && type !== '') continue;
      yield { path, data };
      if (/\/charts\/[^/]+\.tgz$/.test(path)) yield* filesOf(chart, data, `${path}/`, depth + 1);
    }
  }
}

/** Up to the first NUL. */
function text(bytes: Buffer, start: number, length: number): string {
  const field = bytes.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}

/** Of `LENGTH path=VALUE\n` among the records of an extended header. */
function paxPath(records: Buffer): string | undefined {
  for (let at = 0; at < records.length; ) {
    const space = records.indexOf(0x20, at);
    const length = Number(records.toString('latin1', at, space));
    if (space < 0 || !(length > space - at)) return undefined;
    const record = records.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice('path='.length);
    at += length;
  }
  return undefined;
}
