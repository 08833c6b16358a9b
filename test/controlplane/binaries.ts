/** What a control plane is made of, and where it is kept between runs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Binary {
  readonly name: string;
  /** The folder below `modules/` whose go.mod pins the version. */
  readonly module: 'kubernetes' | 'etcd' | 'kwok';
  /** The Go package of the command. */
  readonly package: string;
}

/** Enough for an API server that stores objects, but runs nothing. */
export const API_BINARIES: readonly Binary[] = [
  { name: 'etcd', module: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
  { name: 'kube-apiserver', module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  { name: 'kubectl', module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kubectl' },
];

/** What makes workloads become ready: controllers, scheduler, and nodes that pretend to run pods. */
export const NODE_BINARIES: readonly Binary[] = [
  {
    name: 'kube-controller-manager',
    module: 'kubernetes',
    package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  },
  { name: 'kube-scheduler', module: 'kubernetes', package: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  { name: 'kwok', module: 'kwok', package: 'sigs.k8s.io/kwok/cmd/kwok' },
];

/** The parts of KWOK's own configuration that are needed: nodes that become ready and stay so, pods that run,
 * complete and go away at once, and volumes that are bound. KWOK embeds none of them when it is built as a module. */
export const STAGES: readonly string[] = [
  'node/fast/node-initialize',
  'node/heartbeat-with-lease/node-heartbeat-with-lease',
  'pod/fast/pod-ready',
  'pod/fast/pod-complete',
  'pod/fast/pod-delete',
  'volume/fast/pvc-provision',
  'volume/fast/pvc-delete',
  'volume/fast/pv-bind',
  'volume/fast/pv-delete',
];

const MODULES = join(import.meta.dirname, 'modules');

export function moduleDirectory(module: Binary['module']): string {
  return join(MODULES, module);
}

/** The Kubernetes version that `modules/kubernetes/go.mod` requires, with its `v`.
 * @throws Error when go.mod does not require k8s.io/kubernetes */
export function kubernetesVersion(): string {
  const version = /^require k8s\.io\/kubernetes (v\S+)$/m.exec(read('kubernetes', 'go.mod'))?.[1];
  if (version === undefined) throw new Error('modules/kubernetes/go.mod does not require k8s.io/kubernetes');
  return version;
}

/** Go's flags for one binary. A module build has no Git tag to take its version from, so it is set here:
 * without it the API server calls itself v0.0.0 and kubectl refuses to compare versions. */
export function buildFlags(binary: Binary): readonly string[] {
  const flags = ['-s', '-w'];
  if (binary.module === 'kubernetes') {
    const version = kubernetesVersion();
    const [major = '', minor = ''] = version.slice(1).split('.');
    const variable = 'k8s.io/component-base/version';
    flags.push(`-X ${variable}.gitVersion=${version}`);
    flags.push(`-X ${variable}.gitMajor=${major}`, `-X ${variable}.gitMinor=${minor}`);
  }
  return ['-trimpath', '-ldflags', flags.join(' ')];
}

/** Names the exact contents of the cache: other modules, flags, stages or machines have another key. */
export function cacheKey(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const module of ['kubernetes', 'etcd', 'kwok'] as const) {
    for (const file of ['go.mod', 'go.sum', 'tools.go']) hash.update(read(module, file)).update('\0');
  }
  for (const binary of [...API_BINARIES, ...NODE_BINARIES]) {
    hash.update(`${binary.name} ${binary.package} ${buildFlags(binary).join(' ')}\n`);
  }
  return hash.update(STAGES.join(' ')).digest('hex').slice(0, 16);
}

/** Truekeel's own folder below the user's cache folder (XDG Base Directory Specification). */
export function cacheHome(environment: NodeJS.ProcessEnv): string {
  const base = environment.XDG_CACHE_HOME;
  // The specification has relative paths ignored.
  return join(base?.startsWith('/') ? base : join(homedir(), '.cache'), 'truekeel');
}

/** Where the built control plane lies: `bin/` with the commands, and `stages.yaml` for KWOK. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return join(cacheHome(environment), 'controlplane', cacheKey());
}

function read(module: Binary['module'], file: string): string {
  return readFileSync(join(moduleDirectory(module), file), 'utf8');
}
