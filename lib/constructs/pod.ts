/** The pods of a workload: from containers to a pod template. */
import { compareText } from '../objects/index.ts';
import { containerProblems, type PodContainer, renderContainer } from './container.ts';
import type { Mount, MountSource } from './mount.ts';

export interface PodOptions {
  readonly containers: readonly PodContainer[];
  /** What else stands in the spec. */
  readonly spec: object;
  readonly labels: { readonly [name: string]: string };
  readonly annotations: { readonly [name: string]: string } | undefined;
}

/** The template, as Kubernetes writes it. */
export function podTemplate({ containers, spec, labels, annotations }: PodOptions): object {
  const volumes = volumeNames(containers);
  const volumeOf = ({ _source }: Mount) => volumes.get(_source) ?? '';
  const rendered = (isInit: boolean) =>
    containers.filter((one) => one.isInit === isInit).map((one) => renderContainer(one, volumeOf));
  const before = rendered(true);
  const podVolumes = [...volumes].flatMap(([source, name]) => {
    const volume = source.volume ?? source.find?.().found;
    return volume ? [{ name, ...volume }] : [];
  });
  return {
    metadata: { labels: { ...labels }, annotations },
    spec: {
      ...spec,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        ...(spec as { readonly securityContext?: object }).securityContext,
      },
      initContainers: before.length > 0 ? before : undefined,
      containers: rendered(false),
      volumes: podVolumes.length > 0 ? podVolumes : undefined,
    },
  };
}

/** The templates of claims of which each pod gets one, as Kubernetes writes them. */
export function claimTemplates(containers: readonly PodContainer[]): readonly object[] {
  return [...volumeNames(containers)].flatMap(([source, name]) =>
    source.claim ? [{ metadata: { name }, spec: source.claim }] : [],
  );
}

export function podProblems(containers: readonly PodContainer[]): readonly string[] {
  const names = containers.map(({ name }) => name);
  return [
    ...containers.flatMap(containerProblems),
    ...names.flatMap((name, index) => [
      ...(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name) ? [] : [`"${name}" cannot name a container`]),
      ...(names.indexOf(name) === index ? [] : [`there are two containers named ${name}`]),
    ]),
  ];
}

/** Names volumes after where they are first seen, so that a name stays when others come and go. */
function volumeNames(containers: readonly PodContainer[]): ReadonlyMap<MountSource, string> {
  const names = new Map<MountSource, string>();
  const taken = new Set<string>();
  const wanted = containers.flatMap(({ name, mounts }) =>
    mounts.map(({ path, _source }) => ({ container: name, label: labelOf(path), source: _source })),
  );
  for (const { container, label, source } of wanted) {
    if (names.has(source)) continue;
    let name = taken.has(label) ? `${label}-${container.slice(0, 20).replace(/-+$/, '')}` : label;
    for (let number = 2; taken.has(name); number++) name = `${label}-${number}`;
    names.set(source, name);
    taken.add(name);
  }
  return new Map([...names].sort(([, a], [, b]) => compareText(a, b)));
}

function labelOf(path: string): string {
  const label = path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return label.slice(0, 40).replace(/-+$/, '') || 'root';
}
