/** Reads kubeconfig files the way kubectl does: `--kubeconfig`, else every file of `KUBECONFIG` (the first
 * to set a value wins), else `~/.kube/config`, else the service account of the pod we run in. Source of the
 * rules: Kubernetes documentation, "Organizing Cluster Access Using kubeconfig Files". */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { load } from 'js-yaml';
import { KubeError } from './errors.ts';

/** An entry of a kubeconfig as it stands there; which members there are is checked where they are used. */
export type Entry = Readonly<Record<string, unknown>>;

export interface Kubeconfig {
  /** Where it was read from, for messages. */
  readonly origin: string;
  readonly currentContext: string;
  readonly contexts: ReadonlyMap<string, Entry>;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
}

export interface Environment {
  readonly [name: string]: string | undefined;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** @throws KubeError `NO_KUBECONFIG`, `KUBECONFIG_INVALID` */
export function loadKubeconfig(
  path: string | undefined,
  env: Environment = process.env,
  home: string = env.HOME || homedir(),
): Kubeconfig {
  if (path !== undefined) {
    if (!existsSync(path)) throw missing(`there is no kubeconfig ${path}`);
    return readKubeconfig(path);
  }
  if (env.KUBECONFIG) {
    const files = env.KUBECONFIG.split(delimiter).filter((file) => file !== '');
    const found = files.filter((file) => existsSync(file));
    if (found.length === 0) throw missing(`KUBECONFIG names ${files.join(', ')}, and there is no such file`);
    return found.map(readKubeconfig).reduce(merge);
  }
  const standard = join(home, '.kube', 'config');
  if (existsSync(standard)) return readKubeconfig(standard);
  if (env.KUBERNETES_SERVICE_HOST && existsSync(join(SERVICE_ACCOUNT, 'token'))) return inCluster(env);
  throw missing(`there is no kubeconfig: neither KUBECONFIG is set nor is there ${standard}`);
}

/** @throws KubeError `KUBECONFIG_INVALID` */
export function parseKubeconfig(text: string, origin: string, directory: string): Kubeconfig {
  let document: unknown;
  try {
    document = text.trim() === '' ? {} : load(text);
  } catch (error) {
    throw invalid(
      origin,
      `it is not YAML (${error instanceof Error ? error.message.split('\n')[0] : error})`,
    );
  }
  if (!isEntry(document)) throw invalid(origin, 'it is not a mapping');
  const current = document['current-context'] ?? '';
  if (typeof current !== 'string') throw invalid(origin, 'current-context is not a string');
  return {
    origin,
    currentContext: current,
    contexts: named(document.contexts, 'context', origin, (entry) => entry),
    clusters: named(document.clusters, 'cluster', origin, (entry) =>
      withAbsolute(entry, ['certificate-authority'], directory),
    ),
    users: named(document.users, 'user', origin, (entry) =>
      withAbsolute(entry, ['client-certificate', 'client-key', 'tokenFile'], directory, directory),
    ),
  };
}

/** A text member of an entry; undefined when it is not there or empty.
 * @throws KubeError `KUBECONFIG_INVALID` when it is something else */
export function textOf(entry: Entry, name: string, origin: string): string | undefined {
  const value = entry[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw invalid(origin, `${name} is not a string`);
  return value;
}

export function invalid(origin: string, why: string): KubeError {
  return new KubeError(`the kubeconfig ${origin} cannot be used: ${why}`, {
    code: 'KUBECONFIG_INVALID',
    family: 'usage',
    hint: 'Mend the file, or choose another one with --kubeconfig or KUBECONFIG.',
  });
}

export function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readKubeconfig(file: string): Kubeconfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(file, `it cannot be read (${error instanceof Error ? error.message : error})`);
  }
  return parseKubeconfig(text, file, dirname(resolve(file)));
}

function merge(first: Kubeconfig, next: Kubeconfig): Kubeconfig {
  const both = <T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>) => new Map([...b, ...a]);
  return {
    origin: `${first.origin}${delimiter}${next.origin}`,
    currentContext: first.currentContext || next.currentContext,
    contexts: both(first.contexts, next.contexts),
    clusters: both(first.clusters, next.clusters),
    users: both(first.users, next.users),
  };
}

function named(
  list: unknown,
  member: string,
  origin: string,
  settle: (entry: Entry) => Entry,
): ReadonlyMap<string, Entry> {
  if (list === undefined || list === null) return new Map();
  if (!Array.isArray(list)) throw invalid(origin, `${member}s is not a list`);
  const entries = new Map<string, Entry>();
  for (const item of list as unknown[]) {
    if (!isEntry(item) || typeof item.name !== 'string') throw invalid(origin, `a ${member} has no name`);
    const content = item[member] ?? {};
    if (!isEntry(content)) throw invalid(origin, `${member} ${item.name} is not a mapping`);
    if (!entries.has(item.name)) entries.set(item.name, settle(content));
  }
  return entries;
}

/** Paths in a kubeconfig are relative to the file they stand in; so is an exec plugin's command when it is a path. */
function withAbsolute(
  entry: Entry,
  names: readonly string[],
  directory: string,
  execDirectory?: string,
): Entry {
  const settled: Record<string, unknown> = { ...entry };
  for (const name of names) {
    const path = settled[name];
    if (typeof path === 'string' && path !== '') settled[name] = resolve(directory, path);
  }
  const { exec } = settled;
  if (execDirectory !== undefined && isEntry(exec) && typeof exec.command === 'string') {
    if (/[/\\]/.test(exec.command)) settled.exec = { ...exec, command: resolve(execDirectory, exec.command) };
  }
  return settled;
}

function inCluster(env: Environment): Kubeconfig {
  const host = env.KUBERNETES_SERVICE_HOST ?? '';
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${env.KUBERNETES_SERVICE_PORT ?? '443'}`;
  const namespace = readFileSync(join(SERVICE_ACCOUNT, 'namespace'), 'utf8').trim();
  return {
    origin: SERVICE_ACCOUNT,
    currentContext: 'in-cluster',
    contexts: new Map([['in-cluster', { cluster: 'in-cluster', user: 'in-cluster', namespace }]]),
    clusters: new Map([['in-cluster', { server, 'certificate-authority': join(SERVICE_ACCOUNT, 'ca.crt') }]]),
    users: new Map([['in-cluster', { tokenFile: join(SERVICE_ACCOUNT, 'token') }]]),
  };
}

function missing(message: string): KubeError {
  return new KubeError(message, {
    code: 'NO_KUBECONFIG',
    family: 'usage',
    hint: 'Set KUBECONFIG or --kubeconfig; or start a cluster to try with: truekeel cluster start --kubeconfig-out FILE.',
  });
}
