/** `charts.lock.json`: the Helm charts of a program with their digests, and the version of Helm that renders them. */
import { ChartProblem } from './problem.ts';

export const LOCK_FILE = 'charts.lock.json';
export const LOCK_SCHEMA = 'truekeel.dev/charts/v1';

export interface LockedChart {
  /** Of the chart, as its Chart.yaml has it. */
  readonly version: string;
  /** The archive, relative to the lock file. */
  readonly file: string;
  /** Of the archive: `sha256:…`. */
  readonly digest: string;
  /** Where it came from, for people. */
  readonly source: string;
}

export interface ChartLock {
  /** `4.3.1` */
  readonly helm: string;
  readonly charts: Readonly<Record<string, LockedChart>>;
}

const SHAPE = `{ "schema": "${LOCK_SCHEMA}", "helm": "4.3.1", "charts": { "NAME": { "version": "…", "file": "charts/….tgz", "digest": "sha256:…", "source": "…" } } }`;

/** @param file how people know it
 * @throws ChartProblem `INVALID_CHART_LOCK` */
export function parseChartLock(text: string, file: string): ChartLock {
  const wrong = (what: string) =>
    new ChartProblem('INVALID_CHART_LOCK', `${file} ${what}`, `It has to be ${SHAPE}.`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw wrong(`is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const { schema, helm, charts } = Object(content) as Readonly<Record<string, unknown>>;
  if (schema !== LOCK_SCHEMA)
    throw wrong(`has the schema ${JSON.stringify(schema)}, and not "${LOCK_SCHEMA}"`);
  if (typeof helm !== 'string' || !/^\d+\.\d+\.\d+[\w.+-]*$/.test(helm)) {
    throw wrong(`says that the version of Helm is ${JSON.stringify(helm)}`);
  }
  if (charts === null || typeof charts !== 'object' || Array.isArray(charts))
    throw wrong('has no map of charts');
  const found = Object.entries(charts).map(([name, value]): [string, LockedChart] => {
    const { version, file: archive, digest, source } = Object(value) as Readonly<Record<string, unknown>>;
    if (typeof version !== 'string')
      throw wrong(`says that the version of ${name} is ${JSON.stringify(version)}`);
    if (typeof archive !== 'string' || archive === '' || !archive.endsWith('.tgz')) {
      throw wrong(`says that the file of ${name} is ${JSON.stringify(archive)}: it takes an archive, a .tgz`);
    }
    if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) {
      throw wrong(`says that the digest of ${name} is ${JSON.stringify(digest)}`);
    }
    return [name, { version, file: archive, digest, source: typeof source === 'string' ? source : '' }];
  });
  return { helm, charts: Object.fromEntries(found) };
}
