/** Writes a program that was made of objects, and keeps it only when it renders these objects. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import {
  formatKey,
  type KubernetesObject,
  type RenderedEnvironment,
  type RenderedObject,
  TruekeelError,
  TruekeelErrors,
} from '../../../lib/objects/index.ts';
import { runProgram } from '../../program/index.ts';
import type { VendoredCharts } from './vendored-charts.ts';

export interface Proof {
  /** Absolute path of the program. */
  readonly out: string;
  readonly text: string;
  /** What it has to render. */
  readonly wanted: readonly RenderedEnvironment[];
  /** That it has, and that are written with it. */
  readonly charts?: VendoredCharts;
  /** Where Helm is looked for. */
  readonly env?: NodeJS.ProcessEnv;
}

/** @throws TruekeelError `FILE_EXISTS`; whatever running a program throws
 * @throws TruekeelErrors `IMPORT_DIFFERS` with each object that the program renders otherwise */
export async function writeProven({ out, text, wanted, charts, env }: Proof): Promise<void> {
  if (existsSync(out)) {
    throw new TruekeelError(`${out} is there already`, {
      code: 'FILE_EXISTS',
      family: 'usage',
      hint: 'Name another file with --out; a program that was imported is yours, and never written over.',
    });
  }
  const directory = dirname(out);
  mkdirSync(directory, { recursive: true });
  const takeBack = charts?.isEmpty === false ? await charts.write() : undefined;
  try {
    writeFileSync(out, text);
    const environments = await runProgram({
      program: out,
      cwd: directory,
      root: directory,
      ...(env && { charts: { env } }),
    });
    const differences = compare(wanted, environments);
    if (differences.length > 0) {
      throw new TruekeelErrors(differences.map((error) => error.message).join('\n'), differences);
    }
  } catch (error) {
    rmSync(out, { force: true });
    takeBack?.();
    throw error;
  }
}

function compare(
  wanted: readonly RenderedEnvironment[],
  environments: readonly RenderedEnvironment[],
): readonly TruekeelError[] {
  const rendered = objectsOf(environments);
  const errors: TruekeelError[] = [];
  const differs = (object: RenderedObject, how: string): void => {
    errors.push(
      new TruekeelError(`${formatKey(object.key)} ${how}`, {
        code: 'IMPORT_DIFFERS',
        family: 'validation',
        key: object.key,
        ...(object.source && { source: object.source }),
        hint: 'This is a mistake of the import. Please report it with the object; leave the object out meanwhile.',
      }),
    );
  };
  for (const [id, object] of objectsOf(wanted)) {
    const other = rendered.get(id);
    if (!other) differs(object, 'is not rendered by the program');
    else if (other.digest !== object.digest) differs(object, 'is rendered otherwise by the program');
    rendered.delete(id);
  }
  for (const object of rendered.values()) differs(object, 'is rendered by the program, and was not there');
  return errors;
}

/** By environment, application and key. */
function objectsOf(environments: readonly RenderedEnvironment[]): Map<string, RenderedObject> {
  return new Map(
    environments.flatMap((environment) =>
      environment.applications.flatMap(({ name, objects }) =>
        objects.map((object) => [`${environment.name} ${name} ${formatKey(object.key)}`, object] as const),
      ),
    ),
  );
}

/** A name for an application: what a file or folder is called, as Kubernetes takes it. */
export function applicationName(path: string): string {
  const name = basename(path)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return name === '' ? 'imported' : name;
}

/** Why a Secret cannot be in a program; undefined for other objects, and for Secrets that others fill. */
export function plainSecret({ apiVersion, kind, data, stringData }: KubernetesObject): string | undefined {
  if (kind !== 'Secret' || apiVersion !== 'v1') return undefined;
  const hasValues = [data, stringData].some((values) => Object.keys(values ?? {}).length > 0);
  return hasValues ? 'a Secret with plain values does not belong into Git' : undefined;
}
