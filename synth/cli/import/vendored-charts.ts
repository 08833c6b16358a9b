/** The charts that lie in a repository: their archives, and `charts.lock.json` with their digests. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ChartLock,
  ChartProblem,
  LOCK_FILE,
  LOCK_SCHEMA,
  type LockedChart,
  parseChartLock,
  refuseFetching,
} from '../../../lib/helm/index.ts';
import { compareText, digestOf } from '../../../lib/objects/index.ts';
import type { ChartFetcher, FetchedChart } from './chart-source.ts';

const FOLDER = 'charts';

/** Gathers charts, and writes all of them or none. */
export class VendoredCharts {
  readonly #directory: string;
  readonly #fetcher: ChartFetcher;
  readonly #before: ChartLock | undefined;
  readonly #charts: Map<string, LockedChart>;
  readonly #archives = new Map<string, Buffer>();

  /** @param directory of the lock file
   * @throws ChartProblem `INVALID_CHART_LOCK` */
  constructor(directory: string, fetcher: ChartFetcher) {
    this.#directory = directory;
    this.#fetcher = fetcher;
    const file = join(directory, LOCK_FILE);
    this.#before = existsSync(file) ? parseChartLock(readFileSync(file, 'utf8'), LOCK_FILE) : undefined;
    this.#charts = new Map(Object.entries(this.#before?.charts ?? {}));
  }

  get isEmpty(): boolean {
    return this.#archives.size === 0;
  }

  /** Of Helm: the one that is pinned already, or the one that is here.
   * @throws ChartProblem `HELM_NOT_FOUND`, `HELM_VERSION` */
  async helm(): Promise<string> {
    const version = await this.#fetcher.version();
    const pinned = this.#before?.helm ?? version;
    if (pinned === version) return version;
    throw new ChartProblem(
      'HELM_VERSION',
      `this is Helm ${version}, and ${LOCK_FILE} asks for ${pinned}`,
      `Install Helm ${pinned} and name it with TRUEKEEL_HELM; or write "helm": "${version}" into ${LOCK_FILE}, and look at what changes.`,
    );
  }

  /** @param name in the lock; what had it before is replaced. Default: one that is free, that of the chart if possible
   * @returns the name
   * @throws ChartProblem `CHART_FETCHES` */
  add({ name: chart, version, archive, source }: FetchedChart, name?: string): string {
    refuseFetching(chart, archive);
    const digest = digestOf(archive);
    const isIt = (taken: string) => this.#charts.get(taken)?.digest === digest;
    const isFree = (wanted: string) => !this.#charts.has(wanted) || isIt(wanted);
    const candidates = [
      chart,
      `${chart}-${version}`,
      `${chart}-${digest.slice('sha256:'.length, 'sha256:'.length + 8)}`,
    ];
    const chosen = name ?? candidates.find(isFree)!; // the last has the digest in it
    const file = `${FOLDER}/${this.#fileName(chart, version, digest, chosen)}`;
    this.#charts.set(chosen, { version, file, digest, source });
    this.#archives.set(file, archive);
    return chosen;
  }

  lock(name: string): LockedChart {
    return this.#charts.get(name)!; // as `add` gave it
  }

  archive(name: string): Buffer {
    return this.#archives.get(this.lock(name).file)!; // likewise
  }

  /** Writes archives and lock, and removes archives that nothing refers to any more.
   * @returns takes all of that back */
  async write(): Promise<() => void> {
    const lockFile = join(this.#directory, LOCK_FILE);
    const helm = await this.helm();
    const kept = new Set([...this.#charts.values()].map(({ file }) => file));
    const gone = Object.values(this.#before?.charts ?? {}).flatMap(({ file }) =>
      kept.has(file) ? [] : [file],
    );
    const touched = [LOCK_FILE, ...this.#archives.keys(), ...gone].map((file) => join(this.#directory, file));
    const contents = touched.map((file) => (existsSync(file) ? readFileSync(file) : undefined));
    mkdirSync(join(this.#directory, FOLDER), { recursive: true });
    for (const [file, archive] of this.#archives) writeFileSync(join(this.#directory, file), archive);
    for (const file of gone) rmSync(join(this.#directory, file), { force: true });
    const charts = Object.fromEntries([...this.#charts].sort(([a], [b]) => compareText(a, b)));
    writeFileSync(lockFile, `${JSON.stringify({ schema: LOCK_SCHEMA, helm, charts }, null, 2)}\n`);
    return () => {
      for (const [index, file] of touched.entries()) {
        const content = contents[index];
        if (content === undefined) rmSync(file, { force: true });
        else writeFileSync(file, content);
      }
    };
  }

  /** Two archives of one name and version are not one file. */
  #fileName(chart: string, version: string, digest: string, name: string): string {
    const plain = `${chart}-${version.replaceAll('+', '_')}.tgz`;
    const isTaken = [...this.#charts].some(
      ([other, locked]) => other !== name && locked.file === `${FOLDER}/${plain}` && locked.digest !== digest,
    );
    return isTaken ? `${name}-${version.replaceAll('+', '_')}.tgz` : plain;
  }
}
