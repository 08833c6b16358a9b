/** From definitions to files of TypeScript, one for each group: the same text for the same definitions. */
import { canonicalJson, type JsonValue } from '../objects/index.ts';
import { checkedObject } from './checked-schema.ts';
import { propsDeclarations } from './declarations.ts';
import type { Definition, DefinitionVersion } from './definitions.ts';
import { docComment } from './documentation.ts';
import { LINE_WIDTH } from './line-width.ts';
import { literal } from './literals.ts';
import { TypeNames } from './names.ts';

export interface GeneratedFile {
  /** `<group>.ts` */
  readonly path: string;
  readonly text: string;
  readonly group: string;
  /** Names of the constructs. */
  readonly constructs: readonly string[];
}

/** Makes a construct for each version of each kind. The most stable version of a kind has its name, others have the
 * version behind it: `Certificate`, `CertificateV1Alpha2`. */
export function generateConstructs(definitions: readonly Definition[]): readonly GeneratedFile[] {
  const groups = new Map<string, Definition[]>();
  for (const definition of definitions) {
    const group = groups.get(definition.group);
    if (group) group.push(definition);
    else groups.set(definition.group, [definition]);
  }
  return [...groups.keys()].sort().map((group) => generateGroup(group, groups.get(group)!));
}

interface Construct {
  readonly definition: Definition;
  readonly version: DefinitionVersion;
  readonly className: string;
  readonly propsName: string;
}

function generateGroup(group: string, definitions: readonly Definition[]): GeneratedFile {
  const typeNames = new TypeNames();
  const sorted = definitions.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  // Classes first: what people write has the first right to a name.
  const preferred = new Map(sorted.map(({ kind }) => [kind, typeNames.take(kind)]));
  const constructs = sorted.flatMap((definition): readonly Construct[] =>
    definition.versions.map((version, index) => {
      const plain = preferred.get(definition.kind)!;
      const className = index === 0 ? plain : typeNames.take(`${plain}${versionSuffix(version.name)}`);
      return { definition, version, className, propsName: typeNames.take(`${className}Props`) };
    }),
  );
  const parts = constructs.map((construct) => generateConstruct(construct, typeNames));
  const header = [
    `// The constructs of ${group}, made by \`truekeel import crd\`. Changes are lost when they are imported again.`,
    "import type { ApiObjectMetadata } from 'cdk8s';",
    "import type { Construct } from 'constructs';",
    "import { ImportedKind, ImportedObject } from 'truekeel/imported';",
  ].join('\n');
  return {
    path: `${group}.ts`,
    text: [`${header}\n`, ...parts].join('\n'),
    group,
    constructs: constructs.map(({ className }) => className),
  };
}

/** `v1beta1` to `V1Beta1`. */
function versionSuffix(version: string): string {
  return version.replace(
    /(^|\d|-)([a-z])/g,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}

function generateConstruct(construct: Construct, typeNames: TypeNames): string {
  const { definition, version, className, propsName } = construct;
  const { group, kind, scope } = definition;
  const apiVersion = `${group}/${version.name}`;
  const declarations = propsDeclarations(
    version.schema,
    { name: propsName, description: `Properties of ${className}.` },
    typeNames,
  );
  const where = scope === 'Namespaced' ? '' : ' It is in no namespace.';
  const deprecated = version.deprecation === undefined ? [] : [`@deprecated ${version.deprecation}`];
  const doc = docComment(
    [version.schema.description ?? '', `${kind} of ${apiVersion}.${where}`],
    deprecated,
    '',
  );
  const checked = checkedObject(version.schema);
  // JSON, as it came out of one.
  const checks = literal(canonicalJson(checked as JsonValue));
  const isOptional = checked.required === undefined;
  const body = `${doc}export class ${className} extends ImportedObject {
  /** What the definition says about its objects. */
  public static readonly DEFINITION: ImportedKind = new ImportedKind(
    ${literal(apiVersion)},
    ${literal(kind)},
    ${checks},
  );

  /**
   * The object that a manifest describes, with fields named as in YAML.
   *
   * @param scope where it belongs
   * @param id its name among its neighbours
   * @param manifest the object as JSON
   */
${wrapped('  public static fromManifest(', ['scope: Construct', 'id: string', 'manifest: object'], `): ${className} {`)}
    const kind = ${className}.DEFINITION;
${wrapped(`    return new ${className}(`, ['scope', 'id', 'kind.properties(manifest, scope, id)'], ');')}
  }

  /**
   * Declares the object.
   *
   * @param scope where it belongs
   * @param id its name among its neighbours
   * @param props its fields
   */
${wrapped('  public constructor(', ['scope: Construct', 'id: string', `props: ${propsName}${isOptional ? ' = {}' : ''}`], ') {')}
    super(scope, id, ${className}.DEFINITION, props);
  }
}
`;
  return [body, ...declarations].join('\n');
}

/** On one line where it fits. */
function wrapped(before: string, parts: readonly string[], after: string): string {
  const line = `${before}${parts.join(', ')}${after}`;
  if (line.length <= LINE_WIDTH) return line;
  const indent = /^ */.exec(before)![0];
  return `${before}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${after}`;
}
