/** Charts for tests, packed by the real Helm, and projects that have them. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { LOCK_SCHEMA } from '../../lib/helm/index.ts';
import { digestOf, flattenLists, type KubernetesObject, parseYaml } from '../../lib/objects/index.ts';
import { ensureHelm, HELM_VERSION } from './helm.ts';

export type Files = Readonly<Record<string, string>>;

/** Tests that run Helm; reported as skipped, with the reason, where there is none and none can be built. */
export async function describeWithHelm(name: string, suite: (helm: string) => void): Promise<void> {
  const helm = await ensureHelm();
  if ('reason' in helm) describe(name, { skip: true, meta: { skipReason: helm.reason } }, () => suite(''));
  else describe(name, () => suite(helm.program));
}

/** Writes files into a directory of its own, which goes with the test. */
export function folder(files: Files): string {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-chart-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** The files of a chart with these templates. */
export function chartFiles(name: string, templates: Files, more: Files = {}): Files {
  const below = Object.entries(templates).map(([file, text]) => [`templates/${file}`, text]);
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
    ...Object.fromEntries(below),
    ...more,
  };
}

export function pack(helm: string, files: Files): Buffer {
  const out = folder({});
  execFileSync(helm, ['package', folder(files), '-d', out], { stdio: 'pipe' });
  const [name] = readdirSync(out);
  return readFileSync(join(out, name!));
}

/** `charts.lock.json` for archives in the folder `charts`, by name. */
function lockFor(archives: Readonly<Record<string, Buffer>>, helm = HELM_VERSION): string {
  const charts = Object.entries(archives).map(([name, archive]) => [
    name,
    { version: '1.0.0', file: `charts/${name}-1.0.0.tgz`, digest: digestOf(archive), source: 'a test' },
  ]);
  return JSON.stringify({ schema: LOCK_SCHEMA, helm, charts: Object.fromEntries(charts) });
}

/** Puts charts and their lock into a directory. */
export function vendor(directory: string, archives: Readonly<Record<string, Buffer>>, helm?: string): void {
  mkdirSync(join(directory, 'charts'), { recursive: true });
  for (const [name, archive] of Object.entries(archives)) {
    writeFileSync(join(directory, 'charts', `${name}-1.0.0.tgz`), archive);
  }
  writeFileSync(join(directory, 'charts.lock.json'), lockFor(archives, helm));
}

/** What the real Helm makes of a chart.
 * @param args further arguments of `helm template` */
export function template(
  helm: string,
  chart: string,
  release: string,
  args: readonly string[] = [],
  input = '',
): readonly KubernetesObject[] {
  const text = execFileSync(helm, ['template', release, chart, ...args], { encoding: 'utf8', input });
  return flattenLists(parseYaml(text, { file: 'helm' }))
    .map(({ value }) => value)
    .filter((value) => value !== null) as unknown as KubernetesObject[]; // charts of tests make objects
}

/** A program with one chart.
 * @param props of the chart, as TypeScript
 * @param rest further statements of the program; `chart` is the chart */
export function programWith(props: string, rest = ''): string {
  return `import { App, Application, Environment, HelmChart } from 'truekeel';
const app = new App();
const production = new Environment(app, 'production', { kubernetesVersion: '1.33' });
const web = new Application(production, 'web', { namespace: 'shop' });
const chart = new HelmChart(web, 'rel', ${props});
${rest}
app.synth();
`;
}

/** The archive of a chart that Helm would not pack. */
export function tarred(name: string, files: Files): Buffer {
  const below = Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]);
  return execFileSync('tar', ['-czf', '-', '-C', folder(Object.fromEntries(below)), name]);
}
