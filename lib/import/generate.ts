/** From definitions to files of TypeScript, one for each group: the same text for the same definitions. */
import { canonicalJson, type JsonValue } from '../objects/index.ts';
import { type ConstructGroup, constructGroups, type DeclaredConstruct } from './construct-group.ts';
import { propsDeclarations } from './declarations.ts';
import type { Definition } from './definitions.ts';
import { docComment } from './documentation.ts';
import { LINE_WIDTH } from './line-width.ts';
import { literal } from './literals.ts';

export interface GeneratedFile {
  /** `<group>.ts` */
  readonly path: string;
  readonly text: string;
  readonly group: string;
  /** Names of the constructs. */
  readonly constructs: readonly string[];
}

/** Makes a construct for each version of each kind. */
export function generateConstructs(definitions: readonly Definition[]): readonly GeneratedFile[] {
  return constructGroups(definitions).map(generateGroup);
}

/** One group as TypeScript. */
export function generateGroup({ group, constructs }: ConstructGroup): GeneratedFile {
  const header = [
    `// The constructs of ${group}, made by \`truekeel import crd\`. Changes are lost when they are imported again.`,
    "import type { ApiObjectMetadata } from 'cdk8s';",
    "import type { Construct } from 'constructs';",
    "import { ImportedKind, ImportedObject } from 'truekeel/imported';",
  ].join('\n');
  return {
    path: `${group}.ts`,
    text: [`${header}\n`, ...constructs.map(generateConstruct)].join('\n'),
    group,
    constructs: constructs.map(({ className }) => className),
  };
}

function generateConstruct(construct: DeclaredConstruct): string {
  const { className, apiVersion, kind, description, deprecation, props, checked } = construct;
  const doc = docComment(description, deprecation === undefined ? [] : [`@deprecated ${deprecation}`], '');
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
${wrapped('  public constructor(', ['scope: Construct', 'id: string', `props: ${props.name}${isOptional ? ' = {}' : ''}`], ') {')}
    super(scope, id, ${className}.DEFINITION, props);
  }
}
`;
  return [body, ...propsDeclarations(props)].join('\n');
}

/** On one line where it fits. */
function wrapped(before: string, parts: readonly string[], after: string): string {
  const line = `${before}${parts.join(', ')}${after}`;
  if (line.length <= LINE_WIDTH) return line;
  const indent = /^ */.exec(before)![0];
  return `${before}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${after}`;
}
