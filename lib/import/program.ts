/** From objects to a program that renders them. */
import { exactValue } from '../imported/index.ts';
import {
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  TruekeelError,
} from '../objects/index.ts';
import { LINE_WIDTH } from './line-width.ts';
import { jsonLiteral, literal } from './literals.ts';
import { propertyNames, TypeNames } from './names.ts';
import type { PatchOperation } from './patches.ts';

export interface ImportedApplication {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  readonly objects: readonly ImportedManifest[];
  readonly charts?: readonly ImportedChart[];
  /** Names of applications that have to be ready before. */
  readonly dependsOn?: readonly string[];
  /** Whether its objects stay in the cluster when they are no longer in the program. Default: they are deleted. */
  readonly isDetached?: boolean;
}

export interface ImportedManifest {
  readonly object: KubernetesObject;
  /** What stood above it, line by line. */
  readonly comment?: readonly string[];
}

/** A Helm chart that lies in the repository. */
export interface ImportedChart {
  /** Its name in `charts.lock.json`. */
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly values: JsonObject;
  readonly includeCrds: boolean;
  readonly apiVersions?: readonly string[];
  /** Objects of it that are not taken. */
  readonly leftOut?: readonly { readonly kind: string; readonly name: string }[];
  /** Labels and annotations of all its objects. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What is otherwise than the chart makes it, with the labels and annotations of all on it. */
  readonly patched?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly patches: readonly PatchOperation[];
  }[];
}

export interface ImportedEnvironment {
  readonly name: string;
  readonly applications: readonly ImportedApplication[];
}

/** The text of a program with a class for each application, objects in the order given.
 * @param origin where the objects come from, in a sentence for the top
 * @throws TruekeelError `INVALID_OBJECT` when a field is one that no program can set */
export function generateProgram(environments: readonly ImportedEnvironment[], origin: string): string {
  const typeNames = new TypeNames();
  for (const name of ['App', 'Application', 'HelmChart', 'JsonPatch', 'Prune']) typeNames.take(name);
  const isOne = environments.length === 1;
  const variables = propertyNames([
    ...['app', 'environment'],
    ...environments.flatMap(({ name, applications }) => [
      `environment ${name}`,
      ...applications.map((application) => variableKey(isOne, name, application.name)),
    ]),
  ]);
  const classes: string[] = [];
  const statements = environments.flatMap(({ name, applications }) => {
    const environment = isOne ? 'environment' : variables.get(`environment ${name}`)!;
    const variableOf = (application: string) => variables.get(variableKey(isOne, name, application))!;
    const named = new Set(
      applications.flatMap((one) =>
        (one.dependsOn ?? []).length > 0 ? [one.name, ...(one.dependsOn ?? [])] : [],
      ),
    );
    const uses = applications.map((application) => {
      const className = typeNames.take(isOne ? application.name : `${name}-${application.name}`);
      classes.push(applicationClass(className, application));
      const use = `new ${className}(${environment});\n`;
      return named.has(application.name) ? `const ${variableOf(application.name)} = ${use}` : use;
    });
    const edges = applications.flatMap(({ name, dependsOn = [] }) =>
      dependsOn.map((other) => `${variableOf(name)}.addDependency(${variableOf(other)});\n`),
    );
    return [`const ${environment} = new Environment(app, ${literal(name)});\n`, ...uses, ...edges];
  });
  const text = classes.join('\n');
  const cdk8s = ['ApiObject', 'JsonPatch'].filter((name) => new RegExp(`\\b${name}[(.]`).test(text));
  const truekeel = [
    'App',
    'Application',
    'Environment',
    ...(text.includes('new HelmChart(') ? ['HelmChart'] : []),
    ...(text.includes('Prune.') ? ['Prune'] : []),
  ];
  return `// ${origin}
${cdk8s.length > 0 ? `import { ${cdk8s.join(', ')} } from 'cdk8s';\n` : ''}import { ${truekeel.join(', ')} } from 'truekeel';

${text}
const app = new App();
${statements.join('')}app.synth();
`;
}

/** What a variable is named after; no name of an environment or application has a space. */
function variableKey(isOne: boolean, environment: string, application: string): string {
  return isOne ? application : `${environment} ${application}`;
}

function applicationClass(
  className: string,
  { name, objects, charts = [], isDetached }: ImportedApplication,
): string {
  const ids = constructIds(objects.map(({ object }) => object));
  const statements = objects.map(({ object, comment = [] }, index) => {
    const lines = comment.map((line) => `    //${line === '' ? '' : ` ${line}`}\n`).join('');
    return lines + statement(object, ids[index]!);
  });
  return `class ${className} extends Application {
  constructor(scope: Environment) {
    super(scope, ${literal(name)}${isDetached ? ', { prune: Prune.DETACH }' : ''});

${[...statements, ...charts.map(chartStatement)].join('\n')}  }
}
`;
}

function chartStatement(given: ImportedChart, index: number): string {
  const variable = index === 0 ? 'chart' : `chart${index + 1}`;
  const { chart, releaseName, namespace, values, includeCrds, apiVersions = [], leftOut = [] } = given;
  refuseUnsettable(values, `the values of release ${releaseName}`);
  const props: JsonObject = {
    chart,
    namespace,
    ...(includeCrds ? {} : { includeCrds }),
    ...(apiVersions.length > 0 && { apiVersions }),
    ...(Object.keys(values).length > 0 && { values }),
  };
  const { labels = {}, annotations = {}, patched = [] } = given;
  const calls = leftOut.map(({ kind, name }) => `.leaveOut(${literal(kind)}, ${literal(name)})`);
  const left = calls.length > 1 ? calls.map((call) => `\n      ${call}`) : calls;
  const made = `new HelmChart(this, ${literal(releaseName)}, ${jsonLiteral(props, '    ')})${left.join('')};\n`;
  const common = [
    ...Object.entries(labels).map(([key, value]) => `addLabel(${literal(key)}, ${literal(value)})`),
    ...Object.entries(annotations).map(([key, value]) => `addAnnotation(${literal(key)}, ${literal(value)})`),
  ].map((call) => `      object.metadata.${call};\n`);
  if (common.length === 0 && patched.length === 0) return `    ${made}`;
  const loop =
    common.length > 0 ? `    for (const object of ${variable}.objects) {\n${common.join('')}    }\n` : '';
  const patches = patched.map(({ kind, name, patches }) => {
    refuseUnsettable(patches, `what is changed of ${kind} ${name} of release ${releaseName}`);
    const object = `${variable}.object(${literal(kind)}, ${literal(name)})`;
    return `    ${object}${patchCall(patches, `    ${object};`.length)};\n`;
  });
  return `    const ${variable} = ${made}${loop}${patches.join('')}`;
}

function statement(object: KubernetesObject, id: string): string {
  refuseUnsettable(object, formatKey(keyOf(object)));
  const { value, patches } = exactValue(object);
  // What was JSON stays JSON.
  const json = ordered(value as KubernetesObject) as unknown as JsonValue;
  const made = `new ApiObject(this, ${literal(id)}, ${jsonLiteral(json, '    ')})`;
  if (patches.length === 0) return `    ${made};\n`;
  return `    ${made}${patchCall(patches, '    });'.length)};\n`;
}

/** `.addJsonPatch(…)`, on one line where it fits behind what stands there. */
function patchCall(
  patches: readonly { readonly op: PatchOperation['op']; readonly path: string; readonly value?: unknown }[],
  before: number,
): string {
  const operations = patches.map(({ op, path, value }) => {
    const rest = op === 'remove' ? '' : `, ${jsonLiteral(value as JsonValue, '      ')}`;
    return `JsonPatch.${op}(${literal(path)}${rest})`;
  });
  const [only = '', ...more] = operations;
  const fits =
    more.length === 0 &&
    !only.includes('\n') &&
    only.length + before + '.addJsonPatch()'.length <= LINE_WIDTH;
  return fits
    ? `.addJsonPatch(${only})`
    : `.addJsonPatch(\n${operations.map((operation) => `      ${operation},\n`).join('')}    )`;
}

/** As people write them, whatever the order in the source. */
function ordered({ apiVersion, kind, metadata, ...rest }: KubernetesObject): KubernetesObject {
  return { apiVersion, kind, metadata, ...rest };
}

/** `deployment-web`; with the namespace, and the group, where that does not tell objects apart. */
function constructIds(objects: readonly KubernetesObject[]): readonly string[] {
  const candidates = objects.map((object) => {
    const { group, kind, namespace, name } = keyOf(object);
    const short = `${kind.toLowerCase()}-${name}`;
    return [short, namespace === '' ? short : `${short}-${namespace}`, `${short}-${namespace}-${group}`];
  });
  const taken = new Set<string>();
  return candidates.map((names) => {
    let id = names.find((name) => !taken.has(name)) ?? names[0]!;
    for (let number = 2; taken.has(id); number += 1) id = `${names[0]}-${number}`;
    taken.add(id);
    return id;
  });
}

function refuseUnsettable(value: unknown, what: string): void {
  if (!hasField(value, '__proto__')) return;
  throw new TruekeelError(`${what} has a field named __proto__, which no program can set`, {
    code: 'INVALID_OBJECT',
    family: 'validation',
    hint: 'Leave the object out, and apply it with `truekeel apply --files`.',
  });
}

function hasField(value: unknown, name: string): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (!Array.isArray(value) && Object.hasOwn(value, name)) return true;
  return Object.values(value).some((inner) => hasField(inner, name));
}
