/** `helm template` of an archive, bounded and shut off. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChartCache } from './cache.ts';
import { failureOf } from './failure.ts';
import { refuseFetching } from './fetches.ts';
import { ChartProblem } from './problem.ts';
import { findHelm, type Helm, type RunOptions, runHelm } from './tool.ts';

export interface TemplateRequest {
  /** How people know the chart. */
  readonly name: string;
  readonly archive: Buffer;
  /** Of the archive. */
  readonly digest: string;
  /** The version of Helm: `4.3.1`. */
  readonly helm: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly kubernetesVersion: string;
  readonly apiVersions: readonly string[];
  readonly includeCrds: boolean;
  /** As JSON. */
  readonly values: string;
}

export interface RenderOptions extends Pick<RunOptions, 'signal' | 'watch'> {
  /** Of whoever runs Truekeel: `PATH` and `TRUEKEEL_HELM` are looked at. */
  readonly env: NodeJS.ProcessEnv;
  /** Absent: nothing is kept. */
  readonly cache?: ChartCache;
  /** Default: a minute. */
  readonly timeoutMs?: number;
  /** Default: 256 MiB. */
  readonly maxBytes?: number;
}

/** @returns what Helm prints: YAML documents, each below the name of its template
 * @throws ChartProblem */
export async function renderChart(request: TemplateRequest, options: RenderOptions): Promise<string> {
  const { cache } = options;
  const { archive: _, name: __, ...what } = request;
  const kept = cache?.read(what);
  if (kept !== undefined) return kept;
  const output = await template(request, options);
  cache?.write(what, output);
  return output;
}

async function template(request: TemplateRequest, options: RenderOptions): Promise<string> {
  const { env, timeoutMs = 60_000, maxBytes = 1 << 28, signal, watch } = options;
  const helm = findHelm(env);
  refuseFetching(request.name, request.archive);
  const cwd = await mkdtemp(join(tmpdir(), 'truekeel-helm-'));
  try {
    const run = {
      env: shutOff(cwd),
      cwd,
      timeoutMs,
      maxBytes,
      ...(signal && { signal }),
      ...(watch && { watch }),
    };
    await writeFile(join(cwd, 'chart.tgz'), request.archive);
    const [version, ran] = await Promise.all([
      helmVersion(helm, run),
      runHelm(helm, argumentsOf(request), { ...run, input: request.values }),
    ]);
    if (version !== request.helm) {
      throw new ChartProblem(
        'HELM_VERSION',
        `${helm.program} is Helm ${version}, and charts.lock.json asks for ${request.helm}`,
        `Install Helm ${request.helm} and name it with TRUEKEEL_HELM; or write "helm": "${version}" into charts.lock.json, and look at what changes.`,
      );
    }
    if (ran.code === 0) return ran.stdout;
    throw failureOf(request.name, ran, timeoutMs);
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** `4.3.1` @throws ChartProblem */
export async function helmVersion(helm: Helm, run: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await runHelm(helm, ['version', '--template', '{{.Version}}'], run);
  const version = /^v?(\d+\.\d+\.\d+\S*)$/.exec(stdout.trim())?.[1];
  if (code === 0 && version !== undefined) return version;
  throw new ChartProblem(
    'HELM_FAILED',
    `${helm.program} does not say which version of Helm it is: ${(stderr || stdout).trim().slice(0, 200)}`,
    'Name Helm with TRUEKEEL_HELM.',
  );
}

function argumentsOf(request: TemplateRequest): readonly string[] {
  const { releaseName, namespace, kubernetesVersion, apiVersions, includeCrds } = request;
  // What comes from a program is given with "=", so that it is never taken for another flag.
  return [
    'template',
    `--namespace=${namespace}`,
    `--kube-version=${kubernetesVersion}`,
    ...apiVersions.map((one) => `--api-versions=${one}`),
    ...(includeCrds ? ['--include-crds'] : []),
    '--skip-tests',
    '--values=-',
    '--',
    releaseName,
    './chart.tgz',
  ];
}

/** No settings, plugins, credentials or clusters of anybody, and a proxy that there is not: schemas of values can refer to
 * what is elsewhere, and Helm would fetch that. */
function shutOff(directory: string): NodeJS.ProcessEnv {
  const nowhere = 'http://127.0.0.1:9';
  return {
    HOME: directory,
    HELM_CACHE_HOME: directory,
    HELM_CONFIG_HOME: directory,
    HELM_DATA_HOME: directory,
    HELM_PLUGINS: join(directory, 'plugins'),
    KUBECONFIG: join(directory, 'kubeconfig'),
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '',
    LANG: 'C',
    LC_ALL: 'C',
    TZ: 'UTC',
  };
}
