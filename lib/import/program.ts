/** From objects to a program that renders them. */
import { exactValue } from '../imported/index.ts';
import { formatKey, type JsonValue, type KubernetesObject, keyOf, TruekeelError } from '../objects/index.ts';
import { LINE_WIDTH } from './line-width.ts';
import { jsonLiteral, literal } from './literals.ts';
import { propertyNames, TypeNames } from './names.ts';

export interface ImportedApplication {
  /** Lower-case letters, digits and `-`. */
  readonly name: string;
  readonly objects: readonly ImportedManifest[];
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

export interface ProgramOptions {
  readonly environment: string;
  /** Where the objects come from, in a sentence at the top. */
  readonly origin: string;
}

/** The text of a program with one environment and a class for each application, objects in the order given.
 * @throws TruekeelError `INVALID_OBJECT` when a field is one that no program can set */
export function generateProgram(
  applications: readonly ImportedApplication[],
  { environment, origin }: ProgramOptions,
): string {
  const typeNames = new TypeNames();
  for (const name of ['App', 'Application', 'JsonPatch', 'Prune']) typeNames.take(name);
  const variables = propertyNames(['app', 'environment', ...applications.map(({ name }) => name)]);
  const classes = applications.map((application) => ({
    ...application,
    className: typeNames.take(application.name),
    variable: variables.get(application.name)!,
  }));
  const bodies = classes.map(({ className, ...application }) => applicationClass(className, application));
  const text = bodies.join('\n');
  const cdk8s = text.includes('JsonPatch.') ? 'ApiObject, JsonPatch' : 'ApiObject';
  const truekeel = ['App', 'Application', 'Environment', ...(text.includes('Prune.') ? ['Prune'] : [])];
  const named = new Set(
    classes.flatMap(({ name, dependsOn = [] }) => (dependsOn.length > 0 ? [name, ...dependsOn] : [])),
  );
  const uses = classes.map(({ name, className, variable }) =>
    named.has(name)
      ? `const ${variable} = new ${className}(environment);\n`
      : `new ${className}(environment);\n`,
  );
  const edges = classes.flatMap(({ variable, dependsOn = [] }) =>
    dependsOn.map((other) => `${variable}.addDependency(${variables.get(other)});\n`),
  );
  return `// ${origin}
import { ${cdk8s} } from 'cdk8s';
import { ${truekeel.join(', ')} } from 'truekeel';

${text}
const app = new App();
const environment = new Environment(app, ${literal(environment)});
${[...uses, ...edges].join('')}app.synth();
`;
}

function applicationClass(className: string, { name, objects, isDetached }: ImportedApplication): string {
  const ids = constructIds(objects.map(({ object }) => object));
  const statements = objects.map(({ object, comment = [] }, index) => {
    const lines = comment.map((line) => `    //${line === '' ? '' : ` ${line}`}\n`).join('');
    return lines + statement(object, ids[index]!);
  });
  return `class ${className} extends Application {
  constructor(scope: Environment) {
    super(scope, ${literal(name)}${isDetached ? ', { prune: Prune.DETACH }' : ''});

${statements.join('\n')}  }
}
`;
}

function statement(object: KubernetesObject, id: string): string {
  if (hasField(object, '__proto__')) {
    throw new TruekeelError(
      `${formatKey(keyOf(object))} has a field named __proto__, which no program can set`,
      {
        code: 'INVALID_OBJECT',
        family: 'validation',
        key: keyOf(object),
        hint: 'Leave the object out, and apply it with `truekeel apply --files`.',
      },
    );
  }
  const { value, patches } = exactValue(object);
  // What was JSON stays JSON.
  const json = ordered(value as KubernetesObject) as unknown as JsonValue;
  const made = `new ApiObject(this, ${literal(id)}, ${jsonLiteral(json, '    ')})`;
  if (patches.length === 0) return `    ${made};\n`;
  const operations = patches.map(
    ({ op, path, value }) =>
      `JsonPatch.${op}(${literal(path)}, ${jsonLiteral(value as JsonValue, '      ')})`,
  );
  const [only = '', ...more] = operations;
  const fits =
    more.length === 0 && !only.includes('\n') && only.length + '    }).addJsonPatch();'.length <= LINE_WIDTH;
  return fits
    ? `    ${made}.addJsonPatch(${only});\n`
    : `    ${made}.addJsonPatch(\n${operations.map((operation) => `      ${operation},\n`).join('')}    );\n`;
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

function hasField(value: unknown, name: string): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (!Array.isArray(value) && Object.hasOwn(value, name)) return true;
  return Object.values(value).some((inner) => hasField(inner, name));
}
