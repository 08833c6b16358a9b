/** `truekeel import flux`: from a repository that Flux follows to a program that renders the same objects. */
import { basename, dirname, resolve } from 'node:path';
import {
  type FluxKustomization,
  type FluxRelease,
  generateProgram,
  type ImportedChart,
  isFluxKustomization,
  isFluxRelease,
  readFluxKustomization,
  readFluxRelease,
  type Variables,
  variablesOf,
} from '../../../lib/import/index.ts';
import {
  formatKey,
  type JsonObject,
  type KubernetesObject,
  keyOf,
  parseApiVersion,
} from '../../../lib/objects/index.ts';
import { assembleObjects } from '../../../lib/render/index.ts';
import type { Command } from '../command.ts';
import { text } from '../settings.ts';
import { ChartFetcher } from './chart-source.ts';
import { FluxCharts, formatReference } from './flux-charts.ts';
import { renderFluxSource } from './flux-source.ts';
import { isFolder } from './folders.ts';
import type { Kustomize } from './kustomize.ts';
import { type LeftOut, printProgram } from './print.ts';
import { applicationName, plainSecret, writeProven } from './proof.ts';
import type { MadeRelease } from './releases.ts';
import { RepositoryCopy } from './repository-copy.ts';
import { VendoredCharts } from './vendored-charts.ts';

export const importFlux: Command = async ([path = '.'], flags, context) => {
  const started = performance.now();
  using copy = new RepositoryCopy(
    path,
    flags,
    context,
    'Name the root of the repository, and with --path the folder that Flux was started on: clusters/production.',
  );
  const { entry } = copy;
  const out = resolve(context.cwd, text(flags.out) ?? 'main.ts');
  const { env } = context;
  const fetcher = new ChartFetcher(env);
  const charts = new VendoredCharts(dirname(out), fetcher);
  const rendered = await follow(copy.directory, entry, copy.kustomize);
  const found = await applicationsOf(
    rendered,
    (objects, own) =>
      new FluxCharts(charts, fetcher, env, { root: copy.directory, objects, own, kustomize: copy.kustomize }),
  );
  const environment = text(flags.environment) ?? (entry === '' ? 'production' : applicationName(entry));
  const wanted = assembleObjects(
    found.applications.map((one) => ({ ...one, objects: [...one.objects, ...(one.release?.objects ?? [])] })),
    { environment },
  );
  const settings = new Map(found.applications.map((one) => [one.application, one]));
  // As assembled, each object has the namespace that it goes to.
  const own = assembleObjects(found.applications, { environment });
  const applications = own.applications.map(({ name, objects }) => {
    const { dependsOn = [], isDetached = false, release } = settings.get(name) ?? {};
    const chart: readonly ImportedChart[] = release ? [release.chart] : [];
    return { name, objects: objects.map(({ object }) => ({ object })), charts: chart, dependsOn, isDetached };
  });
  const origin = await copy.origin('flux');
  const program = generateProgram([{ name: environment, applications }], origin);
  await writeProven({ out, text: program, wanted: [wanted], charts, env });
  const left = [...rendered.left, ...found.left];
  return printProgram({ what: 'flux', out, wanted: [wanted], left, started }, flags, context);
};

interface FoundApplication {
  readonly application: string;
  readonly objects: readonly KubernetesObject[];
  readonly release?: MadeRelease;
  readonly dependsOn: readonly string[];
  readonly isDetached: boolean;
}

interface Followed {
  readonly kustomization: FluxKustomization;
  readonly objects: readonly KubernetesObject[];
}

interface Rendered {
  readonly kustomizations: readonly Followed[];
  readonly left: readonly LeftOut[];
}

interface Found {
  readonly applications: readonly FoundApplication[];
  readonly left: readonly LeftOut[];
}

/** From the folder that Flux was started on to the Kustomizations in it, to those in what these render, and so on. */
async function follow(copy: string, entry: string, kustomize: () => Promise<Kustomize>): Promise<Rendered> {
  const left: LeftOut[] = [];
  const start = readFluxKustomization({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'flux-system', namespace: 'flux-system' },
    spec: { path: entry },
  });
  const queue: FluxKustomization[] = [start];
  const seen = new Set<string>();
  const rendered: Followed[] = [];
  /** Those that were put back since something was rendered: what they wait for may not be there at all. */
  let waiting = 0;
  for (let kustomization = queue.shift(); kustomization; kustomization = queue.shift()) {
    const refused = refusal(copy, kustomization);
    const found =
      refused === undefined ? variablesFor(kustomization, rendered) : { variables: {}, missing: [] };
    const missing = found.missing.filter(({ optional }) => !optional || waiting <= queue.length);
    if (missing.length > 0 && waiting <= queue.length) {
      waiting += 1;
      queue.push(kustomization);
      continue;
    }
    const because =
      refused ??
      (missing[0] &&
        `its variables come from ConfigMap ${missing[0].name} (postBuild.substituteFrom), which is not in the repository`);
    const objects =
      because === undefined ? await renderFluxSource(copy, kustomization, found.variables, kustomize) : [];
    if (because !== undefined || objects === undefined) {
      const reason = because ?? 'it has variables in a form that is not understood';
      left.push({ key: kustomization.key, because: reason });
      continue;
    }
    waiting = 0;
    let own = kustomization;
    for (const object of objects.filter(isKustomization)) {
      const next = readFluxKustomization(object);
      if (seen.has(next.key)) continue;
      seen.add(next.key);
      // The one that Flux was started with lies in its own folder.
      if (own === start && next.path === entry && Object.keys(next.overlay).length === 0) own = next;
      else queue.push(next);
    }
    rendered.push({ kustomization: own, objects: objects.filter((object) => !isKustomization(object)) });
  }
  return { kustomizations: rendered, left };
}

/** Variables of ConfigMaps that were rendered before, and the Kustomization's own over them. */
function variablesFor(
  { variables, variablesFrom, namespace }: FluxKustomization,
  rendered: readonly Followed[],
): { readonly variables: Variables; readonly missing: FluxKustomization['variablesFrom'] } {
  const all = rendered.flatMap(({ objects }) => objects);
  const merged: Record<string, string> = {};
  const missing: FluxKustomization['variablesFrom'][number][] = [];
  for (const from of variablesFrom) {
    const found = all.find(
      ({ apiVersion, kind, metadata }) =>
        apiVersion === 'v1' &&
        kind === 'ConfigMap' &&
        metadata?.name === from.name &&
        (metadata.namespace ?? 'default') === namespace,
    );
    if (found) Object.assign(merged, variablesOf(Object(found.data) as JsonObject));
    else missing.push(from);
  }
  return { variables: { ...merged, ...variables }, missing };
}

type ChartsOf = (objects: readonly KubernetesObject[], own: ReadonlySet<string>) => FluxCharts;

/** An application for each Kustomization, and for each release that it has. */
async function applicationsOf({ kustomizations }: Rendered, chartsOf: ChartsOf): Promise<Found> {
  const left: LeftOut[] = [];
  const sources = new Set(
    kustomizations.flatMap(({ kustomization: { source } }) => (source ? [formatReference(source)] : [])),
  );
  const all = kustomizations.flatMap(({ objects }) => objects);
  const releases = await releasesIn(kustomizations, chartsOf(all, sources), left);
  const names = applicationNames([
    ...kustomizations.map(({ kustomization }) => kustomization),
    ...releases.map(({ release }) => release),
  ]);
  // What only releases need that are in the program now is not needed any more.
  const needed = new Set(
    all
      .filter((object) => isRelease(object) && !releases.some(({ object: taken }) => taken === object))
      .flatMap((object) => {
        const { chart } = readFluxRelease(object);
        return chart ? [formatReference(chart.source)] : [];
      }),
  );
  const gone = new Set(
    [...sources, ...releases.flatMap(({ sources: used }) => used)].filter((one) => !needed.has(one)),
  );
  const applications = kustomizations.map(({ kustomization, objects }): FoundApplication => {
    const kept = objects.filter((object) => {
      if (releases.some(({ object: taken }) => taken === object)) return false;
      const reason = isSource(object, gone) ? 'what it fetches is in the program' : plainSecret(object);
      if (reason !== undefined) left.push({ key: formatKey(keyOf(object)), because: reason });
      return reason === undefined;
    });
    const before = kustomizations.filter(
      (other) =>
        other.kustomization !== kustomization && kustomization.dependsOn.includes(other.kustomization.name),
    );
    return {
      application: names.get(kustomization)!,
      objects: kept,
      dependsOn: before.flatMap((other) => [
        names.get(other.kustomization)!,
        ...releases
          .filter(({ within }) => within === other && other.kustomization.waits)
          .map(({ release }) => names.get(release)!),
      ]),
      isDetached: !kustomization.prune,
    };
  });
  const released = releases.map(({ release, made, within }): FoundApplication => {
    left.push(...made.left);
    const above = applications.find(({ application }) => application === names.get(within.kustomization));
    return {
      application: names.get(release)!,
      objects: release.createNamespace ? [namespaceObject(release.targetNamespace)] : [],
      release: made,
      dependsOn: [
        ...(above && above.objects.length > 0 ? [above.application] : []),
        ...releases
          .filter((other) => release.dependsOn.includes(`${other.release.namespace}/${other.release.name}`))
          .map((other) => names.get(other.release)!),
      ],
      isDetached: false,
    };
  });
  const found = [...applications, ...released];
  return {
    applications: found.filter(
      ({ objects, application, release }) => release || objects.length > 0 || isNeeded(application, found),
    ),
    left,
  };
}

interface TakenRelease {
  readonly object: KubernetesObject;
  readonly release: FluxRelease;
  readonly made: MadeRelease;
  /** What it needed, as `kind namespace/name`. */
  readonly sources: readonly string[];
  readonly within: Followed;
}

async function releasesIn(
  kustomizations: readonly Followed[],
  charts: FluxCharts,
  left: LeftOut[],
): Promise<readonly TakenRelease[]> {
  const taken: TakenRelease[] = [];
  for (const within of kustomizations) {
    for (const object of within.objects.filter(isRelease)) {
      const release = readFluxRelease(object);
      const outcome = await charts.take(release);
      if ('made' in outcome) taken.push({ object, release, within, ...outcome });
      else left.push({ key: release.key, because: `it stays an object of Flux: ${outcome.because}` });
    }
  }
  return taken;
}

function namespaceObject(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

function isRelease(object: KubernetesObject): boolean {
  return typeof object?.apiVersion === 'string' && isFluxRelease(object);
}

/** An application of no objects is kept where others wait for it. */
function isNeeded(application: string, all: readonly FoundApplication[]): boolean {
  return all.some(({ dependsOn }) => dependsOn.includes(application));
}

function isKustomization(object: KubernetesObject): boolean {
  return typeof object?.apiVersion === 'string' && isFluxKustomization(object);
}

function refusal(copy: string, { refusals, path }: FluxKustomization): string | undefined {
  if (refusals.length > 0) return refusals.join(', ');
  return isFolder(copy, path) ? undefined : `there is no folder ${path} in the repository`;
}

function isSource(object: KubernetesObject, sources: ReadonlySet<string>): boolean {
  if (parseApiVersion(String(object?.apiVersion)).group !== 'source.toolkit.fluxcd.io') return false;
  const { name, namespace = 'flux-system' } = object.metadata;
  return sources.has(formatReference({ kind: object.kind, name, namespace }));
}

function applicationNames<T extends { readonly name: string; readonly namespace: string }>(
  all: readonly T[],
): ReadonlyMap<T, string> {
  const taken = new Set<string>();
  return new Map(
    all.map((one) => {
      const { name, namespace } = one;
      const plain = applicationName(basename(name));
      const free = taken.has(plain) ? applicationName(`${plain}-${namespace}`) : plain;
      taken.add(free);
      return [one, free];
    }),
  );
}
