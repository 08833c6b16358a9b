import { basename, resolve } from 'node:path';
import {
  type FluxKustomization,
  generateProgram,
  isFluxKustomization,
  readFluxKustomization,
} from '../../../lib/import/index.ts';
import { formatKey, type KubernetesObject, keyOf, parseApiVersion } from '../../../lib/objects/index.ts';
import { assembleObjects } from '../../../lib/render/index.ts';
import type { Command } from '../command.ts';
import { text } from '../settings.ts';
import { renderFluxSource } from './flux-source.ts';
import { isFolder } from './folders.ts';
import type { Kustomize } from './kustomize.ts';
import { type LeftOut, printProgram } from './print.ts';
import { applicationName, plainSecret, writeProven } from './proof.ts';
import { RepositoryCopy } from './repository-copy.ts';

export const importFlux: Command = async ([path = '.'], flags, context) => {
  const started = performance.now();
  using copy = new RepositoryCopy(
    path,
    flags,
    context,
    'Name the root of the repository, and with --path the folder that Flux was started on: clusters/production.',
  );
  const { entry } = copy;
  const found = await follow(copy.directory, entry, copy.kustomize);
  const environment = text(flags.environment) ?? (entry === '' ? 'production' : applicationName(entry));
  const wanted = assembleObjects(found.applications, { environment });
  const settings = new Map(found.applications.map((one) => [one.application, one]));
  // As assembled, each object has the namespace that it goes to.
  const applications = wanted.applications.map(({ name, objects }) => {
    const { dependsOn = [], isDetached = false } = settings.get(name) ?? {};
    return { name, objects: objects.map(({ object }) => ({ object })), dependsOn, isDetached };
  });
  const origin = await copy.origin('flux');
  const program = generateProgram([{ name: environment, applications }], origin);
  const out = resolve(context.cwd, text(flags.out) ?? 'main.ts');
  await writeProven({ out, text: program, wanted: [wanted] });
  return printProgram({ what: 'flux', out, wanted: [wanted], left: found.left, started }, flags, context);
};

interface FoundApplication {
  readonly application: string;
  readonly objects: readonly KubernetesObject[];
  readonly dependsOn: readonly string[];
  readonly isDetached: boolean;
}

interface Found {
  readonly applications: readonly FoundApplication[];
  readonly left: readonly LeftOut[];
}

/** From the folder that Flux was started on to the Kustomizations in it, to those in what these render, and so on. */
async function follow(copy: string, entry: string, kustomize: () => Promise<Kustomize>): Promise<Found> {
  const left: LeftOut[] = [];
  const start = readFluxKustomization({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'flux-system', namespace: 'flux-system' },
    spec: { path: entry },
  });
  const queue: FluxKustomization[] = [start];
  const seen = new Set<string>();
  const rendered: {
    readonly kustomization: FluxKustomization;
    readonly objects: readonly KubernetesObject[];
  }[] = [];
  for (let kustomization = queue.shift(); kustomization; kustomization = queue.shift()) {
    const because = refusal(copy, kustomization);
    const objects = because === undefined ? await renderFluxSource(copy, kustomization, kustomize) : [];
    if (because !== undefined || objects === undefined) {
      const reason = because ?? 'it has variables in a form that is not understood';
      left.push({ key: kustomization.key, because: reason });
      continue;
    }
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
  const names = applicationNames(rendered.map(({ kustomization }) => kustomization));
  const sources = new Set(
    rendered.flatMap(({ kustomization: { source } }) => (source ? [formatSource(source)] : [])),
  );
  const applications = rendered.map(({ kustomization, objects }): FoundApplication => {
    const kept = objects.filter((object) => {
      const reason = isSource(object, sources) ? 'what it fetches is in the program' : plainSecret(object);
      if (reason !== undefined) left.push({ key: formatKey(keyOf(object)), because: reason });
      return reason === undefined;
    });
    return {
      application: names.get(kustomization)!,
      objects: kept,
      dependsOn: rendered
        .filter(
          (other) =>
            other.kustomization !== kustomization &&
            kustomization.dependsOn.includes(other.kustomization.name),
        )
        .map((other) => names.get(other.kustomization)!),
      isDetached: !kustomization.prune,
    };
  });
  return {
    applications: applications.filter(
      ({ objects, application }) => objects.length > 0 || isNeeded(application, applications),
    ),
    left,
  };
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

function formatSource({ kind, namespace, name }: NonNullable<FluxKustomization['source']>): string {
  return `${kind} ${namespace}/${name}`;
}

function isSource(object: KubernetesObject, sources: ReadonlySet<string>): boolean {
  if (parseApiVersion(String(object?.apiVersion)).group !== 'source.toolkit.fluxcd.io') return false;
  const { name, namespace = 'flux-system' } = object.metadata;
  return sources.has(formatSource({ kind: object.kind, name, namespace }));
}

function applicationNames(all: readonly FluxKustomization[]): ReadonlyMap<FluxKustomization, string> {
  const taken = new Set<string>();
  return new Map(
    all.map((kustomization) => {
      const { name, namespace } = kustomization;
      const plain = applicationName(basename(name));
      const free = taken.has(plain) ? applicationName(`${plain}-${namespace}`) : plain;
      taken.add(free);
      return [kustomization, free];
    }),
  );
}
