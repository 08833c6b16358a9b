/** Gets the archive of a chart: from a folder, which is packed, a file, a repository of charts, or a registry. What is not on
 * this machine is fetched by Helm, with the settings and credentials of whoever imports. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ChartProblem, filesOf, findHelm, helmVersion, runHelm } from '../../../lib/helm/index.ts';
import { type JsonObject, parseYaml, TruekeelError } from '../../../lib/objects/index.ts';

export interface RemoteChart {
  /** `oci://registry/path/name`, the address of an archive, or with a repository the name of a chart. */
  readonly reference: string;
  /** A version, or a range of some. Default: the newest. */
  readonly version?: string;
  /** The address of a repository of charts. */
  readonly repository?: string;
}

export interface FetchedChart {
  readonly name: string;
  readonly version: string;
  readonly archive: Buffer;
  /** Where it came from, for people. */
  readonly source: string;
}

const TIMEOUT_MS = 300_000;
const MOST_BYTES = 1 << 24;

/** Files get this time when they are packed, so that the same folder gives the same bytes. Zip files know no earlier one. */
const EPOCH = '315532800';

/** Runs Helm as whoever imports does. */
export class ChartFetcher {
  readonly #env: NodeJS.ProcessEnv;
  #version: Promise<string> | undefined;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  /** Of Helm. @throws ChartProblem `HELM_NOT_FOUND`, `HELM_FAILED` */
  version(): Promise<string> {
    this.#version ??= this.#askVersion();
    return this.#version;
  }

  async #askVersion(): Promise<string> {
    const limits = { cwd: tmpdir(), timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES };
    return helmVersion(findHelm(this.#env), { env: this.#env, ...limits });
  }

  /** @param path of a folder with a Chart.yaml, or of an archive
   * @param source how people know it */
  async local(path: string, source: string): Promise<FetchedChart> {
    if (!existsSync(path)) throw noChart(`there is no ${source}`);
    if (!statSync(path).isDirectory()) return fetched(source, readFileSync(path), source);
    if (!existsSync(join(path, 'Chart.yaml'))) throw noChart(`${source} has no Chart.yaml`);
    const archive = await this.#into(['package', path], source);
    return fetched(source, archive, source);
  }

  /** @throws ChartProblem `CHART_UNAVAILABLE` when Helm does not get it */
  async remote({ reference, version, repository }: RemoteChart): Promise<FetchedChart> {
    const args = [
      'pull',
      ...(version === undefined ? [] : [`--version=${version}`]),
      ...(repository === undefined ? [] : [`--repo=${repository}`]),
      ...(isOnThisMachine(reference) ? ['--plain-http'] : []),
      '--',
      reference,
    ];
    const where = repository === undefined ? reference : `${repository.replace(/\/+$/, '')}/${reference}`;
    const archive = await this.#into(args, where);
    const chart = fetched(where, archive, where);
    const isNamed = /\.tgz$|@sha256:/.test(where);
    return isNamed ? chart : { ...chart, source: `${where}:${chart.version}` };
  }

  /** The one file that Helm writes. */
  async #into(args: readonly string[], what: string): Promise<Buffer> {
    const out = mkdtempSync(join(tmpdir(), 'truekeel-chart-'));
    try {
      const [command = '', ...rest] = args;
      const { code, stderr, stdout } = await runHelm(
        findHelm(this.#env),
        [command, `--destination=${out}`, ...rest],
        {
          env: { ...this.#env, SOURCE_DATE_EPOCH: EPOCH },
          cwd: out,
          timeoutMs: TIMEOUT_MS,
          maxBytes: MOST_BYTES,
        },
      );
      const [name] = readdirSync(out).filter((file) => file.endsWith('.tgz'));
      if (code === 0 && name !== undefined) return readFileSync(join(out, name));
      const said = (stderr || stdout)
        .trim()
        .replace(/^Error: /m, '')
        .slice(0, 2000);
      const missing = /missing in charts\/ directory: (.*)$/m.exec(said)?.[1];
      if (missing !== undefined) throw missingDependencies(what, missing);
      throw new TruekeelError(`Helm cannot ${command} ${what}: ${said || 'it took too long'}`, {
        code: 'CHART_UNAVAILABLE',
        family: 'usage',
        hint: 'Check the name, the version and the address; `helm registry login` and `helm repo` say who you are.',
      });
    } finally {
      rmSync(out, { recursive: true, force: true });
    }
  }
}

/** @throws ChartProblem where an archive is no chart */
function fetched(what: string, archive: Buffer, source: string): FetchedChart {
  const files = [...filesOf(basename(what), archive)];
  const metadata = files.find(({ path }) => /^[^/]+\/Chart\.yaml$/.test(path));
  const chart =
    metadata && parseYaml(metadata.data.toString('utf8'), { file: `${what}: ${metadata.path}` })[0]?.value;
  const { name, version } = Object(chart) as JsonObject;
  if (![name, version].every((one) => typeof one === 'string' && /^\w[\w.+-]*$/.test(one))) {
    throw noChart(`${source} is no chart: its Chart.yaml has no name and version`);
  }
  return { name: String(name), version: String(version), archive, source };
}

/** @param path from the root of the chart
 * @returns undefined where the chart has no such file */
export function fileOfChart({ name, archive }: FetchedChart, path: string): string | undefined {
  for (const file of filesOf(name, archive)) {
    const [, inside] = /^[^/]+\/(.*)$/s.exec(file.path) ?? [];
    if (inside === path) return file.data.toString('utf8');
  }
  return undefined;
}

function isOnThisMachine(reference: string): boolean {
  return /^oci:\/\/(?:localhost|127\.0\.0\.1|\[::1\])[:/]/.test(reference);
}

function missingDependencies(what: string, missing: string): ChartProblem {
  return new ChartProblem(
    'CHART_DEPENDENCIES',
    `${what} needs charts that are not in its folder charts: ${missing}`,
    'Run `helm dependency build` in it, and import it again.',
  );
}

function noChart(message: string): TruekeelError {
  return new TruekeelError(message, {
    code: 'NO_CHART',
    family: 'usage',
    hint: 'Name a folder with a Chart.yaml, an archive, oci://…, or a chart with --chart-repo.',
  });
}
